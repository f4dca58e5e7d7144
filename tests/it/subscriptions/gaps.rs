//! Gaps: where they begin and end, and that none is lost.

use super::site::{ANNOUNCED_WITHIN, Site, TENANT, actions, reasons, seconds, text};
use crate::fakes::{Answer, FakeQueue};
use serde_json::{Value, json};
use std::time::Duration;
use teamwire_transport::SendFault;

const NOTE: &str = "coverage/9f4ebab6-520d-49c0-85cc-7b25c78d4a93.json";

/// The subscription is gone, and nobody says so.
async fn remove(site: &Site) -> String {
    let id = text(&site.the_subscription().await, "id").to_owned();
    site.fault(json!({"fault": "remove", "subscriptionId": id}))
        .await;
    id
}

#[tokio::test]
async fn what_is_gone_is_made_anew_and_the_gap_begins_when_it_was_last_seen() {
    let site = Site::start().await;
    site.want(&["resource = \"chats\""]).await;
    site.reconcile().await;
    site.pass(3).await;
    let seen = site.reconcile().await;
    let gone = remove(&site).await;
    site.pass(2).await;
    let report = site.reconcile().await;
    assert_eq!(actions(&report), ["create done"]);
    let now = site.the_subscription().await;
    assert_ne!(now["id"], gone);
    let [gap] = &*site.gaps() else {
        panic!("{:?}", site.gaps())
    };
    assert_eq!(gap["tenantId"], TENANT);
    assert_eq!(gap["subscriptionId"], now["id"]);
    assert_eq!(gap["resource"], "chats");
    assert_eq!(gap["changes"], json!(["created", "updated"]));
    assert_eq!(gap["reason"], "removed");
    assert_begins_when_reported(gap, &seen);
    let length = seconds(text(gap, "since"), text(gap, "until")) - ANNOUNCED_WITHIN;
    assert!((7200..7210).contains(&length), "{length}");
    site.reconcile().await;
    assert_eq!(site.gaps().len(), 1);
}

#[tokio::test]
async fn a_gap_has_the_margin_of_its_resource_and_is_read_once_it_has_settled() {
    let site = Site::start().await;
    let minutes = [
        ("chats", 60),
        ("chats/getAllMessages", 1),
        ("communications/callRecords", 150),
    ];
    let wanted = minutes.map(|(resource, _)| format!("resource = {resource:?}"));
    let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
    site.want(&wanted).await;
    let seen = site.reconcile().await;
    for one in site.subscriptions().await {
        site.fault(json!({"fault": "remove", "subscriptionId": one["id"]}))
            .await;
    }
    site.reconcile().await;
    let order = json!({"action": "backfill", "tenant": TENANT, "since": "2026-01-01T00:00:00Z"});
    site.order(order).await;
    let (gaps, sent) = (site.gaps(), site.backfill.accepted());
    assert_eq!(gaps.len(), 2 * minutes.len());
    for (gap, entry) in gaps.iter().zip(sent) {
        if gap["reason"] == "asked" {
            assert_eq!(gap["since"], "2026-01-01T00:00:00Z");
            assert_eq!(entry.delay, Duration::ZERO);
            continue;
        }
        assert_eq!(gap["reason"], "removed");
        assert_eq!(entry.delay, Duration::from_secs(60));
        let (_, margin) = minutes.iter().find(|of| gap["resource"] == of.0).unwrap();
        let before = seconds(text(gap, "since"), text(&seen["tenants"][0], "at"));
        // Graph's clock may pass to its next second between the answers of a run.
        assert!((0..=1).contains(&(margin * 60 - before)), "{gap}");
    }
}

#[tokio::test]
async fn one_that_ended_while_nobody_looked_has_a_gap_from_when_it_was_last_seen() {
    let site = Site::start().await;
    site.want(&["resource = \"chats\""]).await;
    site.reconcile().await;
    site.pass(100).await;
    site.reconcile().await;
    let gap = &site.gaps()[0];
    let length = seconds(text(gap, "since"), text(gap, "until")) - ANNOUNCED_WITHIN;
    assert!((360_000..360_010).contains(&length), "{length}");
}

#[tokio::test]
async fn a_first_start_is_filled_only_when_asked() {
    let site = Site::start().await;
    site.want(&[
        "resource = \"chats\"\nbackfill-on-first-start = 48",
        "resource = \"teams\"",
    ])
    .await;
    site.reconcile().await;
    let gap = &site.gaps()[0];
    assert_eq!(
        (&gap["resource"], &gap["reason"]),
        (&json!("chats"), &json!("first-start"))
    );
    assert_eq!(
        seconds(text(gap, "since"), text(gap, "until")),
        48 * 3600 + 1
    );
    site.reconcile().await;
    assert_eq!(site.gaps().len(), 1);
}

#[tokio::test]
async fn a_gap_that_the_queue_does_not_take_is_found_again() {
    let down = || Answer::Fail(SendFault::Unavailable);
    let backfill = FakeQueue::scripted([down(), down(), down(), down()]);
    let site = Site::start().await.with_backfill(backfill);
    site.want(&["resource = \"chats\"\nbackfill-on-first-start = 1"])
        .await;
    let report = site.reconcile().await;
    assert_eq!(reasons(&report), ["backfill-queue"]);
    assert_eq!(report["tenants"][0]["live"], 1);
    remove(&site).await;
    let report = site.reconcile().await;
    assert_eq!(reasons(&report), ["backfill-queue"]);
    assert!(site.gaps().is_empty());
    let report = site.reconcile().await;
    assert_eq!(report["faults"], json!([]));
    assert_eq!(site.gaps().len(), 1);
}

#[tokio::test]
async fn without_the_note_a_gap_is_one_life_long_and_what_lives_has_none() {
    let site = Site::start().await;
    site.want(&["resource = \"chats\"", "resource = \"teams\""])
        .await;
    site.reconcile().await;
    site.put(NOTE, "not JSON").await;
    assert_eq!(
        actions(&site.reconcile().await),
        ["adopt done", "adopt done"]
    );
    assert!(site.gaps().is_empty());
    let all = site.subscriptions().await;
    let id = text(&all[0], "id");
    site.fault(json!({"fault": "remove", "subscriptionId": id}))
        .await;
    site.put(NOTE, "not JSON").await;
    site.reconcile().await;
    let gap = &site.gaps()[0];
    let length = seconds(text(gap, "since"), text(gap, "until")) - ANNOUNCED_WITHIN;
    assert!((4320 * 60..4320 * 60 + 10).contains(&length), "{length}");
}

#[tokio::test]
async fn what_another_process_made_anew_and_did_not_live_to_tell_of_has_its_gap() {
    let site = Site::start().await;
    site.want(&["resource = \"chats\""]).await;
    site.reconcile().await;
    let before = site.store.texts()[NOTE].clone();
    remove(&site).await;
    site.reconcile().await;
    // As if that process had ended before it sent and noted anything.
    site.put(NOTE, &before).await;
    assert_eq!(actions(&site.reconcile().await), ["adopt done"]);
    assert_eq!(site.gaps().len(), 2);
    assert_eq!(site.gaps()[1]["reason"], "removed");
}

#[tokio::test]
async fn a_note_that_is_lost_while_nothing_can_be_made_costs_no_gap() {
    let site = Site::start().await;
    site.want(&["resource = \"chats\"", "resource = \"teams\""])
        .await;
    site.reconcile().await;
    let all = site.subscriptions().await;
    let chats = all.iter().find(|one| one["resource"] == "chats").unwrap();
    site.fault(json!({"fault": "remove", "subscriptionId": chats["id"]}))
        .await;
    site.put(NOTE, "not JSON").await;
    let certificates = site.store.texts()["certificates.json"].clone();
    site.put("certificates.json", "{}").await;
    let report = site.reconcile().await;
    assert_eq!(actions(&report), ["adopt done", "create no-certificate"]);
    site.put("certificates.json", &certificates).await;
    assert_eq!(actions(&site.reconcile().await), ["create done"]);
    let [gap] = &*site.gaps() else {
        panic!("{:?}", site.gaps())
    };
    let length = seconds(text(gap, "since"), text(gap, "until")) - ANNOUNCED_WITHIN;
    assert!((4320 * 60..4320 * 60 + 10).contains(&length), "{length}");
}

#[tokio::test]
async fn what_still_lives_for_other_changes_does_not_stand_for_those_that_are_wanted() {
    let site = Site::start().await;
    site.want(&["resource = \"chats\"\nchanges = [\"created\"]"])
        .await;
    let first = site.reconcile().await;
    site.pass(1).await;
    let certificates = site.store.texts()["certificates.json"].clone();
    site.put("certificates.json", "{}").await;
    site.want(&["resource = \"chats\""]).await;
    let report = site.reconcile().await;
    assert_eq!(actions(&report), ["recreate no-certificate"]);
    // It goes by itself, before it can be made anew.
    remove(&site).await;
    site.put("certificates.json", &certificates).await;
    site.pass(1).await;
    assert_eq!(actions(&site.reconcile().await), ["create done"]);
    let [gap] = &*site.gaps() else {
        panic!("{:?}", site.gaps())
    };
    assert_begins_when_reported(gap, &first);
}

#[tokio::test]
async fn after_a_change_of_our_url_the_old_are_deleted_by_hand_and_the_gap_is_filled() {
    let mut site = Site::start().await;
    site.want(&["resource = \"chats\""]).await;
    let first = site.reconcile().await;
    let old = text(&site.the_subscription().await, "id").to_owned();
    site.urls.notification.push_str("/other");
    site.pass(1).await;
    let report = site.reconcile().await;
    assert_eq!(actions(&report), ["foreign foreign"]);
    assert_eq!(report["tenants"][0]["live"], 0);
    let order = json!({"action": "delete", "tenant": TENANT, "ids": [old]});
    site.order(order).await;
    assert_eq!(actions(&site.reconcile().await), ["create done"]);
    let [gap] = &*site.gaps() else {
        panic!("{:?}", site.gaps())
    };
    assert_begins_when_reported(gap, &first);
}

/// Graph's clock may pass to its next second between the answers of a run.
fn assert_begins_when_reported(gap: &Value, report: &Value) {
    let late = seconds(text(&report["tenants"][0], "at"), text(gap, "since")) + ANNOUNCED_WITHIN;
    assert!((0..=1).contains(&late), "{late}");
}
