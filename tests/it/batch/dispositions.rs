//! Every disposition, and what is sent for it.

use super::told::{TENANT, batch_of, forward, large_resource, numbered, ports, record, run};
use crate::fakes::FakeClaims;
use crate::log::Log;
use serde_json::json;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use teamwire_payload::{ClaimCheck, limits};
use teamwire_transport::batch::{self, ForwardedEvent, RecordVerdict};
use teamwire_transport::{Disposition, EventSink, RecordFailure};

fn now_millis() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    u64::try_from(since.as_millis()).unwrap()
}

#[tokio::test]
async fn each_disposition_sends_a_record_its_own_way() {
    for (order, events, own, dead_letters, reported) in [
        ("forward a", 1, 0, 0, 0),
        ("done", 0, 0, 0, 0),
        ("retry", 0, 0, 0, 1),
        ("defer", 0, 1, 0, 0),
        ("defer 30", 0, 1, 0, 0),
        ("dead hmac", 0, 0, 1, 0),
    ] {
        let ports = ports();
        let failures = run(numbered(&[order, "done"]), &ports).await.unwrap();
        let sent = [&ports.events, &ports.own, &ports.dead_letters].map(|q| q.accepted().len());
        assert_eq!(sent, [events, own, dead_letters], "{order}");
        assert_eq!(failures.len(), reported, "{order}");
    }
}

#[tokio::test]
async fn a_record_that_is_not_forwarded_is_logged_by_its_id_and_its_fault() {
    let log = Log::default();
    let watch = log.listen();
    let orders = ["forward a", "dead hmac"];
    run(numbered(&orders), &ports()).await.unwrap();
    drop(watch);
    let [line] = &*log.lines("record not forwarded") else {
        panic!("one line")
    };
    let line: serde_json::Value = serde_json::from_str(line).unwrap();
    assert_eq!(
        line["fields"],
        json!({
            "message": "record not forwarded", "message_id": "m1",
            "fault": "as-told", "disposition": r#"Dead("hmac")"#,
        })
    );
}

#[tokio::test]
async fn an_event_goes_out_with_its_tenant_its_id_and_its_trace() {
    let ports = ports();
    run(numbered(&["forward a"]), &ports).await.unwrap();
    let sent = ports.events.accepted().remove(0);
    assert_eq!(sent.group, TENANT);
    assert_eq!(
        sent.deduplication,
        Some(forward("a", "{\"etag\":\"1\"}").event.id)
    );
    assert_eq!(sent.trace.as_deref(), Some("Root=1-a"));
    assert_eq!(sent.delay, Duration::ZERO);
    assert_eq!(
        ports.events.bodies()[0]["subject"],
        "chats('a')/messages('1')"
    );
}

#[tokio::test]
async fn on_a_fifo_queue_events_are_grouped_by_conversation_and_dropped_by_id() {
    let mut ports = ports();
    ports.sink = EventSink::new("https://sqs.example/events.fifo");
    let orders = ["forward a", "forward b"];
    run(numbered(&orders), &ports).await.unwrap();
    run(numbered(&orders), &ports).await.unwrap();
    let sent = ports.events.accepted();
    assert_ne!(sent[0].group, sent[1].group);
    assert_ne!(sent[0].deduplication, sent[1].deduplication);
    assert_eq!(sent[0].group, sent[2].group);
    assert_eq!(sent[0].deduplication, sent[2].deduplication);
    assert!(sent.iter().all(|entry| entry.group.len() <= 128));
}

#[tokio::test]
async fn a_deferral_is_the_same_message_again_with_its_number_and_its_first_time() {
    let ports = ports();
    let before = now_millis();
    run(numbered(&["defer 30"]), &ports).await.unwrap();
    let sent = ports.own.accepted().remove(0);
    assert_eq!(sent.body, "defer 30");
    assert_eq!(sent.group, TENANT);
    // A FIFO queue refuses what has none.
    assert_eq!(sent.deduplication.as_deref(), Some("m0"));
    assert_eq!(sent.trace.as_deref(), Some("Root=1-a"));
    assert_eq!(sent.delay, Duration::from_secs(30));
    let attributes: std::collections::HashMap<_, _> = sent.attributes.into_iter().collect();
    assert_eq!(attributes["deferrals"], "1");
    let since: u64 = attributes["deferredSince"].parse().unwrap();
    assert!((before..=now_millis()).contains(&since));
}

#[tokio::test]
async fn a_further_deferral_counts_on_and_keeps_the_first_time() {
    let ports = ports();
    let since = (now_millis() - 3_600_000).to_string();
    let mut again = record("m0", "defer");
    again["messageAttributes"] = json!({
        "deferrals": { "stringValue": "4", "dataType": "String" },
        "deferredSince": { "stringValue": since, "dataType": "String" },
    });
    run(batch_of(vec![again]), &ports).await.unwrap();
    let sent = ports.own.accepted().remove(0);
    assert_eq!(
        sent.attributes,
        [("deferrals", "5".to_owned()), ("deferredSince", since)]
    );
    assert!(sent.delay > Duration::from_secs(15), "{:?}", sent.delay);
}

#[tokio::test]
async fn a_deferral_without_group_or_trace_gets_a_group_of_its_own() {
    let ports = ports();
    let mut bare = record("m0", "defer");
    bare["attributes"] = json!(null);
    run(batch_of(vec![bare]), &ports).await.unwrap();
    let sent = ports.own.accepted().remove(0);
    assert_eq!((sent.group.as_str(), sent.trace), ("m0", None));
}

#[tokio::test]
async fn a_wait_longer_than_sqs_can_delay_is_cut_to_900_s() {
    for (asked, sent) in [
        ("900", 900),
        ("901", 900),
        ("86400", 900),
        ("0", 0),
        ("1", 1),
    ] {
        let ports = ports();
        run(numbered(&[&format!("defer {asked}")]), &ports)
            .await
            .unwrap();
        assert_eq!(
            ports.own.accepted()[0].delay,
            Duration::from_secs(sent),
            "{asked}"
        );
    }
}

#[tokio::test]
async fn a_wait_that_is_said_to_begin_in_the_future_begins_now() {
    let ports = ports();
    let mut forged = record("m0", "defer 30");
    forged["messageAttributes"] = json!({
        "deferredSince": { "stringValue": u64::MAX.to_string(), "dataType": "String" },
    });
    run(batch_of(vec![forged]), &ports).await.unwrap();
    let sent = ports.own.accepted().remove(0);
    let (_, since) = &sent.attributes[1];
    assert!(since.parse::<u64>().unwrap() <= now_millis(), "{since}");
}

#[tokio::test]
async fn what_was_put_off_for_four_days_becomes_a_dead_letter() {
    const FOUR_DAYS: u64 = 4 * 86_400_000;
    for (age, reason) in [
        (FOUR_DAYS + 60_000, Some("deferred-too-long")),
        (FOUR_DAYS - 60_000, None),
    ] {
        let ports = ports();
        let mut old = record("m0", "defer 30");
        let since = (now_millis() - age).to_string();
        old["messageAttributes"] = json!({
            "deferredSince": { "stringValue": since, "dataType": "String" },
        });
        assert_eq!(run(batch_of(vec![old]), &ports).await, Ok(vec![]));
        let dead = ports.dead_letters.accepted();
        assert_eq!(
            dead.first().map(|entry| entry.attributes[0].1.as_str()),
            reason
        );
        assert_eq!(dead.len() + ports.own.accepted().len(), 1);
    }
}

#[tokio::test]
async fn a_dead_letter_is_the_message_with_its_reason_and_its_queue() {
    let ports = ports();
    run(numbered(&["dead hmac"]), &ports).await.unwrap();
    let sent = ports.dead_letters.accepted().remove(0);
    assert_eq!(sent.body, "dead hmac");
    assert_eq!(sent.group, TENANT);
    assert_eq!(sent.trace.as_deref(), Some("Root=1-a"));
    assert_eq!(
        sent.attributes,
        [
            ("reason", "hmac".to_owned()),
            ("source", "decrypt".to_owned()),
            ("fault", "as-told".to_owned())
        ]
    );
}

#[tokio::test]
async fn how_often_a_message_was_replayed_stays_with_it_until_it_is_an_event() {
    for (order, since, expected) in [
        ("dead hmac", None, Some("3")),
        ("defer 30", None, Some("3")),
        ("defer 30", Some("1"), Some("3")),
        ("forward a", None, None),
    ] {
        let ports = ports();
        let mut again = record("m0", order);
        again["messageAttributes"] = json!({
            "replayed": { "stringValue": "3", "dataType": "String" },
            "deferredSince": { "stringValue": since, "dataType": "String" },
        });
        run(batch_of(vec![again]), &ports).await.unwrap();
        let queues = [&ports.dead_letters, &ports.own, &ports.events];
        let mut sent: Vec<_> = queues.iter().flat_map(|queue| queue.accepted()).collect();
        assert_eq!(sent.len(), 1, "{order}");
        let attributes = sent.remove(0).attributes;
        let replayed = attributes.iter().find(|(name, _)| *name == "replayed");
        assert_eq!(
            replayed.map(|(_, times)| times.as_str()),
            expected,
            "{order}"
        );
    }
}

#[tokio::test]
async fn a_dead_letter_has_the_fault_of_the_log_where_that_says_more_than_its_reason() {
    for (fault, reason, expected) in [
        ("rsa-oaep", "tampered", Some("rsa-oaep")),
        ("malformed", "malformed", None),
    ] {
        let ports = ports();
        let work = async |_| {
            vec![RecordVerdict::<ForwardedEvent>::Err(RecordFailure {
                disposition: Disposition::Dead(reason.into()),
                label: fault.into(),
            })]
        };
        batch::run(numbered(&["a"]), &ports, work).await.unwrap();
        let attributes = ports.dead_letters.accepted().remove(0).attributes;
        let told = attributes.iter().find(|(name, _)| *name == "fault");
        assert_eq!(told.map(|(_, fault)| fault.as_str()), expected, "{reason}");
    }
}

#[tokio::test]
async fn an_event_over_the_limit_waits_in_the_claim_store() {
    let ports = ports();
    assert_eq!(
        run(numbered(&["forward-large a"]), &ports).await,
        Ok(vec![])
    );
    let event = ports.events.bodies().remove(0);
    assert!(event.get("data").is_none());
    let key = format!("events/{}.json", event["id"].as_str().unwrap());
    assert_eq!(event["dataref"], format!("s3://claims/{key}"));
    assert_eq!(ports.claims.texts()[&key], large_resource());
}

/// A body that fits a queue, but not together with attributes.
fn brimful(order: &str) -> String {
    format!(
        "{order} {}",
        "x".repeat(limits::SQS_BYTES - order.len() - 1)
    )
}

#[tokio::test]
async fn a_message_that_leaves_no_room_for_attributes_goes_on_as_a_claim_to_it() {
    for order in ["defer 30", "dead hmac"] {
        let (ports, body) = (ports(), brimful(order));
        let reported = run(numbered(&[&body]), &ports).await;
        assert_eq!(reported, Ok(vec![]), "{order}");
        let mut sent = ports.own.accepted();
        sent.extend(ports.dead_letters.accepted());
        assert!(sent[0].bytes() <= limits::SQS_BYTES);
        assert!(sent[0].attributes.len() >= 2, "{order}");
        let claim = ClaimCheck::parse(&sent[0].body).unwrap();
        assert_eq!(ports.claims.texts()[&claim.key()], body, "{order}");
    }
}

#[tokio::test]
async fn such_a_message_is_retried_while_there_is_no_claim_store() {
    for order in ["defer 30", "dead hmac"] {
        let mut ports = ports();
        ports.claims = FakeClaims::down();
        let reported = run(numbered(&[&brimful(order), "forward a"]), &ports).await;
        assert_eq!(reported, Ok(vec!["m0".to_owned()]), "{order}");
        assert_eq!(ports.own.requests() + ports.dead_letters.requests(), 0);
    }
}
