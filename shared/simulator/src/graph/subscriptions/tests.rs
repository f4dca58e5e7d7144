//! Conflicts, quotas, ends; who is told.

use super::*;
use crate::change::SimulatedChangeType;
use jiff::SignedDuration;
use rand::{SeedableRng, rngs::StdRng};
use serde_json::{Value, json};

fn caller(tenant_id: &str) -> Caller {
    Caller {
        tenant_id: tenant_id.into(),
        app_id: "app".into(),
        roles: Vec::new(),
    }
}

fn create(resource: &str, change_type: &str) -> Create {
    let body: Value = json!({
        "changeType": change_type,
        "notificationUrl": "https://hook.example/",
        "resource": resource,
        "expirationDateTime": "2026-01-01T01:00:00Z",
    });
    Create::read(body.to_string().as_bytes(), now()).unwrap()
}

fn now() -> Timestamp {
    "2026-01-01T00:00:00Z".parse().unwrap()
}

fn status(result: Result<SimulatedSubscription, GraphErrorResponse>) -> u16 {
    result.map_or_else(|fault| fault.status.as_u16(), |_| 201)
}

#[test]
fn the_same_changes_of_the_same_resource_are_a_duplicate_however_written() {
    let all = Subscriptions::new(100);
    let first = create("/chats/getAllMessages", "created,updated");
    let first = all.add(first, &caller("a"), now()).unwrap();
    for (resource, changes) in [
        ("chats/getAllMessages", "created,updated"),
        ("/Chats/GetAllMessages", "updated, created"),
        ("chats/getAllMessages?model=B", "Created,Updated"),
    ] {
        let fault = all
            .add(create(resource, changes), &caller("a"), now())
            .unwrap_err();
        assert_eq!(fault.status.as_u16(), 409, "{resource}");
        assert!(fault.message.contains(&first.target.subscription_id));
    }
    let others = [
        ("chats/getAllMessages", "created", "a"),
        ("teams/getAllMessages", "created,updated", "a"),
        ("chats/getAllMessages", "created,updated", "b"),
    ];
    for (resource, changes, tenant) in others {
        let added = all.add(create(resource, changes), &caller(tenant), now());
        assert_eq!(status(added), 201, "{resource} {changes} {tenant}");
    }
}

#[test]
fn an_app_has_one_subscription_to_a_chat() {
    let all = Subscriptions::new(100);
    for (resource, changes, expected) in [
        ("chats/1/messages", "created", 201),
        ("chats/1/messages", "updated", 403),
        ("chats/2/messages", "created", 201),
    ] {
        let added = all.add(create(resource, changes), &caller("a"), now());
        assert_eq!(status(added), expected, "{resource} {changes}");
    }
}

#[test]
fn an_organisation_has_a_quota_of_its_own() {
    let all = Subscriptions::new(1);
    for (resource, tenant, expected) in [
        ("chats", "a", 201),
        ("teams", "a", 403),
        ("teams", "b", 201),
    ] {
        let added = all.add(create(resource, "created"), &caller(tenant), now());
        assert_eq!(status(added), expected, "{resource} {tenant}");
    }
}

#[test]
fn what_has_expired_or_belongs_to_another_tenant_is_gone() {
    let all = Subscriptions::new(100);
    let added = all
        .add(create("chats", "created"), &caller("a"), now())
        .unwrap();
    let id = added.target.subscription_id.as_str();
    assert!(all.get(id, &caller("a"), now()).is_ok());
    assert!(all.get(id, &caller("b"), now()).is_err());
    assert!(all.remove(id, &caller("b"), now()).is_err());
    let end = added.target.expires;
    assert!(all.get(id, &caller("a"), end).is_err());
}

#[test]
fn what_belongs_to_no_tenant_s_own_app_is_not_in_its_list() {
    let all = Subscriptions::new(100);
    let mut own = Vec::new();
    for (tenant, chat) in [("a", 1), ("b", 1), ("a", 2), ("a", 3)] {
        let resource = format!("chats/{chat}/messages");
        let added = all.add(create(&resource, "created"), &caller(tenant), now());
        if tenant == "a" {
            own.push(added.unwrap().target.subscription_id);
        }
    }
    own.sort_unstable();
    let (page, more) = all.page(&caller("a"), "", 2, now());
    assert!(more && page.len() == 2);
    let after = page[1].target.subscription_id.clone();
    let (rest, more) = all.page(&caller("a"), &after, 2, now());
    assert!(!more);
    let listed = page.iter().chain(&rest);
    assert!(listed.map(|found| &found.target.subscription_id).eq(&own));
}

#[test]
fn everyone_hears_of_a_change_whose_resource_and_changes_cover_it() {
    let all = Subscriptions::new(100);
    let mut named = BTreeMap::new();
    for (resource, changes, tenant) in [
        ("chats/getAllMessages", "created", "a"),
        ("chats/c/messages", "created,updated", "a"),
        ("chats/d/messages", "created", "a"),
        ("chats/getAllMessages", "updated", "a"),
        ("chats/getAllMessages", "created", "b"),
    ] {
        let added = all.add(create(resource, changes), &caller(tenant), now());
        let id = added.unwrap().target.subscription_id;
        named.insert(id, format!("{tenant} {resource} {changes}"));
    }
    let mut world = crate::world::World::new(10, now());
    let (row, scope) = crate::graph::resources::find("chats/C/messages").unwrap();
    let change = (row.emits.change)(
        world.tenant("a"),
        &scope,
        SimulatedChangeType::Created,
        now(),
        &mut StdRng::seed_from_u64(1),
    );
    let mut told: Vec<&str> = all
        .hear_all("a", None, &change.unwrap(), now())
        .iter()
        .map(|heard| match heard {
            Heard::Told(target) => named[&target.subscription_id].as_str(),
            Heard::Missed(..) => "missed",
        })
        .collect();
    told.sort_unstable();
    let expected = [
        "a chats/c/messages created,updated",
        "a chats/getAllMessages created",
    ];
    assert_eq!(told, expected);
}

#[test]
fn what_has_ended_is_remembered_until_its_end() {
    let all = Subscriptions::new(100);
    let hour = SignedDuration::from_hours(1);
    let expired = all.add(create("chats", "created"), &caller("a"), now());
    let removed = all.add(create("teams", "created"), &caller("a"), now());
    let id = removed.unwrap().target.subscription_id;
    let minutes = SignedDuration::from_mins(20);
    all.remove(&id, &caller("a"), now() + minutes).unwrap();
    let end = expired.unwrap().target.expires;
    let mut ends: Vec<Timestamp> = all
        .served(now() + hour * 24)
        .iter()
        .flat_map(|served| &served.spans)
        .map(|span| span.to)
        .collect();
    ends.sort_unstable();
    assert_eq!(ends, [now() + minutes, end]);
    all.forget_gone(now() + hour * 24);
    assert!(all.served(now() + hour * 24).is_empty());
}
