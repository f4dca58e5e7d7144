//! Subscriptions that live while nothing is announced: found by the schedule, ended by what ingest
//! hears of.

use super::lifecycle::{answered, record, verdicts};
use super::site::{Site, TENANT, actions, chats, desired, reasons, text, within};
use crate::ingest::counters::Counters;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};
use teamwire_payload::{ActivityReport, QueueMessage};
use teamwire_transport::{Delivery, Disposition};

const WATCHED: &str = "resource = \"chats\"\nsilence = \"4h\"";

/// A message of ingest that something came for these just now, by Graph's clock, told so long ago by
/// ours.
async fn heard_of(site: &Site, ids: &[&str], ago: Duration) -> Delivery {
    let at = site.order(json!({"action": "list"})).await;
    let at: jiff::Timestamp = text(&at["tenants"][0], "at").parse().unwrap();
    let at = u64::try_from(at.as_millisecond()).unwrap();
    let told = SystemTime::now() - ago;
    let told = told.duration_since(SystemTime::UNIX_EPOCH).unwrap();
    let heard: BTreeMap<String, u64> = ids.iter().map(|id| ((*id).to_owned(), at)).collect();
    let message = QueueMessage {
        received_at: u64::try_from(told.as_millis()).unwrap(),
        trace: None,
        body: ActivityReport {
            tenants: BTreeMap::from([(TENANT.parse().unwrap(), heard)]),
        },
    };
    record(&message.to_json().unwrap())
}

async fn hear(site: &Site, ids: &[&str]) {
    let message = heard_of(site, ids, Duration::ZERO).await;
    answered(site, vec![message]).await;
}

/// A run of the schedule: how many are silent.
async fn run(site: &Site) -> f64 {
    let counters = Counters::default();
    let manager = site.manager();
    let watch = counters.watch();
    let report = manager
        .handle(json!({"action": "reconcile"}), within(60))
        .await;
    drop(watch);
    assert_eq!(report["faults"], json!([]));
    counters.last("subscriptionsSilent").unwrap()
}

/// The one subscription of ours, as a list shows it.
async fn listed(site: &Site) -> Value {
    let list = site.order(json!({"action": "list"})).await;
    let [one] = list["tenants"][0]["changes"].as_array().unwrap().as_slice() else {
        panic!("{list}")
    };
    one.clone()
}

async fn watching(lines: &str) -> (Site, String) {
    let site = Site::start().await;
    site.want(&[lines]).await;
    assert_eq!(run(&site).await, 0.0);
    let id = text(&site.the_subscription().await, "id").to_owned();
    (site, id)
}

#[tokio::test]
async fn one_that_is_quiet_for_longer_than_is_normal_is_silent_until_it_is_heard_of() {
    let (site, id) = watching(WATCHED).await;
    site.pass(4).await;
    assert_eq!(run(&site).await, 0.0);
    site.pass(1).await;
    assert_eq!(run(&site).await, 1.0);
    assert_eq!(run(&site).await, 1.0);
    hear(&site, &[&id]).await;
    assert_eq!(run(&site).await, 0.0);
    site.pass(5).await;
    assert_eq!(run(&site).await, 1.0);
}

#[tokio::test]
async fn what_is_not_watched_is_never_silent() {
    let (site, _) = watching("resource = \"chats\"").await;
    site.pass(40).await;
    assert_eq!(run(&site).await, 0.0);
}

#[tokio::test]
async fn messages_of_a_whole_tenant_are_watched_unless_the_file_says_otherwise() {
    for (lines, silent) in [
        ("resource = \"chats/getAllMessages\"", 1.0),
        ("resource = \"chats/getAllMessages\"\nsilence = false", 0.0),
    ] {
        let (site, _) = watching(lines).await;
        for _ in 0..5 {
            site.pass(24).await;
            let _ = site.reconcile().await;
        }
        assert_eq!(run(&site).await, silent, "{lines}");
    }
}

#[tokio::test]
async fn one_that_takes_the_place_of_a_silent_one_is_silent_too() {
    let (site, id) = watching(WATCHED).await;
    site.pass(3).await;
    run(&site).await;
    site.fault(json!({"fault": "remove", "subscriptionId": id}))
        .await;
    assert_eq!(run(&site).await, 0.0);
    assert_ne!(site.the_subscription().await["id"], id);
    site.pass(2).await;
    assert_eq!(run(&site).await, 1.0);
}

#[tokio::test]
async fn a_list_shows_when_each_was_last_heard_of() {
    let (site, id) = watching(WATCHED).await;
    let one = listed(&site).await;
    assert!(one["heard"].is_null() && one["silent"].is_null(), "{one}");
    assert_eq!(one["silenceMinutes"], 240);
    let since = text(&one, "quietSince").to_owned();
    site.pass(5).await;
    let one = listed(&site).await;
    assert_eq!(
        (&one["silent"], text(&one, "quietSince")),
        (&json!(true), &*since)
    );
    hear(&site, &[&id]).await;
    let one = listed(&site).await;
    assert!(one["silent"].is_null(), "{one}");
    assert_eq!(one["heard"], one["quietSince"]);
    assert!(text(&one, "heard") > &*since);
}

#[tokio::test]
async fn a_check_tells_what_is_silent_and_when_it_was_heard_of() {
    let (site, id) = watching(WATCHED).await;
    let wanted = async || {
        let answer = site.order(json!({"action": "check"})).await;
        answer["tenants"][0]["wanted"][0].clone()
    };
    hear(&site, &[&id]).await;
    let one = wanted().await;
    let heard = text(&one, "heard").to_owned();
    assert_eq!(one["silent"], false);
    site.pass(5).await;
    let one = wanted().await;
    assert_eq!(
        (&one["silent"], text(&one, "heard")),
        (&json!(true), &*heard)
    );
    site.put("subscriptions.toml", &desired(&["resource = \"chats\""]))
        .await;
    let one = wanted().await;
    assert_eq!(
        (&one["silent"], text(&one, "heard")),
        (&json!(false), &*heard)
    );
}

#[tokio::test]
async fn what_is_not_ours_or_not_wanted_is_shown_without_a_silence() {
    let (site, _) = watching(WATCHED).await;
    site.put("subscriptions.toml", &desired(&[])).await;
    site.pass(5).await;
    let one = listed(&site).await;
    assert!(
        one["silent"].is_null() && one["silenceMinutes"].is_null(),
        "{one}"
    );
}

#[tokio::test]
async fn ten_thousand_invented_ids_are_not_kept() {
    let (site, id) = watching(WATCHED).await;
    let key = format!("heard/{TENANT}.json");
    let before = site.store.texts()[&key].clone();
    let invented: Vec<String> = (0..10_000).map(|n| format!("invented-{n}")).collect();
    let mut ids: Vec<&str> = invented.iter().map(String::as_str).collect();
    hear(&site, &ids).await;
    assert_eq!(site.store.texts()[&key], before);
    ids.push(&id);
    hear(&site, &ids).await;
    let after = site.store.texts()[&key].clone();
    assert!(
        after != before && after.len() < before.len() + 100,
        "{after}"
    );
}

#[tokio::test]
async fn a_tenant_that_nobody_watches_gets_no_file() {
    let site = Site::start().await;
    site.want(&[WATCHED]).await;
    hear(&site, &["a"]).await;
    assert!(
        site.store
            .texts()
            .keys()
            .all(|key| !key.starts_with("heard/"))
    );
}

#[tokio::test]
async fn what_several_processes_heard_at_once_is_all_kept() {
    let site = Site::start().await;
    let wanted = chats(5);
    let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
    site.want(&wanted).await;
    site.reconcile().await;
    let mut messages = Vec::new();
    for one in site.subscriptions().await {
        messages.push(heard_of(&site, &[text(&one, "id")], Duration::ZERO).await);
    }
    let processes = messages.into_iter().map(|one| answered(&site, vec![one]));
    futures::future::join_all(processes).await;
    let list = site.order(json!({"action": "list"})).await;
    let changes = list["tenants"][0]["changes"].as_array().unwrap();
    assert_eq!(changes.len(), 5);
    for one in changes {
        assert!(one["heard"].is_string(), "{one}");
    }
}

#[tokio::test]
async fn what_can_not_be_stored_is_tried_again_for_an_hour_and_then_forgotten() {
    let (site, id) = watching(WATCHED).await;
    let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
    let fresh = heard_of(&site, &[&id], minutes(59)).await;
    let old = heard_of(&site, &[&id], minutes(61)).await;
    let down = site.without("heard/");
    let again = verdicts(&down, vec![fresh]).await.remove(0).unwrap_err();
    assert_eq!(again.disposition, Disposition::RetryAfter(None));
    let counters = Counters::default();
    let watch = counters.watch();
    let outcome = verdicts(&down, vec![old]).await.remove(0).unwrap();
    drop(watch);
    assert!(outcome.events.is_empty() && outcome.follow_ups.is_empty());
    assert_eq!(counters.of("lifecycle", "outcome", "heard-lost"), 1);
}

#[tokio::test]
async fn tenants_that_can_not_be_stored_keep_nothing_from_the_others() {
    let (site, id) = watching(WATCHED).await;
    let message = heard_of(&site, &[&id], Duration::ZERO).await;
    let mut message = QueueMessage::<ActivityReport>::parse(&message.body).unwrap();
    // More than are written at once, and all of them before it.
    for n in 0..10 {
        let tenant = format!("00000000-0000-0000-0000-{n:012}");
        let of_tenant = BTreeMap::from([("a".to_owned(), 0)]);
        message
            .body
            .tenants
            .insert(tenant.parse().unwrap(), of_tenant);
    }
    let message = record(&message.to_json().unwrap());
    let down = site.without("heard/0000");
    let again = verdicts(&down, vec![message]).await.remove(0).unwrap_err();
    assert_eq!(again.disposition, Disposition::RetryAfter(None));
    assert!(listed(&down).await["heard"].is_string());
}

#[tokio::test]
async fn a_message_of_a_later_version_is_a_dead_letter() {
    let (site, id) = watching(WATCHED).await;
    let mut message = heard_of(&site, &[&id], Duration::ZERO).await;
    message.body = message.body.replace("heard.v1", "heard.v2");
    let failure = verdicts(&site, vec![message]).await.remove(0).unwrap_err();
    assert_eq!(
        failure.disposition,
        Disposition::Dead("unknown-version".into())
    );
}

#[tokio::test]
async fn a_watch_that_is_lost_begins_anew() {
    let (site, id) = watching(WATCHED).await;
    site.pass(5).await;
    site.put(&format!("heard/{TENANT}.json"), "{\"subscriptions\":7}")
        .await;
    hear(&site, &[&id]).await;
    assert_eq!(run(&site).await, 0.0);
    let one = listed(&site).await;
    assert!(
        one["heard"].is_null() && one["quietSince"].is_string(),
        "{one}"
    );
}

#[tokio::test]
async fn a_watch_that_can_not_be_noted_is_told_and_holds_nothing_up() {
    let (site, _) = watching(WATCHED).await;
    let down = site.without("heard/");
    down.want(&[WATCHED, "resource = \"teams\""]).await;
    let report = down.reconcile().await;
    assert_eq!(reasons(&report), ["config-unavailable"]);
    assert_eq!(actions(&report), ["create done"]);
}
