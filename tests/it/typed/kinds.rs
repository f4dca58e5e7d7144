//! Each name of Graph has its variant, and names that are new survive.

use super::samples::{detail, sample};
use super::{TYPES, there_and_back};
use serde_json::{Value, json};
use teamwire_events::teams::{ChatMessage, ChatType, EventDetail, ResourceMember, TeamsResource};
use teamwire_payload::ResourceType;

/// All that Graph's reference lists, the one of the beta API included.
const SYSTEM_EVENTS: [&str; 31] = [
    "callEndedEventMessageDetail",
    "callRecordingEventMessageDetail",
    "callStartedEventMessageDetail",
    "callTranscriptEventMessageDetail",
    "channelAddedEventMessageDetail",
    "channelDeletedEventMessageDetail",
    "channelDescriptionUpdatedEventMessageDetail",
    "channelRenamedEventMessageDetail",
    "channelSetAsFavoriteByDefaultEventMessageDetail",
    "channelSharingUpdatedEventMessageDetail",
    "channelUnsetAsFavoriteByDefaultEventMessageDetail",
    "chatRenamedEventMessageDetail",
    "conversationMemberRoleUpdatedEventMessageDetail",
    "meetingPolicyUpdatedEventMessageDetail",
    "membersAddedEventMessageDetail",
    "membersDeletedEventMessageDetail",
    "membersJoinedEventMessageDetail",
    "membersLeftEventMessageDetail",
    "messagePinnedEventMessageDetail",
    "messageUnpinnedEventMessageDetail",
    "tabUpdatedEventMessageDetail",
    "teamArchivedEventMessageDetail",
    "teamCreatedEventMessageDetail",
    "teamDescriptionUpdatedEventMessageDetail",
    "teamJoiningDisabledEventMessageDetail",
    "teamJoiningEnabledEventMessageDetail",
    "teamRenamedEventMessageDetail",
    "teamUnarchivedEventMessageDetail",
    "teamsAppInstalledEventMessageDetail",
    "teamsAppRemovedEventMessageDetail",
    "teamsAppUpgradedEventMessageDetail",
];

fn message_about(detail: &Value) -> (Box<ChatMessage>, EventDetail) {
    let text = json!({ "id": "1", "eventDetail": detail }).to_string();
    match there_and_back(ResourceType::ChatMessage, &text).unwrap() {
        TeamsResource::ChatMessage(message) => {
            let detail = message.event_detail.clone().into_value().unwrap();
            (message, detail)
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_system_event_has_its_kind_and_a_field_for_each_member() {
    for name in SYSTEM_EVENTS {
        let (message, kind) = message_about(&detail(name));
        assert!(!matches!(kind, EventDetail::Other(_)), "{name}");
        assert!(
            kind.initiator()
                .is_some_and(|set| set.user.value().is_some())
        );
        assert!(kind.odata_type().is_some_and(|text| text.ends_with(name)));
        let shown = format!("{kind:?}");
        assert!(!shown.contains("Absent"), "{name}: {shown}");
        assert!(
            !shown.replace("other: {}", "").contains("other"),
            "{name}: {shown}"
        );
        assert!(message.from.is_absent());
    }
}

#[test]
fn a_system_event_that_is_new_keeps_all_it_says() {
    for unknown in [
        detail("harvestBroughtInEventMessageDetail"),
        json!({ "@odata.type": null, "initiator": null, "x": 1 }),
        json!({ "x": [1, null] }),
        json!({}),
    ] {
        let (_, kind) = message_about(&unknown);
        assert!(matches!(kind, EventDetail::Other(_)), "{unknown}");
    }
}

#[test]
fn the_namespace_of_a_system_event_is_graphs_business() {
    for odata_type in [
        "#microsoft.graph.membersLeftEventMessageDetail",
        "#Microsoft.Graph.MembersLeftEventMessageDetail",
        "membersLeftEventMessageDetail",
    ] {
        let (_, kind) = message_about(&json!({ "@odata.type": odata_type, "members": [] }));
        assert!(matches!(kind, EventDetail::MembersLeft(_)), "{odata_type}");
    }
}

#[test]
fn a_name_that_is_new_is_kept() {
    let text = r#"{"id":"c","chatType":"assembly"}"#;
    let TeamsResource::Chat(chat) = there_and_back(ResourceType::Chat, text).unwrap() else {
        panic!("no chat");
    };
    assert_eq!(
        chat.chat_type,
        ResourceMember::Value(ChatType::Other("assembly".to_owned()))
    );
    assert_eq!(ChatType::Other("assembly".to_owned()).as_str(), "assembly");
}

/// The place of each name in a sample, and all names that Graph's reference lists.
const NAMES: [(ResourceType, &str, &[&str]); 15] = [
    (
        ResourceType::Chat,
        "/chatType",
        &["oneOnOne", "group", "meeting"],
    ),
    (
        ResourceType::Chat,
        "/migrationMode",
        &["inProgress", "completed"],
    ),
    (ResourceType::Channel, "/layoutType", &["post", "chat"]),
    (
        ResourceType::AiInteraction,
        "/interactionType",
        &["userPrompt", "aiResponse"],
    ),
    (
        ResourceType::CallEvent,
        "/eventType",
        &[
            "callStarted",
            "callEnded",
            "rosterUpdated",
            "recordingStateUpdated",
            "transcriptionStateUpdated",
        ],
    ),
    (
        ResourceType::CallRecord,
        "/type",
        &["unknown", "groupCall", "peerToPeer"],
    ),
    (
        ResourceType::ChatMessage,
        "/messageType",
        &["message", "chatEvent", "typing", "systemEventMessage"],
    ),
    (
        ResourceType::ChatMessage,
        "/importance",
        &["normal", "high", "urgent"],
    ),
    (
        ResourceType::ChatMessage,
        "/body/contentType",
        &["text", "html"],
    ),
    (
        ResourceType::ChatMessage,
        "/from/user/userIdentityType",
        &[
            "aadUser",
            "onPremiseAadUser",
            "anonymousGuest",
            "federatedUser",
            "personalMicrosoftAccountUser",
            "skypeUser",
            "phoneUser",
            "emailUser",
            "azureCommunicationServicesUser",
        ],
    ),
    (
        ResourceType::ChatMessage,
        "/from/application/applicationIdentityType",
        &[
            "aadApplication",
            "bot",
            "tenantBot",
            "office365Connector",
            "outgoingWebhook",
        ],
    ),
    (
        ResourceType::ChatMessage,
        "/mentions/0/mentioned/conversation/conversationIdentityType",
        &["team", "channel", "chat"],
    ),
    (
        ResourceType::ChatMessage,
        "/eventDetail/callEventType",
        &["call", "meeting", "screenShare"],
    ),
    (
        ResourceType::Team,
        "/visibility",
        &["private", "public", "hiddenMembership"],
    ),
    (
        ResourceType::Channel,
        "/membershipType",
        &["standard", "private", "shared"],
    ),
];

#[test]
fn every_name_has_its_variant() {
    for (resource_type, place, names) in NAMES {
        for name in names {
            let mut resource = sample(resource_type);
            *resource.pointer_mut(place).unwrap() = json!(name);
            let read = there_and_back(resource_type, &resource.to_string()).unwrap();
            assert!(!format!("{read:?}").contains("Other("), "{place}: {name}");
        }
    }
    for name in ["initial", "chunkFinished", "success", "failure"] {
        let mut recording = detail("callRecordingEventMessageDetail");
        recording["callRecordingStatus"] = json!(name);
        let (_, read) = message_about(&recording);
        assert!(!format!("{read:?}").contains("Other("), "{name}");
    }
}

#[test]
fn the_samples_have_every_member_and_no_other() {
    for resource_type in TYPES {
        let sample = sample(resource_type).to_string();
        let shown = format!("{:?}", there_and_back(resource_type, &sample).unwrap());
        assert!(!shown.contains("Absent"), "{shown}");
        let shown = shown.replace("other: {}", "");
        assert!(!shown.contains("other:"), "{shown}");
        assert!(!shown.contains("Other("), "{shown}");
    }
}
