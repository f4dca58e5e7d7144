"""The differences between Microsoft's material and ours, each in one line."""

from collections.abc import Iterator

from .ours import Ours
from .sources import Material, Model

TYPES: dict[str, list[str]] = {
    "AiInteraction": ["aiInteraction"],
    "InteractionAttachment": ["aiInteractionAttachment"],
    "InteractionContext": ["aiInteractionContext"],
    "InteractionLink": ["aiInteractionLink"],
    "InteractionMention": ["aiInteractionMention"],
    "CallAiInsight": ["callAiInsight"],
    "ActionItem": ["actionItem"],
    "MeetingNote": ["meetingNote"],
    "MeetingNoteSubpoint": ["meetingNoteSubpoint"],
    "InsightViewpoint": ["callAiInsightViewPoint"],
    "MentionEvent": ["mentionEvent"],
    "CallTranscript": ["callTranscript"],
    "CallRecording": ["callRecording"],
    "CallEvent": ["callEvent"],
    "CallRecord": ["callRecords.callRecord"],
    "Participant": ["participant"],
    "ParticipantInfo": ["participantInfo"],
    "RemovedState": ["removedState"],
    "Chat": ["chat"],
    "Viewpoint": ["chatViewpoint"],
    "OnlineMeetingInfo": ["teamworkOnlineMeetingInfo"],
    "MessagePreview": ["chatMessageInfo"],
    "ChatMessage": ["chatMessage"],
    "ItemBody": ["itemBody"],
    "ChannelIdentity": ["channelIdentity"],
    "Attachment": ["chatMessageAttachment"],
    "Mention": ["chatMessageMention"],
    "Reaction": ["chatMessageReaction"],
    "HistoryItem": ["chatMessageHistoryItem"],
    "PolicyViolation": ["chatMessagePolicyViolation"],
    "PolicyTip": ["chatMessagePolicyViolationPolicyTip"],
    "IdentitySet": [
        "chatMessageFromIdentitySet",
        "chatMessageMentionedIdentitySet",
        "chatMessageReactionIdentitySet",
    ],
    "Identity": [
        "teamworkApplicationIdentity",
        "teamworkConversationIdentity",
        "teamworkUserIdentity",
        "teamworkTagIdentity",
    ],
    "TeamsAppInstallation": ["teamsAppInstallation"],
    "PermissionSet": ["teamsAppPermissionSet"],
    "ResourceSpecificPermission": ["teamsAppResourceSpecificPermission"],
    "TeamsApp": ["teamsApp"],
    "TeamsAppDefinition": ["teamsAppDefinition"],
    "ConversationMember": [
        "conversationMember",
        "aadUserConversationMember",
        "anonymousGuestConversationMember",
        "azureCommunicationServicesUserConversationMember",
        "microsoftAccountUserConversationMember",
        "phoneUserConversationMember",
        "skypeForBusinessUserConversationMember",
        "skypeUserConversationMember",
    ],
    "SharedWithChannelTeamInfo": ["sharedWithChannelTeamInfo"],
    "Team": ["team"],
    "MemberSettings": ["teamMemberSettings"],
    "GuestSettings": ["teamGuestSettings"],
    "MessagingSettings": ["teamMessagingSettings"],
    "FunSettings": ["teamFunSettings"],
    "Channel": ["channel"],
    "CallParticipant": ["callParticipantInfo"],
}
"""Our structs, and the types of Graph that each reads."""

ENUMS: dict[str, str] = {
    "InteractionType": "aiInteractionType",
    "MeetingCallEventType": "callEventType",
    "CallType": "callRecords.callType",
    "ChatType": "chatType",
    "MigrationMode": "migrationMode",
    "ChannelLayout": "channelLayoutType",
    "MembershipType": "channelMembershipType",
    "Visibility": "teamVisibilityType",
    "MessageType": "chatMessageType",
    "Importance": "chatMessageImportance",
    "BodyType": "bodyType",
    "UserIdentityType": "teamworkUserIdentityType",
    "ApplicationIdentityType": "teamworkApplicationIdentityType",
    "ConversationIdentityType": "teamworkConversationIdentityType",
    "CallEventType": "teamworkCallEventType",
    "CallRecordingStatus": "callRecordingStatus",
}
"""Our enumerations, and Graph's."""

_OTHER_STRUCTS = ("Scope", "OtherDetail")
"""Structs of ours that no one type of Graph has. Details of events are compared by their kinds."""
_UNKNOWN = "unknownFutureValue"
_ENTITIES = {"callRecord": "callRecords.callRecord", "resource": ""}
"""Types that Graph has under another name than the one it announces."""


def differences(theirs: Material, ours: Ours) -> Iterator[str]:
    """Every difference. What only beta has can't be told from a mistake where beta is unknown."""
    yield from _types(theirs, ours)
    yield from _enums(theirs, ours)
    yield from _event_kinds(theirs, ours)
    for row in ours.rows:
        yield from _row(theirs, row)


def _types(theirs: Material, ours: Ours) -> Iterator[str]:
    details = {name for name in ours.objects if name.endswith("Detail")}
    for name in sorted(set(ours.objects) - set(TYPES) - set(_OTHER_STRUCTS) - details):
        yield f"type {name}: compared with nothing"
    for name, kinds in TYPES.items():
        members = {member for member in ours.objects.get(name, set()) if "@" not in member}
        known: set[str] = set()
        for kind in kinds:
            if kind not in theirs.released.kinds and kind not in theirs.beta.kinds:
                yield f"type {kind}: not in the metadata"
                continue
            for properties, api in _properties(theirs, kind):
                known |= properties[0] | properties[1]
                for missing in sorted(properties[0] - members):
                    yield f"type {kind}: {missing} of {api} has no field"
        for extra in sorted(members - known - {"id"}) if theirs.beta.kinds else ():
            yield f"type {name}: {extra} is not in the metadata"


def _properties(
    theirs: Material, kind: str
) -> Iterator[tuple[tuple[frozenset[str], frozenset[str]], str]]:
    """Properties and relations: those of v1.0, and those that beta has beside them."""
    released: frozenset[str] = frozenset()
    if kind in theirs.released.kinds:
        released = theirs.released.properties(kind)
        yield (released, theirs.released.relations(kind)), "v1.0"
    if kind in theirs.beta.kinds:
        beta = theirs.beta.kinds[kind]
        yield (beta.properties - released, beta.relations), "beta"


def _enums(theirs: Material, ours: Ours) -> Iterator[str]:
    for name in sorted(set(ours.enums) - set(ENUMS)):
        yield f"enumeration {name}: compared with nothing"
    for name, kind in ENUMS.items():
        members = _enum(theirs.released, kind) | _enum(theirs.beta, kind)
        if not members:
            yield f"enumeration {kind}: not in the metadata"
            continue
        known = ours.enums.get(name, set())
        for missing in sorted(members - known - {_UNKNOWN}):
            yield f"enumeration {kind}: {missing} has no variant"
        for extra in sorted(known - members) if theirs.beta.kinds else ():
            yield f"enumeration {kind}: {extra} is not in the metadata"


def _enum(model: Model, kind: str) -> frozenset[str]:
    return model.enums.get(kind, frozenset())


def _event_kinds(theirs: Material, ours: Ours) -> Iterator[str]:
    suffix = "EventMessageDetail"
    theirs_all = theirs.released.derived("eventMessageDetail")
    theirs_all |= {kind for kind in theirs.beta.kinds if kind.endswith(suffix)} - {"eventMessageDetail"}
    for missing in sorted(theirs_all - ours.event_kinds):
        yield f"system event {missing}: has no kind"
    for extra in sorted(ours.event_kinds - theirs_all) if theirs.beta.kinds else ():
        yield f"system event {extra}: not in the metadata"


def _row(theirs: Material, row: dict[str, object]) -> Iterator[str]:
    path, api = str(row["path"]), str(row["api"])
    words = [part.split("(")[0] for part in path.split("/") if not part.startswith("{")]
    if theirs.released.words:
        for word in words:
            released, beta = (word.lower() in model.words for model in (theirs.released, theirs.beta))
            if api == "v1.0" and not released:
                yield f"path {path}: {word} is not in v1.0"
            elif not released and not beta:
                yield f"path {path}: {word} is not in the metadata"
    entity = str(row["resourceType"])
    kind = _ENTITIES.get(entity, entity).lower()
    clouds = row["clouds"]
    assert isinstance(clouds, list)
    for cloud, kinds in theirs.clouds.items():
        if (kind in kinds) != (cloud in clouds):
            has = "has" if kind in kinds else "does not have"
            yield f"path {path}: the metadata of {cloud} {has} {entity}"
    permissions = row["permissions"]
    assert isinstance(permissions, dict)
    schemes = {
        "delegated": "DelegatedWork",
        "application": "Application",
        "resourceSpecificConsent": "Application",
    }
    if theirs.permissions:
        for column, scheme in schemes.items():
            yield from _permissions(theirs, path, scheme, permissions[column])


def _permissions(theirs: Material, path: str, scheme: str, names: list[str]) -> Iterator[str]:
    """Each exists for that kind of token, and none before one with fewer privileges."""
    levels = []
    for name in names:
        schemes = theirs.permissions.get(name, {}).get("schemes", {})
        if scheme not in schemes:
            yield f"path {path}: {name} is no permission of {scheme}"
            continue
        # Few have no level, which says nothing.
        if level := schemes[scheme].get("privilegeLevel", 0):
            levels.append((level, name))
    if [level for level, _ in levels] != sorted(level for level, _ in levels):
        order = ", ".join(f"{name} ({level})" for level, name in levels)
        yield f"path {path}: not from the least to the most privileged: {order}"
