//! Time at which each wanted subscription was last seen: where a gap begins.
//!
//! Graph itself is the store of what there is. A document that is lost only makes the beginning of a
//! gap unknown.

use crate::reconcile::refused::RefusedCreation;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use teamwire_graph::desired::DesiredSubscription;
use teamwire_graph::subscriptions::GraphSubscription;
use teamwire_payload::ChangeType;

/// Last-seen document of one tenant.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LastSeenDocument {
    subscriptions: Vec<LastSeen>,
    /// Creations that Graph refused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    refused: Vec<RefusedCreation>,
}

/// One subscription, as it was last seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LastSeen {
    /// Path of its resource.
    pub resource: String,
    /// Kinds of change that it announced.
    pub changes: Vec<ChangeType>,
    /// Graph's id for it.
    pub id: String,
    /// Time at which it was last seen, by Graph's clock.
    pub until: Timestamp,
    /// Certificate that we gave it, which Graph need not show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate_id: Option<String>,
    /// True if we made it, with everything that it needs.
    #[serde(default)]
    pub made: bool,
}

impl LastSeenDocument {
    /// A document of these.
    pub fn of(subscriptions: Vec<LastSeen>) -> Self {
        Self {
            subscriptions,
            refused: Vec::new(),
        }
    }

    /// The same with the creations that Graph refused.
    #[must_use]
    pub fn with_refused(self, refused: Vec<RefusedCreation>) -> Self {
        Self { refused, ..self }
    }

    /// Creations that Graph refused when it was last asked.
    pub fn refused(&self) -> &[RefusedCreation] {
        &self.refused
    }

    /// Entries of other paths than these.
    pub fn beside(mut self, paths: &HashSet<String>) -> Vec<LastSeen> {
        self.subscriptions
            .retain(|entry| !paths.contains(&entry.resource));
        self.subscriptions
    }

    /// Entries by id and by resource.
    pub fn index(&self) -> LastSeenIndex<'_> {
        let mut index = LastSeenIndex::default();
        for entry in &self.subscriptions {
            index.by_id.insert(&entry.id, entry);
            let of_path = index.by_path.entry(entry.resource.as_str());
            of_path.or_default().push(entry);
        }
        index
    }
}

/// Entries by id and by resource.
#[derive(Debug, Default)]
pub struct LastSeenIndex<'a> {
    by_id: HashMap<&'a str, &'a LastSeen>,
    by_path: HashMap<&'a str, Vec<&'a LastSeen>>,
}

impl<'a> LastSeenIndex<'a> {
    /// The entry of the subscription with that id.
    pub fn by_id(&self, id: &str) -> Option<&'a LastSeen> {
        self.by_id.get(id).copied()
    }

    /// The certificate that the content of a subscription is sealed for: as Graph shows it, else as we
    /// gave it.
    pub fn certificate_id<'b>(&self, found: &'b GraphSubscription) -> Option<&'b str>
    where
        'a: 'b,
    {
        let given = || self.by_id(&found.id)?.certificate_id.as_deref();
        found.certificate_id().or_else(given)
    }

    /// The entry of what took this place before: the same changes, else others to the same
    /// resource that none of the living announces. Of several the one that was seen last the
    /// longest ago, as `until` says: each may have announced what the others did not.
    pub fn before(
        &self,
        wanted: &DesiredSubscription,
        living: &HashSet<&str>,
        until: impl Fn(&LastSeen) -> Timestamp,
    ) -> Option<&'a LastSeen> {
        let same = self
            .of_path(wanted)
            .filter(|entry| entry.changes == wanted.changes);
        let gone = || self.gone(wanted, living).min_by_key(|entry| until(entry));
        same.min_by_key(|entry| until(entry)).or_else(gone)
    }

    /// The entries of the same resource that are of none of the living.
    pub fn gone(
        &self,
        wanted: &DesiredSubscription,
        living: &HashSet<&str>,
    ) -> impl Iterator<Item = &'a LastSeen> {
        let of_path = self.of_path(wanted);
        of_path.filter(|entry| !living.contains(entry.id.as_str()))
    }

    fn of_path(
        &self,
        wanted: &DesiredSubscription,
    ) -> impl Iterator<Item = &'a LastSeen> + use<'a> {
        let of_path = self.by_path.get(wanted.resource.to_string().as_str());
        let entries: Vec<&'a LastSeen> = of_path.cloned().unwrap_or_default();
        entries.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_reads_back_and_takes_what_is_newer_than_itself() {
        let text = r#"{"subscriptions":[{"resource":"chats","changes":["created"],"id":"1",
            "until":"2026-11-21T12:00:00Z","certificateId":"c","made":true,"more":1}],"more":2}"#;
        let note: LastSeenDocument = serde_json::from_str(text).unwrap();
        let again = serde_json::to_string(&note).unwrap();
        assert_eq!(
            serde_json::from_str::<LastSeenDocument>(&again).unwrap(),
            note
        );
        assert_eq!(
            note.index().by_id("1").unwrap().certificate_id.as_deref(),
            Some("c")
        );
    }
}
