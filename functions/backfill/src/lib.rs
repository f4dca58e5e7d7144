//! From gaps to events, by lists of Graph.
//!
//! ```text
//! SQS record -> (claim check) -> Message<Gap> -> one page
//!   -> its resources as events (backfilled), each with the id its notification would have had
//!   -> or its users, teams, channels or chats, each a gap of its own on the same queue
//!   -> the next page, as a message on the same queue
//! ```
//!
//! What Graph throttles goes back to the queue for as long as Graph asks. A page that comes twice
//! makes the same events. What can't be read, or only as it is now, is told in an event too.

mod branches;
mod config;
mod fault;
mod found;
mod plan;
mod progress;
mod step;
mod window;

pub use config::BackfillConfig;
pub use fault::BackfillFault;
pub use progress::ProgressFault;
pub use step::{EventList, MeetingArtefact};
pub use window::NotAWindow;

use branches::PageBranches;
use found::FoundChange;
use metrics::counter;
use plan::GapPlan;
use progress::GapProgress;
use std::collections::HashSet;
use std::future::Future;
use std::sync::Arc;
use step::GapStep;
use teamwire_contract::metric;
use teamwire_graph::pages::{ListPage, PageRequest, RawItem};
use teamwire_graph::{
    PageFault, PageReader, ReadFault, TokenSource, resource_reader::READ_TIMEOUT,
};
use teamwire_payload::event;
use teamwire_payload::event::UnfilledReason;
use teamwire_payload::message::MessageFault;
use teamwire_payload::{
    CoverageGap, Event, Origin, QueueMessage, ReferencedChange, SubscriptionPath, TenantId,
};
use teamwire_transport::batch::{RecordOutcome, RecordVerdict};
use teamwire_transport::{ClaimStore, Deadline, Delivery, OutgoingEntry, RecordFailure, claims};
use window::TimeWindow;

/// The receive after which a queue makes a dead letter of its own, without a reason. What the process
/// has died of until then it would die of once more.
const LAST_RECEIVE: u32 = 25;

/// Reads pages of lists.
pub trait ListSource: Send + Sync + 'static {
    /// The page that `request` asks for.
    ///
    /// # Errors
    /// [`PageFault`]
    fn page(
        &self,
        tenant: &TenantId,
        request: &PageRequest,
    ) -> impl Future<Output = Result<ListPage, PageFault>> + Send;
}

impl<T: TokenSource> ListSource for PageReader<T> {
    async fn page(&self, tenant: &TenantId, request: &PageRequest) -> Result<ListPage, PageFault> {
        Self::page(self, tenant, request).await
    }
}

/// Fills gaps.
pub struct Backfill<P, S> {
    graph_root: &'static str,
    pages: P,
    claims: S,
}

impl<P: ListSource, S: ClaimStore + 'static> Backfill<P, S> {
    /// `graph_root` is the cloud's, for the events.
    pub fn new(graph_root: &'static str, pages: P, claims: S) -> Self {
        Self {
            graph_root,
            pages,
            claims,
        }
    }

    /// The verdicts on a batch: one page each.
    pub async fn work(
        self: &Arc<Self>,
        deliveries: Vec<Delivery>,
        deadline: Deadline,
    ) -> Vec<RecordVerdict<RecordOutcome>> {
        teamwire_transport::batch::each(deliveries, deadline, |delivery| {
            let backfill = Arc::clone(self);
            async move { backfill.one(&delivery, deadline).await }
        })
        .await
    }

    async fn one(&self, delivery: &Delivery, deadline: Deadline) -> RecordVerdict<RecordOutcome> {
        let gap = self.gap(delivery).await?;
        let filled = if delivery.receives < LAST_RECEIVE {
            self.fill(&gap, delivery, deadline).await
        } else {
            Err(BackfillFault::ReceivedTooOften)
        };
        filled.or_else(|fault| self.give_up(&gap, delivery, fault.into()))
    }

    async fn gap(&self, delivery: &Delivery) -> Result<QueueMessage<CoverageGap>, BackfillFault> {
        let text = claims::resolve(&self.claims, &delivery.body).await?;
        Ok(QueueMessage::<CoverageGap>::parse(&text)?)
    }

    /// Reports a gap that is given up: first by an event for the consumer, then as a dead letter.
    fn give_up(
        &self,
        gap: &QueueMessage<CoverageGap>,
        delivery: &Delivery,
        failure: RecordFailure,
    ) -> RecordVerdict<RecordOutcome> {
        let Some(reason) = delivery.end_by(&failure) else {
            return Err(failure);
        };
        let why = UnfilledReason::GivenUp(reason.into_owned());
        Ok(RecordOutcome {
            events: vec![self.unfilled(gap, &why)],
            trace: gap.trace.clone(),
            end: Some(failure),
            ..RecordOutcome::default()
        })
    }

    async fn fill(
        &self,
        gap: &QueueMessage<CoverageGap>,
        delivery: &Delivery,
        deadline: Deadline,
    ) -> Result<RecordOutcome, BackfillFault> {
        let window = TimeWindow::of(&gap.body)?;
        let mut outcome = RecordOutcome {
            trace: gap.trace.clone(),
            ..RecordOutcome::default()
        };
        if window.is_empty() {
            return Ok(outcome);
        }
        let progress = match &gap.body.continuation {
            Some(continuation) => GapProgress::parse(continuation)?,
            None => match GapPlan::of(&gap.body.resource)? {
                GapPlan::Nothing => {
                    outcome
                        .events
                        .push(self.unfilled(gap, &UnfilledReason::NoMeans));
                    return Ok(outcome);
                }
                GapPlan::Read { step, .. } => GapProgress::begin(step),
            },
        };
        progress.bounded(delivery.replayed > 0)?;
        let mut request = progress.step.request(window, &gap.body.changes)?;
        let first = request.link.clone();
        if let Some(link) = &progress.link {
            // Who can send to the queue does not choose what is read, beyond the step.
            if !link.continues(&first) {
                return Err(PageFault::ForeignLink.into());
            }
            request.link = link.clone();
        }
        if !deadline.allows(READ_TIMEOUT) {
            return Err(PageFault::Read(ReadFault::Unavailable(None)).into());
        }
        match self.pages.page(&gap.body.tenant_id, &request).await {
            Ok(page)
                if page
                    .next
                    .as_ref()
                    .is_some_and(|next| !next.continues(&first)) =>
            {
                return Err(PageFault::ForeignLink.into());
            }
            Ok(page) => self.take(gap, &progress, window, page, &mut outcome)?,
            Err(fault) => self.stop(gap, &progress, fault, &mut outcome)?,
        }
        Ok(outcome)
    }

    /// Turns a page into events and the messages that continue the gap.
    fn take(
        &self,
        gap: &QueueMessage<CoverageGap>,
        progress: &GapProgress,
        window: TimeWindow,
        page: ListPage,
        outcome: &mut RecordOutcome,
    ) -> Result<(), BackfillFault> {
        counter!(metric::PAGES).increment(1);
        if progress.is_at_the_beginning() && GapPlan::of(&gap.body.resource)?.is_snapshot() {
            let event = self.unfilled(gap, &UnfilledReason::SnapshotOnly);
            outcome.events.push(event);
        }
        let items = page.items.len();
        let (made, unreadable) = match &progress.step {
            GapStep::Every(every) => {
                let PageBranches { steps, unreadable } = PageBranches::of(every, &page.items);
                let made = steps.len();
                for step in steps {
                    let branch = follow_up(gap, &GapProgress::branch(step))?;
                    outcome.follow_ups.push(branch);
                }
                (made, unreadable)
            }
            GapStep::List(list) => {
                let (events, unreadable) = self.events(gap, list, window, &page.items);
                let made = events.len();
                counter!(metric::EVENTS_BACKFILLED).increment(made as u64);
                outcome.events.extend(events);
                (made, unreadable)
            }
        };
        if unreadable > 0 {
            counter!(metric::ITEMS_UNREADABLE).increment(unreadable as u64);
            tracing::warn!(
                step = progress.step.name(),
                items = unreadable,
                "items of a list can't be read"
            );
            let event = self.unfilled(gap, &UnfilledReason::ItemsUnreadable);
            outcome.events.push(event);
        }
        match progress.after(items, made, page.next)? {
            Some(next) => outcome.follow_ups.push(follow_up(gap, &next)?),
            None => {
                if matches!(progress.step, GapStep::List(_)) {
                    counter!(metric::GAPS_FILLED).increment(1);
                }
                tracing::info!(
                    step = progress.step.name(),
                    subscription_id = gap.body.subscription_id,
                    reason = gap.body.reason.name(),
                    pages = progress.pages.saturating_add(1),
                    made = progress.made.saturating_add(made as u64),
                    "a list was read to its end"
                );
            }
        }
        Ok(())
    }

    /// The events of a page, each once, and how many items made none for want of ids.
    fn events(
        &self,
        gap: &QueueMessage<CoverageGap>,
        list: &EventList,
        window: TimeWindow,
        items: &[RawItem],
    ) -> (Vec<Event>, usize) {
        let (mut events, mut ids, mut unreadable) = (Vec::new(), HashSet::new(), 0);
        for item in items {
            let event = match FoundChange::of(list, item.get(), &gap.body, window) {
                Ok(Some(found)) => self.event(gap, &found, item),
                Ok(None) => continue,
                Err(_) => None,
            };
            match event {
                Some(event) if ids.insert(event.id.clone()) => events.push(event),
                Some(_) => {}
                None => unreadable += 1,
            }
        }
        (events, unreadable)
    }

    fn event(
        &self,
        gap: &QueueMessage<CoverageGap>,
        found: &FoundChange,
        item: &RawItem,
    ) -> Option<Event> {
        let change = QueueMessage {
            received_at: gap.received_at,
            trace: gap.trace.clone(),
            body: ReferencedChange {
                tenant_id: gap.body.tenant_id.clone(),
                subscription_id: gap.body.subscription_id.clone(),
                change_type: found.change_type,
                resource: found.resource.canonical(),
                odata_type: None,
                odata_id: None,
                etag: None,
            },
        };
        let event = event::with_data(
            self.graph_root,
            &change,
            &found.resource,
            Origin::Backfilled,
            item.get(),
            &found.occurrence,
        );
        event.ok()
    }

    /// The outcome of a reading for which Graph gave no page.
    fn stop(
        &self,
        gap: &QueueMessage<CoverageGap>,
        progress: &GapProgress,
        fault: PageFault,
        outcome: &mut RecordOutcome,
    ) -> Result<(), BackfillFault> {
        match fault {
            // Graph does not know the next page any more.
            PageFault::Read(ReadFault::NotFound | ReadFault::Refused(400, _))
                if progress.link.is_some() =>
            {
                outcome
                    .follow_ups
                    .push(follow_up(gap, &progress.restarted()?)?);
            }
            PageFault::Read(ReadFault::NotFound) => {
                // Gone since it was listed.
                if progress.is_branch {
                    counter!(metric::BRANCHES_GONE).increment(1);
                }
                outcome
                    .events
                    .push(self.unfilled(gap, &UnfilledReason::Refused(404)));
            }
            // No licence, or no policy that lets us: of this one, not of all.
            PageFault::Read(ReadFault::Refused(status @ (402 | 403), _)) if progress.is_branch => {
                let event = self.unfilled(gap, &UnfilledReason::Refused(status));
                outcome.events.push(event);
            }
            PageFault::Read(ReadFault::Denied(denial)) if progress.is_branch => {
                let event = self.unfilled(gap, &UnfilledReason::Denied(denial.label()));
                outcome.events.push(event);
            }
            // A policy that is new is not everywhere at once: once more, before it is given up.
            PageFault::Read(ReadFault::Refused(_, _) | ReadFault::Denied(_))
                if !progress.is_refused =>
            {
                outcome
                    .follow_ups
                    .push(follow_up(gap, &progress.refused())?);
            }
            fault => return Err(fault.into()),
        }
        Ok(())
    }

    fn unfilled(&self, gap: &QueueMessage<CoverageGap>, why: &UnfilledReason) -> Event {
        let path = SubscriptionPath::parse(&gap.body.resource);
        tracing::warn!(
            tenant = %gap.body.tenant_id,
            // Its keys name people and places.
            subscription.resource = path.map_or("unknown", |path| path.row().path),
            since = gap.body.since,
            until = gap.body.until,
            reason = why.label(),
            "a gap can't be filled"
        );
        counter!(metric::GAPS_UNFILLED, "reason" => why.label()).increment(1);
        event::gap(self.graph_root, gap, why)
    }
}

/// The message that goes on with `gap` from `progress`.
fn follow_up(
    gap: &QueueMessage<CoverageGap>,
    progress: &GapProgress,
) -> Result<OutgoingEntry, MessageFault> {
    let mut next = gap.clone();
    next.body.continuation = Some(progress.to_json()?);
    if progress.is_branch {
        next.body.resource = progress.step.resource();
    }
    let mut outgoing = OutgoingEntry::json(next.to_json()?, gap.body.tenant_id.as_str());
    outgoing.trace = gap.trace.clone();
    Ok(outgoing)
}
