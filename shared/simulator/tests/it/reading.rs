//! GETs of what was announced.

use crate::api::{APP, Api, SECRET, TENANTS};
use crate::endpoint::Endpoint;
use reqwest::Method;
use serde_json::{Value, json};

async fn announced(api: &Api, resource: &str, count: usize) -> Vec<Value> {
    let endpoint = Endpoint::start().await;
    let id = api.subscribe(0, &endpoint, resource, None).await;
    let announcement = json!({"count": count, "updated": 0.5, "subscriptions": [id]});
    let ledger = api.announce(&announcement).await;
    ledger["changes"].as_array().unwrap().clone()
}

/// `chats('a')` as `chats/a`, the keys percent-encoded.
fn with_slashes(resource: &str) -> String {
    let path = resource.replace("('", "/").replace("')", "");
    path.replace(':', "%3A").replace('@', "%40")
}

#[tokio::test]
async fn a_get_in_any_form_answers_what_the_ledger_says() {
    let api = Api::start().await;
    let mut changes = announced(&api, "chats/getAllMessages", 10).await;
    changes.extend(announced(&api, "teams/getAllMessages", 10).await);
    changes.extend(announced(&api, "chats", 4).await);
    for change in changes {
        let resource = change["resource"].as_str().unwrap();
        let encoded = resource.replace('\'', "%27");
        for path in [resource, &encoded, &with_slashes(resource)] {
            let (status, body) = api.get(&format!("/v1.0/{path}")).await;
            assert_eq!((status, &body), (200, &change["data"]), "{path}");
        }
        let (_, beta) = api.get(&format!("/beta/{resource}")).await;
        let context = beta["@odata.context"].as_str().unwrap();
        assert!(context.starts_with("https://graph.microsoft.com/beta/$metadata#"));
    }
}

#[tokio::test]
async fn another_tenant_finds_nothing() {
    let api = Api::start().await;
    let changes = announced(&api, "chats/getAllMessages", 2).await;
    let path = format!("/v1.0/{}", changes[0]["resource"].as_str().unwrap());
    let (status, body) = api.call(1, Method::GET, &path, &Value::Null).await;
    assert_eq!((status, &body["error"]["code"]), (404, &json!("NotFound")));
}

#[tokio::test]
async fn what_is_forgotten_is_not_found_from_then_on() {
    let api = Api::start().await;
    let changes = announced(&api, "chats/getAllMessages", 2).await;
    let resource = changes[0]["resource"].as_str().unwrap();
    let path = format!("/v1.0/{resource}");
    assert_eq!(api.get(&path).await.0, 200);
    let forget = json!({ "resource": resource });
    assert_eq!(api.post("/simulator/forget", &forget).await.0, 204);
    assert_eq!(api.get(&path).await.0, 404);
}

#[tokio::test]
async fn throttling_on_demand_ends_after_its_number() {
    let api = Api::start().await;
    let changes = announced(&api, "chats/getAllMessages", 2).await;
    let path = format!("/v1.0/{}", changes[0]["resource"].as_str().unwrap());
    for status in [429, 503] {
        let throttle = json!({
            "tenant": TENANTS[0], "requests": 2, "retryAfter": 3, "status": status,
        });
        assert_eq!(api.post("/simulator/throttle", &throttle).await.0, 204);
        let mut statuses = Vec::new();
        for _ in 0..3 {
            statuses.push(api.get(&path).await.0);
        }
        assert_eq!(statuses, [status, status, 200]);
    }
    let (_, stats) = api.get("/simulator/stats").await;
    assert_eq!(
        (&stats["resourceGets"], &stats["throttled"]),
        (&json!(6), &json!(4))
    );
}

#[tokio::test]
async fn a_second_get_of_a_chat_within_a_second_says_when_to_come_back() {
    let api = Api::start_with(|config| config.throttle = true).await;
    let changes = announced(&api, "chats/19:one@thread.v2/messages", 2).await;
    let path = format!("/v1.0/{}", changes[0]["resource"].as_str().unwrap());
    let (_, body) = api.token(TENANTS[0], APP, SECRET).await;
    let token = body["access_token"].as_str().unwrap();
    // However slow the machine is, two of them fall into one second in the end.
    let (retry_after, body) = loop {
        let (status, retry_after, body) =
            api.call_with(token, Method::GET, &path, &Value::Null).await;
        if status == 429 {
            break (retry_after, body);
        }
    };
    assert_eq!(retry_after.as_deref(), Some("1"));
    assert_eq!(body["error"]["code"], "TooManyRequests");
}
