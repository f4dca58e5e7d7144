//! The stages of the decrypt handler, each by itself.

use super::Load;
use crate::report::Samples;
use crate::traffic::{CERTIFICATE_ID, GRAPH};
use aws_lambda_events::event::sqs::SqsEvent;
use std::future::ready;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};
use teamwire_envelope::{AuthenticCiphertext, KeyUnwrap, UnwrapFault};
use teamwire_payload::event;
use teamwire_payload::{Origin, QueueMessage, ReferencedChange, ResourceRef, SealedChange};
use teamwire_transport::batch::{self, ForwardedEvent, RecordVerdict};
use teamwire_transport::{Deadline, Delivery, RecordFailure};
use zeroize::Zeroizing;

/// The content key of everything that is sealed here, so that opening can be measured without RSA.
pub(super) const CONTENT_KEY: [u8; 32] = [7; 32];

const ROUNDS: usize = 20;

/// The times of one stage, in seconds for each batch.
type Stage = (&'static str, Samples);

/// Every stage, in the order a batch goes through them.
pub(super) async fn measure(load: Arc<Load>) -> anyhow::Result<Vec<Stage>> {
    let names = [
        "invocation JSON",
        "message JSON and path",
        "RSA",
        "base64 and HMAC",
        "AES and JSON check",
        "event",
        "one task a record",
        "settle",
    ];
    let mut times = names.map(|name| (name, Vec::new()));
    for _ in 0..ROUNDS {
        for number in 0..load.batches.len() {
            let round = round(&load, number).await?;
            for ((_, times), time) in times.iter_mut().zip(round) {
                times.push(time.as_secs_f64());
            }
        }
    }
    Ok(times
        .map(|(name, times)| (name, Samples::new(times)))
        .into())
}

async fn round(load: &Load, number: usize) -> anyhow::Result<Vec<Duration>> {
    let Some(batch) = load.batches.get(number) else {
        return Ok(Vec::new());
    };
    let mut times = Vec::new();

    let started = Instant::now();
    let event: SqsEvent = serde_json::from_slice(&batch.event)?;
    times.push(started.elapsed());

    let started = Instant::now();
    let mut messages = Vec::with_capacity(batch.messages.len());
    for text in &batch.messages {
        let message = QueueMessage::<SealedChange>::parse(text)?;
        let resource = ResourceRef::parse(&message.body.change.resource)?;
        messages.push((message, resource));
    }
    times.push(started.elapsed());

    let started = Instant::now();
    for sealed_key in &batch.sealed_keys {
        black_box(load.keys.unwrap_now(CERTIFICATE_ID, sealed_key)?);
    }
    times.push(started.elapsed());

    let started = Instant::now();
    let mut authentic = Vec::with_capacity(batch.contents.len());
    for content in &batch.contents {
        authentic.push(AuthenticCiphertext::check(content, &KnownKey).await?);
    }
    times.push(started.elapsed());

    let started = Instant::now();
    for authentic in authentic {
        black_box(authentic.decrypt()?);
    }
    times.push(started.elapsed());

    let changes: Vec<(QueueMessage<ReferencedChange>, ResourceRef)> = messages
        .into_iter()
        .map(|(message, resource)| (without_content(message), resource))
        .collect();
    let started = Instant::now();
    let mut forwards = Vec::with_capacity(changes.len());
    for ((change, resource), data) in changes.iter().zip(&batch.resources) {
        let event = event::with_data(GRAPH, change, resource, Origin::Decrypted, data, "")?;
        forwards.push(Ok(ForwardedEvent { event, trace: None }));
    }
    times.push(started.elapsed());

    let deliveries: Vec<Delivery> = event
        .records
        .iter()
        .cloned()
        .filter_map(Delivery::from_record)
        .collect();
    let deadline = Deadline::after(Duration::from_secs(30));
    let started = Instant::now();
    let verdicts = batch::each(deliveries, deadline, |_| {
        ready(RecordVerdict::<ForwardedEvent>::Err(RecordFailure::retry(
            "measured",
        )))
    });
    black_box(verdicts.await);
    times.push(started.elapsed());

    let started = Instant::now();
    black_box(batch::run(event, &load.handler.ports, |_| ready(forwards)).await?);
    times.push(started.elapsed());
    Ok(times)
}

fn without_content(message: QueueMessage<SealedChange>) -> QueueMessage<ReferencedChange> {
    QueueMessage {
        received_at: message.received_at,
        trace: message.trace,
        body: message.body.change,
    }
}

/// Has the content key without unwrapping anything.
struct KnownKey;

impl KeyUnwrap for KnownKey {
    async fn unwrap_key(
        &self,
        _certificate_id: &str,
        _sealed_key: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, UnwrapFault> {
        Ok(Zeroizing::new(CONTENT_KEY.to_vec()))
    }
}
