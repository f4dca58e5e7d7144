//! The existence of things by their ids. Nothing comes into being because someone names it.

use super::{Tenant, meetings};
use crate::graph::resources::EmissionScope;
use crate::path::Segments;
use rand::rngs::StdRng;

/// The reason why a subscription's path leads nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MissingEntity {
    /// A key that no such resource can have.
    Malformed,
    /// There is no such resource: its kind.
    Unknown(&'static str),
}

/// Kinds that are known by an id alone: the key of a row, and the collection.
const BY_ID: [(&str, &str); 5] = [
    ("meeting", "onlineMeetings"),
    ("url", "joinWebUrls"),
    ("call", "adhocCalls"),
    ("app", "teamsApps"),
    ("webinar", "webinars"),
];

impl Tenant {
    /// The thing that a key of a subscription's path names and that is not there.
    pub fn absent(&self, scope: &EmissionScope) -> Option<MissingEntity> {
        let key = |name| scope.key(name);
        if key("meeting").is_some_and(|id| meetings::organizer_of(id).is_none()) {
            return Some(MissingEntity::Malformed);
        }
        let addressed = [
            ("chat", key("chat").map(|id| format!("chats/{id}"))),
            ("team", key("team").map(|id| format!("teams/{id}"))),
            (
                "channel",
                key("team")
                    .zip(key("channel"))
                    .map(|(team, id)| format!("teams/{team}/channels/{id}")),
            ),
            ("user", key("user").map(|id| format!("users/{id}"))),
        ];
        let is_there = |address: &String| {
            let address = Segments::parse(address);
            address.is_some_and(|address| self.find(&address).is_some())
        };
        let unaddressed = addressed
            .iter()
            .filter(|(_, address)| address.as_ref().is_some_and(|it| !is_there(it)));
        let unknown = BY_ID
            .iter()
            .filter(|(name, kind)| key(name).is_some_and(|id| !self.has(kind, id)));
        let mut absent = unaddressed
            .map(|(kind, _)| *kind)
            .chain(unknown.map(|(kind, _)| *kind));
        absent.next().map(MissingEntity::Unknown)
    }

    /// Lets everything that the keys of a path name be there, as if it had been all along.
    ///
    /// # Errors
    /// [`MissingEntity::Malformed`]
    pub fn bring_about(
        &mut self,
        scope: &EmissionScope,
        rng: &mut StdRng,
    ) -> Result<(), MissingEntity> {
        let key = |name| scope.key(name);
        if let Some(id) = key("meeting") {
            let organizer = meetings::organizer_of(id).ok_or(MissingEntity::Malformed)?;
            self.named_person(&organizer);
        }
        if let Some(id) = key("user") {
            self.named_person(id);
        }
        if let Some(id) = key("chat") {
            self.chat(id, rng);
        }
        match (key("team"), key("channel")) {
            (Some(team), Some(channel)) => {
                self.channel(team, channel, "standard");
            }
            (Some(team), None) => {
                self.team(team);
            }
            (None, _) => {}
        }
        for (name, kind) in BY_ID {
            if let Some(id) = key(name) {
                self.add(kind, id);
            }
        }
        Ok(())
    }

    /// True if there is something of that kind with that id.
    pub fn has(&self, kind: &str, id: &str) -> bool {
        self.known.contains(&known(kind, id))
    }

    /// Something of that kind is there from now on.
    pub(super) fn add(&mut self, kind: &str, id: &str) {
        if self.known.insert(known(kind, id)) && kind == "onlineMeetings" {
            self.list_meeting(id);
        }
    }
}

/// Ids in base64 come with and without their padding.
fn known(kind: &str, id: &str) -> String {
    format!("{kind}/{}", id.trim_end_matches('='))
}
