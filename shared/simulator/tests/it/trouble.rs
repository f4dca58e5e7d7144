//! Trouble on demand, and what is done against the documents.

use crate::api::{APP, Api, SECRET, TENANTS, request};
use crate::endpoint::Endpoint;
use crate::envelope::Certificate;
use reqwest::Method;
use serde_json::{Value, json};

const PATH: &str = "/v1.0/subscriptions";

async fn events(endpoint: &Endpoint, event: &str, wanted: usize) {
    let of = |item: &&Value| item["lifecycleEvent"] == event;
    while endpoint.items().iter().filter(of).count() < wanted {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_tenant_without_consent_is_refused_until_it_is_given_back() {
    let (api, endpoint) = (Api::start().await, Endpoint::start().await);
    let id = api.subscribe(0, &endpoint, "chats", None).await;
    let path = format!("{PATH}/{id}");
    api.fault(json!({"fault": "consent", "tenant": TENANTS[0], "lost": true}))
        .await;
    let create = request(&endpoint, "teams", None);
    let renewal = json!({ "expirationDateTime": create["expirationDateTime"] });
    for (method, path, body) in [
        (Method::POST, PATH, &create),
        (Method::PATCH, &path, &renewal),
        (Method::GET, &path, &Value::Null),
        (Method::GET, PATH, &Value::Null),
        (Method::GET, "/v1.0/chats/1", &Value::Null),
    ] {
        let (status, body) = api.call(0, method.clone(), path, body).await;
        assert_eq!(status, 403, "{method} {path}");
        assert_eq!(body["error"]["code"], "Forbidden");
    }
    assert_eq!(api.call(1, Method::GET, PATH, &Value::Null).await.0, 200);
    api.fault(json!({"fault": "consent", "tenant": TENANTS[0], "lost": false}))
        .await;
    assert_eq!(api.call(0, Method::PATCH, &path, &renewal).await.0, 200);
    let stranger = json!({"fault": "consent", "tenant": APP, "lost": true});
    assert_eq!(api.post("/simulator/faults", &stranger).await.0, 400);
}

#[tokio::test]
async fn entra_gives_no_tokens_while_it_is_down() {
    let api = Api::start().await;
    api.fault(json!({"fault": "entra", "down": true})).await;
    let url = format!("{}/{}/oauth2/v2.0/token", api.running.url, TENANTS[0]);
    let (status, _, _) = api.call_with("", Method::POST, &url, &Value::Null).await;
    assert_eq!(status, 503);
    assert_eq!(api.get("/common/discovery/v2.0/keys").await.0, 200);
    assert_eq!(api.get(PATH).await.0, 200, "a token from before is good");
    api.fault(json!({"fault": "entra", "down": false})).await;
    assert_eq!(api.token(TENANTS[0], APP, SECRET).await.0, 200);
}

#[tokio::test]
async fn graph_fails_as_often_as_was_asked_for_and_says_when_to_come_back() {
    let api = Api::start().await;
    let storm = json!({
        "fault": "graph", "on": "subscriptions", "status": 429, "retryAfter": 7, "requests": 2,
    });
    api.fault(storm).await;
    assert_eq!(api.get("/v1.0/chats/1").await.0, 404);
    let (_, token) = api.token(TENANTS[0], APP, SECRET).await;
    let token = token["access_token"].as_str().unwrap();
    for expected in [
        (429, Some("7".to_owned())),
        (429, Some("7".to_owned())),
        (200, None),
    ] {
        let (status, retry_after, _) = api.call_with(token, Method::GET, PATH, &Value::Null).await;
        assert_eq!((status, retry_after), expected);
    }
    let (_, stats) = api.get("/simulator/stats").await;
    assert_eq!(stats["tooManyRequests"], 2);
    let lists = &stats["calls"][1]["operations"]["list"];
    assert_eq!(
        (
            &stats["calls"][1]["tenantId"],
            &lists["count"],
            &lists["throttled"]
        ),
        (&json!(TENANTS[0]), &json!(3), &json!(2))
    );
    assert_eq!(
        (&lists["peak"], &lists["peakByClock"]),
        (&json!(3), &json!(3))
    );
    let nonsense = json!({"fault": "graph", "status": 200});
    assert_eq!(api.post("/simulator/faults", &nonsense).await.0, 400);
}

#[tokio::test]
async fn a_subscription_whose_answer_was_lost_is_there() {
    let (api, endpoint) = (Api::start().await, Endpoint::start().await);
    let lost = json!({
        "fault": "graph", "on": "subscriptions", "status": 504, "requests": 1, "answerLost": true,
    });
    api.fault(lost).await;
    let create = request(&endpoint, "chats", None);
    assert_eq!(api.post(PATH, &create).await.0, 504);
    let (status, body) = api.post(PATH, &create).await;
    assert_eq!(status, 409);
    let (_, list) = api.get(PATH).await;
    let id = list["value"][0]["id"].as_str().unwrap();
    assert!(body["error"]["message"].as_str().unwrap().contains(id));
}

#[tokio::test]
async fn a_subscription_is_taken_away_with_or_without_a_word() {
    let (api, endpoint) = (Api::start().await, Endpoint::start().await);
    for (resource, told) in [("chats", false), ("teams", true)] {
        let id = api.subscribe(0, &endpoint, resource, None).await;
        api.fault(json!({"fault": "remove", "subscriptionId": id, "told": told}))
            .await;
        assert_eq!(api.get(&format!("{PATH}/{id}")).await.0, 404);
        let again = json!({"fault": "remove", "subscriptionId": id});
        assert_eq!(api.post("/simulator/faults", &again).await.0, 404);
    }
    events(&endpoint, "subscriptionRemoved", 1).await;
    assert_eq!(endpoint.items().len(), 1);
}

#[tokio::test]
async fn missed_notifications_are_dropped_and_then_spoken_of() {
    let (api, endpoint) = (Api::start().await, Endpoint::start().await);
    let id = api
        .subscribe(0, &endpoint, "chats/getAllMessages", None)
        .await;
    api.fault(json!({"fault": "missed", "subscriptionId": id, "notifications": 2}))
        .await;
    let ledger = api.announce(&json!({"count": 5})).await;
    assert_eq!(ledger["changes"].as_array().unwrap().len(), 3);
    events(&endpoint, "missed", 1).await;
    assert_eq!(endpoint.items().len(), 4);
}

#[tokio::test]
async fn a_paused_subscription_is_silent_until_it_is_reauthorized() {
    let (api, endpoint) = (Api::start().await, Endpoint::start().await);
    let id = api
        .subscribe(0, &endpoint, "chats/getAllMessages", None)
        .await;
    api.fault(json!({"fault": "pause", "subscriptionId": id, "told": true}))
        .await;
    events(&endpoint, "reauthorizationRequired", 1).await;
    let ledger = api.announce(&json!({"count": 3})).await;
    assert_eq!(ledger["posts"], 0);
    let (_, stats) = api.get("/simulator/stats").await;
    assert_eq!(
        (&stats["subscriptions"], &stats["delivering"]),
        (&json!(1), &json!(0))
    );
    let path = format!("{PATH}/{id}/reauthorize");
    assert_eq!(api.post(&path, &Value::Null).await.0, 200);
    let ledger = api.announce(&json!({"count": 3})).await;
    assert_eq!(ledger["accepted"], 3);
}

#[tokio::test]
async fn a_share_of_the_lifecycle_events_is_never_sent() {
    let (api, endpoint) = (Api::start().await, Endpoint::start().await);
    let id = api.subscribe(0, &endpoint, "chats", None).await;
    api.fault(json!({"fault": "lifecycleLost", "share": 0.5, "seed": 3}))
        .await;
    let tell = json!({"subscriptionId": id, "event": "reauthorizationRequired"});
    let mut sent = 0;
    for _ in 0..40 {
        let (status, body) = api.post("/simulator/lifecycle", &tell).await;
        assert_eq!(status, 202);
        if let Some(job) = body["job"].as_str() {
            api.finished(job).await;
            sent += 1;
        }
    }
    assert!((10..=30).contains(&sent), "{sent}");
    assert_eq!(endpoint.items().len(), sent);
    let (_, stats) = api.get("/simulator/stats").await;
    assert_eq!(stats["lifecycleLost"], 40 - sent);
}

#[tokio::test]
async fn renewing_and_reauthorizing_at_once_is_a_violation_and_ends_delivery() {
    let (api, endpoint) = (Api::start().await, Endpoint::start().await);
    for (resource, minutes, violation) in [
        ("chats/getAllMessages", 9, true),
        ("teams/getAllMessages", 11, false),
    ] {
        let id = api.subscribe(0, &endpoint, resource, None).await;
        let path = format!("{PATH}/{id}");
        let reauthorize = format!("{path}/reauthorize");
        assert_eq!(api.post(&reauthorize, &Value::Null).await.0, 200);
        api.advance(minutes * 60).await;
        let renewal = json!({ "notificationUrl": endpoint.url });
        assert_eq!(api.call(0, Method::PATCH, &path, &renewal).await.0, 200);
        let ledger = api
            .announce(&json!({"count": 2, "subscriptions": [id]}))
            .await;
        assert_eq!(ledger["accepted"], if violation { 0 } else { 2 });
        let (_, stats) = api.get("/simulator/stats").await;
        assert_eq!(stats["violations"].as_array().unwrap().len(), 1);
        if violation {
            assert_eq!(stats["violations"][0]["subscriptionId"], id);
            assert_eq!(stats["violations"][0]["rule"], "reauthorize-and-patch");
        }
    }
}

#[tokio::test]
async fn another_certificate_is_refused_where_that_is_switched_off() {
    let (api, endpoint) = (Api::start().await, Endpoint::start().await);
    let id = api
        .subscribe(0, &endpoint, "chats", Some(&Certificate::new()))
        .await;
    let path = format!("{PATH}/{id}");
    let rotation = json!({
        "expirationDateTime": request(&endpoint, "chats", None)["expirationDateTime"],
        "encryptionCertificate": Certificate::new().base64(),
        "encryptionCertificateId": "certificate-2",
    });
    for (allowed, expected) in [(false, 400), (true, 200)] {
        let settings = json!({ "certificateRotation": allowed });
        api.post("/simulator/settings", &settings).await;
        let (status, _) = api.call(0, Method::PATCH, &path, &rotation).await;
        assert_eq!(status, expected);
    }
}
