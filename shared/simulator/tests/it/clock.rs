//! Simulated time: ends, demands to reauthorize, pauses.

use crate::api::{Api, request};
use crate::endpoint::Endpoint;
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::{Value, json};

const PATH: &str = "/v1.0/subscriptions";
const HOUR: u32 = 3_600;

fn date(text: &Value) -> Timestamp {
    text.as_str().unwrap().parse().unwrap()
}

fn asked(endpoint: &Endpoint) -> usize {
    let items = endpoint.items();
    let asked = |item: &&Value| item["lifecycleEvent"] == "reauthorizationRequired";
    items.iter().filter(asked).count()
}

#[tokio::test]
async fn graph_says_what_time_it_is_and_takes_ends_by_it() {
    let (api, endpoint) = (Api::start().await, Endpoint::start().await);
    let ahead = api.advance(30 * 24 * HOUR).await;
    assert_eq!(ahead["aheadSeconds"], 30 * 24 * HOUR);
    for path in [PATH, "/v1.0/chats/nobody", "/v1.0/subscriptions/none"] {
        let now = api.date(path).await;
        let off = date(&ahead["now"]).duration_since(now).abs();
        assert!(off < SignedDuration::from_mins(1), "{path} {now}");
    }
    let (_, body) = api.get("/v1.0/subscriptions/none").await;
    let inner = body["error"]["innerError"]["date"].as_str().unwrap();
    let (day, _) = ahead["now"].as_str().unwrap().split_once('T').unwrap();
    assert!(inner.starts_with(day), "{inner}");

    let late = request(&endpoint, "chats", None);
    let (status, body) = api.post(PATH, &late).await;
    assert_eq!(status, 400, "{body}");
    let mut soon = request(&endpoint, "chats", None);
    let end = date(&ahead["now"]) + SignedDuration::from_mins(10);
    soon["expirationDateTime"] = end.to_string().into();
    let (status, body) = api.post(PATH, &soon).await;
    assert_eq!(status, 201);
    let life = date(&body["expirationDateTime"]).duration_since(date(&ahead["now"]));
    assert!(life >= SignedDuration::from_mins(45), "{life}");
}

#[tokio::test]
async fn what_expires_is_gone_and_a_late_renewal_finds_nothing() {
    let (api, endpoint) = (Api::start().await, Endpoint::start().await);
    let id = api
        .subscribe(0, &endpoint, "chats/getAllMessages", None)
        .await;
    let path = format!("{PATH}/{id}");
    let now = api.advance(HOUR).await;
    assert_eq!(api.get(&path).await.0, 200);
    let end = date(&now["now"]) + SignedDuration::from_hours(3);
    let renewal = json!({ "expirationDateTime": end.to_string() });
    assert_eq!(api.call(0, Method::PATCH, &path, &renewal).await.0, 200);
    api.advance(2 * HOUR).await;
    assert_eq!(api.get(&path).await.0, 200);
    api.advance(HOUR).await;
    assert_eq!(api.call(0, Method::PATCH, &path, &renewal).await.0, 404);
    assert_eq!(api.get(PATH).await.1["value"], json!([]));
    let happened = api.happen(json!({"count": 5})).await;
    assert!(endpoint.items().is_empty(), "{happened}");
}

#[tokio::test]
async fn contents_are_dated_by_the_clock() {
    let (api, endpoint) = (Api::start().await, Endpoint::start().await);
    let now = api.advance(1).await;
    let now = date(&now["now"]) + SignedDuration::from_hours(24);
    api.subscribe(0, &endpoint, "chats/getAllMessages", None)
        .await;
    api.advance(HOUR).await;
    let ledger = api.announce(&json!({"count": 1})).await;
    let change = &ledger["changes"][0];
    for member in [
        &change["announcedAt"],
        &change["data"]["lastModifiedDateTime"],
    ] {
        let later = date(member).duration_since(now);
        assert!(later > SignedDuration::from_hours(-24) + SignedDuration::from_mins(59));
    }
}

#[tokio::test]
async fn a_subscription_is_asked_in_its_last_quarter_until_it_is_renewed() {
    let (api, endpoint) = (Api::start().await, Endpoint::start().await);
    api.subscribe(0, &endpoint, "chats", None).await;
    for _ in 0..7 {
        let body = api.advance(900).await;
        assert_eq!(body["askedToReauthorize"], json!([]), "it is switched off");
    }
    let on = json!({"asksToReauthorize": true});
    assert_eq!(api.post("/simulator/settings", &on).await.0, 200);
    let id = api.subscribe_for(&endpoint, "teams", 4 * HOUR).await;
    for _ in 0..11 {
        let body = api.advance(900).await;
        let asked = body["askedToReauthorize"].as_array().unwrap();
        assert!(!asked.contains(&json!(id)), "{body}");
    }
    for expected in [true, true, false] {
        let seconds = if expected { 900 } else { 300 };
        let body = api.advance(seconds).await;
        let asked = body["askedToReauthorize"].as_array().unwrap();
        assert_eq!(asked.contains(&json!(id)), expected, "{body}");
    }
    let path = format!("{PATH}/{id}/reauthorize");
    assert_eq!(api.post(&path, &Value::Null).await.0, 200);
    let body = api.advance(600).await;
    assert_eq!(body["askedToReauthorize"], json!([]));
    while asked(&endpoint) < 2 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn what_was_asked_in_vain_pauses_until_it_is_renewed() {
    let (api, endpoint) = (Api::start().await, Endpoint::start().await);
    let settings = json!({"asksToReauthorize": true, "pauseAfterSeconds": 1800});
    api.post("/simulator/settings", &settings).await;
    let id = api
        .subscribe_for(&endpoint, "chats/getAllMessages", 4 * HOUR)
        .await;
    api.advance(3 * HOUR + 60).await;
    let told = |happened: &Value| happened["changes"][0]["told"].as_array().unwrap().len();
    let create = json!({"count": 1, "resources": ["chats/getAllMessages"]});
    assert_eq!(told(&api.happen(create.clone()).await), 1);
    api.advance(1800).await;
    assert_eq!(told(&api.happen(create.clone()).await), 0);
    let end = api.now().await + SignedDuration::from_hours(4);
    let renewal = json!({ "expirationDateTime": end.to_string() });
    let path = format!("{PATH}/{id}");
    assert_eq!(api.call(0, Method::PATCH, &path, &renewal).await.0, 200);
    assert_eq!(told(&api.happen(create).await), 1);
}

#[tokio::test]
async fn rates_are_counted_by_the_machine_unless_asked_otherwise() {
    let api = Api::start().await;
    for _ in 0..25 {
        assert_eq!(api.get(PATH).await.0, 200);
    }
    api.advance(900).await;
    assert_eq!(api.get(PATH).await.0, 429);
    api.post("/simulator/settings", &json!({"ratesByClock": true}))
        .await;
    for round in 0..3 {
        for _ in 0..25 {
            assert_eq!(api.get(PATH).await.0, 200, "{round}");
        }
        assert_eq!(api.get(PATH).await.0, 429, "{round}");
        api.advance(20).await;
    }
}
