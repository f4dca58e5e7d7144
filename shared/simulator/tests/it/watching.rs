//! The subscriptions that get a change, and the times that were not watched.

use crate::api::{Api, TENANTS};
use crate::endpoint::Endpoint;
use crate::envelope::Certificate;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const PATH: &str = "/v1.0/subscriptions";

fn ids(list: &Value) -> BTreeSet<&str> {
    let ids = list.as_array().unwrap().iter();
    ids.map(|id| id.as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_change_is_told_to_every_subscription_that_it_happens_to() {
    let (api, endpoint) = (Api::start().await, Endpoint::start().await);
    let certificate = Certificate::new();
    let chat = "chats/19:one@thread.v2/messages";
    let one = api.subscribe(0, &endpoint, chat, Some(&certificate)).await;
    let all = api
        .subscribe(0, &endpoint, "chats/getAllMessages", None)
        .await;
    for (tenant, resource) in [
        (0, "chats/19:two@thread.v2/messages"),
        (0, "chats"),
        (0, "teams/getAllMessages"),
        (1, "chats/getAllMessages"),
    ] {
        api.subscribe(tenant, &endpoint, resource, None).await;
    }
    let ledger = api
        .announce(&json!({"count": 4, "subscriptions": [one], "everySubscription": true}))
        .await;
    let told: Vec<(&str, &str)> = ledger["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| {
            let id = change["subscriptionId"].as_str().unwrap();
            (change["resource"].as_str().unwrap(), id)
        })
        .collect();
    assert_eq!(told.len(), 8);
    let resources: BTreeSet<&str> = told.iter().map(|(resource, _)| *resource).collect();
    for resource in &resources {
        for id in [&one, &all] {
            assert!(told.contains(&(*resource, id.as_str())));
        }
    }
    assert_eq!((resources.len(), endpoint.items().len()), (4, 8));
}

#[tokio::test]
async fn what_is_wrong_is_wrong_for_the_one_it_was_planned_for() {
    let (api, endpoint) = (Api::start().await, Endpoint::start().await);
    let certificate = Certificate::new();
    let chat = "chats/19:one@thread.v2/messages";
    let one = api.subscribe(0, &endpoint, chat, Some(&certificate)).await;
    let all = "chats/getAllMessages";
    api.subscribe(0, &endpoint, all, Some(&certificate)).await;
    let ledger = api
        .announce(&json!({
            "count": 20, "batch": 5, "subscriptions": [one], "everySubscription": true,
            "faults": {"wrongToken": 0.25, "duplicate": 0.1},
        }))
        .await;
    let changes = ledger["changes"].as_array().unwrap();
    let wrong = changes
        .iter()
        .filter(|change| change["fault"] == "wrongToken");
    assert!(
        wrong
            .clone()
            .all(|change| change["subscriptionId"] == one.as_str())
    );
    assert_eq!((changes.len(), wrong.count()), (40, 5));
    assert_eq!(endpoint.items().len(), 44);
    let bodies = endpoint.bodies();
    let alone = |body: &&Value| body["value"].as_array().unwrap().len() == 1;
    assert_eq!(bodies.iter().filter(alone).count(), 10);
}

#[tokio::test]
async fn what_happens_is_told_to_whoever_covers_it_and_happens_anyway() {
    let (api, endpoint) = (Api::start().await, Endpoint::start().await);
    let chats = api
        .subscribe(0, &endpoint, "chats/getAllMessages", None)
        .await;
    let one = "chats/19:one@thread.v2/messages";
    let chat = api.subscribe(0, &endpoint, one, None).await;
    let happened = api.happen(json!({"count": 60, "seed": 5})).await;
    let changes = happened["changes"].as_array().unwrap();
    assert_eq!(changes.len(), 60);
    let mut told = 0;
    for change in changes {
        let resource = change["resource"].as_str().unwrap();
        let expected = if resource.starts_with("chats('19:one@thread.v2')") {
            BTreeSet::from([chats.as_str(), chat.as_str()])
        } else if resource.starts_with("chats(") {
            BTreeSet::from([chats.as_str()])
        } else {
            BTreeSet::new()
        };
        assert_eq!(ids(&change["told"]), expected, "{resource}");
        told += expected.len();
        if change["changeType"] != "deleted" {
            let path = format!("/v1.0/{resource}");
            assert_eq!(api.get(&path).await.0, 200, "{resource}");
        }
    }
    let ledger = api.finished(happened["job"].as_str().unwrap()).await;
    assert_eq!(ledger["changes"].as_array().unwrap().len(), told);
    assert_eq!(endpoint.items().len(), told);
    let kinds: BTreeSet<&str> = changes
        .iter()
        .map(|change| change["changeType"].as_str().unwrap())
        .collect();
    assert_eq!(kinds.len(), 3);
}

#[tokio::test]
async fn what_is_not_delivering_covers_nothing() {
    let (api, endpoint) = (Api::start().await, Endpoint::start().await);
    let wanted: Vec<Value> = ["chats/getAllMessages", "teams/getAllMessages", "chats"]
        .iter()
        .map(|resource| {
            json!({"tenant": TENANTS[0], "resource": resource, "changeTypes": ["created"]})
        })
        .collect();
    assert_eq!(api.get("/simulator/coverage").await.0, 409);
    let begin = json!({ "wanted": wanted });
    assert_eq!(api.post("/simulator/coverage", &begin).await.0, 204);
    api.advance(600).await;
    let expired = api
        .subscribe_for(&endpoint, "chats/getAllMessages", 3_000)
        .await;
    let lost = api
        .subscribe_for(&endpoint, "teams/getAllMessages", 30_000)
        .await;
    api.advance(1_000).await;
    api.fault(json!({"fault": "remove", "subscriptionId": lost}))
        .await;
    api.advance(8_400).await;
    assert_eq!(api.get(&format!("{PATH}/{expired}")).await.0, 404);
    api.subscribe_for(&endpoint, "chats/getAllMessages", 30_000)
        .await;
    api.advance(5_000).await;

    let (status, report) = api.get("/simulator/coverage").await;
    assert_eq!(status, 200);
    // A machine that takes its time adds to either, but not that much.
    let about = |seconds: &Value, expected: f64| {
        let off = seconds.as_f64().unwrap() - expected;
        assert!(off.abs() < 400.0, "{seconds} is not about {expected}");
    };
    let expected = [
        ("chats/getAllMessages", 8_000.0, 2),
        ("teams/getAllMessages", 1_000.0, 2),
        ("chats", 0.0, 1),
    ];
    for (row, (resource, covered, gaps)) in
        report["resources"].as_array().unwrap().iter().zip(expected)
    {
        assert_eq!(row["resource"], resource);
        about(&row["coveredSeconds"], covered);
        about(&row["uncoveredSeconds"], 15_000.0 - covered);
        assert_eq!(row["gaps"].as_array().unwrap().len(), gaps, "{row}");
    }
    let unknown =
        json!({"wanted": [{"tenant": TENANTS[0], "resource": "me/x", "changeTypes": []}]});
    assert_eq!(api.post("/simulator/coverage", &unknown).await.0, 400);
}

#[tokio::test]
async fn a_thousand_subscriptions_are_listed_in_pages_of_the_size_asked_for() {
    let (api, endpoint) = (Api::start().await, Endpoint::start().await);
    api.post("/simulator/settings", &json!({"pageSize": 100}))
        .await;
    for number in 0..250 {
        let resource = format!("chats/19:{number}@thread.v2/messages");
        api.subscribe(0, &endpoint, &resource, None).await;
    }
    let (mut sizes, mut next) = (Vec::new(), Some(PATH.to_owned()));
    while let Some(path) = next {
        let (_, page) = api.call(0, Method::GET, &path, &Value::Null).await;
        let value = page["value"].as_array().unwrap();
        sizes.push(value.len());
        for one in value {
            assert_eq!(one["clientState"], Value::Null);
            assert_eq!(one["encryptionCertificate"], Value::Null);
            assert!(one["applicationId"].is_string() && one["creatorId"].is_string());
        }
        next = page["@odata.nextLink"].as_str().map(str::to_owned);
    }
    assert_eq!(sizes, [100, 100, 50]);
}
