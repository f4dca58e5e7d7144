//! The events that `docs/EVENTS.md` shows under "One of each", made by the code that makes them.
//!
//! With `TEAMWIRE_BLESS=1` the test writes them there instead of comparing.

use super::there_and_back;
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;
use teamwire_payload::event;
use teamwire_payload::{ChangeType, Event, Message, Origin, Reference, Resource, ResourceType};

const BEGIN: &str = "<!-- one of each: written by tests/it/typed/examples.rs -->\n";
const END: &str = "<!-- end of one of each -->\n";

/// A change, and the resource as it stands in the event.
struct Example {
    resource_type: ResourceType,
    about: &'static str,
    path: &'static str,
    change_type: ChangeType,
    origin: Origin,
    /// Milliseconds since 1970.
    received_at: u64,
    /// The part of its id that differs between changes, where the resource has no version: the
    /// signature of a sealed change.
    signature: &'static str,
    data: &'static str,
}

const EXAMPLES: [Example; 9] = [
    Example {
        resource_type: ResourceType::Chat,
        about: "A group chat has a new topic. With `viewpoint` in the data, `payloadkind` says so.",
        path: "chats('19:8c1f4e0a7b2d4963b5d0c2a6e9f71384@thread.v2')",
        change_type: ChangeType::Updated,
        origin: Origin::Decrypted,
        received_at: 1_795_252_204_118,
        signature: "",
        data: r#"{
  "id": "19:8c1f4e0a7b2d4963b5d0c2a6e9f71384@thread.v2",
  "topic": "Deliveries in November",
  "createdDateTime": "2026-10-05T07:12:40.031Z",
  "lastUpdatedDateTime": "2026-11-21T09:10:03.402Z",
  "chatType": "group",
  "tenantId": "3f6c1d9e-52ab-4c07-9e1b-7d2a0b8c4e15",
  "isHiddenForAllMembers": false
}"#,
    },
    Example {
        resource_type: ResourceType::ChatMessage,
        about: "Someone was added to the chat: a system message. It has no sender, and its \
                `eventDetail` says what happened.",
        path: "chats('19:8c1f4e0a7b2d4963b5d0c2a6e9f71384@thread.v2')/messages('1795252260517')",
        change_type: ChangeType::Created,
        origin: Origin::Decrypted,
        received_at: 1_795_252_261_009,
        signature: "",
        data: r##"{
  "id": "1795252260517",
  "etag": "1795252260517",
  "messageType": "systemEventMessage",
  "createdDateTime": "2026-11-21T09:11:00.517Z",
  "lastModifiedDateTime": "2026-11-21T09:11:00.517Z",
  "deletedDateTime": null,
  "chatId": "19:8c1f4e0a7b2d4963b5d0c2a6e9f71384@thread.v2",
  "from": null,
  "body": {
    "contentType": "html",
    "content": "<systemEventMessage/>"
  },
  "eventDetail": {
    "@odata.type": "#microsoft.graph.membersAddedEventMessageDetail",
    "visibleHistoryStartDateTime": "0001-01-01T00:00:00Z",
    "members": [
      {
        "id": "c4a8b2f0-3e19-4d76-8a5c-29b7e6d1f043",
        "displayName": null,
        "userIdentityType": "aadUser"
      }
    ],
    "initiator": {
      "application": null,
      "device": null,
      "user": {
        "id": "0d9e7c41-6b2f-4a85-93d0-e1f4c7b8a259",
        "displayName": null,
        "userIdentityType": "aadUser"
      }
    }
  }
}"##,
    },
    Example {
        resource_type: ResourceType::Team,
        about: "A team was archived.",
        path: "teams('7c0d2b5e-91f4-4a36-8e57-c3b6d1a09f42')",
        change_type: ChangeType::Updated,
        origin: Origin::Hydrated,
        received_at: 1_795_252_320_733,
        signature: "",
        data: r##"{
  "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#teams/$entity",
  "id": "7c0d2b5e-91f4-4a36-8e57-c3b6d1a09f42",
  "createdDateTime": "2024-02-12T10:45:19.27Z",
  "displayName": "North depot",
  "description": null,
  "internalId": "19:4a9e6d1c0b7f4e28a3c5d8b2f1e09763@thread.tacv2",
  "visibility": "private",
  "isArchived": true,
  "memberSettings": {
    "allowCreateUpdateChannels": true,
    "allowDeleteChannels": false
  }
}"##,
    },
    Example {
        resource_type: ResourceType::Channel,
        about: "A private channel was made.",
        path: "teams('7c0d2b5e-91f4-4a36-8e57-c3b6d1a09f42')/channels('19:d28b6f0e41c94a7d95e3b7c0a8f61d24@thread.tacv2')",
        change_type: ChangeType::Created,
        origin: Origin::Hydrated,
        received_at: 1_795_252_381_256,
        signature: "",
        data: r#"{
  "id": "19:d28b6f0e41c94a7d95e3b7c0a8f61d24@thread.tacv2",
  "createdDateTime": "2026-11-21T09:12:59.8Z",
  "displayName": "Night shift",
  "description": "Rota and handover",
  "membershipType": "private",
  "isFavoriteByDefault": false,
  "isArchived": false
}"#,
    },
    Example {
        resource_type: ResourceType::ConversationMember,
        about: "Someone is an owner of the team now. The id is that of the membership.",
        path: "teams('7c0d2b5e-91f4-4a36-8e57-c3b6d1a09f42')/members('MiMjM2Y2YzFkOWUtNTJhYi00YzA3LTllMWItN2QyYTBiOGM0ZTE1IyM3YzBkMmI1ZS05MWY0LTRhMzYtOGU1Ny1jM2I2ZDFhMDlmNDIjI2M0YThiMmYwLTNlMTktNGQ3Ni04YTVjLTI5YjdlNmQxZjA0Mw==')",
        change_type: ChangeType::Updated,
        origin: Origin::Decrypted,
        received_at: 1_795_252_440_605,
        signature: "4xq2Q8RPeg7IJLWdEZTWDawzQgDYReYdLSidqg8IfqQ=",
        data: r#"{
  "id": "MiMjM2Y2YzFkOWUtNTJhYi00YzA3LTllMWItN2QyYTBiOGM0ZTE1IyM3YzBkMmI1ZS05MWY0LTRhMzYtOGU1Ny1jM2I2ZDFhMDlmNDIjI2M0YThiMmYwLTNlMTktNGQ3Ni04YTVjLTI5YjdlNmQxZjA0Mw==",
  "roles": [
    "owner"
  ],
  "displayName": "Tomas Lindqvist",
  "userId": "c4a8b2f0-3e19-4d76-8a5c-29b7e6d1f043",
  "email": null,
  "tenantId": "3f6c1d9e-52ab-4c07-9e1b-7d2a0b8c4e15"
}"#,
    },
    Example {
        resource_type: ResourceType::SharedWithChannelTeamInfo,
        about: "A channel is shared with another team.",
        path: "teams('7c0d2b5e-91f4-4a36-8e57-c3b6d1a09f42')/channels('19:6e0b9c3d72f84a15b4d1e8a7c5f30926@thread.tacv2')/sharedWithTeams('a91d6e42-5c0b-4f78-9d23-8e7b1c4f0a65')",
        change_type: ChangeType::Created,
        origin: Origin::Decrypted,
        received_at: 1_795_252_500_914,
        signature: "pNJoaAF8DM/+Lv5QlE70IRg0ZgzKg0xun4bexqiCRvo=",
        data: r#"{
  "id": "a91d6e42-5c0b-4f78-9d23-8e7b1c4f0a65",
  "tenantId": "3f6c1d9e-52ab-4c07-9e1b-7d2a0b8c4e15",
  "displayName": "South depot",
  "isHostTeam": false
}"#,
    },
    Example {
        resource_type: ResourceType::CallTranscript,
        about: "There is a transcript now. Its text is not in the data.",
        path: "communications/onlineMeetings('MSowZDllN2M0MS02YjJmLTRhODUtOTNkMC1lMWY0YzdiOGEyNTkqMCoqMTk6bWVldGluZ19ZakUwWkRrMkB0aHJlYWQudjI=')/transcripts('MSMjMCMjNWI3ZTJjOTAtNDFkOC00ZjYzLWEwZTUtOWM4ZDdiNmE1ZjQx')",
        change_type: ChangeType::Created,
        origin: Origin::Decrypted,
        received_at: 1_795_252_560_271,
        signature: "",
        data: r#"{
  "id": "MSMjMCMjNWI3ZTJjOTAtNDFkOC00ZjYzLWEwZTUtOWM4ZDdiNmE1ZjQx",
  "meetingId": "MSowZDllN2M0MS02YjJmLTRhODUtOTNkMC1lMWY0YzdiOGEyNTkqMCoqMTk6bWVldGluZ19ZakUwWkRrMkB0aHJlYWQudjI=",
  "createdDateTime": "2026-11-21T08:30:12.114Z",
  "transcriptContentUrl": "communications/onlineMeetings/MSowZDllN2M0MS02YjJmLTRhODUtOTNkMC1lMWY0YzdiOGEyNTkqMCoqMTk6bWVldGluZ19ZakUwWkRrMkB0aHJlYWQudjI=/transcripts/MSMjMCMjNWI3ZTJjOTAtNDFkOC00ZjYzLWEwZTUtOWM4ZDdiNmE1ZjQx/content",
  "meetingOrganizer": {
    "application": null,
    "device": null,
    "user": {
      "userIdentityType": "aadUser",
      "id": "0d9e7c41-6b2f-4a85-93d0-e1f4c7b8a259",
      "displayName": null,
      "tenantId": "3f6c1d9e-52ab-4c07-9e1b-7d2a0b8c4e15"
    }
  }
}"#,
    },
    Example {
        resource_type: ResourceType::CallRecording,
        about: "There is a recording of the same meeting.",
        path: "communications/onlineMeetings('MSowZDllN2M0MS02YjJmLTRhODUtOTNkMC1lMWY0YzdiOGEyNTkqMCoqMTk6bWVldGluZ19ZakUwWkRrMkB0aHJlYWQudjI=')/recordings('MSMjMGQ5ZTdjNDEtNmIyZi00YTg1LTkzZDAtZTFmNGM3YjhhMjU5IyMyZTljN2ExNS04MGY0LTRiM2QtOTZlMS1kNWEwYzhiN2YzNjI=')",
        change_type: ChangeType::Created,
        origin: Origin::Decrypted,
        received_at: 1_795_252_621_480,
        signature: "",
        data: r#"{
  "id": "MSMjMGQ5ZTdjNDEtNmIyZi00YTg1LTkzZDAtZTFmNGM3YjhhMjU5IyMyZTljN2ExNS04MGY0LTRiM2QtOTZlMS1kNWEwYzhiN2YzNjI=",
  "meetingId": "MSowZDllN2M0MS02YjJmLTRhODUtOTNkMC1lMWY0YzdiOGEyNTkqMCoqMTk6bWVldGluZ19ZakUwWkRrMkB0aHJlYWQudjI=",
  "createdDateTime": "2026-11-21T08:30:09.76Z",
  "recordingContentUrl": "communications/onlineMeetings/MSowZDllN2M0MS02YjJmLTRhODUtOTNkMC1lMWY0YzdiOGEyNTkqMCoqMTk6bWVldGluZ19ZakUwWkRrMkB0aHJlYWQudjI=/recordings/MSMjMGQ5ZTdjNDEtNmIyZi00YTg1LTkzZDAtZTFmNGM3YjhhMjU5IyMyZTljN2ExNS04MGY0LTRiM2QtOTZlMS1kNWEwYzhiN2YzNjI=/content",
  "meetingOrganizer": {
    "application": null,
    "device": null,
    "user": {
      "userIdentityType": "aadUser",
      "id": "0d9e7c41-6b2f-4a85-93d0-e1f4c7b8a259",
      "displayName": null,
      "tenantId": "3f6c1d9e-52ab-4c07-9e1b-7d2a0b8c4e15"
    }
  }
}"#,
    },
    Example {
        resource_type: ResourceType::TeamsAppInstallation,
        about: "An app was installed in the chat. `scopeInfo` says where.",
        path: "appCatalogs/teamsApps('95c3e8a1-7d26-4f0b-8e49-b1d7c6a2f530')/installations('NGQwYjhlMzctYzVmMi00OTE2LWFlN2QtMThjOWYwYTNiNjU0IyM5NWMzZThhMS03ZDI2LTRmMGItOGU0OS1iMWQ3YzZhMmY1MzA=')",
        change_type: ChangeType::Created,
        origin: Origin::Decrypted,
        received_at: 1_795_252_680_062,
        signature: "HhQuYnexK34REEeKJMrujwBqk0noaXDIkCA9YmYglGM=",
        data: r##"{
  "id": "NGQwYjhlMzctYzVmMi00OTE2LWFlN2QtMThjOWYwYTNiNjU0IyM5NWMzZThhMS03ZDI2LTRmMGItOGU0OS1iMWQ3YzZhMmY1MzA=",
  "teamsApp": {
    "id": "95c3e8a1-7d26-4f0b-8e49-b1d7c6a2f530"
  },
  "scopeInfo": {
    "@odata.type": "#microsoft.graph.groupChatTeamsAppInstallationScopeInfo",
    "scope": "groupChat",
    "chatId": "19:8c1f4e0a7b2d4963b5d0c2a6e9f71384@thread.v2"
  }
}"##,
    },
];

fn event(example: &Example) -> Event {
    let subscription = match example.origin {
        Origin::Hydrated => "5e2d9b71-0c36-48fa-b7d4-63a1f0c9e852",
        _ => "b0a5f7c2-8d43-4f19-a6e0-19c2d7e8f3a4",
    };
    let change = Message {
        received_at: example.received_at,
        trace: None,
        body: Reference {
            tenant_id: "3f6c1d9e-52ab-4c07-9e1b-7d2a0b8c4e15".parse().unwrap(),
            subscription_id: subscription.to_owned(),
            change_type: example.change_type,
            resource: example.path.to_owned(),
            odata_type: None,
            odata_id: None,
            etag: None,
        },
    };
    let occurrence = match example.origin {
        Origin::Hydrated => change.announced(),
        _ => example.signature.to_owned(),
    };
    event::with_data(
        "https://graph.microsoft.com",
        &change,
        &Resource::parse(example.path).unwrap(),
        example.origin,
        // Stands one level down in the event.
        &example.data.replace('\n', "\n  "),
        &occurrence,
    )
    .unwrap()
}

fn section() -> String {
    let mut text = BEGIN.to_owned();
    for example in &EXAMPLES {
        let event = serde_json::to_string_pretty(&event(example)).unwrap();
        let name = example.resource_type;
        let about = example.about;
        write!(text, "\n### {name}\n\n{about}\n\n```json\n{event}\n```\n").unwrap();
    }
    text + "\n" + END
}

#[test]
fn the_document_shows_one_event_of_each_resource_type() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/EVENTS.md");
    let document = fs::read_to_string(&path).unwrap();
    let (before, rest) = document.split_once(BEGIN).unwrap();
    let (shown, after) = rest.split_once(END).unwrap();
    if std::env::var("TEAMWIRE_BLESS").is_ok_and(|bless| bless == "1") {
        fs::write(path, format!("{before}{}{after}", section())).unwrap();
        return;
    }
    let shown = format!("{BEGIN}{shown}{END}");
    assert!(
        shown == section(),
        "run this test with TEAMWIRE_BLESS=1, and look at what changes in docs/EVENTS.md"
    );
}

#[test]
fn each_type_is_shown_once_and_reads_as_what_it_is() {
    assert_eq!(
        EXAMPLES.each_ref().map(|example| example.resource_type),
        super::TYPES[..EXAMPLES.len()],
        "the neighbours of Teams have no example"
    );
    for example in &EXAMPLES {
        let event = event(example);
        assert_eq!(event.resource_type(), Some(example.resource_type));
        assert_eq!(event.subject, example.path, "a canonical path");
        let resource = there_and_back(example.resource_type, example.data).unwrap();
        assert_eq!(event.resource().unwrap(), resource);
    }
}

/// Without one, two such changes could not be told apart; with one that is not needed, the
/// example would pretend that it is.
#[test]
fn a_signature_is_given_where_nothing_else_tells_two_changes_apart() {
    for example in &EXAMPLES {
        let other = Example {
            signature: "another",
            ..*example
        };
        assert_eq!(
            event(example).id != event(&other).id,
            !example.signature.is_empty(),
            "{}",
            example.path
        );
    }
}
