//! Every fault is really one.

use crate::api::{APP, Api, STATE};
use crate::endpoint::Endpoint;
use crate::entra::{keys, refusal};
use crate::envelope::{Certificate, content};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

fn faulty<'a>(ledger: &'a Value, fault: &str) -> Vec<&'a Value> {
    let changes = ledger["changes"].as_array().unwrap();
    changes
        .iter()
        .filter(|change| change["fault"] == fault)
        .collect()
}

fn arrived<'a>(items: &'a [Value], change: &Value) -> &'a Value {
    items
        .iter()
        .find(|item| item["resource"] == change["resource"])
        .unwrap()
}

#[tokio::test]
async fn tampered_content_does_not_open_and_all_ways_take_turns() {
    let (api, endpoint) = (Api::start().await, Endpoint::start().await);
    let certificate = Certificate::new();
    api.subscribe(0, &endpoint, "chats/getAllMessages", Some(&certificate))
        .await;
    let ledger = api
        .announce(&json!({"count": 40, "batch": 4, "faults": {"tamper": 0.2}}))
        .await;
    let (tampered, items) = (faulty(&ledger, "tamper"), endpoint.items());
    assert_eq!(tampered.len(), 8);
    let mut steps: BTreeMap<&str, usize> = BTreeMap::new();
    for change in &tampered {
        let sealed = content(arrived(&items, change)).unwrap();
        *steps
            .entry(certificate.open(sealed).unwrap_err())
            .or_default() += 1;
    }
    // A bit in the key breaks its padding; all else breaks the signature.
    assert_eq!(steps, BTreeMap::from([("hmac", 6), ("oaep", 2)]));
    let opened = items
        .iter()
        .filter(|item| certificate.open(content(item).unwrap()).is_ok());
    assert_eq!(opened.count(), 32);
}

#[tokio::test]
async fn a_wrong_token_is_refused_for_each_reason_in_turn_and_travels_alone() {
    let (api, endpoint) = (Api::start().await, Endpoint::start().await);
    let certificate = Certificate::new();
    api.subscribe(0, &endpoint, "chats/getAllMessages", Some(&certificate))
        .await;
    let ledger = api
        .announce(&json!({"count": 40, "batch": 4, "faults": {"wrongToken": 0.25}}))
        .await;
    let wrong: BTreeSet<&str> = faulty(&ledger, "wrongToken")
        .iter()
        .map(|change| change["resource"].as_str().unwrap())
        .collect();
    assert_eq!(wrong.len(), 10);
    let keys = keys(&api).await;
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for body in endpoint.bodies() {
        let items = body["value"].as_array().unwrap();
        let token = body["validationTokens"][0].as_str().unwrap();
        let tenant = items[0]["tenantId"].as_str().unwrap();
        let refusal = refusal(token, &keys, APP, tenant);
        let is_wrong = wrong.contains(items[0]["resource"].as_str().unwrap());
        assert_eq!(refusal.is_some(), is_wrong);
        if let Some(reason) = refusal {
            assert_eq!(items.len(), 1);
            *reasons.entry(reason).or_default() += 1;
        }
    }
    let each_twice = ["aud", "caller", "exp", "signature", "tenant"].map(|reason| (reason, 2));
    assert_eq!(reasons, BTreeMap::from(each_twice));
}

#[tokio::test]
async fn a_wrong_client_state_is_as_long_as_the_right_one() {
    let (api, endpoint) = (Api::start().await, Endpoint::start().await);
    api.subscribe(0, &endpoint, "chats/getAllMessages", None)
        .await;
    let ledger = api
        .announce(&json!({"count": 20, "faults": {"wrongClientState": 0.1}}))
        .await;
    let (wrong, items) = (faulty(&ledger, "wrongClientState"), endpoint.items());
    assert_eq!(wrong.len(), 2);
    for change in wrong {
        let state = arrived(&items, change)["clientState"].as_str().unwrap();
        assert!(state != STATE && state.len() == STATE.len());
    }
    let right = items.iter().filter(|item| item["clientState"] == STATE);
    assert_eq!(right.count(), 18);
}

#[tokio::test]
async fn a_duplicate_is_the_same_notification_again() {
    let (api, endpoint) = (Api::start().await, Endpoint::start().await);
    let certificate = Certificate::new();
    api.subscribe(0, &endpoint, "chats/getAllMessages", Some(&certificate))
        .await;
    let ledger = api
        .announce(&json!({"count": 20, "batch": 3, "faults": {"duplicate": 0.2}}))
        .await;
    let items = endpoint.items();
    assert_eq!(items.len(), 24);
    for change in ledger["changes"].as_array().unwrap() {
        let same: Vec<&Value> = items
            .iter()
            .filter(|item| item["resource"] == change["resource"])
            .collect();
        let times = if change["duplicated"] == true { 2 } else { 1 };
        assert_eq!(same.len(), times);
        assert!(same.iter().all(|item| *item == same[0]));
    }
}

#[tokio::test]
async fn shares_that_cannot_be_reached_are_refused() {
    let (api, endpoint) = (Api::start().await, Endpoint::start().await);
    let announcement = json!({"count": 10, "faults": {"tamper": 0.5}});
    let (status, _) = api.post("/simulator/announce", &announcement).await;
    assert_eq!(status, 400);
    api.subscribe(0, &endpoint, "chats", None).await;
    let (status, body) = api.post("/simulator/announce", &announcement).await;
    assert_eq!(status, 400);
    let error = "tamper asks for 5 changes and 0 can be it";
    assert_eq!(body["error"], error);
}
