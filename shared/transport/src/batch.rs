//! The life of one SQS batch: taken apart, worked on record by record, settled.

mod settle;

use crate::{
    ClaimStore, Deadline, Delivery, EventSink, MessageQueue, OutgoingEntry, RecordFailure,
};
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use metrics::counter;
use std::future::Future;
use teamwire_contract::metric;
use teamwire_payload::Event;
use tokio::task::JoinSet;

/// The destinations for the outcomes of a batch.
pub struct Outputs<Q, S> {
    /// The name of the queue the batch came from, for dead letters.
    pub source: &'static str,
    /// The events queue.
    pub events: Q,
    /// Makes events fit it.
    pub sink: EventSink,
    /// The queue the batch came from, for deferrals.
    pub own: Q,
    /// Its dead-letter queue.
    pub dead_letters: Q,
    /// The store for bodies that are too large for a queue.
    pub claims: S,
}

/// An event ready to be forwarded, with its trace.
#[derive(Debug)]
pub struct ForwardedEvent {
    /// The event.
    pub event: Event,
    /// X-Ray trace header.
    pub trace: Option<String>,
}

/// The outcome of a record that is more than one event, or goes on.
#[derive(Debug, Default)]
pub struct RecordOutcome {
    /// The events, to the events queue.
    pub events: Vec<Event>,
    /// Messages to the record's own queue, sent once its output queue has every event.
    pub follow_ups: Vec<OutgoingEntry>,
    /// X-Ray trace header of the events.
    pub trace: Option<String>,
    /// The failure that makes the record a dead letter all the same, once its queue has every
    /// event.
    pub end: Option<RecordFailure>,
}

impl From<ForwardedEvent> for RecordOutcome {
    fn from(ForwardedEvent { event, trace }: ForwardedEvent) -> Self {
        Self {
            events: vec![event],
            trace,
            ..Self::default()
        }
    }
}

/// The verdict of a function on one record.
pub type RecordVerdict<F = ForwardedEvent> = Result<F, RecordFailure>;

/// The reason why a whole batch goes back to the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RecordBatchFault {
    /// A record has no message id, so a failure of it could not be reported (AWS-4).
    #[error("a record has no message id")]
    NoMessageId,
    /// Every record failed: an error slows the queue down, a list of failures would not (AWS-5).
    #[error("every record of the batch failed")]
    AllFailed,
}

/// Runs a batch: `work` gives a verdict on each delivery, in order.
///
/// # Errors
/// [`RecordBatchFault`] where the whole batch has to come again.
pub async fn run<Q, S, W, F>(
    event: SqsEvent,
    ports: &Outputs<Q, S>,
    work: impl FnOnce(Vec<Delivery>) -> W,
) -> Result<SqsBatchResponse, RecordBatchFault>
where
    Q: MessageQueue,
    S: ClaimStore,
    W: Future<Output = Vec<RecordVerdict<F>>>,
    F: Into<RecordOutcome>,
{
    let deliveries = event
        .records
        .into_iter()
        .map(Delivery::from_record)
        .collect::<Option<Vec<_>>>()
        .ok_or(RecordBatchFault::NoMessageId)?;
    counter!(metric::TAKEN).increment(deliveries.len() as u64);
    let mut verdicts = work(deliveries.clone()).await;
    verdicts.resize_with(deliveries.len(), || Err(RecordFailure::retry("no-verdict")));
    let outcomes = verdicts.into_iter().map(|verdict| verdict.map(Into::into));
    settle::settle(&deliveries, outcomes, ports).await
}

/// Works on each delivery in a task of its own: a panic is that delivery's retry, and so is work
/// that is not done when the deadline comes near.
pub async fn each<W, F>(
    deliveries: Vec<Delivery>,
    deadline: Deadline,
    work: impl Fn(Delivery) -> W,
) -> Vec<RecordVerdict<F>>
where
    W: Future<Output = RecordVerdict<F>> + Send + 'static,
    F: Send + 'static,
{
    let until = tokio::time::Instant::from_std(deadline.work_until());
    let mut verdicts: Vec<RecordVerdict<F>> = deliveries
        .iter()
        .map(|_| Err(RecordFailure::retry("panic")))
        .collect();
    let mut tasks = JoinSet::new();
    for (position, delivery) in deliveries.into_iter().enumerate() {
        let work = work(delivery);
        tasks.spawn(async move {
            let verdict = tokio::time::timeout_at(until, work).await;
            (
                position,
                verdict.unwrap_or_else(|_| Err(RecordFailure::retry("deadline"))),
            )
        });
    }
    while let Some(done) = tasks.join_next().await {
        if let Ok((position, verdict)) = done
            && let Some(place) = verdicts.get_mut(position)
        {
            *place = verdict;
        }
    }
    verdicts
}
