//! Chats: begun, renamed.

use super::people::Person;
use super::{Chat, Tenant};
use crate::change::{CHAT, Change, ChangeType};
use crate::graph::resources::Scope;
use crate::ids;
use crate::path::percent_encode;
use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use rand::Rng;
use rand::rngs::StdRng;
use serde_json::{Map, Value, json};

/// A chat is begun, or one that was there before gets another topic.
pub fn change_chat(
    tenant: &mut Tenant,
    _scope: &Scope,
    change_type: ChangeType,
    now: Timestamp,
    rng: &mut StdRng,
) -> Option<Change> {
    let time = tenant.new_id(now);
    let created = match change_type {
        ChangeType::Created => time,
        ChangeType::Updated | ChangeType::Deleted => tenant.older_id(rng),
    };
    let chat = invent(tenant, rng.random(), created, rng);
    let change = state(tenant, &chat, time, change_type);
    tenant.record(&change);
    Some(change)
}

/// One chat gets another topic, if it has one.
pub fn change_one_chat(
    tenant: &mut Tenant,
    scope: &Scope,
    change_type: ChangeType,
    now: Timestamp,
    rng: &mut StdRng,
) -> Option<Change> {
    let mut chat = tenant.chat(scope.key("chat")?, rng);
    chat.topic = chat.topic.map(|_| topic(rng));
    let time = tenant.new_id(now);
    let change = state(tenant, &chat, time, change_type);
    tenant.record(&change);
    Some(change)
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

fn topic(rng: &mut StdRng) -> String {
    const TOPICS: [&str; 5] = ["Release", "Offsite", "Incident", "Budget", "Hiring"];
    let topic = TOPICS.get(rng.random_range(0..TOPICS.len()));
    format!(
        "{} {}",
        topic.copied().unwrap_or_default(),
        rng.random_range(1..1000)
    )
}

/// The chat as it is at `time`, in milliseconds since 1970.
pub(super) fn state(tenant: &Tenant, chat: &Chat, time: i64, change_type: ChangeType) -> Change {
    let updated = ids::date_of_millis(time);
    let resource = object(json!({
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
    let members: Vec<Value> = chat
        .members
        .iter()
        .map(|person| member(tenant, chat, person))
        .collect();
    let only_sealed = object(json!({
        "members": members,
        "messages": [],
        "installedApps": [],
        "tabs": [],
        "permissionGrants": [],
        "operations": [],
        "pinnedMessages": [],
        "lastMessagePreview": null,
    }));
    Change {
        change_type,
        shape: &CHAT,
        path: format!("chats('{}')", chat.id),
        id: chat.id.clone(),
        context: "chats/$entity".into(),
        version: updated,
        resource,
        only_sealed,
    }
}

fn member(tenant: &Tenant, chat: &Chat, person: &Person) -> Value {
    let id = format!("0##{}##{}##{}", tenant.id, chat.id, person.id);
    json!({
        "@odata.type": "#microsoft.graph.aadUserConversationMember",
        "id": STANDARD.encode(id),
        "roles": ["owner"],
        "displayName": null,
        "visibleHistoryStartDateTime": "0001-01-01T00:00:00Z",
        "userId": person.id,
        "email": null,
        "tenantId": tenant.id,
        "user": null,
    })
}

pub(super) fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}
