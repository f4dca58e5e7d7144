//! Batches whose records say what is to become of them.

use crate::fakes::{FakeClaims, FakeQueue};
use aws_lambda_events::event::sqs::SqsEvent;
use serde_json::{Value, json};
use std::time::Duration;
use teamwire_payload::event;
use teamwire_payload::{ChangeType, Origin, QueueMessage, ReferencedChange, ResourceRef};
use teamwire_transport::batch::{self, ForwardedEvent, Outputs, RecordVerdict};
use teamwire_transport::{
    Deadline, Delivery, Disposition, EventSink, RecordBatchFault, RecordFailure,
};

pub(super) const ROOT: &str = "https://graph.microsoft.com";
pub(super) const TENANT: &str = "9f4ebab6-520d-49c0-85cc-7b25c78d4a93";

/// Outputs that all work, of a queue called `decrypt`.
pub(super) fn ports() -> Outputs<FakeQueue, FakeClaims> {
    Outputs {
        source: "decrypt",
        events: FakeQueue::default(),
        sink: EventSink::new("https://sqs.example/events"),
        own: FakeQueue::default(),
        dead_letters: FakeQueue::default(),
        claims: FakeClaims::default(),
    }
}

/// A record with the attributes that SQS gives every message of ours.
pub(super) fn record(id: &str, body: &str) -> Value {
    json!({
        "messageId": id,
        "receiptHandle": "r",
        "body": body,
        "attributes": {
            "ApproximateReceiveCount": "1",
            "MessageGroupId": TENANT,
            "AWSTraceHeader": "Root=1-a",
        },
        "messageAttributes": {},
        "eventSource": "aws:sqs",
    })
}

pub(super) fn batch_of(records: Vec<Value>) -> SqsEvent {
    serde_json::from_value(json!({ "Records": records })).unwrap()
}

/// Records `m0`, `m1`, .. with these bodies.
pub(super) fn numbered(bodies: &[&str]) -> SqsEvent {
    let records = bodies.iter().enumerate();
    batch_of(
        records
            .map(|(n, body)| record(&format!("m{n}"), body))
            .collect(),
    )
}

/// Runs a batch whose records are followed; the ids it reports.
pub(super) async fn run(
    event: SqsEvent,
    ports: &Outputs<FakeQueue, FakeClaims>,
) -> Result<Vec<String>, RecordBatchFault> {
    let deadline = Deadline::after(Duration::from_secs(60));
    let work = |deliveries| batch::each(deliveries, deadline, follow_order);
    let response = batch::run(event, ports, work).await?;
    let failures = response.batch_item_failures.into_iter();
    Ok(failures.map(|failure| failure.item_identifier).collect())
}

/// Does what the first two words of the body say, such as `forward a`, `defer 30` or `dead hmac`.
pub(super) async fn follow_order(delivery: Delivery) -> RecordVerdict {
    let mut words = delivery.body.split(' ');
    let (what, of) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
    let disposition = match what {
        "forward" => return Ok(forward(of, "{\"etag\":\"1\"}")),
        "forward-large" => return Ok(forward(of, &large_resource())),
        "panic" => panic!("as told"),
        "done" => Disposition::Done,
        "retry" => Disposition::Retry,
        "defer" => Disposition::RetryAfter(of.parse().ok().map(Duration::from_secs)),
        "dead" => Disposition::Dead(of.to_owned().into()),
        other => panic!("{other} is not an order"),
    };
    Err(RecordFailure {
        disposition,
        label: "as-told".into(),
    })
}

/// An event about the chat `name`.
pub(super) fn forward(name: &str, data: &str) -> ForwardedEvent {
    let resource = ResourceRef::parse(&format!("chats('{name}')/messages('1')")).unwrap();
    let change = QueueMessage {
        received_at: 1_763_715_600_123,
        trace: Some("Root=1-a".to_owned()),
        body: ReferencedChange {
            tenant_id: TENANT.parse().unwrap(),
            subscription_id: "s".to_owned(),
            change_type: ChangeType::Created,
            resource: resource.canonical(),
            odata_id: None,
            odata_type: None,
            etag: None,
        },
    };
    let event = event::with_data(ROOT, &change, &resource, Origin::Decrypted, data, "").unwrap();
    ForwardedEvent {
        event,
        trace: change.trace,
    }
}

/// A resource that fits no queue.
pub(super) fn large_resource() -> String {
    json!({ "etag": "1", "body": "x".repeat(1_100_000) }).to_string()
}
