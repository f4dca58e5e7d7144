//! The commands that a person can give, and the form of the answers.

use super::site::{Site, TENANT, actions, desired, reasons, seconds, text};
use serde_json::{Value, json};

#[tokio::test]
async fn a_plan_says_what_would_be_done_and_does_nothing() {
    let site = Site::start().await;
    site.want(&["resource = \"chats\""]).await;
    site.reconcile().await;
    let before = (site.subscriptions().await, site.store.texts());
    let file = desired(&[
        "resource = \"chats\"\npayload = \"basic\"",
        "resource = \"teams\"",
    ]);
    let plan = site.order(json!({"action": "plan", "desired": file})).await;
    assert_eq!(actions(&plan), ["create", "recreate"]);
    let tenant = &plan["tenants"][0];
    assert_eq!(
        (&tenant["tenant"], &tenant["wanted"]),
        (&json!(TENANT), &json!(2))
    );
    let replaced = &tenant["changes"][0];
    let expected = json!({
        "action": "recreate",
        "resource": "chats",
        "changes": ["created", "updated"],
        "subscriptionId": before.0[0]["id"],
        "expires": replaced["expires"],
        "certificateId": "first",
        "why": "content is wanted and it has none, or the other way round",
    });
    assert_eq!(*replaced, expected);
    assert_eq!(tenant["changes"][1]["rich"], true);
    assert_eq!((site.subscriptions().await, site.store.texts()), before);
}

#[tokio::test]
async fn a_new_file_is_kept_only_if_it_is_right() {
    let site = Site::start().await;
    let wrong = json!({"action": "apply", "desired": "[[tenants]]\nid = 7"});
    assert_eq!(reasons(&site.order(wrong).await), ["desired-invalid"]);
    assert!(!site.store.texts().contains_key("subscriptions.toml"));
    let file = desired(&["resource = \"chats\""]);
    let right = json!({"action": "apply", "desired": file});
    assert_eq!(actions(&site.order(right).await), ["create done"]);
    assert_eq!(site.store.texts()["subscriptions.toml"], file);
}

#[tokio::test]
async fn a_list_shows_whose_they_are() {
    let site = Site::start().await;
    site.made_elsewhere(|body| body["resource"] = json!("teams"))
        .await;
    site.want(&["resource = \"chats\""]).await;
    site.reconcile().await;
    let list = site.order(json!({"action": "list"})).await;
    assert_eq!(actions(&list), ["foreign", "keep"]);
    assert_eq!(list["tenants"][0]["live"], 1);
    site.put("subscriptions.toml", "").await;
    let list = site.order(json!({"action": "list"})).await;
    assert_eq!(list["tenants"], json!([]));
    let list = site
        .order(json!({"action": "list", "tenant": TENANT}))
        .await;
    assert_eq!(actions(&list), ["foreign", "keep"]);
}

#[tokio::test]
async fn what_is_named_is_removed() {
    let site = Site::start().await;
    let id = site.made_elsewhere(|_| {}).await;
    let order = json!({"action": "delete", "tenant": TENANT, "ids": [id, "gone"]});
    let answer = site.order(order).await;
    let expected = json!({"tenant": TENANT, "deleted": [id, "gone"], "faults": []});
    assert_eq!(answer, expected);
    assert!(site.subscriptions().await.is_empty());
}

#[tokio::test]
async fn a_time_that_is_asked_for_is_read_again() {
    let site = Site::start().await;
    site.want(&["resource = \"chats\"", "resource = \"teams\""])
        .await;
    site.reconcile().await;
    let mut order = json!({
        "action": "backfill",
        "tenant": TENANT,
        "since": "2026-01-01T00:00:00Z",
        "until": "2026-01-02T00:00:00Z",
    });
    let answer = site.order(order.clone()).await;
    assert_eq!(answer["gaps"], json!(site.gaps()));
    let gaps = site.gaps();
    assert_eq!(gaps.len(), 2);
    for gap in &gaps {
        assert_eq!(gap["reason"], "asked");
        assert_eq!(seconds(text(gap, "since"), text(gap, "until")), 86_400);
        let ids: Vec<Value> = site.subscriptions().await;
        assert!(ids.iter().any(|one| one["id"] == gap["subscriptionId"]));
    }
    order["resource"] = json!("/teams");
    site.order(order.clone()).await;
    assert_eq!(site.gaps().len(), 3);
    for (name, value, reason) in [
        ("until", json!("2025-01-01T00:00:00Z"), "not-an-order"),
        ("resource", json!("mails"), "not-an-order"),
        ("tenant", json!(super::site::OTHER_TENANT), "unknown-tenant"),
    ] {
        let mut order = order.clone();
        order[name] = value;
        assert_eq!(reasons(&site.order(order).await), [reason], "{name}");
    }
}

#[tokio::test]
async fn a_time_before_there_was_a_subscription_can_be_asked_for() {
    let site = Site::start().await;
    site.want(&["resource = \"chats\""]).await;
    let order = json!({
        "action": "backfill",
        "tenant": TENANT,
        "since": "2026-01-01T00:00:00Z",
        "until": "2026-01-02T00:00:00Z",
    });
    site.order(order).await;
    // An event names a subscription, and its schema refuses an empty name.
    assert_eq!(site.gaps()[0]["subscriptionId"], "none");
}

#[tokio::test]
async fn what_is_no_order_is_answered_too() {
    let site = Site::start().await;
    for order in [json!({}), json!({"action": "reauthorize"}), Value::Null] {
        assert_eq!(reasons(&site.order(order).await), ["not-an-order"]);
    }
}
