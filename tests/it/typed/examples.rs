//! The events in `examples/events`, made by the code that makes them: one file for each type and
//! each way its data can be come by.
//!
//! With `BLESS_EXAMPLES=1` the test writes them instead of comparing.

use super::there_and_back;
use ReferenceReason::{Deleted, NoGet as Unreadable, NotFound};
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use teamwire_events::Origin::{self, Backfilled, Decrypted, Hydrated};
use teamwire_payload::event::{self, ReferenceReason, UnfilledReason};
use teamwire_payload::gap::{CoverageGap, GapReason};
use teamwire_payload::resource::NoGet;
use teamwire_payload::{
    ChangeType, Event, QueueMessage, ReferencedChange, ResourceRef, ResourceType,
};

const TENANT: &str = "3f6c1d9e-52ab-4c07-9e1b-7d2a0b8c4e15";
const GRAPH: &str = "https://graph.microsoft.com";

/// A change, and the resource as it stands in the event.
struct Example {
    resource_type: ResourceType,
    path: &'static str,
    change_type: ChangeType,
    /// How the data can be come by.
    origins: &'static [Origin],
    /// Why there may be none.
    reason: Option<ReferenceReason>,
    /// Milliseconds since 1970.
    received_at: u64,
    /// The part of its id that differs between changes, where the resource has no version: the
    /// signature of a sealed change.
    signature: &'static str,
    data: &'static str,
}

const EXAMPLES: [Example; 14] = [
    Example {
        resource_type: ResourceType::Chat,
        path: "chats('19:8c1f4e0a7b2d4963b5d0c2a6e9f71384@thread.v2')",
        change_type: ChangeType::Updated,
        origins: &[Decrypted, Hydrated, Backfilled],
        reason: Some(NotFound),
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
        resource_type: ResourceType::Chat,
        path: "chats('19:8c1f4e0a7b2d4963b5d0c2a6e9f71384@thread.v2')",
        change_type: ChangeType::Updated,
        origins: &[Decrypted],
        reason: None,
        received_at: 1_795_252_205_330,
        signature: "Yq0sS4m1cG3iFqk5cWcVx6C2m2n5D1m0zOQpWZ3V8yE=",
        data: r#"{
  "id": "19:8c1f4e0a7b2d4963b5d0c2a6e9f71384@thread.v2",
  "viewpoint": {
    "isHidden": false,
    "lastMessageReadDateTime": "2026-11-21T09:10:04.902Z"
  }
}"#,
    },
    Example {
        resource_type: ResourceType::ChatMessage,
        path: "chats('19:8c1f4e0a7b2d4963b5d0c2a6e9f71384@thread.v2')/messages('1795252260517')",
        change_type: ChangeType::Created,
        origins: &[Decrypted, Hydrated, Backfilled],
        reason: Some(Deleted),
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
        path: "teams('7c0d2b5e-91f4-4a36-8e57-c3b6d1a09f42')",
        change_type: ChangeType::Updated,
        origins: &[Decrypted, Hydrated, Backfilled],
        reason: Some(Deleted),
        received_at: 1_795_252_320_733,
        signature: "m1Jx0dJc2n6uE3mYv8Xb5rQ7pLw9kTzA4sHfGqUeIoY=",
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
        path: "teams('7c0d2b5e-91f4-4a36-8e57-c3b6d1a09f42')/channels('19:d28b6f0e41c94a7d95e3b7c0a8f61d24@thread.tacv2')",
        change_type: ChangeType::Created,
        origins: &[Decrypted, Hydrated, Backfilled],
        reason: Some(Deleted),
        received_at: 1_795_252_381_256,
        signature: "zT7cVn2LwQ8yKfR5gXsJ1dPb3mHuE6aN9oYiCqUvWxk=",
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
        path: "teams('7c0d2b5e-91f4-4a36-8e57-c3b6d1a09f42')/members('MiMjM2Y2YzFkOWUtNTJhYi00YzA3LTllMWItN2QyYTBiOGM0ZTE1IyM3YzBkMmI1ZS05MWY0LTRhMzYtOGU1Ny1jM2I2ZDFhMDlmNDIjI2M0YThiMmYwLTNlMTktNGQ3Ni04YTVjLTI5YjdlNmQxZjA0Mw==')",
        change_type: ChangeType::Updated,
        origins: &[Decrypted, Hydrated, Backfilled],
        reason: Some(Deleted),
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
        path: "teams('7c0d2b5e-91f4-4a36-8e57-c3b6d1a09f42')/channels('19:6e0b9c3d72f84a15b4d1e8a7c5f30926@thread.tacv2')/sharedWithTeams('a91d6e42-5c0b-4f78-9d23-8e7b1c4f0a65')",
        change_type: ChangeType::Created,
        origins: &[Decrypted, Hydrated, Backfilled],
        reason: Some(Deleted),
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
        path: "communications/onlineMeetings('MSowZDllN2M0MS02YjJmLTRhODUtOTNkMC1lMWY0YzdiOGEyNTkqMCoqMTk6bWVldGluZ19ZakUwWkRrMkB0aHJlYWQudjI=')/transcripts('MSMjMCMjNWI3ZTJjOTAtNDFkOC00ZjYzLWEwZTUtOWM4ZDdiNmE1ZjQx')",
        change_type: ChangeType::Created,
        origins: &[Decrypted, Hydrated, Backfilled],
        reason: Some(Unreadable(NoGet::NeedsOrganizer)),
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
        path: "communications/onlineMeetings('MSowZDllN2M0MS02YjJmLTRhODUtOTNkMC1lMWY0YzdiOGEyNTkqMCoqMTk6bWVldGluZ19ZakUwWkRrMkB0aHJlYWQudjI=')/recordings('MSMjMGQ5ZTdjNDEtNmIyZi00YTg1LTkzZDAtZTFmNGM3YjhhMjU5IyMyZTljN2ExNS04MGY0LTRiM2QtOTZlMS1kNWEwYzhiN2YzNjI=')",
        change_type: ChangeType::Created,
        origins: &[Decrypted, Hydrated, Backfilled],
        reason: Some(Unreadable(NoGet::NeedsOrganizer)),
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
        path: "appCatalogs/teamsApps('95c3e8a1-7d26-4f0b-8e49-b1d7c6a2f530')/installations('NGQwYjhlMzctYzVmMi00OTE2LWFlN2QtMThjOWYwYTNiNjU0IyM5NWMzZThhMS03ZDI2LTRmMGItOGU0OS1iMWQ3YzZhMmY1MzA=')",
        change_type: ChangeType::Created,
        origins: &[Decrypted],
        reason: Some(Unreadable(NoGet::NeedsScope)),
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
    Example {
        resource_type: ResourceType::CallEvent,
        path: "communications/onlineMeetings(joinWebUrl='https%3A%2F%2Fteams.microsoft.com%2Fl%2Fx')/meetingCallEvents",
        change_type: ChangeType::Updated,
        origins: &[Decrypted],
        reason: Some(Unreadable(NoGet::NotOffered)),
        received_at: 1_795_252_741_377,
        signature: "k0s8cS3m7uH0s5nq3b3x9vT6Qy1rJ4wZ8aPLfE2dVnU=",
        data: r##"{
  "@odata.type": "#microsoft.graph.callEvent",
  "id": "b7f0c1d2-3a4e-4f56-8790-a1b2c3d4e5f6",
  "callEventType": "callStarted",
  "eventDateTime": "2026-11-21T09:19:00.803Z"
}"##,
    },
    Example {
        resource_type: ResourceType::CallRecord,
        path: "communications/callRecords('e523d2ed-2966-4b6b-925b-754a88034cc5')",
        change_type: ChangeType::Created,
        origins: &[Hydrated],
        reason: Some(NotFound),
        received_at: 1_795_252_802_190,
        signature: "",
        data: r#"{
  "id": "e523d2ed-2966-4b6b-925b-754a88034cc5",
  "version": 1,
  "type": "groupCall",
  "modalities": [
    "audio"
  ],
  "startDateTime": "2026-11-21T08:30:00.114Z",
  "endDateTime": "2026-11-21T08:58:41.92Z",
  "lastModifiedDateTime": "2026-11-21T09:19:30.652Z"
}"#,
    },
    Example {
        resource_type: ResourceType::AiInteraction,
        path: "copilot/interactionHistory/interactions('1795252860441')",
        change_type: ChangeType::Created,
        origins: &[Decrypted],
        reason: Some(Unreadable(NoGet::NotOffered)),
        received_at: 1_795_252_861_002,
        signature: "",
        data: r#"{
  "id": "1795252860441",
  "etag": "1795252860441",
  "sessionId": "19:8c1f4e0a7b2d4963b5d0c2a6e9f71384@thread.v2",
  "requestId": "GNS5aN7CIjbi",
  "appClass": "IPM.SkypeTeams.Message.Copilot.Teams",
  "interactionType": "userPrompt",
  "createdDateTime": "2026-11-21T09:21:00.441Z",
  "body": {
    "contentType": "text",
    "content": "What was agreed on Friday?"
  }
}"#,
    },
    Example {
        resource_type: ResourceType::CallAiInsight,
        path: "copilot/users('0d9e7c41-6b2f-4a85-93d0-e1f4c7b8a259')/onlineMeetings('MSowZDllN2M0MQ==')/aiInsights('Z2E3ZjQ')",
        change_type: ChangeType::Created,
        origins: &[Hydrated],
        reason: Some(NotFound),
        received_at: 1_795_252_920_718,
        signature: "",
        data: r#"{
  "id": "Z2E3ZjQ",
  "callId": "af630fe0-04d3-4559-8cf9-91fe45e36296",
  "createdDateTime": "2026-11-21T09:21:58.3Z",
  "endDateTime": "2026-11-21T08:58:41.92Z",
  "meetingNotes": [
    {
      "title": "Deliveries",
      "text": "They come at ten from Monday on."
    }
  ]
}"#,
    },
];

/// A change of that example, and its event; without an origin, the reference to it.
fn event(example: &Example, origin: Option<Origin>) -> Event {
    let mut change_type = example.change_type;
    if origin.is_none() && example.reason == Some(Deleted) {
        change_type = ChangeType::Deleted;
    }
    let change = QueueMessage {
        received_at: example.received_at,
        trace: None,
        body: ReferencedChange {
            tenant_id: TENANT.parse().unwrap(),
            subscription_id: "b0a5f7c2-8d43-4f19-a6e0-19c2d7e8f3a4".to_owned(),
            change_type,
            resource: example.path.to_owned(),
            odata_type: None,
            odata_id: None,
            etag: None,
        },
    };
    let resource = ResourceRef::parse(example.path).unwrap();
    let Some(origin) = origin else {
        return event::reference(GRAPH, &change, &resource, example.reason.unwrap());
    };
    let occurrence = match origin {
        Decrypted => example.signature.to_owned(),
        _ => change.announced(),
    };
    // Stands one level down in the event.
    let data = example.data.replace('\n', "\n  ");
    event::with_data(GRAPH, &change, &resource, origin, &data, &occurrence).unwrap()
}

fn gap() -> Event {
    let gap = QueueMessage {
        received_at: 1_795_256_100_000,
        trace: None,
        body: CoverageGap {
            tenant_id: TENANT.parse().unwrap(),
            subscription_id: "5e2d9b71-0c36-48fa-b7d4-63a1f0c9e852".to_owned(),
            resource: "teams/7c0d2b5e-91f4-4a36-8e57-c3b6d1a09f42/members".to_owned(),
            changes: vec![
                ChangeType::Created,
                ChangeType::Updated,
                ChangeType::Deleted,
            ],
            since: "2026-11-21T08:00:00Z".to_owned(),
            until: "2026-11-21T10:15:00Z".to_owned(),
            reason: GapReason::Removed,
            continuation: None,
        },
    };
    event::gap(GRAPH, &gap, &UnfilledReason::SnapshotOnly)
}

/// By the name of the file.
fn events() -> BTreeMap<String, Event> {
    let mut events = BTreeMap::from([("gap.json".to_owned(), gap())]);
    for example in &EXAMPLES {
        let name = match example.data.contains("viewpoint\": {\n    \"isHidden") {
            true => "chat.viewpoint".to_owned(),
            false => example.resource_type.to_string(),
        };
        for &origin in example.origins {
            let how = format!("{origin:?}").to_lowercase();
            events.insert(format!("{name}.{how}.json"), event(example, Some(origin)));
        }
        if example.reason.is_some() {
            events.insert(format!("{name}.reference.json"), event(example, None));
        }
    }
    events
}

#[test]
fn there_is_a_file_for_each_type_and_origin() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples/events");
    let expected: BTreeMap<_, _> = events()
        .into_iter()
        .map(|(name, event)| (name, serde_json::to_string_pretty(&event).unwrap() + "\n"))
        .collect();
    if std::env::var_os("BLESS_EXAMPLES").is_some() {
        fs::create_dir_all(&folder).unwrap();
        for (name, text) in &expected {
            fs::write(folder.join(name), text).unwrap();
        }
    }
    let there: BTreeMap<_, _> = fs::read_dir(&folder)
        .unwrap()
        .map(|file| file.unwrap())
        .map(|file| {
            let name = file.file_name().into_string().unwrap();
            (name, fs::read_to_string(file.path()).unwrap())
        })
        .collect();
    assert!(
        there == expected,
        "run this test with BLESS_EXAMPLES=1, and look at what changes in examples/events"
    );
}

#[test]
fn each_type_has_an_example_and_reads_as_what_it_is() {
    for resource_type in super::TYPES {
        let mut all = EXAMPLES.iter();
        assert!(all.any(|example| example.resource_type == resource_type));
    }
    for example in &EXAMPLES {
        let event = event(example, Some(example.origins[0]));
        assert_eq!(event.resource_type(), Some(example.resource_type));
        assert_eq!(event.subject, example.path, "a canonical path");
        let resource = there_and_back(example.resource_type, example.data).unwrap();
        assert_eq!(event.resource().unwrap(), resource);
    }
}

#[test]
fn each_event_names_the_schema_of_its_type() {
    let schemas = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/schemas/v1");
    for (file, event) in events() {
        let (name, _) = file.split_once('.').unwrap();
        let schema = fs::read_to_string(schemas.join(format!("{name}.json"))).unwrap();
        let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
        assert_eq!(
            event.dataschema.as_deref(),
            schema["$id"].as_str(),
            "{file}"
        );
    }
}

/// Without one, two such changes could not be told apart; with one that is not needed, the
/// example would pretend that it is.
#[test]
fn a_signature_is_given_where_nothing_else_tells_two_changes_apart() {
    let sealed = |example: &&Example| example.origins.contains(&Decrypted);
    for example in EXAMPLES.iter().filter(sealed) {
        let other = Example {
            signature: "another",
            ..*example
        };
        let id = |example: &Example| event(example, Some(Decrypted)).id;
        assert_eq!(
            id(example) != id(&other),
            !example.signature.is_empty(),
            "{}",
            example.path
        );
    }
}
