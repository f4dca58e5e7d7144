//! Items and messages as they are written on the queues, and what is too large for one.

use super::site::{Plan, Told, basic, lifecycle, rich, sealed, with};
use crate::fakes::FakeClaims;
use crate::mint::{Draft, TENANT};
use serde_json::json;
use teamwire_payload::{ClaimCheck, limits};

#[tokio::test]
async fn each_message_says_what_when_for_whom_and_by_which_trace() {
    let site = Plan::default().open();
    let deleted = with(basic(), "changeType", "deleted");
    let items = [rich(), basic(), lifecycle(), deleted];
    assert_eq!(
        site.post(&items, &[Draft::v2().signed()]).await,
        Told::accepted()
    );
    for (queue, version) in [
        ("decrypt", "sealed.v1"),
        ("hydrate", "reference.v1"),
        ("lifecycle", "lifecycle.v1"),
    ] {
        let message = &site.queue(queue).bodies()[0];
        assert_eq!(message["version"], version);
        assert_eq!(message["receivedAt"], 1_763_715_600_000_u64);
        assert_eq!(message["trace"], "Root=1-67891233-abcdef012345678912345678");
        assert_eq!(message["body"]["tenantId"], TENANT);
        assert_eq!(
            message["body"]["clientState"],
            json!(null),
            "the secret goes no further"
        );
    }
    assert_eq!(
        site.queue("decrypt").bodies()[0]["body"]["content"],
        rich()["encryptedContent"]
    );
    let event = &site.queue("events").bodies()[0];
    assert_eq!(event["type"], "microsoft.graph.chatMessage.deleted");
    assert_eq!(event["origin"], "reference");
    assert_eq!(event["referencereason"], "deleted");
    assert_eq!(
        event["source"],
        format!("https://graph.microsoft.com/{TENANT}")
    );
    for queue in ["decrypt", "hydrate", "lifecycle", "events"] {
        let entry = &site.queue(queue).accepted()[0];
        assert_eq!(entry.group, TENANT, "{queue}: fair between tenants");
        assert!(entry.trace.is_some(), "{queue}");
    }
}

#[tokio::test]
async fn an_item_too_large_for_a_queue_waits_in_the_claim_store() {
    let site = Plan::default().open();
    let large = with(
        rich(),
        "encryptedContent",
        sealed(&"QUFB".repeat(limits::SQS_BYTES / 4)),
    );
    assert_eq!(
        site.post(std::slice::from_ref(&large), &[Draft::v2().signed()])
            .await,
        Told::accepted()
    );
    let body = &site.queue("decrypt").accepted()[0].body;
    assert!(body.len() < 512, "{} bytes", body.len());
    let claim = ClaimCheck::parse(body).unwrap();
    let text = &site.claims.texts()[&claim.key()];
    assert!(claim.fits(text));
    let message: serde_json::Value = serde_json::from_str(text).unwrap();
    assert_eq!(message["body"]["content"], large["encryptedContent"]);
    assert!(!text.contains(super::site::STATIC_STATE));
}

#[tokio::test]
async fn an_item_that_just_fits_needs_no_claim() {
    let site = Plan::default().open();
    let large = |bytes: usize| with(rich(), "encryptedContent", sealed(&"A".repeat(bytes)));
    assert_eq!(
        site.post(&[large(1)], &[Draft::v2().signed()]).await,
        Told::accepted()
    );
    let rest = limits::SQS_BYTES - site.queue("decrypt").accepted()[0].body.len() + 1;
    let items = [large(rest), large(rest + 1)];
    assert_eq!(
        site.post(&items, &[Draft::v2().signed()]).await,
        Told::accepted()
    );
    let sizes: Vec<usize> = site
        .queue("decrypt")
        .accepted()
        .iter()
        .map(|entry| entry.body.len())
        .collect();
    assert_eq!(sizes[1], limits::SQS_BYTES);
    assert!(sizes[2] < 512);
    assert_eq!(site.claims.texts().len(), 1);
}

#[tokio::test]
async fn a_large_item_in_quarantine_keeps_its_reason() {
    let site = Plan::default().open();
    let large = with(
        rich(),
        "encryptedContent",
        sealed(&"QUFB".repeat(limits::SQS_BYTES / 4)),
    );
    let large = with(large, "clientState", "of somebody's other deployment");
    assert_eq!(
        site.post(&[large], &[Draft::v2().signed()]).await,
        Told::accepted()
    );
    let entry = &site.queue("quarantine").accepted()[0];
    assert!(ClaimCheck::parse(&entry.body).is_some());
    let attributes = [
        ("reason", "client-state".to_owned()),
        ("route", "decrypt".to_owned()),
    ];
    assert_eq!(entry.attributes, attributes);
}

#[tokio::test]
async fn without_the_claim_store_graph_is_asked_to_come_again() {
    let site = Plan {
        claims: FakeClaims::down(),
        ..Plan::default()
    }
    .open();
    let large = with(
        rich(),
        "encryptedContent",
        sealed(&"QUFB".repeat(limits::SQS_BYTES / 4)),
    );
    assert_eq!(
        site.post(&[basic()], &[]).await,
        Told::accepted(),
        "small items need no store"
    );
    assert_eq!(
        site.post(&[large], &[Draft::v2().signed()]).await,
        Told::try_again()
    );
    assert!(site.queue("decrypt").accepted().is_empty());
}
