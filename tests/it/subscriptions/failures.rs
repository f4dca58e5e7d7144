//! Graph, Entra or the files fail: what is done anyway, and what is not.

use super::site::{Site, actions, chats, reasons, within};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};
use teamwire_graph::subscriptions::{CALL_TIMEOUT, CallBudget, CallFault};
use teamwire_graph::{
    AccessFault, AccessToken, ServiceEndpoints, SubscriptionsApi, TokenSource, endpoints, http,
};
use teamwire_payload::{TenantId, cloud::MicrosoftCloud};
use zeroize::Zeroizing;

async fn wanting(site: Site, count: usize) -> Site {
    let wanted = chats(count);
    let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
    site.want(&wanted).await;
    site
}

fn storm(more: Value) -> Value {
    let mut storm = json!({"fault": "graph", "on": "subscriptions"});
    let members = storm.as_object_mut().unwrap();
    members.extend(more.as_object().unwrap().clone());
    storm
}

#[tokio::test]
async fn a_tenant_that_asks_to_wait_is_asked_again_when_it_said() {
    let site = wanting(Site::start().await, 3).await;
    site.fault(storm(
        json!({"status": 429, "retryAfter": 1, "requests": 2}),
    ))
    .await;
    let report = site.reconcile().await;
    assert_eq!(actions(&report), vec!["create done"; 3]);
}

#[tokio::test]
async fn a_wait_that_is_too_long_ends_the_run_at_once() {
    let site = wanting(Site::start().await, 3).await;
    site.fault(storm(json!({"status": 429, "retryAfter": 600})))
        .await;
    let report = site.reconcile().await;
    assert_eq!(reasons(&report), ["throttled"]);
    assert_eq!(site.calls("list").await, 1);
}

#[tokio::test]
async fn a_graph_that_fails_for_a_moment_is_asked_again() {
    let site = wanting(Site::start().await, 3).await;
    site.fault(storm(json!({"status": 503, "requests": 2})))
        .await;
    let report = site.reconcile().await;
    assert_eq!(actions(&report), vec!["create done"; 3]);
}

#[tokio::test]
async fn a_creation_whose_answer_was_lost_is_adopted() {
    let site = wanting(Site::start().await, 3).await;
    site.fault(storm(
        json!({"status": 504, "requests": 3, "share": 0.5, "seed": 3, "answerLost": true}),
    ))
    .await;
    let report = site.reconcile().await;
    assert_eq!(report["faults"], json!([]));
    assert_eq!(report["tenants"][0]["live"], 3);
    assert_eq!(site.subscriptions().await.len(), 3);
}

#[tokio::test]
async fn without_consent_nothing_is_tried_again_and_again() {
    let site = wanting(Site::start().await, 30).await;
    site.fault(json!({"fault": "consent", "tenant": super::site::TENANT, "lost": true}))
        .await;
    let report = site.reconcile().await;
    assert_eq!(reasons(&report), ["no-consent"]);
    assert_eq!(
        (site.calls("list").await, site.calls("create").await),
        (1, 0)
    );
}

#[tokio::test]
async fn a_quota_that_is_used_up_stops_the_creations_of_that_run() {
    let site = wanting(Site::start_with(|config| config.quota = 4).await, 60).await;
    let report = site.reconcile().await;
    let mut all = reasons(&report);
    all.sort_unstable();
    assert_eq!(all, ["not-tried", "quota"]);
    assert_eq!(report["tenants"][0]["live"], 4);
    assert!(site.calls("create").await <= 4 + 5 + 8);
}

#[tokio::test]
async fn credentials_that_entra_refuses_are_a_fault_of_the_tenant() {
    let site = wanting(Site::start().await.with_a_wrong_secret(), 3).await;
    let report = site.reconcile().await;
    assert_eq!(reasons(&report), ["credentials-refused"]);
    assert_eq!(site.stats().await["tokenRequests"], 1);
}

#[tokio::test]
async fn an_entra_that_is_down_leaves_everything_as_it_is() {
    let site = wanting(Site::start().await, 2).await;
    site.reconcile().await;
    let before = site.subscriptions().await;
    site.fault(json!({"fault": "entra", "down": true})).await;
    let report = site.reconcile().await;
    assert_eq!(reasons(&report), ["graph-unavailable"]);
    site.fault(json!({"fault": "entra", "down": false})).await;
    assert_eq!(site.subscriptions().await, before);
}

#[tokio::test]
async fn no_call_begins_that_could_end_after_the_deadline() {
    let site = wanting(Site::start().await, 3).await;
    let manager = site.manager();
    let report = manager
        .handle(json!({"action": "reconcile"}), within(5))
        .await;
    assert_eq!(reasons(&report), ["no-time"]);
    assert_eq!(site.calls("list").await, 0);
    // Time for a list, and not for a creation.
    let report = manager
        .handle(json!({"action": "reconcile"}), within(30))
        .await;
    assert_eq!(site.calls("create").await, 0);
    assert!(reasons(&report).contains(&"no-time"), "{report}");
}

#[tokio::test]
async fn a_file_with_faults_changes_nothing_and_every_fault_is_told() {
    let site = wanting(Site::start().await, 2).await;
    site.reconcile().await;
    let calls = site.calls("list").await;
    site.put(
        "subscriptions.toml",
        "[[tenants]]\nid = \"x\"\n[[tenants.subscriptions]]",
    )
    .await;
    let report = site.reconcile().await;
    assert_eq!(reasons(&report), ["desired-invalid"]);
    assert_eq!(report["faults"][0]["lines"].as_array().unwrap().len(), 2);
    assert_eq!(report["faults"][0]["lines"][0]["line"], 2);
    assert_eq!(site.calls("list").await, calls);
}

#[tokio::test]
async fn without_a_certificate_what_needs_none_is_made_all_the_same() {
    let site = Site::start().await.without_a_certificate();
    site.want(&[
        "resource = \"chats\"",
        "resource = \"teams\"\npayload = \"basic\"",
    ])
    .await;
    let report = site.reconcile().await;
    assert_eq!(actions(&report), ["create done", "create no-certificate"]);
    site.put("certificates.json", "{}").await;
    let report = site.reconcile().await;
    assert_eq!(reasons(&report), ["certificates-invalid", "no-certificate"]);
    assert_eq!(report["tenants"][0]["live"], 1);
}

#[tokio::test]
async fn what_can_t_be_replaced_is_kept_alive_meanwhile() {
    let site = Site::start().await.without_a_certificate();
    site.want(&["resource = \"chats\"\npayload = \"basic\""])
        .await;
    site.reconcile().await;
    let before = site.the_subscription().await;
    site.want(&["resource = \"chats\""]).await;
    for _ in 0..4 {
        site.pass(40).await;
        let report = site.reconcile().await;
        assert_eq!(actions(&report), ["recreate no-certificate"]);
        assert_eq!(site.the_subscription().await["id"], before["id"]);
    }
    assert!(site.gaps().is_empty());
}

/// An Entra that takes its time.
struct SlowTokens;

impl TokenSource for SlowTokens {
    async fn token(&self, _: &TenantId) -> Result<Arc<AccessToken>, AccessFault> {
        tokio::time::sleep(Duration::from_millis(200)).await;
        Ok(Arc::new(AccessToken::new(Zeroizing::new(String::new()))))
    }

    fn forget(&self, _: &TenantId, _: &Arc<AccessToken>) {}
}

#[tokio::test]
async fn nor_one_that_could_because_its_token_had_to_be_fetched() {
    let nowhere = || Some(endpoints::root("http://127.0.0.1:1").unwrap());
    let endpoints = ServiceEndpoints::new(MicrosoftCloud::Global, nowhere(), nowhere());
    let client = http::client(CALL_TIMEOUT).unwrap();
    let api = SubscriptionsApi::new(client, &endpoints, SlowTokens);
    let tenant = super::site::TENANT.parse().unwrap();
    let until = Instant::now() + CALL_TIMEOUT + Duration::from_millis(100);
    let tenant = &tenant;
    let listed = api
        .list(CallBudget {
            tenant,
            deadline: until,
        })
        .await;
    assert_eq!(listed, Err(CallFault::NoTime));
}
