//! Records as SQS, or somebody who may write to the queue, could give them.

use super::told::{batch_of, ports, record};
use crate::fakes::{FakeClaims, NoContents};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use teamwire_graph::ReadFault;
use teamwire_hydrate::{Hydrate, ResourceSource};
use teamwire_payload::{TenantId, resource::ResourceGet};
use teamwire_transport::{Deadline, RecordBatchFault, batch};

/// The fate of a record.
#[derive(Debug, PartialEq)]
enum Fate {
    Forwarded,
    Dead(&'static str),
    /// The batch comes again as a whole.
    WholeBatch,
    /// Not even an event of SQS: Lambda's runtime gives the batch back.
    NoEvent,
}
use Fate::{Dead, Forwarded, NoEvent, WholeBatch};

const GOOD: &str = r#"{"version":"reference.v1","receivedAt":1763715600123,"body":{
    "tenantId":"9f4ebab6-520d-49c0-85cc-7b25c78d4a93","subscriptionId":"s",
    "changeType":"created","resource":"chats('a')/messages('1')"}}"#;

fn with_body(body: &str) -> Value {
    record("m1", body)
}

/// The good record with one text of its body replaced.
fn with(from: &str, to: &str) -> Value {
    assert!(GOOD.contains(from), "{from}");
    with_body(&GOOD.replace(from, to))
}

/// The good record with one member replaced.
fn having(member: &str, value: Value) -> Value {
    let mut record = with_body(GOOD);
    record[member] = value;
    record
}

fn attribute(name: &str, value: Value) -> Value {
    having("messageAttributes", json!({ name: value }))
}

fn text(value: &str) -> Value {
    json!({ "stringValue": value, "dataType": "String" })
}

fn without(member: &str) -> Value {
    let mut record = with_body(GOOD);
    record.as_object_mut().unwrap().remove(member);
    record
}

fn claim(sha256: &str) -> Value {
    let body = json!({ "sha256": sha256, "bytes": 1 });
    with_body(&json!({ "version": "claim.v1", "receivedAt": 0, "body": body }).to_string())
}

/// Ids, and what Lambda adds around the message.
fn envelopes() -> Vec<(&'static str, Value, Fate)> {
    vec![
        ("the good record", with_body(GOOD), Forwarded),
        ("no id", without("messageId"), WholeBatch),
        ("null id", having("messageId", json!(null)), WholeBatch),
        ("empty id", having("messageId", json!("")), WholeBatch),
        (
            "an id that is a number",
            having("messageId", json!(7)),
            NoEvent,
        ),
        ("no body", without("body"), Dead("malformed")),
        ("null body", having("body", json!(null)), Dead("malformed")),
        (
            "a body that is an object",
            having("body", json!({})),
            NoEvent,
        ),
        ("no attributes", without("attributes"), Forwarded),
        (
            "null attributes",
            having("attributes", json!(null)),
            Forwarded,
        ),
        (
            "an attribute that is a number",
            having("attributes", json!({"a": 1})),
            NoEvent,
        ),
        (
            "no message attributes",
            without("messageAttributes"),
            Forwarded,
        ),
        (
            "null message attributes",
            having("messageAttributes", json!(null)),
            Forwarded,
        ),
        (
            "an attribute of bytes",
            attribute(
                "deferrals",
                json!({"binaryValue": "AA==", "dataType": "Binary"}),
            ),
            Forwarded,
        ),
        (
            "deferrals that are no number",
            attribute("deferrals", text("many")),
            Forwarded,
        ),
        (
            "deferrals below zero",
            attribute("deferrals", text("-1")),
            Forwarded,
        ),
        (
            "deferrals beyond counting",
            attribute("deferrals", text("99999999999999999999")),
            Forwarded,
        ),
        (
            "deferred since tomorrow",
            attribute("deferredSince", text("99999999999999")),
            Forwarded,
        ),
        (
            "deferred for ten years and good now",
            attribute("deferredSince", text("1")),
            Forwarded,
        ),
        (
            "attributes of a dead letter that is replayed",
            attribute("reason", text("tampered")),
            Forwarded,
        ),
        (
            "members that are not known",
            having("later", json!([{}])),
            Forwarded,
        ),
        ("no receipt handle", without("receiptHandle"), Forwarded),
    ]
}

/// The message itself.
fn bodies() -> Vec<(&'static str, Value, Fate)> {
    let deep = format!(
        "\"deep\":{}{},\"receivedAt\"",
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    let long = format!("\"long\":\"{}\",\"receivedAt\"", "x".repeat(1 << 20));
    let doubled = serde_json::to_string(GOOD).unwrap();
    vec![
        ("empty body", with_body(""), Dead("malformed")),
        ("blank body", with_body(" \n"), Dead("malformed")),
        ("text", with_body("hello"), Dead("malformed")),
        ("an array", with_body("[1]"), Dead("malformed")),
        ("a number", with_body("7"), Dead("malformed")),
        ("null", with_body("null"), Dead("malformed")),
        ("an empty object", with_body("{}"), Dead("malformed")),
        (
            "a message as a JSON string",
            with_body(&doubled),
            Dead("malformed"),
        ),
        (
            "a message cut short",
            with_body(&GOOD[..GOOD.len() - 1]),
            Dead("malformed"),
        ),
        (
            "text after the message",
            with_body(&format!("{GOOD}x")),
            Dead("malformed"),
        ),
        (
            "two messages",
            with_body(&format!("{GOOD}{GOOD}")),
            Dead("malformed"),
        ),
        (
            "a byte order mark",
            with_body(&format!("\u{feff}{GOOD}")),
            Dead("malformed"),
        ),
        ("a NUL", with_body(&format!("{GOOD}\0")), Dead("malformed")),
        (
            "white space around the message",
            with_body(&format!("\n {GOOD} \n")),
            Forwarded,
        ),
        (
            "no version",
            with("\"version\":\"reference.v1\",", ""),
            Dead("malformed"),
        ),
        (
            "null version",
            with("\"reference.v1\"", "null"),
            Dead("malformed"),
        ),
        (
            "a later version",
            with("reference.v1", "reference.v2"),
            Dead("unknown-version"),
        ),
        (
            "another queue's message",
            with("reference.v1", "sealed.v1"),
            Dead("unknown-version"),
        ),
        (
            "an event",
            with_body(r#"{"specversion":"1.0"}"#),
            Dead("malformed"),
        ),
        (
            "a time below zero",
            with("1763715600123", "-1"),
            Dead("malformed"),
        ),
        (
            "a time in words",
            with("1763715600123", "\"now\""),
            Dead("malformed"),
        ),
        (
            "a time past every calendar",
            with("1763715600123", "18446744073709551615"),
            Forwarded,
        ),
        (
            "a tenant that is no GUID",
            with("9f4ebab6-520d-49c0-85cc-7b25c78d4a93", "common"),
            Dead("malformed"),
        ),
        (
            "no tenant",
            with("\"tenantId\"", "\"tenant\""),
            Dead("malformed"),
        ),
        (
            "an unknown change",
            with("created", "moved"),
            Dead("malformed"),
        ),
        (
            "a change in upper case",
            with("created", "Created"),
            Dead("malformed"),
        ),
        (
            "the same member twice",
            with(
                "\"subscriptionId\":\"s\"",
                "\"subscriptionId\":\"s\",\"subscriptionId\":\"t\"",
            ),
            Dead("malformed"),
        ),
        (
            "an absolute URL for a resource",
            with("chats('a')", "https://evil.example/chats('a')"),
            Dead("resource-path"),
        ),
        (
            "a resource that climbs",
            with("chats('a')", "../chats('a')"),
            Dead("resource-path"),
        ),
        (
            "a resource with a query",
            with("messages('1')", "messages('1')?a=b"),
            Dead("resource-path"),
        ),
        (
            "an empty resource",
            with("chats('a')/messages('1')", ""),
            Dead("resource-path"),
        ),
        (
            "100,000 levels in a member that is not known",
            with("\"receivedAt\"", &deep),
            Forwarded,
        ),
        (
            "a message of a megabyte",
            with("\"receivedAt\"", &long),
            Forwarded,
        ),
        (
            "a claim to what is not there",
            claim(&"0".repeat(64)),
            Dead("claim-missing"),
        ),
        (
            "a claim that names a path",
            claim("../../secrets"),
            Dead("unknown-version"),
        ),
        (
            "a claim without a hash",
            with_body(r#"{"version":"claim.v1","receivedAt":0,"body":{}}"#),
            Dead("unknown-version"),
        ),
    ]
}

/// Graph, in a good mood.
struct Willing;

impl ResourceSource for Willing {
    async fn read(&self, _: &TenantId, _: &ResourceGet) -> Result<String, ReadFault> {
        Ok("{\"etag\":\"1\"}".to_owned())
    }
}

async fn fate_of(record: Value) -> Fate {
    let neighbour = super::told::record("m0", &GOOD.replace("'1'", "'2'"));
    let records = json!({ "Records": [neighbour, record] });
    let Ok(event) = serde_json::from_value(records) else {
        return NoEvent;
    };
    let ports = ports();
    let hydrate = Arc::new(Hydrate::new(
        super::told::ROOT,
        Vec::new(),
        Willing,
        FakeClaims::default(),
        NoContents,
    ));
    let deadline = Deadline::after(Duration::from_secs(60));
    match batch::run(event, &ports, |deliveries| {
        hydrate.work(deliveries, deadline)
    })
    .await
    {
        Err(RecordBatchFault::NoMessageId) => WholeBatch,
        Err(RecordBatchFault::AllFailed) => panic!("the neighbour was not forwarded"),
        Ok(response) => {
            assert_eq!(response.batch_item_failures, []);
            let forwarded = ports.events.accepted().len();
            match ports.dead_letters.accepted().first() {
                Some(dead) => {
                    assert_eq!(forwarded, 1, "the neighbour");
                    Dead(dead.attributes[0].1.clone().leak())
                }
                None => {
                    assert_eq!(forwarded, 2, "both");
                    Forwarded
                }
            }
        }
    }
}

#[tokio::test]
async fn every_record_finds_its_fate_and_its_neighbour_is_delivered() {
    let table = envelopes().into_iter().chain(bodies());
    let mut rows = 0;
    for (name, record, fate) in table {
        assert_eq!(fate_of(record).await, fate, "{name}");
        rows += 1;
    }
    assert_eq!(rows, 58);
}

#[test]
fn what_is_no_event_of_sqs_is_given_back_by_the_runtime() {
    for event in [
        "",
        "{}",
        "[]",
        r#"{"Records":null}"#,
        r#"{"Records":{}}"#,
        r#"{"records":[]}"#,
    ] {
        let read = serde_json::from_str::<aws_lambda_events::event::sqs::SqsEvent>(event);
        assert!(read.is_err(), "{event}");
    }
    assert!(batch_of(vec![]).records.is_empty());
}
