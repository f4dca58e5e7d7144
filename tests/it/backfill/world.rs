//! A small organisation: what there is, and what happened in it around an hour.

use crate::simulation::forecast::Dice;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use teamwire_payload::{ChangeType, CoverageGap, GapReason};

pub(super) const TENANT: &str = "9f4ebab6-520d-49c0-85cc-7b25c78d4a93";
/// 2026-11-21T09:00:00Z, in milliseconds since 1970.
const NINE: u64 = 1_795_251_600_000;
const MINUTE: u64 = 60_000;
/// The gap is from half past nine to ten.
pub(super) const SINCE: u64 = 30 * MINUTE;
pub(super) const UNTIL: u64 = 60 * MINUTE;

/// A time of that morning, by the milliseconds since nine.
pub(super) fn date(offset: u64) -> String {
    let (hour, rest) = (9 + offset / (60 * MINUTE), offset % (60 * MINUTE));
    let (minute, second, milli) = (rest / MINUTE, rest % MINUTE / 1000, rest % 1000);
    format!("2026-11-21T{hour:02}:{minute:02}:{second:02}.{milli:03}Z")
}

/// A gap in a subscription to `resource`, in every change.
pub(super) fn gap(resource: &str) -> CoverageGap {
    CoverageGap {
        tenant_id: TENANT.parse().unwrap(),
        subscription_id: "s".to_owned(),
        resource: resource.to_owned(),
        changes: vec![
            ChangeType::Created,
            ChangeType::Updated,
            ChangeType::Deleted,
        ],
        since: date(SINCE),
        until: date(UNTIL),
        reason: GapReason::Removed,
        continuation: None,
    }
}

/// One event that is expected: subject, version and change.
pub(super) type Change = (String, String, &'static str);

/// The resources that there are. Lists give it page by page.
#[derive(Default)]
pub(super) struct World {
    pub(super) users: Vec<String>,
    pub(super) chats: Vec<Chat>,
    pub(super) teams: Vec<Team>,
    /// Every message in its last state.
    pub(super) messages: Vec<Value>,
    /// By organizer: transcripts and recordings.
    pub(super) artefacts: Vec<(String, &'static str, Value)>,
}

pub(super) struct Chat {
    pub(super) id: String,
    pub(super) members: Vec<String>,
    pub(super) created: u64,
    pub(super) updated: u64,
}

pub(super) struct Team {
    pub(super) id: String,
    /// Ids and kinds of membership.
    pub(super) channels: Vec<(String, &'static str)>,
    pub(super) members: Vec<String>,
}

/// A GUID that ends in `number`.
pub(super) fn guid(kind: u32, number: usize) -> String {
    format!("{kind:08x}-0000-4000-8000-{number:012x}")
}

impl World {
    /// People, chats and teams, and no messages yet.
    pub(super) fn small() -> Self {
        let users: Vec<_> = (0..5).map(|n| guid(1, n)).collect();
        let chats = (0..4).map(|n| Chat {
            id: format!("19:chat{n}@thread.v2"),
            members: users[n..=n + 1].to_vec(),
            created: 0,
            updated: if n == 0 { 0 } else { SINCE + n as u64 },
        });
        let kinds = ["standard", "private", "shared"];
        let teams = (0..2).map(|n| Team {
            id: guid(2, n),
            channels: (0..3)
                .map(|c| (format!("19:team{n}channel{c}@thread.tacv2"), kinds[c]))
                .collect(),
            members: users[n..n + 3].to_vec(),
        });
        Self {
            chats: chats.collect(),
            teams: teams.collect(),
            users,
            ..Self::default()
        }
    }

    /// The same with messages made, edited and deleted before, in and after the gap.
    pub(super) fn eventful(seed: u64, messages: usize) -> Self {
        let (mut world, mut dice) = (Self::small(), Dice::new(seed));
        let mut roots: Vec<(usize, usize, u64)> = Vec::new();
        for n in 0..messages {
            // Ids are times: no two messages have one.
            let created = dice.millis(100 * MINUTE) / 1000 * 1000 + n as u64;
            let fate = dice.below(4);
            let modified = match fate {
                0 | 1 => created,
                _ => created + 1 + dice.millis(20 * MINUTE),
            };
            let place = if dice.percent(50) {
                let chat = &world.chats[dice.below(world.chats.len())];
                in_chat(&chat.id)
            } else if !roots.is_empty() && dice.percent(50) {
                let (team, channel, root) = roots[dice.below(roots.len())];
                let parent = (NINE + root).to_string();
                let (team, channel) = (&world.teams[team], channel);
                in_channel(&team.id, &team.channels[channel].0, Some(&parent))
            } else {
                let (team, channel) = (dice.below(2), dice.below(3));
                roots.push((team, channel, created));
                in_channel(
                    &world.teams[team].id,
                    &world.teams[team].channels[channel].0,
                    None,
                )
            };
            world
                .messages
                .push(message(created, modified, fate == 3, place));
        }
        world
    }

    /// The changes that a gap over the messages that `is_meant` has to bring.
    pub(super) fn changes(&self, is_meant: impl Fn(&Value) -> bool) -> BTreeSet<Change> {
        let (since, until) = (date(SINCE), date(UNTIL));
        let text = |message: &Value, name: &str| message[name].as_str().unwrap_or("").to_owned();
        let within = |message: &&Value| {
            let modified = text(message, "lastModifiedDateTime");
            since <= modified && modified <= until
        };
        let of_gap = self.messages.iter().filter(|message| is_meant(message));
        of_gap
            .filter(within)
            .map(|message| {
                let change = if !message["deletedDateTime"].is_null() {
                    "deleted"
                } else if message["etag"] == message["id"] {
                    "created"
                } else {
                    "updated"
                };
                (subject(message), text(message, "etag"), change)
            })
            .collect()
    }
}

/// The place of a message.
pub(super) struct Place {
    chat: Value,
    channel: Value,
    parent: Value,
}

pub(super) fn in_chat(chat: &str) -> Place {
    Place {
        chat: chat.into(),
        channel: Value::Null,
        parent: Value::Null,
    }
}

pub(super) fn in_channel(team: &str, channel: &str, parent: Option<&str>) -> Place {
    Place {
        chat: Value::Null,
        channel: json!({ "teamId": team, "channelId": channel }),
        parent: parent.into(),
    }
}

/// A message in its last state, as the documents show it.
pub(super) fn message(created: u64, modified: u64, is_deleted: bool, place: Place) -> Value {
    json!({
        "@odata.type": "#microsoft.graph.chatMessage",
        "id": (NINE + created).to_string(),
        "etag": (NINE + modified).to_string(),
        "messageType": "message",
        "replyToId": place.parent,
        "createdDateTime": date(created),
        "lastModifiedDateTime": date(modified),
        "deletedDateTime": is_deleted.then(|| date(modified)),
        "chatId": place.chat,
        "channelIdentity": place.channel,
        "body": { "contentType": "text", "content": "hello" },
    })
}

fn subject(message: &Value) -> String {
    let id = message["id"].as_str().unwrap();
    match message["chatId"].as_str() {
        Some(chat) => format!("chats('{chat}')/messages('{id}')"),
        None => {
            let key = |name: &str| message["channelIdentity"][name].as_str().unwrap();
            let channel = format!(
                "teams('{}')/channels('{}')",
                key("teamId"),
                key("channelId")
            );
            match message["replyToId"].as_str() {
                Some(parent) => format!("{channel}/messages('{parent}')/replies('{id}')"),
                None => format!("{channel}/messages('{id}')"),
            }
        }
    }
}
