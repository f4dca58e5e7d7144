//! Each queue as a boundary: what its own functions would not send, and what becomes of it.
//!
//! `docs/THREATS.md` says for each queue what somebody gains who may send to it, and names the tests;
//! those that are about one function are beside that function's.

use crate::fakes::FakeClaims;
use serde_json::json;
use teamwire_payload::event;
use teamwire_payload::{
    ChangeType, Event, Origin, QueueMessage, ReferencedChange, ResourceRef, limits,
};
use teamwire_transport::EventSink;

#[test]
fn only_the_relay_takes_from_the_events_queue_and_no_function_from_the_tail() {
    // Both stacks are held to it.
    let facts = include_str!("../../infra/contract/facts.yaml");
    let (_, grants) = facts.split_once("\ngrant:\n").unwrap();
    let (grants, _) = grants.split_once("\n\n").unwrap();
    let (grants, relay) = grants.split_once("\n  relay:\n").unwrap();
    let to_bus = "events: [sqs:DeleteMessage, sqs:GetQueueAttributes, sqs:ReceiveMessage]";
    assert!(relay.contains(to_bus) && !relay.contains("tail"), "{relay}");
    let grants = grants.lines().map(str::trim_start);
    let of_both = grants.filter(|grant| grant.starts_with("events") || grant.starts_with("tail"));
    let mut count = 0;
    for grant in of_both {
        assert!(grant.ends_with(": [sqs:SendMessage]"), "{grant}");
        count += 1;
    }
    assert_eq!(count, 8, "two queues, four functions that send to them");
}

#[test]
fn what_is_meant_for_another_function_is_unknown_to_one() {
    let body = json!({ "tenantId": "9f4ebab6-520d-49c0-85cc-7b25c78d4a93", "subscriptionId": "s",
        "changeType": "created", "resource": "chats('a')" });
    for version in [
        "sealed.v1",
        "lifecycle.v1",
        "gap.v1",
        "heard.v1",
        "unrouted.v1",
        "claim.v1",
    ] {
        let text = json!({ "version": version, "receivedAt": 1, "body": body }).to_string();
        assert!(
            QueueMessage::<ReferencedChange>::parse(&text).is_err(),
            "{version}"
        );
    }
}

/// An event about a message that Graph describes like this.
fn event(data: &str) -> Event {
    let change = QueueMessage {
        received_at: 1_763_715_600_123,
        trace: None,
        body: ReferencedChange {
            tenant_id: "9f4ebab6-520d-49c0-85cc-7b25c78d4a93".parse().unwrap(),
            subscription_id: "s".repeat(limits::SUBSCRIPTION_ID_CHARS),
            change_type: ChangeType::Created,
            resource: "chats('a')/messages('1')".to_owned(),
            odata_id: None,
            odata_type: Some("x".repeat(limits::WORD_BYTES)),
            etag: Some("x".repeat(limits::ETAG_BYTES)),
        },
    };
    let resource = ResourceRef::parse(&change.body.resource).unwrap();
    event::with_data(
        "https://graph.microsoft.com",
        &change,
        &resource,
        Origin::Hydrated,
        data,
        "x",
    )
    .unwrap()
}

#[tokio::test]
async fn whatever_graph_says_of_a_resource_its_event_fits_a_queue() {
    let long = "1".repeat(2 * limits::SQS_BYTES);
    let long_type = format!("#microsoft.graph.{long}");
    for data in [
        json!({ "etag": long }),
        json!({ "etag": long, "lastModifiedDateTime": "2026-11-28T10:00:00Z" }),
        json!({ "lastModifiedDateTime": long }),
        json!({ "lastUpdatedDateTime": format!("2026-11-28T10:00:00.{long}Z") }),
        json!({ "id": long, "@odata.type": long_type }),
        json!({ "eventDetail": { "@odata.type": long_type } }),
        json!({ "viewpoint": { "a": long } }),
        json!({ long.clone(): 1 }),
    ] {
        for url in [
            "https://sqs.example/events",
            "https://sqs.example/events.fifo",
        ] {
            let claims = FakeClaims::default();
            let event = event(&data.to_string());
            let id = event.id.clone();
            let sent = EventSink::new(url)
                .outgoing(&claims, event, None)
                .await
                .unwrap();
            assert!(
                sent.bytes() < limits::SQS_BYTES / 100,
                "{} bytes",
                sent.bytes()
            );
            assert!(sent.group.len() <= 128 && sent.deduplication.unwrap().len() <= 128);
            let kept = &claims.texts()[&format!("events/{id}.json")];
            assert_eq!(*kept, data.to_string());
        }
    }
}

#[test]
fn a_version_too_long_to_order_by_is_left_out_and_the_date_takes_its_place() {
    let etag = "1".repeat(limits::ETAG_BYTES + 1);
    let dated = json!({ "etag": etag, "lastModifiedDateTime": "2026-11-28T10:00:00Z" });
    let version = event(&dated.to_string()).contentversion;
    assert_eq!(version.as_deref(), Some("2026-11-28T10:00:00Z"));
    assert_eq!(
        event(&json!({ "etag": etag }).to_string()).contentversion,
        None
    );
}
