//! The settling of each record of a batch, after the function's verdict.

use super::{Outputs, RecordBatchFault, RecordOutcome};
use crate::claims::fit;
use crate::delivery::now_millis;
use crate::disposition;
use crate::send::send_all;
use crate::{ClaimStore, Delivery, Disposition, MessageQueue, OutgoingEntry, RecordFailure};
use aws_lambda_events::event::sqs::SqsBatchResponse;
use metrics::counter;
use std::collections::{HashMap, HashSet};
use std::time::Duration;
use teamwire_contract::{attribute, metric};
use teamwire_payload::event;

pub(super) async fn settle<Q: MessageQueue, S: ClaimStore>(
    deliveries: &[Delivery],
    outcomes: impl Iterator<Item = Result<RecordOutcome, RecordFailure>>,
    ports: &Outputs<Q, S>,
) -> Result<SqsBatchResponse, RecordBatchFault> {
    let now = now_millis();
    let mut settled = SettledDeliveries::new(deliveries.len());
    let mut forwards = EventsToSend::default();
    let mut deferrals = PendingEntries::default();
    let mut dead = PendingEntries::default();
    let entries = deliveries
        .iter()
        .zip(outcomes)
        .map(|(delivery, outcome)| async move {
            match outcome {
                Ok(outcome) => NextAction::of(outcome, delivery, ports, now).await,
                Err(failure) => NextAction::after(failure, delivery, ports, now).await,
            }
        });
    for (position, next) in futures::future::join_all(entries)
        .await
        .into_iter()
        .enumerate()
    {
        match next {
            NextAction::Forward(events, follow_ups, end) => {
                forwards.push(position, events, follow_ups, end)
            }
            NextAction::Defer(entry) => deferrals.push(position, entry),
            NextAction::DeadLetter(entry) => dead.push(position, entry),
            NextAction::Ack => settled.done(position),
            NextAction::Retry => {}
        }
    }
    let (AcceptedPositions { sent, ended }, deferred, buried) = futures::join!(
        forwards.send(ports),
        deferrals.send(&ports.own),
        dead.send(&ports.dead_letters)
    );
    settled.count(metric::FORWARDED, &sent);
    settled.count(metric::DEFERRED, &deferred);
    settled.count(metric::DEAD, &[ended, buried].concat());
    settled.answer(deliveries)
}

/// The next action for one delivery.
enum NextAction {
    /// Events, then what goes on, then a dead letter.
    Forward(
        Vec<(String, OutgoingEntry)>,
        Vec<OutgoingEntry>,
        Option<OutgoingEntry>,
    ),
    Defer(OutgoingEntry),
    DeadLetter(OutgoingEntry),
    Ack,
    Retry,
}

impl NextAction {
    /// An event by its id, for each event of the outcome.
    async fn of<Q, S: ClaimStore>(
        outcome: RecordOutcome,
        delivery: &Delivery,
        ports: &Outputs<Q, S>,
        now: u64,
    ) -> Self {
        let mut events = Vec::with_capacity(outcome.events.len());
        for event in outcome.events {
            let (once, trace) = (event::once(&event), outcome.trace.clone());
            match ports.sink.outgoing(&ports.claims, event, trace).await {
                Ok(entry) => events.push((once, entry)),
                Err(_) => return Self::retry(delivery, "claims-unavailable"),
            }
        }
        let end = match outcome.end {
            None => None,
            Some(failure) => match Self::after(failure, delivery, ports, now).await {
                Self::DeadLetter(entry) => Some(entry),
                // It is no end: what it was told as is not sent either.
                next => return next,
            },
        };
        Self::Forward(events, outcome.follow_ups, end)
    }

    async fn after<Q, S: ClaimStore>(
        failure: RecordFailure,
        delivery: &Delivery,
        ports: &Outputs<Q, S>,
        now: u64,
    ) -> Self {
        log(delivery, &failure);
        let end = delivery.end_by(&failure);
        let next = match failure.disposition {
            _ if let Some(reason) = end => {
                Self::DeadLetter(dead_letter(delivery, ports.source, &reason, &failure.label))
            }
            Disposition::Done => Self::Ack,
            Disposition::RetryAfter(wait) => Self::Defer(deferral(delivery, wait, now)),
            // A dead letter has its reason, and is above.
            Disposition::Retry | Disposition::Dead(_) => {
                counter!(metric::RETRIED, "fault" => failure.label).increment(1);
                Self::Retry
            }
        };
        next.fitted(delivery, &ports.claims).await
    }

    /// A body near the limit leaves no room for the attributes of a deferral or a dead letter.
    async fn fitted(self, delivery: &Delivery, store: &impl ClaimStore) -> Self {
        let fitted = match self {
            Self::Defer(entry) => fit(store, entry).await.map(Self::Defer),
            Self::DeadLetter(entry) => fit(store, entry).await.map(Self::DeadLetter),
            next => Ok(next),
        };
        fitted.unwrap_or_else(|_| Self::retry(delivery, "claims-unavailable"))
    }

    fn retry(delivery: &Delivery, label: &'static str) -> Self {
        log(delivery, &RecordFailure::retry(label));
        counter!(metric::RETRIED, "fault" => label).increment(1);
        Self::Retry
    }
}

fn log(delivery: &Delivery, failure: &RecordFailure) {
    tracing::warn!(
        message_id = delivery.message_id,
        fault = %failure.label,
        disposition = ?failure.disposition,
        "record not forwarded"
    );
}

/// Events to be sent, and what each delivery goes on with when its events are.
#[derive(Default)]
struct EventsToSend {
    events: PendingEntries,
    by_id: HashMap<String, usize>,
    follow_ups: Vec<(usize, Vec<OutgoingEntry>)>,
    ends: Vec<(usize, OutgoingEntry)>,
}

/// The positions of which every entry was accepted: those that are events, and those that are a
/// dead letter after their events.
struct AcceptedPositions {
    sent: Vec<usize>,
    ended: Vec<usize>,
}

impl EventsToSend {
    fn push(
        &mut self,
        position: usize,
        events: Vec<(String, OutgoingEntry)>,
        follow_ups: Vec<OutgoingEntry>,
        end: Option<OutgoingEntry>,
    ) {
        for (id, entry) in events {
            match self.by_id.get(&id) {
                // Two notifications of one change in one batch are one event.
                Some(at) => self.events.join(*at, position),
                None => {
                    self.by_id.insert(id, self.events.entries.len());
                    self.events.push(position, entry);
                }
            }
        }
        self.follow_ups.push((position, follow_ups));
        self.ends.extend(end.map(|end| (position, end)));
    }

    /// Sends them, each kind once the one before it was accepted.
    async fn send<Q: MessageQueue, S>(self, ports: &Outputs<Q, S>) -> AcceptedPositions {
        let refused = self.events.refused(&ports.events).await;
        let (mut sent, mut follow_ups) = (Vec::new(), PendingEntries::default());
        for (position, entries) in self.follow_ups {
            if refused.contains(&position) {
                continue;
            }
            sent.push(position);
            for entry in entries {
                follow_ups.push(position, entry);
            }
        }
        let refused = follow_ups.refused(&ports.own).await;
        sent.retain(|position| !refused.contains(position));
        let mut ends = PendingEntries::default();
        for (position, end) in self.ends {
            if sent.contains(&position) {
                ends.push(position, end);
            }
        }
        sent.retain(|position| !ends.positions.iter().flatten().any(|end| end == position));
        let ended = ends.send(&ports.dead_letters).await;
        AcceptedPositions { sent, ended }
    }
}

/// Entries to be sent, and the deliveries each of them settles.
#[derive(Default)]
struct PendingEntries {
    entries: Vec<OutgoingEntry>,
    positions: Vec<Vec<usize>>,
}

impl PendingEntries {
    fn push(&mut self, position: usize, entry: OutgoingEntry) {
        self.entries.push(entry);
        self.positions.push(vec![position]);
    }

    /// Lets `position` share the entry at `at`.
    fn join(&mut self, at: usize, position: usize) {
        if let Some(positions) = self.positions.get_mut(at) {
            positions.push(position);
        }
    }

    /// Sends them; the positions that have an entry the queue did not take.
    async fn refused(&self, queue: &impl MessageQueue) -> HashSet<usize> {
        let accepted = send_all(queue, &self.entries).await;
        self.positions
            .iter()
            .zip(accepted)
            .filter(|(_, accepted)| !*accepted)
            .flat_map(|(positions, _)| positions.iter().copied())
            .collect()
    }

    /// Sends them, one for each position; the positions whose entry was accepted.
    async fn send(self, queue: &impl MessageQueue) -> Vec<usize> {
        let refused = self.refused(queue).await;
        let mut sent: Vec<usize> = self.positions.into_iter().flatten().collect();
        sent.retain(|position| !refused.contains(position));
        sent
    }
}

/// The deliveries that the queue may delete: none, until something else has them.
struct SettledDeliveries(Vec<bool>);

impl SettledDeliveries {
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

    fn answer(self, deliveries: &[Delivery]) -> Result<SqsBatchResponse, RecordBatchFault> {
        let mut response = SqsBatchResponse::default();
        for (delivery, _) in deliveries
            .iter()
            .zip(&self.0)
            .filter(|(_, settled)| !**settled)
        {
            response.add_failure(&delivery.message_id);
        }
        counter!(metric::RETURNED).increment(response.batch_item_failures.len() as u64);
        if !deliveries.is_empty() && response.batch_item_failures.len() == deliveries.len() {
            return Err(RecordBatchFault::AllFailed);
        }
        Ok(response)
    }
}

fn deferral(delivery: &Delivery, wait: Option<Duration>, now: u64) -> OutgoingEntry {
    let mut entry = again(delivery);
    entry.delay = disposition::wait(wait, delivery.deferrals, delivery.spread());
    // A time to come would never be over.
    let since = delivery.deferred_since.map_or(now, |since| since.min(now));
    let deferrals = delivery.deferrals.saturating_add(1);
    entry.attributes.extend([
        (attribute::DEFERRALS, deferrals.to_string()),
        (attribute::DEFERRED_SINCE, since.to_string()),
    ]);
    entry
}

fn again(delivery: &Delivery) -> OutgoingEntry {
    let replayed =
        (delivery.replayed > 0).then(|| (attribute::REPLAYED, delivery.replayed.to_string()));
    OutgoingEntry {
        attributes: replayed.into_iter().collect(),
        body: delivery.body.clone(),
        // An empty group id is refused; one of its own delays nobody.
        group: delivery
            .group
            .clone()
            .unwrap_or_else(|| delivery.message_id.clone()),
        // A FIFO queue refuses what has none.
        deduplication: Some(delivery.message_id.clone()),
        trace: delivery.trace.clone(),
        ..OutgoingEntry::default()
    }
}

/// `fault` is what the log calls it. Where that says more than the reason, such as the stage at which
/// something tampered failed, whoever may read the queue is told too.
fn dead_letter(delivery: &Delivery, source: &str, reason: &str, fault: &str) -> OutgoingEntry {
    let mut entry = again(delivery);
    entry
        .attributes
        .push((attribute::REASON, reason.to_owned()));
    entry
        .attributes
        .push((attribute::SOURCE, source.to_owned()));
    if fault != reason {
        entry.attributes.push((attribute::FAULT, fault.to_owned()));
    }
    entry
}
