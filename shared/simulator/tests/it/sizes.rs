//! Messages of every size.

use crate::api::Api;
use crate::endpoint::Endpoint;
use crate::envelope::{Certificate, content};
use serde_json::json;

#[tokio::test]
async fn a_message_is_as_long_as_was_asked_for_to_the_byte() {
    let (api, endpoint) = (Api::start().await, Endpoint::start().await);
    let certificate = Certificate::new();
    let chat = "chats/getAllMessages";
    let rich = api.subscribe(0, &endpoint, chat, Some(&certificate)).await;
    let basic = api.subscribe(1, &endpoint, chat, None).await;
    let sizes = [20_000, 262_143, 262_144, 1_048_576];
    let ledger = api
        .announce(&json!({"count": 8, "seed": 3, "bytes": sizes, "subscriptions": [rich]}))
        .await;
    let items = endpoint.items();
    let lengths = items.iter().map(|item| {
        let sealed = certificate.open_bytes(content(item).unwrap());
        sealed.unwrap().len()
    });
    // What Teams says itself has no text to make longer.
    let exact = lengths.filter(|length| sizes.contains(length)).count();
    assert!(exact >= 6, "{exact}");
    assert_eq!(ledger["changes"].as_array().unwrap().len(), 8);
    let announcement = json!({"count": 1, "bytes": [300_000], "subscriptions": [basic]});
    let ledger = api.announce(&announcement).await;
    let change = &ledger["changes"][0];
    let path = format!("/v1.0/{}", change["resource"].as_str().unwrap());
    let (status, body) = api.call(1, reqwest::Method::GET, &path, &json!(null)).await;
    assert_eq!((status, &body), (200, &change["data"]));
    assert!(body.to_string().len() > 299_000);
    let endless = json!({"count": 1, "bytes": [usize::MAX], "subscriptions": [basic]});
    assert_eq!(api.post("/simulator/announce", &endless).await.0, 400);
}
