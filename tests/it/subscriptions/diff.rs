//! The table of decisions: one that is wanted beside one that there is.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use teamwire_graph::DesiredState;
use teamwire_graph::desired::DesiredSubscription;
use teamwire_graph::subscriptions::GraphSubscription;
use teamwire_subscriptions::{
    LEAST_LEFT, LastSeenDocument, PlanContext, SubscriptionUrls, plan_steps,
};

const NOW: &str = "2026-11-21T12:00:00Z";

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn wanted(subscriptions: &[&str]) -> Vec<DesiredSubscription> {
    let file = super::site::desired(subscriptions);
    DesiredState::parse(&file)
        .unwrap()
        .tenants
        .remove(0)
        .subscriptions
}

/// One to every chat that is as it should be, with 60 hours left, and otherwise like this.
fn found(change: Value) -> GraphSubscription {
    let mut found = json!({
        "id": "1",
        "resource": "chats",
        "changeType": "created,updated",
        "notificationUrl": "https://ours.example/n",
        "lifecycleNotificationUrl": "https://ours.example/l",
        "expirationDateTime": "2026-11-24T00:00:00Z",
        "includeResourceData": true,
        "encryptionCertificateId": "current",
    });
    let members = found.as_object_mut().unwrap();
    members.extend(change.as_object().unwrap().clone());
    serde_json::from_value(found).unwrap()
}

/// A note of the subscription `1`.
fn note(change: Value) -> LastSeenDocument {
    let mut entry = json!({
        "resource": "chats",
        "changes": ["created", "updated"],
        "id": "1",
        "until": "2026-11-21T11:45:00Z",
    });
    let members = entry.as_object_mut().unwrap();
    members.extend(change.as_object().unwrap().clone());
    serde_json::from_value(json!({"subscriptions": [entry]})).unwrap()
}

fn steps(
    wanted: &[DesiredSubscription],
    found: &[GraphSubscription],
    note: &LastSeenDocument,
    certificate_id: Option<&str>,
) -> Vec<String> {
    let urls = SubscriptionUrls {
        notification: "https://ours.example/n".to_owned(),
        lifecycle: "https://ours.example/l".to_owned(),
    };
    let noted = note.index();
    let view = PlanContext {
        now: now(),
        urls: &urls,
        certificate_id,
        last_seen: &noted,
    };
    let mut steps: Vec<String> = plan_steps(wanted, found, &view)
        .iter()
        .map(|step| {
            let found = step.found().map_or("", |found| found.id.as_str());
            format!("{} {found}", step.action().name())
                .trim()
                .to_owned()
        })
        .collect();
    steps.sort_unstable();
    steps
}

#[test]
fn each_difference_has_its_step() {
    let chats = "resource = \"chats\"";
    let basic = "resource = \"chats\"\npayload = \"basic\"";
    let plain = json!({"includeResourceData": null, "encryptionCertificateId": null});
    for (situation, lines, change, expected) in [
        ("it is as it should be", chats, json!({}), "keep 1"),
        ("so is one without content", basic, plain, "keep 1"),
        (
            "written otherwise",
            chats,
            json!({"resource": "/chats?model=B"}),
            "keep 1",
        ),
        (
            "a GUID in capitals",
            "resource = \"teams/FBE2BF47-16C8-47CF-B4A5-4B9B187C508B/channels\"",
            json!({
                "resource": "/v1.0/teams('fbe2bf47-16c8-47cf-b4a5-4b9b187c508b')/channels/",
                "changeType": "created,updated,deleted",
            }),
            "keep 1",
        ),
        (
            "what the table lacks",
            "resource = \"users\"\nkind = \"other\"\nchanges = [\"updated\"]\nlifetime-minutes = 1440",
            json!({"resource": "/users", "changeType": "updated"}),
            "keep 1",
        ),
        (
            "in another order",
            chats,
            json!({"changeType": "Updated, created"}),
            "keep 1",
        ),
        (
            "no lifecycle URL",
            chats,
            json!({"lifecycleNotificationUrl": null}),
            "recreate 1",
        ),
        (
            "an empty one",
            chats,
            json!({"lifecycleNotificationUrl": ""}),
            "recreate 1",
        ),
        (
            "another one",
            chats,
            json!({"lifecycleNotificationUrl": "https://ours.example/n"}),
            "recreate 1",
        ),
        ("content that nobody wants", basic, json!({}), "recreate 1"),
        (
            "no content",
            chats,
            json!({"includeResourceData": false}),
            "recreate 1",
        ),
        (
            "other changes",
            chats,
            json!({"changeType": "created"}),
            "recreate 1",
        ),
        (
            "changes that nobody knows",
            chats,
            json!({"changeType": "created,renamed"}),
            "recreate 1",
        ),
        (
            "another certificate",
            chats,
            json!({"encryptionCertificateId": "old"}),
            "move 1",
        ),
        (
            "nobody knows which",
            chats,
            json!({"encryptionCertificateId": ""}),
            "move 1",
        ),
        (
            "half of its life",
            chats,
            json!({"expirationDateTime": "2026-11-22T23:59:59Z"}),
            "renew 1",
        ),
        (
            "its end is told with another offset",
            chats,
            json!({"expirationDateTime": "2026-11-22T15:00:00-08:00"}),
            "renew 1",
        ),
    ] {
        let steps = steps(
            &wanted(&[lines]),
            &[found(change)],
            &note(json!({})),
            Some("current"),
        );
        assert_eq!(steps, [expected], "{situation}");
    }
}

#[test]
fn what_there_is_and_what_is_wanted_are_paired_by_what_they_are_to() {
    let teams = json!({"id": "2", "resource": "teams"});
    let elsewhere = json!({"id": "3", "notificationUrl": "https://other.example/n"});
    let of_users = json!({"id": "4", "resource": "users"});
    let over = json!({"expirationDateTime": NOW});
    let later = json!({"id": "5", "expirationDateTime": "2026-11-24T01:00:00Z"});
    let created = json!({"id": "6", "changeType": "created"});
    for (situation, lines, there, expected) in [
        ("nothing", vec![], vec![], vec![]),
        ("none yet", vec!["chats"], vec![], vec!["create"]),
        ("not wanted", vec![], vec![json!({})], vec!["remove 1"]),
        (
            "another",
            vec!["chats"],
            vec![teams],
            vec!["create", "remove 2"],
        ),
        (
            "not ours",
            vec![],
            vec![elsewhere.clone()],
            vec!["foreign 3"],
        ),
        (
            "not ours, and in the way",
            vec!["chats"],
            vec![elsewhere.clone()],
            vec!["foreign 3"],
        ),
        (
            "not ours, beside ours",
            vec!["chats"],
            vec![elsewhere, json!({})],
            vec!["foreign 3", "keep 1"],
        ),
        ("not of Teams", vec![], vec![of_users], vec!["foreign 4"]),
        ("over already", vec!["chats"], vec![over], vec!["create"]),
        (
            "two that serve",
            vec!["chats"],
            vec![later, json!({})],
            vec!["adopt 5", "remove 1"],
        ),
        (
            "one for other changes too",
            vec!["chats"],
            vec![created, json!({})],
            vec!["keep 1", "remove 6"],
        ),
    ] {
        let lines: Vec<String> = lines
            .iter()
            .map(|path| format!("resource = \"{path}\""))
            .collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let there: Vec<_> = there.into_iter().map(found).collect();
        let steps = steps(&wanted(&lines), &there, &note(json!({})), Some("current"));
        assert_eq!(steps, expected, "{situation}");
    }
}

#[test]
fn what_we_noted_stands_in_for_what_graph_does_not_show() {
    let chats = wanted(&["resource = \"chats\""]);
    let silent = found(json!({
        "lifecycleNotificationUrl": null,
        "encryptionCertificateId": null,
    }));
    let silent = std::slice::from_ref(&silent);
    let made = note(json!({"made": true, "certificateId": "current"}));
    assert_eq!(steps(&chats, silent, &made, Some("current")), ["keep 1"]);
    assert_eq!(steps(&chats, silent, &made, Some("next")), ["move 1"]);
    let adopted = note(json!({"certificateId": "current"}));
    assert_eq!(
        steps(&chats, silent, &adopted, Some("current")),
        ["recreate 1"]
    );
    assert_eq!(
        steps(
            &chats,
            &[found(json!({}))],
            &LastSeenDocument::default(),
            Some("current")
        ),
        ["adopt 1"]
    );
}

#[test]
fn without_a_certificate_nothing_moves() {
    let chats = wanted(&["resource = \"chats\""]);
    assert_eq!(
        steps(&chats, &[found(json!({}))], &note(json!({})), None),
        ["keep 1"]
    );
}

#[test]
fn renewals_are_spread_and_never_later_than_half_of_a_life() {
    let chats = wanted(&["resource = \"chats\"\nlifetime-minutes = 1000"]);
    let due = |id: &str, minutes: i64| {
        let end = now() + SignedDuration::from_mins(minutes);
        let found = found(json!({"id": id, "expirationDateTime": end.to_string()}));
        steps(
            &chats,
            &[found],
            &LastSeenDocument::default(),
            Some("current"),
        ) == [format!("renew {id}")]
    };
    let mut turns = Vec::new();
    for id in 0..200 {
        let id = format!("7f105c7d-2dc5-4530-97cd-{id:012}");
        assert!(due(&id, 500) && !due(&id, 601), "{id}");
        turns.push(
            (500..=600)
                .rev()
                .find(|minutes| due(&id, *minutes))
                .unwrap(),
        );
    }
    turns.sort_unstable();
    turns.dedup();
    assert!(turns.len() > 50, "{} turns", turns.len());
}

#[test]
fn however_short_a_life_two_runs_may_fail() {
    let chats = wanted(&["resource = \"chats\"\nlifetime-minutes = 120"]);
    let step = |minutes| {
        let end = now() + SignedDuration::from_mins(minutes);
        let found = found(json!({"expirationDateTime": end.to_string()}));
        steps(&chats, &[found], &note(json!({})), Some("current"))
    };
    // The longest time between two runs that the templates take.
    let interval = 30;
    for minutes in 1..=120 {
        let is_kept = step(minutes) == ["keep 1"];
        assert!(!is_kept || minutes > 3 * interval, "{minutes}");
    }
    assert_eq!(step(LEAST_LEFT.as_mins() + 1), ["keep 1"]);
}
