//! Announcements, the ledger, delivery.

use crate::api::{Api, STATE, TENANTS};
use crate::endpoint::Endpoint;
use crate::envelope::{Certificate, content};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Everything that is announced today, rich and basic, in two tenants.
async fn subscribe_to_everything(api: &Api, endpoint: &Endpoint, certificate: &Certificate) {
    for tenant in [0, 1] {
        for resource in [
            "chats/getAllMessages",
            "teams/getAllMessages",
            "chats",
            "chats/19:one@thread.v2",
            "chats/19:one@thread.v2/messages",
            "teams/t1/channels/19:c1@thread.tacv2/messages",
        ] {
            let rich = (resource.len() + tenant) % 2 == 0;
            let certificate = rich.then_some(certificate);
            api.subscribe(tenant, endpoint, resource, certificate).await;
        }
    }
}

fn changes(ledger: &Value) -> &Vec<Value> {
    ledger["changes"].as_array().unwrap()
}

#[tokio::test]
async fn the_ledger_is_what_arrives() {
    let (api, endpoint) = (Api::start().await, Endpoint::start().await);
    let certificate = Certificate::new();
    subscribe_to_everything(&api, &endpoint, &certificate).await;
    let ledger = api
        .announce(&json!({
            "count": 120, "batch": 7, "seed": 3, "mix": true, "deleted": 0.1, "updated": 0.3,
        }))
        .await;
    assert_eq!(changes(&ledger).len(), 120);
    assert_eq!(ledger["posts"], endpoint.bodies().len());
    assert_eq!(
        (&ledger["accepted"], &ledger["failed"]),
        (&ledger["posts"], &json!(0))
    );

    let mut items = endpoint.items();
    assert_eq!(items.len(), 120);
    for change in changes(&ledger) {
        let position = items
            .iter()
            .position(|item| {
                let change_type = item["changeType"].as_str().unwrap().to_ascii_lowercase();
                item["subscriptionId"] == change["subscriptionId"]
                    && item["resource"] == change["resource"]
                    && change["changeType"] == change_type.as_str()
                    && content(item)
                        .is_none_or(|sealed| certificate.open(sealed).unwrap() == change["data"])
            })
            .unwrap_or_else(|| panic!("{change} did not arrive"));
        let item = items.swap_remove(position);
        assert_eq!(item["tenantId"], change["tenantId"]);
        assert_eq!(item["clientState"], STATE);
        assert_eq!(content(&item).is_some(), change["kind"] == "rich");
    }
}

#[tokio::test]
async fn a_post_mixes_tenants_and_has_one_token_for_each_with_sealed_content() {
    let (api, endpoint) = (Api::start().await, Endpoint::start().await);
    let certificate = Certificate::new();
    subscribe_to_everything(&api, &endpoint, &certificate).await;
    api.announce(&json!({"count": 100, "batch": 10, "mix": true}))
        .await;
    let mut mixed = false;
    for body in endpoint.bodies() {
        let items = body["value"].as_array().unwrap();
        let tenants: BTreeSet<&str> = items
            .iter()
            .map(|item| item["tenantId"].as_str().unwrap())
            .collect();
        mixed |= tenants.len() == 2;
        let rich: BTreeSet<&str> = items
            .iter()
            .filter(|item| content(item).is_some())
            .map(|item| item["tenantId"].as_str().unwrap())
            .collect();
        let tokens = body["validationTokens"].as_array().map_or(0, Vec::len);
        assert_eq!(tokens, rich.len());
    }
    assert!(mixed);
}

#[tokio::test]
async fn notifications_are_spelt_as_graph_spells_them() {
    let (api, endpoint) = (Api::start().await, Endpoint::start().await);
    let certificate = Certificate::new();
    api.subscribe(0, &endpoint, "chats", Some(&certificate))
        .await;
    api.subscribe(0, &endpoint, "teams/getAllMessages", Some(&certificate))
        .await;
    api.announce(&json!({"count": 60, "batch": 4})).await;
    let mut ends = BTreeSet::new();
    for item in endpoint.items() {
        let resource = item["resource"].as_str().unwrap();
        assert_eq!(item["resourceData"]["@odata.id"], resource);
        assert_eq!(item.get("id"), None);
        let (change_type, member, odata_type) = if resource.starts_with("chats(") {
            ("Created", "EncryptedContent", "#microsoft.graph.chat")
        } else {
            (
                "created",
                "encryptedContent",
                "#Microsoft.Graph.chatMessage",
            )
        };
        assert_eq!(item["changeType"], change_type);
        assert_eq!(item["resourceData"]["@odata.type"], odata_type);
        let sealed = &item[member];
        let thumbprint = sealed["encryptionCertificateThumbprint"].as_str().unwrap();
        assert!(thumbprint.len() == 40 && thumbprint.bytes().all(|b| b.is_ascii_hexdigit()));
        assert_eq!(thumbprint, thumbprint.to_ascii_uppercase());
        let resource = certificate.open(sealed).unwrap();
        let context = resource["@odata.context"].as_str().unwrap();
        assert!(
            context.starts_with("https://graph.microsoft.com/$metadata#"),
            "{context}"
        );
        let end = item["subscriptionExpirationDateTime"].as_str().unwrap();
        ends.insert(
            end.trim_start_matches(|c: char| !"Z+".contains(c))
                .to_owned(),
        );
    }
    assert!(ends.len() >= 3, "{ends:?}");
}

#[tokio::test]
async fn every_place_has_its_paths() {
    let (api, endpoint) = (Api::start().await, Endpoint::start().await);
    subscribe_to_everything(&api, &endpoint, &Certificate::new()).await;
    let ledger = api
        .announce(&json!({"count": 240, "batch": 10, "mix": true}))
        .await;
    let shape = |resource: &str| -> String {
        let names = resource
            .split("')")
            .filter_map(|part| part.split("('").next());
        names.collect::<Vec<_>>().concat()
    };
    let shapes: BTreeSet<String> = changes(&ledger)
        .iter()
        .map(|change| shape(change["resource"].as_str().unwrap()))
        .collect();
    let expected = [
        "chats",
        "chats/messages",
        "teams/channels/messages",
        "teams/channels/messages/replies",
    ];
    assert!(shapes.iter().eq(expected), "{shapes:?}");
}

#[tokio::test]
async fn an_endpoint_that_is_down_is_tried_again_until_it_is_up() {
    let (api, endpoint) = (Api::start().await, Endpoint::start().await);
    api.subscribe(0, &endpoint, "chats", None).await;
    endpoint.answer_next(&[503, 500, 429, 400]);
    let ledger = api.announce(&json!({"count": 1})).await;
    assert_eq!(
        (&ledger["posts"], &ledger["accepted"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(
        (&ledger["retried"], &ledger["failed"]),
        (&json!(4), &json!(0))
    );
    assert_eq!(endpoint.items().len(), 1);
}

#[tokio::test]
async fn an_endpoint_that_stays_down_is_given_up() {
    let api = Api::start_with(|config| {
        config.patience.give_up_after = std::time::Duration::from_millis(40);
    })
    .await;
    let endpoint = Endpoint::start().await;
    api.subscribe(0, &endpoint, "chats", None).await;
    endpoint.answer_next(&[503; 100]);
    let ledger = api.announce(&json!({"count": 1})).await;
    assert_eq!(
        (&ledger["accepted"], &ledger["failed"]),
        (&json!(0), &json!(1))
    );
}

#[tokio::test]
async fn only_the_named_subscriptions_hear_of_it() {
    let (api, endpoint) = (Api::start().await, Endpoint::start().await);
    let chats = api.subscribe(0, &endpoint, "chats", None).await;
    api.subscribe(1, &endpoint, "chats", None).await;
    let ledger = api
        .announce(&json!({"count": 10, "subscriptions": [chats]}))
        .await;
    let all = changes(&ledger).iter();
    assert!(
        all.clone()
            .all(|change| change["subscriptionId"] == chats.as_str())
    );
    assert!(all.clone().all(|change| change["tenantId"] == TENANTS[0]));
    let unknown = json!({"count": 1, "subscriptions": ["x"]});
    assert_eq!(api.post("/simulator/announce", &unknown).await.0, 404);
}

#[tokio::test]
async fn lifecycle_notifications_come_in_both_forms_and_a_removed_subscription_is_gone() {
    let (api, endpoint) = (Api::start().await, Endpoint::start().await);
    let id = api.subscribe(0, &endpoint, "chats", None).await;
    for event in ["reauthorizationRequired", "missed", "subscriptionRemoved"] {
        let tell = json!({"subscriptionId": id, "event": event});
        let (status, body) = api.post("/simulator/lifecycle", &tell).await;
        assert_eq!(status, 202);
        let ledger = api.finished(body["job"].as_str().unwrap()).await;
        assert_eq!(
            (&ledger["accepted"], &ledger["changes"]),
            (&json!(1), &json!([]))
        );
    }
    let items = endpoint.items();
    assert_eq!(items[0]["tenantId"], TENANTS[0]);
    assert_eq!(items[1]["organizationId"], TENANTS[0]);
    assert_eq!(items[1].get("tenantId"), None);
    assert_eq!(items[1]["encryptedContent"], Value::Null);
    assert_eq!(items[2]["lifecycleEvent"], "subscriptionRemoved");
    assert_eq!(api.get(&format!("/v1.0/subscriptions/{id}")).await.0, 404);
}
