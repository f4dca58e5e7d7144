//! Until when each wanted subscription was seen alive: where a gap begins.
//!
//! Graph itself is the store of what there is. A note that is lost only makes the beginning of a
//! gap unknown.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use teamwire_graph::desired::Wanted;
use teamwire_payload::ChangeType;

/// The note of one tenant.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Note {
    subscriptions: Vec<Entry>,
}

/// One subscription, as it was last seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// What it was to.
    pub resource: String,
    /// The changes.
    pub changes: Vec<ChangeType>,
    /// Graph's id for it.
    pub id: String,
    /// When it was last seen alive, by Graph's clock.
    pub until: Timestamp,
    /// The certificate that we gave it, which Graph need not show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate_id: Option<String>,
    /// Whether we made it, with everything that it needs.
    #[serde(default)]
    pub made: bool,
}

impl Note {
    /// A note of these.
    pub fn of(subscriptions: Vec<Entry>) -> Self {
        Self { subscriptions }
    }

    /// By what is wanted.
    pub fn index(&self) -> Index<'_> {
        let mut index = Index::default();
        for entry in &self.subscriptions {
            index.by_id.insert(&entry.id, entry);
            let of_path = index.by_path.entry(entry.resource.as_str());
            of_path.or_default().push(entry);
        }
        index
    }
}

/// Finds entries.
#[derive(Debug, Default)]
pub struct Index<'a> {
    by_id: HashMap<&'a str, &'a Entry>,
    by_path: HashMap<&'a str, Vec<&'a Entry>>,
}

impl<'a> Index<'a> {
    /// The entry of the subscription with that id.
    pub fn by_id(&self, id: &str) -> Option<&'a Entry> {
        self.by_id.get(id).copied()
    }

    /// The entry of what took this place before: the same changes, else others to the same
    /// resource that none of the living announces.
    pub fn before(&self, wanted: &Wanted, living: &HashSet<&str>) -> Option<&'a Entry> {
        let entries = self.by_path.get(wanted.resource.to_string().as_str())?;
        let same = entries.iter().find(|entry| entry.changes == wanted.changes);
        let gone = || {
            entries
                .iter()
                .find(|entry| !living.contains(entry.id.as_str()))
        };
        same.or_else(gone).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_reads_back_and_takes_what_is_newer_than_itself() {
        let text = r#"{"subscriptions":[{"resource":"chats","changes":["created"],"id":"1",
            "until":"2026-11-21T12:00:00Z","certificateId":"c","made":true,"more":1}],"more":2}"#;
        let note: Note = serde_json::from_str(text).unwrap();
        let again = serde_json::to_string(&note).unwrap();
        assert_eq!(serde_json::from_str::<Note>(&again).unwrap(), note);
        assert_eq!(
            note.index().by_id("1").unwrap().certificate_id.as_deref(),
            Some("c")
        );
    }
}
