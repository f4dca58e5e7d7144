//! Every fault of decrypt.

use super::witness::Witness;
use super::{GARBAGE, NAME, WORDS, resource};
use crate::decrypt::keys::{CURRENT, NEXT, ring};
use crate::fakes::{FakeClaims, FakeQueue};
use crate::mint::TENANT;
use aws_lambda_events::event::sqs::SqsEvent;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use teamwire_decrypt::Decrypt;
use teamwire_envelope::LocalKeys;
use teamwire_payload::{
    ChangeType, ClaimCheck, EncryptedContent, QueueMessage, ReferencedChange, SealedChange,
};
use teamwire_transport::batch::{self, Outputs};
use teamwire_transport::{Deadline, EventSink};

pub(super) const ROOT: &str = "https://graph.microsoft.com";

pub(super) fn change(resource: &str) -> ReferencedChange {
    ReferencedChange {
        tenant_id: TENANT.parse().unwrap(),
        subscription_id: "s".to_owned(),
        change_type: ChangeType::Created,
        resource: resource.to_owned(),
        odata_type: None,
        odata_id: None,
        etag: None,
    }
}

fn message(resource: &str, content: EncryptedContent) -> String {
    let body = SealedChange {
        change: change(resource),
        content,
    };
    QueueMessage {
        received_at: 1,
        trace: None,
        body,
    }
    .to_json()
    .unwrap()
}

fn sealed(plaintext: &str) -> EncryptedContent {
    CURRENT.recipient.seal(plaintext.as_bytes()).unwrap()
}

/// The envelope with one member bent.
fn bent(bend: impl FnOnce(&mut EncryptedContent)) -> String {
    let mut content = sealed(&resource("1"));
    bend(&mut content);
    message("chats('a')/messages('1')", content)
}

/// One body for every fault, and one without any.
fn bodies() -> Vec<String> {
    let path = "chats('a')/messages('1')";
    let short_key = CURRENT
        .recipient
        .seal_with_key(&[7; 16], resource("1").as_bytes())
        .unwrap();
    let loose = CURRENT
        .recipient
        .seal_ciphertext(&[7; 32], WORDS.as_bytes())
        .unwrap();
    let unpadded = CURRENT
        .recipient
        .seal_ciphertext(&[7; 32], &[9; 64])
        .unwrap();
    vec![
        message(path, sealed(&resource("1"))),
        message(path, sealed(&resource("2"))),
        message(path, sealed(&format!("{WORDS} is no JSON"))),
        message(path, sealed(&format!("[\"{WORDS}\"]"))),
        message(
            path,
            sealed(&format!(
                "{{\"{WORDS}\":{}1{}}}",
                "[".repeat(80),
                "]".repeat(80)
            )),
        ),
        message(path, sealed("")),
        message(&format!("chats('../{NAME}')"), sealed(&resource("1"))),
        message(path, NEXT.recipient.seal(resource("1").as_bytes()).unwrap()),
        message(path, short_key),
        message(path, loose),
        message(path, unpadded),
        bent(|content| content.data = Some(GARBAGE.to_owned())),
        bent(|content| content.data = None),
        bent(|content| content.data_key = Some(GARBAGE.to_owned())),
        bent(|content| content.data_key = Some("QUFB".to_owned())),
        bent(|content| content.data_signature = None),
        bent(|content| content.data_signature = Some(GARBAGE.to_owned())),
        bent(|content| content.data_signature = sealed("{}").data_signature),
        bent(|content| content.encryption_certificate_id = None),
        GARBAGE.to_owned(),
        json!({"version": GARBAGE, "receivedAt": 1, "body": {}}).to_string(),
        json!({"version": "sealed.v1", "receivedAt": GARBAGE, "body": {}}).to_string(),
        json!({"version": "sealed.v1", "receivedAt": 1, "body": {"tenantId": GARBAGE}}).to_string(),
        ClaimCheck::to(GARBAGE).to_json().unwrap(),
    ]
}

/// The batch that SQS would make of these bodies.
pub(super) fn batch_of(bodies: &[String]) -> SqsEvent {
    let records: Vec<_> = bodies
        .iter()
        .enumerate()
        .map(|(n, body)| json!({"messageId": n.to_string(), "body": body}))
        .collect();
    serde_json::from_value(json!({ "Records": records })).unwrap()
}

pub(super) fn ports(source: &'static str, claims: &FakeClaims) -> Outputs<FakeQueue, FakeClaims> {
    Outputs {
        source,
        events: FakeQueue::default(),
        sink: EventSink::new("https://sqs.example/events"),
        own: FakeQueue::default(),
        dead_letters: FakeQueue::default(),
        claims: claims.clone(),
    }
}

/// Checks everything that a batch and its ports show to the world.
pub(super) fn hear(witness: &Witness, ports: &Outputs<FakeQueue, FakeClaims>) {
    witness.hears_attributes("events", &ports.events);
    witness.hears_attributes("own", &ports.own);
    witness.hears_attributes("dead letters", &ports.dead_letters);
}

pub(super) async fn every_fault(witness: &Witness) {
    for claims in [FakeClaims::default(), FakeClaims::down()] {
        let ports = ports("decrypt", &claims);
        let decrypt = Arc::new(Decrypt::new(ROOT, ring(&[&CURRENT]), claims));
        let deadline = Deadline::after(Duration::from_secs(60));
        let answer = batch::run(batch_of(&bodies()), &ports, |deliveries| {
            batch::each(deliveries, deadline, |delivery| {
                Arc::clone(&decrypt).work(delivery)
            })
        })
        .await;
        witness.hears("answer", format!("{answer:?}"));
        hear(witness, &ports);
        assert_eq!(
            ports.events.accepted().len(),
            2,
            "the two that can be opened"
        );
        assert!(
            ports.events.accepted()[0].body.contains(NAME),
            "the consumer is told"
        );
        assert!(ports.dead_letters.accepted().len() >= 18);
        for delivery in batch_of(&bodies()).records {
            let delivery = teamwire_transport::Delivery::from_record(delivery).unwrap();
            let verdict = Arc::clone(&decrypt).work(delivery).await;
            let fault = verdict.err().map(|failure| format!("{failure:?}"));
            witness.hears("verdict", fault.unwrap_or_default());
        }
    }
    keys_are_not_printed(witness).await;
}

async fn keys_are_not_printed(witness: &Witness) {
    witness.hears("keys", format!("{:?}", ring(&[&CURRENT])));
    let halves = [
        CURRENT.pem.replace("PRIVATE", "PUBLIC"),
        CURRENT.pem.chars().take(400).collect(),
    ];
    for bad in halves {
        let fault = LocalKeys::new().insert_pem("current", &bad).unwrap_err();
        witness.hears_fault("key", &fault);
    }
    witness.hears("content", format!("{:?}", sealed(WORDS)));
    for content in [
        sealed(WORDS),
        EncryptedContent {
            data: Some(GARBAGE.to_owned()),
            ..sealed("")
        },
    ] {
        let fault = teamwire_envelope::open(&content, &ring(&[&CURRENT]))
            .await
            .unwrap_err();
        witness.hears_fault("open", &fault);
    }
}
