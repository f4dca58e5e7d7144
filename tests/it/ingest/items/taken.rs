//! Items that are taken: sealed, by reference, deletions and lifecycle events.

use super::{Queue, Row, alone, assert_fates, other_spelling, proven, with_tokens};
use crate::ingest::site::{
    STATIC_STATE, basic, lifecycle, minted_state, rich, sealed, with, without,
};
use crate::mint::{Draft, OTHER_TENANT, TENANT};
use serde_json::{Value, json};

fn sealed_items() -> Vec<Row> {
    let decrypt = Queue("decrypt");
    let content = |content: Value| with(basic(), "encryptedContent", content);
    vec![
        proven("sealed", rich(), decrypt),
        proven("sealed, other spelling", other_spelling(rich()), decrypt),
        proven(
            "sealed, deleted",
            with(rich(), "changeType", "deleted"),
            decrypt,
        ),
        proven(
            "sealed, Created",
            with(rich(), "changeType", "Created"),
            decrypt,
        ),
        proven(
            "sealed, tenant in upper case",
            with(rich(), "tenantId", TENANT.to_uppercase()),
            decrypt,
        ),
        proven(
            "sealed, organization instead of tenant",
            with(without(rich(), "tenantId"), "organizationId", TENANT),
            decrypt,
        ),
        proven(
            "sealed, both the same",
            with(rich(), "organizationId", TENANT.to_uppercase()),
            decrypt,
        ),
        proven(
            "sealed, no signature",
            content(without(sealed("QUFB"), "dataSignature")),
            decrypt,
        ),
        proven(
            "sealed, signature null",
            content(with(sealed("QUFB"), "dataSignature", json!(null))),
            decrypt,
        ),
        proven("sealed, nothing in it", content(json!({})), decrypt),
        proven(
            "sealed, more in it",
            content(with(sealed("QUFB"), "later", json!([1]))),
            decrypt,
        ),
        proven(
            "sealed, not base64",
            content(sealed("<<--Encrypted-->>")),
            decrypt,
        ),
        proven(
            "sealed, certificate id of 128",
            content(with(
                sealed("QUFB"),
                "encryptionCertificateId",
                "é".repeat(128),
            )),
            decrypt,
        ),
        proven(
            "sealed, not a Teams resource",
            with(rich(), "resource", "communications/presences/7"),
            decrypt,
        ),
        proven(
            "sealed, minted state",
            with(rich(), "clientState", minted_state("k1", TENANT)),
            decrypt,
        ),
        proven(
            "sealed, tenant by its token",
            without(rich(), "tenantId"),
            decrypt,
        ),
        with_tokens(
            "sealed, v1 token",
            rich(),
            vec![Draft::v1().signed()],
            decrypt,
        ),
        with_tokens(
            "sealed, tokens of two tenants",
            rich(),
            vec![
                Draft::v2().of_tenant(OTHER_TENANT).signed(),
                Draft::v2().signed(),
            ],
            decrypt,
        ),
        with_tokens(
            "sealed, the token twice",
            rich(),
            vec![Draft::v2().signed(), Draft::v2().signed()],
            decrypt,
        ),
    ]
}

#[tokio::test]
async fn a_sealed_item_with_proof_goes_to_decrypt() {
    assert_fates(sealed_items(), 19).await;
}

fn references() -> Vec<Row> {
    let hydrate = Queue("hydrate");
    let data = |data: Value| with(basic(), "resourceData", data);
    let expires = |at: Value| with(basic(), "subscriptionExpirationDateTime", at);
    let resource = |path: &str| with(basic(), "resource", path);
    vec![
        alone("basic", basic(), hydrate),
        alone(
            "basic, updated",
            with(basic(), "changeType", "updated"),
            hydrate,
        ),
        alone(
            "basic, UPDATED",
            with(basic(), "changeType", "UPDATED"),
            hydrate,
        ),
        alone(
            "content null",
            with(basic(), "encryptedContent", json!(null)),
            hydrate,
        ),
        alone(
            "content null, other spelling",
            with(basic(), "EncryptedContent", json!(null)),
            hydrate,
        ),
        proven("basic with a token", basic(), hydrate),
        alone(
            "the second live value",
            with(basic(), "clientState", "the one that follows it"),
            hydrate,
        ),
        alone(
            "a minted state",
            with(basic(), "clientState", minted_state("k1", TENANT)),
            hydrate,
        ),
        alone(
            "a state by the second key",
            with(basic(), "clientState", minted_state("k2", TENANT)),
            hydrate,
        ),
        alone(
            "unknown members",
            with(basic(), "later", json!({"a": [1, null]})),
            hydrate,
        ),
        alone(
            "sequence null, id present",
            with(with(basic(), "sequence", json!(null)), "id", "x"),
            hydrate,
        ),
        alone(
            "lifecycleEvent null",
            with(basic(), "lifecycleEvent", json!(null)),
            hydrate,
        ),
        alone(
            "a date of the documents",
            expires(json!("<some date>")),
            hydrate,
        ),
        alone("a date of Event Hubs", expires(json!("NA")), hydrate),
        alone(
            "a date with an offset",
            expires(json!("2021-02-02T11:26:41.0537895-08:00")),
            hydrate,
        ),
        alone(
            "a date long ago",
            expires(json!("0001-01-01T00:00:00Z")),
            hydrate,
        ),
        alone(
            "a date that is none",
            expires(json!("2025-13-45T99:99:99Z")),
            hydrate,
        ),
        alone(
            "a date that is a number",
            expires(json!(1_763_715_600)),
            hydrate,
        ),
        alone("a date that is null", expires(json!(null)), hydrate),
        alone(
            "a date that is an object",
            expires(json!({"a": 1})),
            hydrate,
        ),
        alone(
            "no date",
            without(basic(), "subscriptionExpirationDateTime"),
            hydrate,
        ),
        alone("data null", data(json!(null)), hydrate),
        alone("data a text", data(json!("x")), hydrate),
        alone("data an array", data(json!([1, 2])), hydrate),
        alone(
            "data with other types",
            data(json!({"@odata.type": 7, "@odata.etag": []})),
            hydrate,
        ),
        alone("no data", without(basic(), "resourceData"), hydrate),
        alone(
            "a huge number in data",
            basic()
                .to_string()
                .replace(r#""id":"1763715600000""#, r#""id":1e99999"#),
            hydrate,
        ),
        alone(
            "half a surrogate in data",
            basic()
                .to_string()
                .replace(r#""id":"1763715600000""#, r#""id":"\ud800""#),
            hydrate,
        ),
        alone("not a Teams resource", resource("print/jobs/7"), hydrate),
        alone(
            "keys as segments",
            resource("chats/19:a@thread.v2/messages/1"),
            hydrate,
        ),
        alone(
            "a hostile path, dead-lettered later",
            resource("https://evil.example/chats('a')"),
            hydrate,
        ),
        alone("a path of 4096", resource(&"a".repeat(4096)), hydrate),
        alone(
            "subscription of 128",
            with(basic(), "subscriptionId", "s".repeat(128)),
            hydrate,
        ),
        alone(
            "subscription not a GUID",
            with(basic(), "subscriptionId", "<subscription ✓>"),
            hydrate,
        ),
        alone(
            "an unknown member twice",
            basic().to_string().replacen('{', r#"{"x":1,"x":2,"#, 1),
            hydrate,
        ),
        alone("white space around", format!(" \n{} \t", basic()), hydrate),
        alone(
            "no tenant, but a state that was minted for one",
            without(
                with(basic(), "clientState", minted_state("k1", TENANT)),
                "tenantId",
            ),
            hydrate,
        ),
    ]
}

#[tokio::test]
async fn an_item_that_names_its_resource_goes_to_hydrate() {
    assert_fates(references(), 37).await;
}

fn deletions_and_lifecycle() -> Vec<Row> {
    let (events, about) = (Queue("events"), Queue("lifecycle"));
    let event = |name: &str| with(lifecycle(), "lifecycleEvent", name);
    let deleted = || with(basic(), "changeType", "deleted");
    vec![
        alone("deleted", deleted(), events),
        alone("Deleted", with(basic(), "changeType", "Deleted"), events),
        alone(
            "deleted, content null",
            with(deleted(), "encryptedContent", json!(null)),
            events,
        ),
        alone(
            "deleted, not a Teams resource",
            with(deleted(), "resource", "users('u')"),
            events,
        ),
        proven("deleted with a token", deleted(), events),
        alone("reauthorizationRequired", lifecycle(), about),
        alone("subscriptionRemoved", event("subscriptionRemoved"), about),
        alone("missed", event("missed"), about),
        alone("a later event", event("somethingNew"), about),
        alone("an empty event", event(""), about),
        alone(
            "an event and a change",
            with(lifecycle(), "changeType", "deleted"),
            about,
        ),
        alone(
            "an event about nothing",
            with(lifecycle(), "resource", ""),
            about,
        ),
        alone(
            "an event as it really came",
            json!({"lifecycleEvent": "missed", "subscriptionId": "s", "resource": "",
                "clientState": STATIC_STATE, "sequence": null, "resourceData": {},
                "encryptedContent": null, "organizationId": TENANT,
                "subscriptionExpirationDateTime": "2025-11-22T11:00:00Z"}),
            about,
        ),
        proven("an event with a token", lifecycle(), about),
        proven(
            "an event with content",
            with(lifecycle(), "encryptedContent", sealed("QUFB")),
            about,
        ),
    ]
}

#[tokio::test]
async fn deletions_go_to_events_and_what_is_about_subscriptions_to_lifecycle() {
    assert_fates(deletions_and_lifecycle(), 15).await;
}
