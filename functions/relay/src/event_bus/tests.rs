use super::*;
use crate::read;
use std::collections::HashMap;
use std::sync::Mutex;
use teamwire_transport::{ClaimFault, ClaimStore, Delivery, EventSink};

/// A claim store that keeps keys and what is there.
#[derive(Default)]
struct Claims(Mutex<HashMap<String, String>>);

impl ClaimStore for Claims {
    fn location(&self) -> String {
        "s3://claims".to_owned()
    }

    async fn put(&self, key: &str, text: String) -> Result<(), ClaimFault> {
        self.0.lock().unwrap().insert(key.to_owned(), text);
        Ok(())
    }

    async fn get(&self, key: &str) -> Result<String, ClaimFault> {
        let kept = self.0.lock().unwrap().get(key).cloned();
        kept.ok_or(ClaimFault::Missing)
    }
}

fn bus() -> EventBus {
    let config = aws_sdk_eventbridge::Config::builder()
        .behavior_version(aws_config::BehaviorVersion::latest())
        .build();
    EventBus::new(Client::from_conf(config), "events".to_owned())
}

fn body(data: &str) -> String {
    format!(
        r#"{{"specversion":"1.0","id":"e1","source":"https://graph.microsoft.com/t","type":"microsoft.graph.chatMessage.created","subject":"chats('a')/messages('1')","time":"2026-11-28T10:00:00.123Z","datacontenttype":"application/json","tenantid":"t","subscriptionid":"s","origin":"decrypted","receivedat":"2026-11-28T10:00:01.000Z","data":{data}}}"#
    )
}

fn delivery(body: String) -> Delivery {
    let record = serde_json::json!({
        "messageId": "m1",
        "body": body,
        "attributes": {"AWSTraceHeader": "Root=1-a"},
    });
    Delivery::from_record(serde_json::from_value(record).unwrap()).unwrap()
}

async fn outgoing(body: String, claims: &Claims) -> OutgoingEntry {
    let forward = read(&delivery(body)).unwrap();
    let sink = EventSink::for_event_bus();
    let outgoing = sink.outgoing(claims, forward.event, forward.trace).await;
    outgoing.unwrap()
}

/// As AWS counts an entry: 14 bytes for a time, and its text.
fn counted(entry: &PutEventsRequestEntry) -> usize {
    let texts = [entry.source(), entry.detail_type(), entry.detail()];
    14 + texts.into_iter().flatten().map(str::len).sum::<usize>()
}

#[tokio::test]
async fn an_entry_is_the_event_with_its_type_and_time_beside_it() {
    let text = body(r#"{"id":"1","big":12345678901234567890,"text":"\u00e9é"}"#);
    let entry = bus().entry(&outgoing(text.clone(), &Claims::default()).await);
    assert_eq!(entry.event_bus_name(), Some("events"));
    assert_eq!(entry.source(), Some("teamwire"));
    assert_eq!(
        entry.detail_type(),
        Some("microsoft.graph.chatMessage.created")
    );
    assert_eq!(entry.detail(), Some(text.as_str()), "byte for byte");
    let time = entry.time().unwrap().to_millis().unwrap();
    assert_eq!(time, 1_795_860_000_123);
    assert_eq!(entry.trace_header(), Some("Root=1-a"));
}

#[tokio::test]
async fn what_is_at_the_limit_goes_whole_and_one_byte_more_by_reference() {
    let claims = Claims::default();
    let frame = outgoing(body("\"\""), &claims).await.bytes();
    let room = limits::EVENT_BUS_BYTES - frame;
    for (letters, is_whole) in [(room, true), (room + 1, false)] {
        let text = body(&format!("\"{}\"", "a".repeat(letters)));
        let sent = outgoing(text.clone(), &claims).await;
        let entry = bus().entry(&sent);
        assert!(counted(&entry) < 1_000_000, "{}", counted(&entry));
        assert!(
            counted(&entry) <= sent.bytes(),
            "no request is fuller than it seems"
        );
        let detail: serde_json::Value = serde_json::from_str(entry.detail().unwrap()).unwrap();
        if is_whole {
            assert_eq!(entry.detail(), Some(text.as_str()));
        } else {
            assert_eq!(detail["dataref"], "s3://claims/events/e1.json");
            assert!(detail.get("data").is_none());
            let kept = claims.get("events/e1.json").await.unwrap();
            assert_eq!(kept.len(), letters + 2);
        }
    }
}

#[tokio::test]
async fn an_event_that_has_its_data_elsewhere_stays_as_it_is() {
    let text = body("1").replace(r#""data":1"#, r#""dataref":"s3://claims/events/e1.json""#);
    let claims = Claims::default();
    assert_eq!(outgoing(text.clone(), &claims).await.body, text);
    assert!(claims.0.lock().unwrap().is_empty());
}

#[test]
fn a_trace_that_the_bus_would_refuse_is_left_out() {
    for (trace, is_sent) in [
        (String::new(), false),
        ("é".repeat(500), true),
        ("a".repeat(501), false),
    ] {
        let mut outgoing = OutgoingEntry::json("{}".to_owned(), "t");
        outgoing.trace = Some(trace);
        assert_eq!(bus().entry(&outgoing).trace_header().is_some(), is_sent);
    }
}

#[test]
fn a_result_is_accepted_only_by_an_id_without_an_error() {
    let result = |id: Option<&str>, code: Option<&str>| {
        PutEventsResultEntry::builder()
            .set_event_id(id.map(str::to_owned))
            .set_error_code(code.map(str::to_owned))
            .build()
    };
    for (id, code, accepted) in [
        (Some("1"), None, true),
        (None, Some("ThrottlingException"), false),
        (Some("1"), Some("InternalFailure"), false),
        (None, None, false),
    ] {
        assert_eq!(is_accepted(&result(id, code)), accepted, "{id:?} {code:?}");
    }
}

#[test]
fn what_is_no_event_is_a_dead_letter_at_once() {
    for text in [
        "",
        "poison",
        "{}",
        "null",
        "[]",
        "{\"version\":\"reference.v1\"}",
    ] {
        let failure = read(&delivery(text.to_owned())).unwrap_err();
        let disposition = teamwire_transport::Disposition::Dead("malformed".into());
        assert_eq!(failure.disposition, disposition, "{text}");
    }
}
