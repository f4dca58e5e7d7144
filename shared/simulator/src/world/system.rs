//! Messages that nobody wrote: Teams itself says what happened in a conversation.

use super::{Tenant, chats, people};
use crate::ids;
use rand::Rng;
use rand::rngs::StdRng;
use serde_json::{Value, json};

/// The system messages in chats.
const IN_CHATS: [Event; 8] = [
    Event::MembersAdded,
    Event::MembersDeleted,
    Event::ChatRenamed,
    Event::CallStarted,
    Event::CallEnded,
    Event::CallTranscript,
    Event::TeamsAppInstalled,
    Event::MessagePinned,
];

/// The system messages in channels.
const IN_CHANNELS: [Event; 6] = [
    Event::MembersAdded,
    Event::MembersDeleted,
    Event::ChannelRenamed,
    Event::TeamDescriptionUpdated,
    Event::TabUpdated,
    Event::TeamsAppInstalled,
];

#[derive(Debug, Clone, Copy)]
enum Event {
    MembersAdded,
    MembersDeleted,
    ChatRenamed,
    ChannelRenamed,
    TeamDescriptionUpdated,
    CallStarted,
    CallEnded,
    CallTranscript,
    TabUpdated,
    TeamsAppInstalled,
    MessagePinned,
}

/// The conversation of a system message.
#[derive(Debug, Clone, Copy)]
pub(super) enum Conversation<'a> {
    Chat(&'a str),
    Channel { team_id: &'a str, id: &'a str },
}

/// The `eventDetail` of a system message.
pub(super) fn event_detail(tenant: &Tenant, place: Conversation<'_>, rng: &mut StdRng) -> Value {
    let events = match place {
        Conversation::Chat(_) => &IN_CHATS[..],
        Conversation::Channel { .. } => &IN_CHANNELS[..],
    };
    let event = events.get(rng.random_range(0..events.len()));
    let initiator = json!({
        "application": null,
        "device": null,
        "user": user(&tenant.person(rng).id),
    });
    let (name, mut detail) = detail(event.copied().unwrap_or(Event::MembersAdded), place, rng);
    if let Some(members) = detail.as_object_mut() {
        let odata_type = format!("#microsoft.graph.{name}EventMessageDetail");
        members.insert("@odata.type".into(), odata_type.into());
        members.insert("initiator".into(), initiator);
    }
    detail
}

fn detail(event: Event, place: Conversation<'_>, rng: &mut StdRng) -> (&'static str, Value) {
    let (chat_id, team_id, channel_id) = match place {
        Conversation::Chat(id) => (Some(id), None, None),
        Conversation::Channel { team_id, id } => (None, Some(team_id), Some(id)),
    };
    let people = json!([user(&people::newcomer(rng).id)]);
    match event {
        Event::MembersAdded => (
            "membersAdded",
            json!({ "visibleHistoryStartDateTime": "0001-01-01T00:00:00Z", "members": people }),
        ),
        Event::MembersDeleted => ("membersDeleted", json!({ "members": people })),
        Event::ChatRenamed => (
            "chatRenamed",
            json!({ "chatId": chat_id, "chatDisplayName": chats::topic(rng) }),
        ),
        Event::ChannelRenamed => (
            "channelRenamed",
            json!({ "channelId": channel_id, "channelDisplayName": chats::topic(rng) }),
        ),
        Event::TeamDescriptionUpdated => (
            "teamDescriptionUpdated",
            json!({ "teamId": team_id, "teamDescription": chats::topic(rng) }),
        ),
        Event::CallStarted => (
            "callStarted",
            json!({ "callId": ids::guid(rng), "callEventType": "call" }),
        ),
        Event::CallEnded => (
            "callEnded",
            json!({
                "callId": ids::guid(rng),
                "callDuration": "PT1M4S",
                "callEventType": "call",
                "callParticipants": [],
            }),
        ),
        Event::CallTranscript => (
            "callTranscript",
            json!({ "callId": ids::guid(rng), "callTranscriptICalUid": "" }),
        ),
        Event::TabUpdated => ("tabUpdated", json!({ "tabId": ids::guid(rng) })),
        Event::TeamsAppInstalled => (
            "teamsAppInstalled",
            json!({ "teamsAppId": ids::guid(rng), "teamsAppDisplayName": chats::topic(rng) }),
        ),
        Event::MessagePinned => ("messagePinned", json!({ "eventDateTime": null })),
    }
}

fn user(id: &str) -> Value {
    json!({ "id": id, "displayName": null, "userIdentityType": "aadUser" })
}
