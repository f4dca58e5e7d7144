//! Subscriptions that are not ours: they are not touched.

use super::site::{Site, actions, reasons};
use serde_json::json;

#[tokio::test]
async fn a_subscription_to_another_url_stays_as_it_is() {
    let site = Site::start().await;
    site.made_elsewhere(|_| {}).await;
    let before = site.the_subscription().await;
    site.want(&["resource = \"teams\""]).await;
    let plan = site.order(json!({"action": "plan"})).await;
    assert_eq!(actions(&plan), ["create", "foreign"]);
    site.reconcile().await;
    site.want(&[]).await;
    site.reconcile().await;
    assert_eq!(site.the_subscription().await, before);
}

#[tokio::test]
async fn one_to_another_url_that_is_in_the_way_is_told_and_left_alone() {
    let site = Site::start().await;
    site.made_elsewhere(|_| {}).await;
    let before = site.the_subscription().await;
    site.want(&["resource = \"chats\"", "resource = \"teams\""])
        .await;
    let report = site.reconcile().await;
    assert_eq!(reasons(&report), ["foreign"]);
    assert_eq!(report["tenants"][0]["live"], 1);
    let after = site.subscriptions().await;
    assert_eq!(after.len(), 2);
    assert!(after.contains(&before));
}

#[tokio::test]
async fn a_tenant_that_the_file_does_not_have_is_not_looked_at() {
    let site = Site::start().await;
    site.want(&["resource = \"chats\""]).await;
    site.reconcile().await;
    let before = site.subscriptions().await;
    site.put("subscriptions.toml", "").await;
    site.reconcile().await;
    assert_eq!(site.subscriptions().await, before);
}
