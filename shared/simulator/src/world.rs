//! The made-up organisations whose chats, teams and meetings change.
//!
//! A tenant's people, chats and teams are made from its id, so that they are the same at every
//! start. What else has to be there is brought about on demand.

mod afterwards;
mod channels;
mod chats;
mod conditions;
mod existence;
mod installations;
mod meeting_settings;
mod meetings;
mod members;
mod messages;
mod neighbours;
mod people;
mod reading;
mod store;
mod system;
mod teams;

pub use channels::{change_channel, change_channel_of_one_team, share_channel};
pub use chats::{change_chat, change_chat_of_one_user, change_one_chat};
pub use conditions::AnyOf;
pub use existence::MissingEntity;
pub use installations::change_installation;
pub use meeting_settings::MeetingSettings;
pub use meetings::{Meeting, record_call, record_meeting, transcribe_call, transcribe_meeting};
pub use members::{
    change_any_chat_member, change_any_private_channel_member, change_any_team_member,
    change_channel_member_of_one_team, change_one_chat_member, change_one_team_member,
};
pub use messages::{
    change_any_channel, change_any_chat, change_one_channel, change_one_chat_message,
    change_one_user_message,
};
pub use neighbours::{
    change_call, change_call_record, change_insight, change_interaction, change_offer,
    change_open_shift_request, change_registration, change_session, change_shift, change_swap,
    change_time_off, change_webinar, report_attendance,
};
pub use reading::{Content, Found};
pub use store::{BY_CREATION, Position, Range};
pub use teams::{change_one_team, change_team};

use crate::change::{Change, SimulatedChangeType};
use crate::ids;
use crate::path::Segments;
use jiff::Timestamp;
use people::Person;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Map, Value};
use std::collections::{BTreeSet, HashMap};
use store::{Lists, Store};

/// The age of the oldest invented content at the start.
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
    chats: Vec<chats::Chat>,
    teams: Vec<teams::Team>,
    store: Store,
    /// Meetings, calls and apps, which nothing but their ids is known of.
    known: BTreeSet<String>,
    /// Changes that were read too early, once.
    read_early: BTreeSet<String>,
    /// The start, in milliseconds since 1970.
    started: i64,
    /// The newest id given, in milliseconds since 1970.
    newest: i64,
    /// The id of the newest message that was there before the start.
    older: i64,
    /// The settings of meetings.
    pub meetings: MeetingSettings,
}

/// The times of creation and change, in milliseconds since 1970.
struct Moment {
    change_type: SimulatedChangeType,
    created: i64,
    changed: i64,
}

/// The address of a resource, and the lists that it is in.
struct Place {
    address: String,
    lists: Lists,
}

impl World {
    /// A world that remembers the last `keep` announced resources of each tenant.
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
        let mut rng = StdRng::seed_from_u64(hash(id));
        let started = started.as_millisecond();
        let mut tenant = Self {
            id: id.to_owned(),
            people: Vec::new(),
            chats: Vec::new(),
            teams: Vec::new(),
            store: Store::new(keep),
            known: BTreeSet::new(),
            read_early: BTreeSet::new(),
            started,
            newest: started,
            older: started - HISTORY_MILLIS,
            meetings: MeetingSettings::default(),
        };
        for person in people::staff(&mut rng) {
            tenant.employ(person);
        }
        for number in 0..10 {
            let chat = chats::invent(&tenant, number % 2 == 0, started - HISTORY_MILLIS, &mut rng);
            tenant.add_chat(chat);
        }
        for _ in 0..2 {
            let team = tenant.team(&ids::guid(&mut rng));
            for membership in ["standard", "private", "shared"] {
                let id = format!("19:{}@thread.tacv2", ids::hex32(&mut rng));
                tenant.channel(&team.id, &id, membership);
            }
        }
        tenant
    }

    /// The creation time of something that happens now: a resource that is updated or deleted was
    /// there before the start, and nobody was notified of it. So each resource changes once, and
    /// what a later GET finds is what was announced.
    fn moment(
        &mut self,
        change_type: SimulatedChangeType,
        now: Timestamp,
        rng: &mut StdRng,
    ) -> Moment {
        self.newest = now.as_millisecond().max(self.newest + 1);
        let changed = self.newest;
        let created = match change_type {
            SimulatedChangeType::Created => changed,
            SimulatedChangeType::Updated | SimulatedChangeType::Deleted => {
                self.older += rng.random_range(1..1_000);
                self.older
            }
        };
        Moment {
            change_type,
            created,
            changed,
        }
    }

    /// Makes the state after a change the current one.
    fn record(&mut self, change: &Change, place: Place) {
        let Some(address) = Segments::parse(&place.address) else {
            return;
        };
        match change.change_type {
            SimulatedChangeType::Deleted => self.store.remove(&address),
            SimulatedChangeType::Created | SimulatedChangeType::Updated => {
                self.store.put(address, Found::of(change), place.lists);
            }
        }
    }

    /// Adds what was there before, or is there because a subscription names it.
    fn settle(&mut self, change: &Change, place: Place) {
        if let Some(address) = Segments::parse(&place.address) {
            let mut found = Found::of(change);
            if change.change_type != SimulatedChangeType::Updated {
                found.changed = None;
            }
            self.store.put_for_good(address, found, place.lists);
        }
    }

    fn person(&self, rng: &mut StdRng) -> Person {
        let index = rng.random_range(0..self.people.len().max(1));
        self.people.get(index).cloned().unwrap_or_default()
    }

    /// The person with that id, made where it is new.
    fn named_person(&mut self, id: &str) -> Person {
        let known = self.people.iter().find(|person| person.id == id);
        known.cloned().unwrap_or_else(|| {
            let person = Person {
                id: id.to_owned(),
                name: "Noor Amanpour",
            };
            self.employ(person.clone());
            person
        })
    }

    fn employ(&mut self, person: Person) {
        if let Some(address) = Segments::parse(&format!("users/{}", person.id)) {
            let place = i64::try_from(self.people.len()).unwrap_or(i64::MAX);
            let found = Found {
                path: None,
                context: "users/$entity".into(),
                version: None,
                resource: people::user(&person).to_string(),
                changed: None,
            };
            let lists = vec![("users".to_owned(), place)];
            self.store.put_for_good(address, found, lists);
        }
        self.people.push(person);
    }
}

/// The same number for the same text at every start.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    })
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests;
