//! Chats: begun, renamed, read by someone.

use super::people::Person;
use super::{Place, Tenant, members, object};
use crate::change::{CHAT, Change, SimulatedChangeType, View};
use crate::graph::resources::EmissionScope;
use crate::ids;
use crate::path::{Segments, percent_encode};
use jiff::Timestamp;
use rand::Rng;
use rand::rngs::StdRng;
use serde_json::{Map, Value, json};

/// A conversation of some people.
#[derive(Debug, Clone)]
pub(super) struct Chat {
    pub(super) id: String,
    pub(super) topic: Option<String>,
    pub(super) members: Vec<Person>,
    pub(super) created: i64,
}

/// A chat is begun, or one that was there before gets another topic.
pub fn change_chat(
    tenant: &mut Tenant,
    _scope: &EmissionScope,
    change_type: SimulatedChangeType,
    now: Timestamp,
    rng: &mut StdRng,
) -> Option<Change> {
    let moment = tenant.moment(change_type, now, rng);
    let chat = invent(tenant, rng.random(), moment.created, rng);
    let change = state(tenant, &chat, moment.changed, change_type);
    tenant.record_chat(&change, &chat, moment.changed);
    Some(change)
}

/// A chat of one person is begun or gets another topic. Who asked for it hears, half of the time,
/// of what only that person sees of a chat.
pub fn change_chat_of_one_user(
    tenant: &mut Tenant,
    scope: &EmissionScope,
    change_type: SimulatedChangeType,
    now: Timestamp,
    rng: &mut StdRng,
) -> Option<Change> {
    let person = tenant.named_person(scope.key("user")?);
    let moment = tenant.moment(change_type, now, rng);
    let mut chat = invent(tenant, rng.random(), moment.created, rng);
    if !chat.members.iter().any(|member| member.id == person.id)
        && let Some(member) = chat.members.first_mut()
    {
        *member = person;
    }
    let change = state(tenant, &chat, moment.changed, change_type);
    tenant.record_chat(&change, &chat, moment.changed);
    Some(for_someone(change, scope, rng))
}

/// One chat gets another topic, if it has one.
pub fn change_one_chat(
    tenant: &mut Tenant,
    scope: &EmissionScope,
    change_type: SimulatedChangeType,
    now: Timestamp,
    rng: &mut StdRng,
) -> Option<Change> {
    let mut chat = tenant.chat(scope.key("chat")?, rng);
    chat.topic = chat.topic.map(|_| topic(rng));
    let moment = tenant.moment(change_type, now, rng);
    let change = state(tenant, &chat, moment.changed, change_type);
    tenant.settle(&change, place(&chat, moment.changed));
    Some(change)
}

impl Tenant {
    /// The chat with that id, made where it is new.
    pub(super) fn chat(&mut self, id: &str, rng: &mut StdRng) -> Chat {
        if let Some(chat) = self.chats.iter().find(|chat| chat.id == id) {
            return chat.clone();
        }
        let mut chat = invent(self, id.ends_with("@unq.gbl.spaces"), self.older, rng);
        id.clone_into(&mut chat.id);
        self.add_chat(chat.clone());
        chat
    }

    /// A chat that exists from now on.
    pub(super) fn add_chat(&mut self, chat: Chat) {
        let change = state(self, &chat, chat.created, SimulatedChangeType::Created);
        self.settle(&change, place(&chat, chat.created));
        members::settle_chat(self, &chat);
        self.chats.push(chat);
    }

    /// The people in it are there as long as the chat is.
    fn record_chat(&mut self, change: &Change, chat: &Chat, changed: i64) {
        let place = place(chat, changed);
        let address = Segments::parse(&place.address);
        self.record(change, place);
        if address.is_some_and(|address| self.store.get(&address).is_some()) {
            members::settle_chat(self, chat);
        }
    }

    pub(super) fn any_chat(&self, rng: &mut StdRng) -> Option<Chat> {
        let index = rng.random_range(0..self.chats.len().max(1));
        self.chats.get(index).cloned()
    }

    /// Some chat of a person; a new one where there is none.
    pub(super) fn chat_of(&mut self, person: &Person, rng: &mut StdRng) -> Chat {
        let is_in = |chat: &&Chat| chat.members.iter().any(|member| member.id == person.id);
        let theirs: Vec<&Chat> = self.chats.iter().filter(is_in).collect();
        if let Some(chat) = theirs.get(rng.random_range(0..theirs.len().max(1))) {
            return (*chat).clone();
        }
        let mut chat = invent(self, false, self.older, rng);
        chat.members.push(person.clone());
        self.add_chat(chat.clone());
        chat
    }
}

fn place(chat: &Chat, changed: i64) -> Place {
    let of = |member: &Person| (format!("users/{}/chats", member.id), changed);
    Place {
        address: format!("chats/{}", chat.id),
        lists: chat.members.iter().map(of).collect(),
    }
}

/// A chat of two people, or of several.
pub(super) fn invent(tenant: &Tenant, one_on_one: bool, created: i64, rng: &mut StdRng) -> Chat {
    let first = tenant.person(rng);
    let others: Vec<Person> = tenant
        .people
        .iter()
        .filter(|person| person.id != first.id)
        .cloned()
        .collect();
    let from = rng.random_range(0..others.len().max(1));
    let count = if one_on_one {
        1
    } else {
        rng.random_range(2..5)
    };
    let mut members = vec![first];
    members.extend(others.into_iter().cycle().skip(from).take(count));
    let id = match members.as_slice() {
        // The id of a chat of two names both; a random part keeps invented ones apart.
        [one, _] if one_on_one => format!("19:{}_{}@unq.gbl.spaces", one.id, ids::guid(rng)),
        _ => format!("19:{}@thread.v2", ids::hex32(rng)),
    };
    Chat {
        id,
        topic: (!one_on_one).then(|| topic(rng)),
        members,
        created,
    }
}

pub(super) fn topic(rng: &mut StdRng) -> String {
    const TOPICS: [&str; 5] = ["Release", "Offsite", "Incident", "Budget", "Hiring"];
    let topic = TOPICS.get(rng.random_range(0..TOPICS.len()));
    format!(
        "{} {}",
        topic.copied().unwrap_or_default(),
        rng.random_range(1..1000)
    )
}

/// The chat as it is at `time`, in milliseconds since 1970.
fn state(tenant: &Tenant, chat: &Chat, time: i64, change_type: SimulatedChangeType) -> Change {
    let updated = ids::date_of_millis(time);
    let read = object(json!({
        "id": chat.id,
        "topic": chat.topic,
        "createdDateTime": ids::date_of_millis(chat.created),
        "lastUpdatedDateTime": updated,
        "chatType": if chat.topic.is_some() { "group" } else { "oneOnOne" },
        "webUrl": format!(
            "https://teams.microsoft.com/l/chat/{}/0?tenantId={}",
            percent_encode(&chat.id),
            tenant.id
        ),
        "tenantId": tenant.id,
        "isHiddenForAllMembers": false,
        "onlineMeetingInfo": null,
        "viewpoint": null,
    }));
    let people: Vec<Value> = chat
        .members
        .iter()
        .map(|person| members::in_sealed_chat(tenant, &chat.id, person))
        .collect();
    let mut sealed = read.clone();
    sealed.extend(object(json!({
        "members": people,
        "messages": [],
        "installedApps": [],
        "tabs": [],
        "permissionGrants": [],
        "operations": [],
        "pinnedMessages": [],
        "lastMessagePreview": null,
    })));
    let view = |members| View {
        context: "chats/$entity".into(),
        version: Some(updated.clone()),
        members,
    };
    Change {
        change_type,
        shape: &CHAT,
        path: format!("chats('{}')", chat.id),
        id: chat.id.clone(),
        sealed: view(sealed),
        read: view(read),
        has_get: true,
    }
}

/// One user's view of a chat: a part of it, with the `viewpoint`. It changes without the chat, so
/// its date tells no version.
fn for_someone(mut change: Change, scope: &EmissionScope, rng: &mut StdRng) -> Change {
    if !scope.flag("notifyOnUserSpecificProperties") || rng.random() {
        return change;
    }
    let whole = change.sealed.members;
    let kept = |name: &str| {
        whole
            .get(name)
            .map(|value| (name.to_owned(), value.clone()))
    };
    let mut members: Map<String, Value> = [
        "id",
        "topic",
        "createdDateTime",
        "lastUpdatedDateTime",
        "chatType",
        "tenantId",
    ]
    .into_iter()
    .filter_map(kept)
    .collect();
    let viewpoint = json!({
        "isHidden": rng.random::<bool>(),
        "lastMessageReadDateTime": whole.get("lastUpdatedDateTime"),
    });
    members.insert("viewpoint".into(), viewpoint);
    change.sealed = View {
        context: change.sealed.context,
        version: None,
        members,
    };
    change
}
