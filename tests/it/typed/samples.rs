//! One resource of each type with every member that the types have. All invented.

use serde_json::{Value, json};
use teamwire_payload::ResourceType;

const DATE: &str = "2026-11-21T09:00:00.123Z";

pub(super) fn sample(resource_type: ResourceType) -> Value {
    match resource_type {
        ResourceType::Chat => chat(),
        ResourceType::ChatMessage => message(),
        ResourceType::Team => team(),
        ResourceType::Channel => channel(),
        ResourceType::ConversationMember => member(),
        ResourceType::SharedWithChannelTeamInfo => json!({
            "id": "s", "tenantId": "t", "displayName": "Depot", "isHostTeam": false,
        }),
        ResourceType::CallTranscript => artefact("transcriptContentUrl"),
        ResourceType::CallRecording => artefact("recordingContentUrl"),
        ResourceType::TeamsAppInstallation => installation(),
        ResourceType::CallEvent => json!({
            "@odata.type": "#microsoft.graph.callevent", "@odata.id": "communications/x",
            "id": "e", "eventType": "rosterUpdated", "callEventType": "rosterUpdated",
            "eventDateTime": DATE, "participants": [participant()],
            "participants@delta": [participant()],
        }),
        ResourceType::CallRecord => json!({
            "id": "r", "version": 7, "type": "groupCall", "startDateTime": DATE,
            "endDateTime": DATE, "lastModifiedDateTime": DATE, "joinWebUrl": "https://j.example",
            "modalities": ["audio"], "organizer": identity_set(), "participants": [identity_set()],
        }),
        ResourceType::AiInteraction => interaction(),
        ResourceType::CallAiInsight => json!({
            "id": "i", "callId": "c", "contentCorrelationId": "r", "createdDateTime": DATE,
            "endDateTime": DATE,
            "actionItems": [{ "ownerDisplayName": "Ines", "text": "t", "title": "t" }],
            "meetingNotes": [{
                "subpoints": [{ "text": "t", "title": "t" }], "text": "t", "title": "t",
            }],
            "viewpoint": { "mentionEvents": [{
                "eventDateTime": DATE, "speaker": identity_set(), "transcriptUtterance": "u",
            }] },
        }),
        other => panic!("{other} has no struct"),
    }
}

fn identity() -> Value {
    json!({
        "@odata.type": "#microsoft.graph.teamworkUserIdentity",
        "id": "i", "displayName": "Ines Varga", "tenantId": "t",
        "userPrincipalName": "ines@example.org",
        "userIdentityType": "aadUser", "applicationIdentityType": "bot",
        "conversationIdentityType": "channel",
    })
}

fn identity_set() -> Value {
    json!({
        "@odata.type": "#microsoft.graph.chatMessageFromIdentitySet",
        "application": identity(), "device": identity(), "user": identity(),
        "conversation": identity(), "tag": identity(),
    })
}

fn participant() -> Value {
    json!({
        "id": "p", "info": { "identity": identity_set() }, "isInLobby": false, "isMuted": false,
        "removedState": { "reason": "left" },
    })
}

fn interaction() -> Value {
    json!({
        "id": "1", "etag": "1", "sessionId": "s", "requestId": "r", "appClass": "a",
        "interactionType": "aiResponse", "conversationType": "appchat", "createdDateTime": DATE,
        "locale": "en-us", "from": identity_set(),
        "body": { "contentType": "text", "content": "At nine." },
        "attachments": [{
            "attachmentId": "a", "content": "{}", "contentType": "reference",
            "contentUrl": "https://f.example", "name": "n",
        }],
        "contexts": [{ "contextReference": "https://c.example", "contextType": "t", "displayName": "d" }],
        "links": [{ "displayName": "d", "linkType": "t", "linkUrl": "https://l.example" }],
        "mentions": [{ "mentionId": 0, "mentionText": "Ines", "mentioned": identity_set() }],
    })
}

fn member() -> Value {
    json!({
        "@odata.type": "#microsoft.graph.aadUserConversationMember",
        "id": "m", "roles": ["owner", "guest"], "displayName": "Tomas Lindqvist",
        "visibleHistoryStartDateTime": DATE, "userId": "u", "email": "tomas@example.org",
        "tenantId": "t", "anonymousGuestId": "a", "azureCommunicationServicesId": "z",
        "skypeId": "s", "phoneNumber": "+1 555 0100", "@microsoft.graph.originalSourceMembershipUrl": "teams('t')/members('m')",
    })
}

fn chat() -> Value {
    json!({
        "id": "c", "topic": "Harvest", "chatType": "meeting", "createdDateTime": DATE,
        "createdBy": identity_set(),
        "lastUpdatedDateTime": DATE, "tenantId": "t", "webUrl": "https://teams.example/c",
        "isHiddenForAllMembers": false, "migrationMode": "inProgress",
        "originalCreatedDateTime": DATE, "members": [member()],
        "viewpoint": { "isHidden": true, "lastMessageReadDateTime": DATE },
        "onlineMeetingInfo": {
            "calendarEventId": "e", "joinWebUrl": "https://teams.example/j", "organizer": identity(),
        },
        "lastMessagePreview": {
            "id": "1", "createdDateTime": DATE, "isDeleted": false, "messageType": "message",
            "body": { "contentType": "text", "content": "At nine." },
            "from": identity_set(), "eventDetail": detail("membersAddedEventMessageDetail"),
        },
    })
}

fn message() -> Value {
    let reaction = json!({
        "reactionType": "like", "displayName": "Like", "reactionContentUrl": "https://r.example",
        "createdDateTime": DATE, "user": identity_set(),
    });
    json!({
        "id": "1", "replyToId": "0", "etag": "1", "messageType": "systemEventMessage",
        "createdDateTime": DATE, "lastModifiedDateTime": DATE, "lastEditedDateTime": DATE,
        "deletedDateTime": DATE, "subject": "s", "summary": "s", "chatId": "c",
        "channelIdentity": { "teamId": "t", "channelId": "h" }, "importance": "urgent",
        "locale": "en-us", "webUrl": "https://teams.example/m", "from": identity_set(),
        "onBehalfOf": identity_set(), "body": { "contentType": "html", "content": "<p>At nine.</p>" },
        "attachments": [{
            "id": "a", "contentType": "reference", "contentUrl": "https://f.example", "content": "{}",
            "name": "n", "thumbnailUrl": "https://t.example", "teamsAppId": "p",
        }],
        "mentions": [{ "id": 0, "mentionText": "Ines", "mentioned": identity_set() }],
        "reactions": [reaction],
        "policyViolation": {
            "dlpAction": "notifySender, blockAccess", "userAction": "none",
            "verdictDetails": "allowOverrideWithJustification", "justificationText": "j",
            "policyTip": {
                "generalText": "g", "complianceUrl": "https://c.example",
                "matchedConditionDescriptions": ["Credit card number"],
            },
        },
        "messageHistory": [
            { "modifiedDateTime": DATE, "actions": "reactionAdded", "reaction": reaction },
        ],
        "eventDetail": detail("callEndedEventMessageDetail"),
    })
}

fn team() -> Value {
    json!({
        "id": "t", "displayName": "Depot", "description": "d", "createdDateTime": DATE,
        "tenantId": "t", "internalId": "19:t", "classification": "c", "specialization": "none",
        "visibility": "hiddenMembership", "webUrl": "https://teams.example/t", "isArchived": false,
        "memberSettings": {
            "allowCreateUpdateChannels": true, "allowCreatePrivateChannels": true,
            "allowDeleteChannels": true, "allowAddRemoveApps": true,
            "allowCreateUpdateRemoveTabs": true, "allowCreateUpdateRemoveConnectors": true,
        },
        "guestSettings": { "allowCreateUpdateChannels": false, "allowDeleteChannels": false },
        "messagingSettings": {
            "allowUserEditMessages": true, "allowUserDeleteMessages": true,
            "allowOwnerDeleteMessages": true, "allowTeamMentions": true,
            "allowChannelMentions": true,
        },
        "funSettings": {
            "allowGiphy": true, "giphyContentRating": "strict", "allowStickersAndMemes": true,
            "allowCustomMemes": true,
        },
    })
}

fn channel() -> Value {
    json!({
        "id": "h", "displayName": "Deliveries", "description": "d", "createdDateTime": DATE,
        "tenantId": "t", "membershipType": "shared", "email": "h@example.org",
        "webUrl": "https://teams.example/h", "isFavoriteByDefault": false, "isArchived": false,
        "layoutType": "post", "migrationMode": "completed", "originalCreatedDateTime": DATE,
    })
}

fn artefact(url: &str) -> Value {
    json!({
        "id": "a", "meetingId": "m", "callId": "c", "contentCorrelationId": "r",
        "createdDateTime": DATE, "endDateTime": DATE, "meetingOrganizer": identity_set(),
        url: "communications/onlineMeetings/m/content",
    })
}

fn installation() -> Value {
    json!({
        "id": "i",
        "teamsApp": {
            "id": "a", "externalId": "e", "displayName": "Rota", "distributionMethod": "store",
        },
        "teamsAppDefinition": {
            "id": "d", "teamsAppId": "a", "displayName": "Rota", "version": "1.0",
            "description": "d", "shortDescription": "s", "publishingState": "published",
            "lastModifiedDateTime": DATE,
        },
        "scopeInfo": {
            "@odata.type": "#microsoft.graph.groupChatTeamsAppInstallationScopeInfo",
            "scope": "groupChat", "teamId": "t", "chatId": "c", "userId": "u",
        },
        "consentedPermissionSet": { "resourceSpecificPermissions": [
            { "permissionType": "application", "permissionValue": "ChatMessage.Read.Chat" },
        ] },
    })
}

/// The detail of a system event, with the members of its kind.
pub(super) fn detail(kind: &str) -> Value {
    let mut detail = match kind {
        "callStartedEventMessageDetail" | "callEndedEventMessageDetail" => json!({
            "callId": "c", "callEventType": "screenShare", "callDuration": "PT31S",
            "callParticipants": [{ "participant": identity_set() }],
        }),
        "callRecordingEventMessageDetail" => json!({
            "callId": "c", "callRecordingDisplayName": "r", "callRecordingDuration": "PT31S",
            "callRecordingStatus": "chunkFinished", "callRecordingUrl": "https://r.example",
            "meetingOrganizer": identity_set(),
        }),
        "callTranscriptEventMessageDetail" => json!({
            "callId": "c", "callTranscriptICalUid": "u", "meetingOrganizer": identity_set(),
        }),
        "chatRenamedEventMessageDetail" => json!({ "chatId": "c", "chatDisplayName": "Harvest" }),
        "conversationMemberRoleUpdatedEventMessageDetail" => json!({
            "conversationMemberRoles": ["owner"], "conversationMemberUser": identity(),
        }),
        "meetingPolicyUpdatedEventMessageDetail" => json!({
            "meetingChatId": "c", "meetingChatEnabled": true,
        }),
        "messagePinnedEventMessageDetail" | "messageUnpinnedEventMessageDetail" => json!({
            "eventDateTime": DATE,
        }),
        "tabUpdatedEventMessageDetail" => json!({ "tabId": "t" }),
        kind if kind.starts_with("teamsApp") => json!({
            "teamsAppId": "a", "teamsAppDisplayName": "Rota",
        }),
        kind if kind.starts_with("team") => json!({
            "teamId": "t", "teamDisplayName": "Depot", "teamDescription": "d",
        }),
        "channelSharingUpdatedEventMessageDetail" => json!({
            "ownerTeamId": "t", "ownerTenantId": "t", "sharedChannelId": "h",
        }),
        kind if kind.starts_with("channel") => json!({
            "channelId": "h", "channelDisplayName": "Deliveries", "channelDescription": "d",
        }),
        kind if kind.starts_with("members") => json!({
            "members": [identity()], "visibleHistoryStartDateTime": DATE,
        }),
        _ => json!({ "shape": { "of": "something new" } }),
    };
    detail["@odata.type"] = format!("#microsoft.graph.{kind}").into();
    detail["initiator"] = identity_set();
    detail
}
