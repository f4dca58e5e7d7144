//! The made-up organisations whose chats and channels change.
//!
//! A tenant's people, chats and teams are made from its id, so that they are the same at every
//! start. An id that a subscription names comes into being.

mod chats;
mod messages;
mod people;
mod store;

pub use chats::{change_chat, change_one_chat};
pub use messages::{
    change_any_channel, change_any_chat, change_one_channel, change_one_chat_message,
};

use crate::change::Change;
use crate::ids;
use crate::path::Segments;
use jiff::Timestamp;
use people::Person;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use std::collections::HashMap;
use store::Store;

/// How long before the start the oldest invented content is.
const HISTORY_MILLIS: i64 = 30 * 24 * 3600 * 1000;

/// Every tenant.
#[derive(Debug)]
pub struct World {
    tenants: HashMap<String, Tenant>,
    keep: usize,
    started: Timestamp,
}

/// One organisation.
#[derive(Debug)]
pub struct Tenant {
    id: String,
    people: Vec<Person>,
    chats: Vec<Chat>,
    teams: Vec<Team>,
    store: Store,
    /// The newest id given, in milliseconds since 1970.
    newest: i64,
    /// The id of the newest message that was there before the start.
    older: i64,
}

/// A conversation of some people.
#[derive(Debug, Clone)]
struct Chat {
    id: String,
    topic: Option<String>,
    members: Vec<Person>,
    created: i64,
}

#[derive(Debug, Clone)]
struct Team {
    id: String,
    channels: Vec<Channel>,
}

#[derive(Debug, Clone)]
struct Channel {
    id: String,
    /// Root messages that can be replied to, newest last.
    roots: Vec<String>,
}

/// What a GET finds.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// What follows `$metadata#` in `@odata.context`.
    pub context: String,
    /// The resource, a JSON object.
    pub resource: String,
}

impl World {
    /// A world that remembers the last `keep` resources of each tenant.
    pub fn new(keep: usize, started: Timestamp) -> Self {
        Self {
            tenants: HashMap::new(),
            keep,
            started,
        }
    }

    /// The tenant with that id, made where it is new.
    pub fn tenant(&mut self, id: &str) -> &mut Tenant {
        let (keep, started) = (self.keep, self.started);
        self.tenants
            .entry(id.to_ascii_lowercase())
            .or_insert_with(|| Tenant::new(id, keep, started))
    }
}

impl Tenant {
    fn new(id: &str, keep: usize, started: Timestamp) -> Self {
        let mut rng = StdRng::seed_from_u64(id.bytes().fold(0xcbf2_9ce4, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
        }));
        let started = started.as_millisecond();
        let mut tenant = Self {
            id: id.to_owned(),
            people: people::staff(&mut rng),
            chats: Vec::new(),
            teams: Vec::new(),
            store: Store::new(keep),
            newest: started,
            older: started - HISTORY_MILLIS,
        };
        for number in 0..10 {
            let chat = chats::invent(&tenant, number % 2 == 0, started - HISTORY_MILLIS, &mut rng);
            tenant.add_chat(chat);
        }
        for _ in 0..2 {
            let id = ids::guid(&mut rng);
            for _ in 0..3 {
                let channel_id = format!("19:{}@thread.tacv2", ids::hex32(&mut rng));
                tenant.channel(&id, &channel_id);
            }
        }
        tenant
    }

    /// The current state of what is at a path; `None` where there is nothing.
    pub fn find(&self, path: &Segments) -> Option<Found> {
        self.store.get(path).cloned()
    }

    /// Lets a resource be gone, as when it was deleted before anyone could read it.
    pub fn forget(&mut self, path: &Segments) {
        self.store.remove(path);
    }

    /// Makes the state after a change the current one.
    fn record(&mut self, change: &Change) {
        if let Some(path) = Segments::parse(&change.path) {
            let found = Found {
                context: change.context.clone(),
                resource: change.resource_json(),
            };
            self.store.put(path, found);
        }
    }

    /// A chat that exists from now on.
    fn add_chat(&mut self, chat: Chat) {
        let change = chats::state(
            self,
            &chat,
            chat.created,
            crate::change::ChangeType::Created,
        );
        self.record(&change);
        self.chats.push(chat);
    }

    fn chat(&mut self, id: &str, rng: &mut StdRng) -> Chat {
        if let Some(chat) = self.chats.iter().find(|chat| chat.id == id) {
            return chat.clone();
        }
        let mut chat = chats::invent(self, id.ends_with("@unq.gbl.spaces"), self.older, rng);
        id.clone_into(&mut chat.id);
        self.add_chat(chat.clone());
        chat
    }

    fn channel(&mut self, team_id: &str, channel_id: &str) -> Option<&mut Channel> {
        if !self.teams.iter().any(|team| team.id == team_id) {
            self.teams.push(Team {
                id: team_id.to_owned(),
                channels: Vec::new(),
            });
        }
        let team = self.teams.iter_mut().find(|team| team.id == team_id)?;
        if !team.channels.iter().any(|channel| channel.id == channel_id) {
            team.channels.push(Channel {
                id: channel_id.to_owned(),
                roots: Vec::new(),
            });
        }
        team.channels
            .iter_mut()
            .find(|channel| channel.id == channel_id)
    }

    fn person(&self, rng: &mut StdRng) -> Person {
        let index = rng.random_range(0..self.people.len().max(1));
        self.people.get(index).cloned().unwrap_or_default()
    }

    /// A new id: now, or one more than the last.
    fn new_id(&mut self, now: Timestamp) -> i64 {
        self.newest = now.as_millisecond().max(self.newest + 1);
        self.newest
    }

    /// The id of something that was there before the start.
    fn older_id(&mut self, rng: &mut StdRng) -> i64 {
        self.older += rng.random_range(1..1_000);
        self.older
    }
}
