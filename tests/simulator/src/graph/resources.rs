//! What can be subscribed to, and what happens there: one row for each documented path.
//!
//! To let the simulator announce another type of resource, write the function that changes one
//! and name it in the `emits` of its rows.

use crate::change::{Change, ChangeType};
use crate::path::Segments;
use crate::world::{self, Tenant};
use jiff::Timestamp;
use rand::rngs::StdRng;

/// One path of the documents.
#[derive(Debug)]
pub struct Row {
    /// Names and `{keys}`; everything after it in a subscription (`?$filter=..`) is accepted.
    path: &'static str,
    /// Most subscriptions of one app to one resource, where the documents limit them.
    pub per_app: Option<usize>,
    /// What is announced to its subscribers; nothing yet for the other types of resource.
    pub emits: Option<Emission>,
}

/// How changes come about.
#[derive(Debug)]
pub struct Emission {
    /// What happens to such a resource.
    pub change_types: &'static [ChangeType],
    /// Makes a change happen.
    pub change: Happen,
}

/// Changes a resource in a tenant's world; `None` where the scope lacks a key.
pub type Happen = fn(&mut Tenant, &Scope, ChangeType, Timestamp, &mut StdRng) -> Option<Change>;

/// The keys of a subscription's path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope(Vec<(&'static str, String)>);

impl Scope {
    /// The key with the name it has in the row.
    pub fn key(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value.as_str())
    }
}

/// The row of a subscription's `resource`, and the keys in it.
pub fn find(resource: &str) -> Option<(&'static Row, Scope)> {
    let segments = Segments::parse(resource)?;
    ROWS.iter()
        .find_map(|row| row.scope(&segments).map(|scope| (row, scope)))
}

impl Row {
    fn scope(&self, segments: &Segments) -> Option<Scope> {
        let names = self.path.split('/');
        if names.clone().count() != segments.iter().len() {
            return None;
        }
        let mut keys = Vec::new();
        for (name, segment) in names.zip(segments.iter()) {
            match name.strip_prefix('{').and_then(|key| key.strip_suffix('}')) {
                Some(key) => keys.push((key, segment.to_owned())),
                None if name.eq_ignore_ascii_case(segment) => {}
                None => return None,
            }
        }
        Some(Scope(keys))
    }
}

const CREATED_UPDATED: &[ChangeType] = &[ChangeType::Created, ChangeType::Updated];
const ANY: &[ChangeType] = &[
    ChangeType::Created,
    ChangeType::Updated,
    ChangeType::Deleted,
];

const fn emits(change_types: &'static [ChangeType], change: Happen) -> Option<Emission> {
    Some(Emission {
        change_types,
        change,
    })
}

const fn row(path: &'static str, per_app: Option<usize>, emits: Option<Emission>) -> Row {
    Row {
        path,
        per_app,
        emits,
    }
}

/// Literal segments stand before keys where both fit.
#[rustfmt::skip]
static ROWS: &[Row] = &[
    // chat
    row("chats", None, emits(CREATED_UPDATED, world::change_chat)),
    row("chats/getAllMessages", None, emits(ANY, world::change_any_chat)),
    row("chats/getAllMembers", None, None),
    row("chats/{chat}", Some(1), emits(&[ChangeType::Updated], world::change_one_chat)),
    row("users/{user}/chats", Some(10), None),
    row("me/chats", Some(10), None),
    row("appCatalogs/teamsApps/{app}/installedToChats", None, None),
    // chatMessage
    row("teams/getAllMessages", None, emits(ANY, world::change_any_channel)),
    row("teams/{team}/channels/{channel}/messages", Some(1), emits(ANY, world::change_one_channel)),
    row("chats/{chat}/messages", Some(1), emits(ANY, world::change_one_chat_message)),
    row("users/{user}/chats/getAllMessages", Some(10), None),
    row("me/chats/getAllMessages", Some(10), None),
    row("appCatalogs/teamsApps/{app}/installedToChats/getAllMessages", None, None),
    // channel
    row("teams/getAllChannels", None, None),
    row("teams/{team}/channels", Some(1), None),
    row("teams/{team}/channels/{channel}/sharedWithTeams", None, None),
    // team
    row("teams", None, None),
    row("teams/getAllMembers", None, None),
    row("teams/{team}", Some(1), None),
    // conversationMember
    row("teams/{team}/members", Some(1), None),
    row("teams/getAllChannels/getAllMembers", None, None),
    row("teams/{team}/channels/getAllMembers", None, None),
    row("chats/{chat}/members", None, None),
    row("appCatalogs/teamsApps/{app}/installedToChats/getAllMembers", None, None),
    // callTranscript
    row("communications/onlineMeetings/getAllTranscripts", None, None),
    row("communications/onlineMeetings/{meeting}/transcripts", Some(1), None),
    row("users/{user}/onlineMeetings/getAllTranscripts", Some(1), None),
    row("appCatalogs/teamsApps/{app}/installedToOnlineMeetings/getAllTranscripts", None, None),
    row("communications/adhocCalls/getAllTranscripts", None, None),
    // callRecording
    row("communications/onlineMeetings/getAllRecordings", None, None),
    row("communications/onlineMeetings/{meeting}/recordings", Some(1), None),
    row("users/{user}/onlineMeetings/getAllRecordings", Some(1), None),
    row("appCatalogs/teamsApps/{app}/installedToOnlineMeetings/getAllRecordings", None, None),
    // teamsAppInstallation
    row("appCatalogs/teamsApps/{app}/installations", None, None),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_documented_path_finds_its_own_row() {
        for row in ROWS {
            let resource = row.path.replace('{', "a-").replace('}', "");
            let (found, _) = find(&resource).unwrap();
            assert_eq!(found.path, row.path);
        }
    }

    #[test]
    fn leading_slash_query_and_key_form_do_not_matter() {
        for resource in [
            "/chats/19:c@thread.v2/messages",
            "chats('19:c@thread.v2')/messages",
            "chats/19%3Ac%40thread.v2/messages?model=A",
            "/Chats/19:c@thread.v2/messages?$search=hello",
        ] {
            let (row, scope) = find(resource).unwrap();
            assert_eq!(row.path, "chats/{chat}/messages", "{resource}");
            assert_eq!(scope.key("chat"), Some("19:c@thread.v2"), "{resource}");
        }
    }

    #[test]
    fn what_is_no_teams_resource_has_no_row() {
        for resource in [
            "",
            "users",
            "me/messages",
            "chats/a/b/c",
            "security/alerts",
            "%",
        ] {
            assert!(find(resource).is_none(), "{resource}");
        }
    }

    #[test]
    fn every_subscription_request_of_the_corpus_finds_a_row() {
        let Ok(corpus) = std::fs::read_dir("../../../shared/corpus") else {
            return;
        };
        for file in corpus {
            let path = file.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let foreign = ["__presence__", "__callRecord__", "__message__"];
            if !name.starts_with("subscription_create_request__")
                || foreign.iter().any(|kind| name.contains(kind))
            {
                continue;
            }
            let request: serde_json::Value =
                serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
            let resource = request["resource"].as_str().unwrap();
            assert!(find(resource).is_some(), "{name}: {resource}");
        }
    }
}
