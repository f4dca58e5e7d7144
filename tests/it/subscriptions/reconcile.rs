//! Wanted subscriptions: they are made, renewed, replaced and removed.

use super::site::{
    ANNOUNCED_WITHIN, OTHER_TENANT, Site, TENANT, actions, chats, desired, is_client_state,
    reasons, seconds, text,
};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn without_lifecycle_events_one_is_made_for_less_than_an_hour_and_kept_so() {
    let site = Site::start().await;
    site.want(&["resource = \"chats\"\nlifecycle = false"])
        .await;
    let report = site.reconcile().await;
    assert_eq!(actions(&report), ["create done"]);
    let made = site.the_subscription().await;
    assert_eq!(made["lifecycleNotificationUrl"], Value::Null);
    let at = text(&report["tenants"][0], "at");
    assert_eq!(seconds(at, text(&made, "expirationDateTime")), 55 * 60);
    assert_eq!(actions(&site.reconcile().await), ["renew done"]);
    // Once its events are wanted it has to be another one.
    site.want(&["resource = \"chats\""]).await;
    assert_eq!(actions(&site.reconcile().await), ["recreate done"]);
    assert_eq!(
        site.the_subscription().await["lifecycleNotificationUrl"],
        site.urls.lifecycle
    );
}

#[tokio::test]
async fn what_is_wanted_is_made_once_and_then_left_alone() {
    let site = Site::start().await;
    site.want(&[
        "resource = \"chats\"",
        "resource = \"teams\"\npayload = \"basic\"",
    ])
    .await;
    let report = site.reconcile().await;
    assert_eq!(actions(&report), ["create done", "create done"]);
    assert_eq!(
        (&report["tenants"][0]["live"], &report["faults"]),
        (&json!(2), &json!([]))
    );
    let made = site.subscriptions().await;
    for one in &made {
        let rich = one["resource"] == "chats";
        assert_eq!(one["includeResourceData"], rich);
        assert_eq!(one["notificationUrl"], site.urls.notification);
        assert_eq!(one["lifecycleNotificationUrl"], site.urls.lifecycle);
        let certificate = if rich { json!("first") } else { Value::Null };
        assert_eq!(one["encryptionCertificateId"], certificate);
        let at = text(&report["tenants"][0], "at");
        assert_eq!(seconds(at, text(one, "expirationDateTime")), 4319 * 60);
        let path = format!("/{}", text(one, "id"));
        let (_, read) = site.graph(Method::GET, &path, &Value::Null).await;
        assert!(is_client_state(text(&read, "clientState")));
    }
    assert!(actions(&site.reconcile().await).is_empty());
    assert_eq!(site.subscriptions().await, made);
    assert_eq!(
        (site.calls("create").await, site.calls("update").await),
        (2, 0)
    );
}

#[tokio::test]
async fn when_half_of_its_life_is_over_it_is_renewed_by_patch_and_never_reauthorized() {
    let site = Site::start().await;
    site.want(&["resource = \"chats\""]).await;
    site.reconcile().await;
    let first = site.the_subscription().await;
    site.pass(20).await;
    assert!(actions(&site.reconcile().await).is_empty());
    for _ in 0..3 {
        site.pass(40).await;
        let report = site.reconcile().await;
        assert_eq!(actions(&report), ["renew done"]);
        let renewed = site.the_subscription().await;
        assert_eq!(renewed["id"], first["id"]);
        let at = text(&report["tenants"][0], "at");
        assert_eq!(seconds(at, text(&renewed, "expirationDateTime")), 4319 * 60);
    }
    let stats = site.stats().await;
    assert_eq!(stats["violations"], json!([]));
    assert_eq!(site.calls("reauthorize").await, 0);
    assert!(site.gaps().is_empty());
}

#[tokio::test]
async fn a_short_life_is_renewed_at_every_run() {
    let site = Site::start().await;
    site.want(&["resource = \"chats\"\nlifetime-minutes = 45"])
        .await;
    site.reconcile().await;
    site.control("clock", json!({"advanceSeconds": 60})).await;
    assert_eq!(actions(&site.reconcile().await), ["renew done"]);
}

#[tokio::test]
async fn a_subscription_with_other_settings_is_replaced() {
    let site = Site::start().await;
    site.want(&["resource = \"chats\""]).await;
    site.reconcile().await;
    let mut before = site.the_subscription().await;
    for (lines, rich, changes) in [
        (
            "resource = \"chats\"\npayload = \"basic\"",
            false,
            "created,updated",
        ),
        (
            "resource = \"chats\"\npayload = \"basic\"\nchanges = [\"created\"]",
            false,
            "created",
        ),
        ("resource = \"chats\"", true, "created,updated"),
    ] {
        site.want(&[lines]).await;
        assert_eq!(
            actions(&site.reconcile().await),
            ["recreate done"],
            "{lines}"
        );
        let after = site.the_subscription().await;
        assert_ne!(after["id"], before["id"]);
        assert_eq!(after["includeResourceData"], rich);
        assert_eq!(after["changeType"], changes);
        before = after;
    }
    // Nothing is sent between the one and the other.
    let gaps = site.gaps();
    assert_eq!(gaps.len(), 3);
    for gap in gaps {
        assert_eq!(gap["reason"], "removed");
        let length = seconds(text(&gap, "since"), text(&gap, "until")) - ANNOUNCED_WITHIN;
        assert!((0..=5).contains(&length), "{length}");
    }
}

#[tokio::test]
async fn what_was_made_by_hand_without_a_lifecycle_url_is_replaced() {
    let site = Site::start().await;
    let id = site
        .made_elsewhere(|body| body["notificationUrl"] = json!(site.urls.notification))
        .await;
    site.want(&["resource = \"chats\"\npayload = \"basic\""])
        .await;
    assert_eq!(actions(&site.reconcile().await), ["recreate done"]);
    let now = site.the_subscription().await;
    assert_ne!(now["id"], id);
    assert_eq!(now["lifecycleNotificationUrl"], site.urls.lifecycle);
}

#[tokio::test]
async fn what_the_file_no_longer_wants_goes_with_the_schedule_and_with_apply_when_asked() {
    let site = Site::start().await;
    site.want(&["resource = \"chats\"", "resource = \"teams\""])
        .await;
    site.reconcile().await;
    site.want(&["resource = \"chats\""]).await;
    let plan = site.order(json!({"action": "plan"})).await;
    assert_eq!(actions(&plan), ["keep", "remove"]);
    site.order(json!({"action": "apply"})).await;
    assert_eq!(site.subscriptions().await.len(), 2);
    site.order(json!({"action": "apply", "remove": true})).await;
    assert_eq!(site.the_subscription().await["resource"], "chats");
    site.want(&[]).await;
    assert_eq!(actions(&site.reconcile().await), ["remove done"]);
    assert!(site.subscriptions().await.is_empty());
}

#[tokio::test]
async fn a_run_with_an_older_file_removes_nothing_that_a_newer_file_wants() {
    let site = Site::start().await;
    site.want(&["resource = \"chats\""]).await;
    site.reconcile().await;
    let asked = site.calls("list").await;
    let wait = json!({"fault": "graph", "on": "subscriptions", "status": 429, "retryAfter": 2,
        "requests": 1});
    site.fault(wait).await;
    let newer = async {
        while site.calls("list").await == asked {
            tokio::task::yield_now().await;
        }
        let file = desired(&["resource = \"chats\"", "resource = \"teams\""]);
        site.order(json!({"action": "apply", "desired": file}))
            .await
    };
    let (older, newer) = tokio::join!(site.reconcile(), newer);
    assert_eq!(actions(&newer), ["create done"]);
    assert_eq!(actions(&older), ["remove superseded"]);
    assert_eq!(site.subscriptions().await.len(), 2);
    // And what the newer run noted is noted still.
    assert!(actions(&site.reconcile().await).is_empty());
}

#[tokio::test]
async fn two_are_merged_only_once_the_one_is_made() {
    let site = Site::start().await;
    let created = "resource = \"chats\"\nchanges = [\"created\"]";
    let updated = "resource = \"chats\"\nchanges = [\"updated\"]";
    site.want(&[created, updated]).await;
    let first = site.reconcile().await;
    let certificates = site.store.texts()["certificates.json"].clone();
    site.put("certificates.json", "{}").await;
    site.want(&["resource = \"chats\""]).await;
    for _ in 0..2 {
        site.pass(5).await;
        let report = site.reconcile().await;
        let expected = ["recreate no-certificate", "remove not-tried"];
        assert_eq!(actions(&report), expected);
        assert_eq!(site.subscriptions().await.len(), 2);
    }
    site.put("certificates.json", &certificates).await;
    let report = site.reconcile().await;
    assert_eq!(actions(&report), ["recreate done", "remove done"]);
    site.the_subscription().await;
    let [gap] = &*site.gaps() else {
        panic!("{:?}", site.gaps())
    };
    // Nobody can tell which of the two announced all that is wanted now.
    let at = text(&first["tenants"][0], "at");
    assert!((0..=5).contains(&(seconds(at, text(gap, "since")) + ANNOUNCED_WITHIN)));
    assert!(actions(&site.reconcile().await).is_empty());
}

#[tokio::test]
async fn two_runs_at_once_end_in_one_set() {
    let site = Site::start().await;
    let wanted = chats(20);
    let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
    site.want(&wanted).await;
    let (one, other) = tokio::join!(site.reconcile(), site.reconcile());
    for report in [one, other] {
        assert_eq!(report["faults"], json!([]));
        assert_eq!(report["tenants"][0]["live"], 20);
    }
    let made = site.subscriptions().await;
    assert_eq!(made.len(), 20);
    let plan = site.order(json!({"action": "plan"})).await;
    assert_eq!(actions(&plan), vec!["keep"; 20]);
    site.reconcile().await;
    assert_eq!(site.subscriptions().await, made);
    assert!(site.gaps().is_empty());
}

#[tokio::test]
async fn tenants_are_looked_after_apart() {
    let site = Site::start().await;
    let file = format!(
        "[[tenants]]\nid = \"{TENANT}\"\n[[tenants.subscriptions]]\nresource = \"chats\"\n\
         [[tenants]]\nid = \"{OTHER_TENANT}\"\n[[tenants.subscriptions]]\nresource = \"teams\"\n"
    );
    site.put("subscriptions.toml", &file).await;
    site.fault(json!({"fault": "consent", "tenant": TENANT, "lost": true}))
        .await;
    let report = site.reconcile().await;
    assert_eq!(reasons(&report), ["no-consent"]);
    assert_eq!(report["faults"][0]["tenant"], TENANT);
    assert_eq!(report["tenants"][0]["tenant"], OTHER_TENANT);
    assert_eq!(report["tenants"][0]["live"], 1);
}

#[tokio::test]
async fn a_long_list_is_read_page_by_page() {
    let site = Site::start().await;
    let wanted = chats(45);
    let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
    site.want(&wanted).await;
    site.reconcile().await;
    let lists = site.calls("list").await;
    assert!(actions(&site.reconcile().await).is_empty());
    assert_eq!(site.calls("list").await - lists, 3);
}
