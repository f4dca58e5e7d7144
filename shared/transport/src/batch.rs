//! The life of one SQS batch: taken apart, worked on record by record, settled.

use crate::claims::fit;
use crate::delivery::{DEFERRALS, DEFERRED_SINCE};
use crate::disposition::back_off;
use crate::send::send_all;
use crate::{ClaimStore, Deadline, Delivery, Disposition, EventSink, Failure, Outgoing, Queue};
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use metrics::counter;
use std::collections::HashMap;
use std::future::Future;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use teamwire_payload::{Event, limits};
use tokio::task::JoinSet;

/// Where the outcomes of a batch go.
pub struct Ports<Q, S> {
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
    /// What is too large for a queue.
    pub claims: S,
}

/// An event ready to be forwarded, with its trace.
#[derive(Debug)]
pub struct Forward {
    /// The event.
    pub event: Event,
    /// X-Ray trace header.
    pub trace: Option<String>,
}

/// What a function says of one record.
pub type Verdict = Result<Forward, Failure>;

/// Why a whole batch goes back to the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BatchFault {
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
/// [`BatchFault`] where the whole batch has to come again.
pub async fn run<Q, S, W>(
    event: SqsEvent,
    ports: &Ports<Q, S>,
    work: impl FnOnce(Vec<Delivery>) -> W,
) -> Result<SqsBatchResponse, BatchFault>
where
    Q: Queue,
    S: ClaimStore,
    W: Future<Output = Vec<Verdict>>,
{
    let deliveries = event
        .records
        .into_iter()
        .map(Delivery::from_record)
        .collect::<Option<Vec<_>>>()
        .ok_or(BatchFault::NoMessageId)?;
    counter!("taken").increment(deliveries.len() as u64);
    let mut verdicts = work(deliveries.clone()).await;
    verdicts.resize_with(deliveries.len(), || Err(Failure::retry("no-verdict")));
    settle(&deliveries, verdicts, ports).await
}

/// Works on each delivery in a task of its own: a panic is that delivery's retry, and so is work
/// that is not done when the deadline comes near.
pub async fn each<W>(
    deliveries: Vec<Delivery>,
    deadline: Deadline,
    work: impl Fn(Delivery) -> W,
) -> Vec<Verdict>
where
    W: Future<Output = Verdict> + Send + 'static,
{
    let until = tokio::time::Instant::from_std(deadline.work_until());
    let mut verdicts: Vec<Verdict> = deliveries
        .iter()
        .map(|_| Err(Failure::retry("panic")))
        .collect();
    let mut tasks = JoinSet::new();
    for (position, delivery) in deliveries.into_iter().enumerate() {
        let work = work(delivery);
        tasks.spawn(async move {
            let verdict = tokio::time::timeout_at(until, work).await;
            (
                position,
                verdict.unwrap_or_else(|_| Err(Failure::retry("deadline"))),
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

async fn settle<Q: Queue, S: ClaimStore>(
    deliveries: &[Delivery],
    verdicts: Vec<Verdict>,
    ports: &Ports<Q, S>,
) -> Result<SqsBatchResponse, BatchFault> {
    let now = now_millis();
    let mut settled = Settled::new(deliveries.len());
    let mut forwards = Pending::default();
    let mut deferrals = Pending::default();
    let mut dead = Pending::default();
    let entries = deliveries
        .iter()
        .zip(verdicts)
        .map(|(delivery, verdict)| async move {
            match verdict {
                Ok(Forward { event, trace }) => {
                    let id = event.id.clone();
                    match ports.sink.outgoing(&ports.claims, event, trace).await {
                        Ok(entry) => Next::Forward(id, entry),
                        Err(_) => Next::retry(delivery, "claims-unavailable"),
                    }
                }
                Err(failure) => Next::after(failure, delivery, ports, now).await,
            }
        });
    for (position, next) in futures::future::join_all(entries)
        .await
        .into_iter()
        .enumerate()
    {
        match next {
            // Two notifications of one change in one batch are one event.
            Next::Forward(id, _) if forwards.join(&id, position) => {}
            Next::Forward(id, entry) => forwards.push(id, position, entry),
            Next::Defer(entry) => deferrals.push_own(position, entry),
            Next::Bury(entry) => dead.push_own(position, entry),
            Next::Forget => settled.done(position),
            Next::Return => {}
        }
    }
    let (forwarded, deferred, buried) = futures::join!(
        forwards.send(&ports.events),
        deferrals.send(&ports.own),
        dead.send(&ports.dead_letters)
    );
    settled.count("forwarded", &forwarded);
    settled.count("deferred", &deferred);
    settled.count("dead", &buried);
    settled.answer(deliveries)
}

/// What is to be done with one delivery.
enum Next {
    Forward(String, Outgoing),
    Defer(Outgoing),
    Bury(Outgoing),
    Forget,
    Return,
}

impl Next {
    async fn after<Q, S: ClaimStore>(
        failure: Failure,
        delivery: &Delivery,
        ports: &Ports<Q, S>,
        now: u64,
    ) -> Self {
        log(delivery, &failure);
        let next = match failure.disposition {
            Disposition::Done => Self::Forget,
            Disposition::Retry => {
                counter!("retried", "fault" => failure.label).increment(1);
                Self::Return
            }
            Disposition::RetryAfter(_) if delivery.is_overdue(now) => {
                Self::Bury(dead_letter(delivery, ports.source, "deferred-too-long"))
            }
            Disposition::RetryAfter(wait) => Self::Defer(deferral(delivery, wait, now)),
            Disposition::Dead(reason) => Self::Bury(dead_letter(delivery, ports.source, &reason)),
        };
        next.fitted(delivery, &ports.claims).await
    }

    /// A body near the limit leaves no room for the attributes of a deferral or a dead letter.
    async fn fitted(self, delivery: &Delivery, store: &impl ClaimStore) -> Self {
        let fitted = match self {
            Self::Defer(entry) => fit(store, entry).await.map(Self::Defer),
            Self::Bury(entry) => fit(store, entry).await.map(Self::Bury),
            next => Ok(next),
        };
        fitted.unwrap_or_else(|_| Self::retry(delivery, "claims-unavailable"))
    }

    fn retry(delivery: &Delivery, label: &'static str) -> Self {
        log(delivery, &Failure::retry(label));
        counter!("retried", "fault" => label).increment(1);
        Self::Return
    }
}

fn log(delivery: &Delivery, failure: &Failure) {
    tracing::warn!(
        message_id = delivery.message_id,
        fault = %failure.label,
        disposition = ?failure.disposition,
        "record not forwarded"
    );
}

/// Entries to be sent, and the deliveries each of them settles.
#[derive(Default)]
struct Pending {
    entries: Vec<Outgoing>,
    positions: Vec<Vec<usize>>,
    by_id: HashMap<String, usize>,
}

impl Pending {
    fn push(&mut self, id: String, position: usize, entry: Outgoing) {
        self.by_id.insert(id, self.entries.len());
        self.push_own(position, entry);
    }

    fn push_own(&mut self, position: usize, entry: Outgoing) {
        self.entries.push(entry);
        self.positions.push(vec![position]);
    }

    /// Lets `position` share the entry known as `id`, if there is one.
    fn join(&mut self, id: &str, position: usize) -> bool {
        let shared = self
            .by_id
            .get(id)
            .and_then(|at| self.positions.get_mut(*at));
        shared.map(|positions| positions.push(position)).is_some()
    }

    /// Sends them; the positions whose entry was accepted.
    async fn send(self, queue: &impl Queue) -> Vec<usize> {
        let accepted = send_all(queue, &self.entries).await;
        self.positions
            .into_iter()
            .zip(accepted)
            .filter(|(_, accepted)| *accepted)
            .flat_map(|(positions, _)| positions)
            .collect()
    }
}

/// Which deliveries the queue may forget: none, until something else has them.
struct Settled(Vec<bool>);

impl Settled {
    fn new(deliveries: usize) -> Self {
        Self(vec![false; deliveries])
    }

    fn done(&mut self, position: usize) {
        if let Some(settled) = self.0.get_mut(position) {
            *settled = true;
        }
    }

    fn count(&mut self, name: &'static str, positions: &[usize]) {
        counter!(name).increment(positions.len() as u64);
        positions.iter().for_each(|position| self.done(*position));
    }

    fn answer(self, deliveries: &[Delivery]) -> Result<SqsBatchResponse, BatchFault> {
        let mut response = SqsBatchResponse::default();
        for (delivery, _) in deliveries
            .iter()
            .zip(&self.0)
            .filter(|(_, settled)| !**settled)
        {
            response.add_failure(&delivery.message_id);
        }
        counter!("returned").increment(response.batch_item_failures.len() as u64);
        if !deliveries.is_empty() && response.batch_item_failures.len() == deliveries.len() {
            return Err(BatchFault::AllFailed);
        }
        Ok(response)
    }
}

fn deferral(delivery: &Delivery, wait: Option<Duration>, now: u64) -> Outgoing {
    let mut entry = again(delivery);
    entry.delay = wait
        .unwrap_or_else(|| back_off(delivery.deferrals, delivery.spread()))
        .min(limits::SQS_DELAY);
    entry.attributes = vec![
        (DEFERRALS, delivery.deferrals.saturating_add(1).to_string()),
        (
            DEFERRED_SINCE,
            delivery.deferred_since.unwrap_or(now).to_string(),
        ),
    ];
    entry
}

fn again(delivery: &Delivery) -> Outgoing {
    Outgoing {
        body: delivery.body.clone(),
        // An empty group id is refused; one of its own delays nobody.
        group: delivery
            .group
            .clone()
            .unwrap_or_else(|| delivery.message_id.clone()),
        trace: delivery.trace.clone(),
        ..Outgoing::default()
    }
}

fn dead_letter(delivery: &Delivery, source: &str, reason: &str) -> Outgoing {
    let mut entry = again(delivery);
    entry.attributes = vec![("reason", reason.to_owned()), ("source", source.to_owned())];
    entry
}

fn now_millis() -> u64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
