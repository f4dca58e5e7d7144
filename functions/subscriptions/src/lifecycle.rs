//! Lifecycle events of Graph: what is done about each (GRAPH-8).
//!
//! Events of one batch share their work: a tenant is reconciled once, a subscription renewed once.

use crate::activity::record::ActivityBatch;
use crate::client_states::Mint;
use crate::control::Invocation;
use crate::reconcile::ReconcileOptions;
use crate::reconcile::apply::end;
use crate::reconcile::coverage::Cause;
use crate::reconcile::gaps::{self, MISSED, PAUSE, end_of_second, gap};
use crate::reconcile::last_seen::LastSeenDocument;
use crate::{SubscriptionManager, SubscriptionsFault};
use jiff::{SignedDuration, Timestamp};
use metrics::counter;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use teamwire_graph::desired::{DesiredTenant, Wanted};
use teamwire_graph::subscriptions::{Answered as At, CallBudget, CallFault, Renewal, Subscription};
use teamwire_graph::{Certificates, Desired, TokenSource};
use teamwire_payload::message::MessageFault;
use teamwire_payload::subscribable::Api;
use teamwire_payload::{GapReason, Heard, Lifecycle, Message, TenantId};
use teamwire_transport::batch::{Outcome, Verdict, each};
use teamwire_transport::{Deadline, Delivery, Failure, Queue, SharedStore};
use tokio::sync::OnceCell;

/// The longest that an event can have waited: four days on its queue (AWS-3), and then fourteen as a
/// dead letter. One that says more would have all that there ever was read again.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(18 * 24);

/// What came of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answered {
    Renewed,
    Reconciled,
    Missed,
    NotWanted,
    NotOurs,
    Unknown,
    Heard,
    HeardLost,
}

impl Answered {
    const fn name(self) -> &'static str {
        match self {
            Self::Renewed => "renewed",
            Self::Reconciled => "reconciled",
            Self::Missed => "missed",
            Self::NotWanted => "not-wanted",
            Self::NotOurs => "not-ours",
            Self::Unknown => "unknown-event",
            Self::Heard => "heard",
            Self::HeardLost => "heard-lost",
        }
    }
}

pub(crate) type Shared<T> = Arc<OnceCell<Result<T, SubscriptionsFault>>>;

/// The work that the events of one batch share.
struct Batch {
    invocation: Invocation,
    files: OnceCell<Result<(Desired, Option<Certificates>), SubscriptionsFault>>,
    /// When the first event about a subscription came, by our clock, in ms since 1970.
    first: HashMap<(TenantId, String), u64>,
    renewals: BatchMemo<(TenantId, String), Answered>,
    missed: BatchMemo<(TenantId, String), Answered>,
    /// The notes as they were before anything was made anew.
    notes: BatchMemo<TenantId, Option<LastSeenDocument>>,
    tenants: BatchMemo<TenantId, ()>,
    heard: ActivityBatch,
}

/// One answer for each key, for all who ask.
pub(crate) struct BatchMemo<K, T>(Mutex<HashMap<K, Shared<T>>>);

impl<K, T> Default for BatchMemo<K, T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Hash + Eq, T> BatchMemo<K, T> {
    pub(crate) fn of(&self, key: K) -> Shared<T> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(all.entry(key).or_default())
    }
}

impl<T, Q, S, M> SubscriptionManager<T, Q, S, M>
where
    T: TokenSource,
    Q: Queue + 'static,
    S: SharedStore + 'static,
    M: Mint,
{
    /// The verdicts on a batch of the lifecycle queue.
    pub async fn lifecycle(
        self: &Arc<Self>,
        deliveries: Vec<Delivery>,
        deadline: Deadline,
        invocation: Invocation,
    ) -> Vec<Verdict<Outcome>> {
        let batch = Arc::new(Batch {
            invocation,
            files: OnceCell::new(),
            first: first(&deliveries),
            renewals: BatchMemo::default(),
            missed: BatchMemo::default(),
            notes: BatchMemo::default(),
            tenants: BatchMemo::default(),
            heard: ActivityBatch::of(&deliveries),
        });
        each(deliveries, deadline, |delivery| {
            let (manager, batch) = (Arc::clone(self), Arc::clone(&batch));
            async move {
                match manager.answer(&delivery, &batch).await {
                    Ok(answered) => {
                        counter!("lifecycle", "outcome" => answered.name()).increment(1);
                        Ok(Outcome::default())
                    }
                    Err(fault) => Err(Failure::from(fault)),
                }
            }
        })
        .await
    }

    async fn answer(
        &self,
        delivery: &Delivery,
        batch: &Batch,
    ) -> Result<Answered, SubscriptionsFault> {
        let message = match Message::<Lifecycle>::parse(&delivery.body) {
            Err(MessageFault::UnknownVersion) => {
                let message = Message::<Heard>::parse(&delivery.body)?;
                let now = batch.invocation.now;
                let stored = self.hear(&message, &batch.heard, now).await?;
                return Ok(match stored {
                    true => Answered::Heard,
                    false => Answered::HeardLost,
                });
            }
            message => message?,
        };
        let event = message.body.event.to_ascii_lowercase();
        let (desired, certificates) = self.files_of(batch).await?;
        let Some(tenant) = desired.tenant(&message.body.tenant_id) else {
            return Ok(Answered::NotWanted);
        };
        let key = (tenant.id.clone(), message.body.subscription_id.clone());
        let at = Event {
            tenant,
            id: &message.body.subscription_id,
            came: batch
                .first
                .get(&key)
                .copied()
                .unwrap_or(message.received_at),
            certificates: certificates.as_ref(),
            batch,
        };
        let answered = match event.as_str() {
            "reauthorizationrequired" => {
                let shared = batch.renewals.of(key);
                shared.get_or_init(|| self.reauthorize(&at)).await.clone()?
            }
            "subscriptionremoved" => self.removed(&at).await?,
            "missed" => {
                let shared = batch.missed.of(key);
                shared.get_or_init(|| self.missed(&at)).await.clone()?
            }
            _ => {
                tracing::warn!(
                    message_id = delivery.message_id,
                    tenant = %tenant.id,
                    "Graph sent a lifecycle event that nobody knows"
                );
                Answered::Unknown
            }
        };
        tracing::info!(
            message_id = delivery.message_id,
            tenant = %tenant.id,
            outcome = answered.name(),
            "lifecycle event answered"
        );
        Ok(answered)
    }

    async fn files_of<'a>(
        &self,
        batch: &'a Batch,
    ) -> Result<&'a (Desired, Option<Certificates>), SubscriptionsFault> {
        let read = || async {
            let (certificates, _) = self.files.usable_certificates().await?;
            Ok((self.files.desired().await?, certificates))
        };
        batch
            .files
            .get_or_init(read)
            .await
            .as_ref()
            .map_err(Clone::clone)
    }

    /// Puts off the end at once, whatever is left of it: that reauthorizes too. Moving to another
    /// certificate is left to the schedule, so that nothing can be refused but the answer.
    async fn reauthorize(&self, at: &Event<'_>) -> Result<Answered, SubscriptionsFault> {
        let found = self.find(at).await?;
        let Some(subscription) = found.value else {
            return match self.served(at).await? {
                None => Ok(Answered::NotOurs),
                Some(_) => self.replace(at).await,
            };
        };
        let wanted = match self.wanted(&subscription, at.tenant) {
            Ok(wanted) => wanted,
            Err(answered) => return Ok(answered),
        };
        let renewal = Renewal {
            resource: &wanted.resource,
            expires: end(wanted, found.at),
            sealing: None,
        };
        let renewed = match self.api.renew(at.budget(), at.id, &renewal).await {
            Err(CallFault::Gone) => return self.replace(at).await,
            renewed => renewed?,
        };
        if at.waited() > PAUSE {
            self.send_missed(at, &[wanted], at.waited(), renewed.at)
                .await?;
        }
        Ok(Answered::Renewed)
    }

    async fn removed(&self, at: &Event<'_>) -> Result<Answered, SubscriptionsFault> {
        if self.served(at).await?.is_none() {
            let found = self.find(at).await?.value;
            if !found.is_some_and(|found| self.is_ours(&found)) {
                return Ok(Answered::NotOurs);
            }
        }
        self.replace(at).await
    }

    /// Reconciles the tenant, once for the batch.
    async fn replace(&self, at: &Event<'_>) -> Result<Answered, SubscriptionsFault> {
        // Read before a new one is written, for the other events of the batch.
        self.served(at).await?;
        let shared = at.batch.tenants.of(at.tenant.id.clone());
        let reconciled = shared.get_or_init(|| async {
            let options = ReconcileOptions {
                certificates: at.certificates,
                remove: false,
                cause: Cause::Removed,
                is_manual: false,
                until: at.batch.invocation.deadline,
                shuffle_seed: at.batch.invocation.shuffle_seed,
            };
            let run = self.reconcile(at.tenant, options).await?;
            // What else is wrong in the tenant is told by the run, and tried again by the next.
            match run.fault {
                Some(SubscriptionsFault::Call(
                    fault @ (CallFault::Throttled(..)
                    | CallFault::Unavailable(..)
                    | CallFault::NoTime),
                )) => Err(fault.into()),
                _ => Ok(()),
            }
        });
        reconciled.await.clone()?;
        Ok(Answered::Reconciled)
    }

    async fn missed(&self, at: &Event<'_>) -> Result<Answered, SubscriptionsFault> {
        let found = self.find(at).await?;
        let back = MISSED.saturating_add(at.waited());
        let Some(subscription) = found.value else {
            let Some(wanted) = self.served(at).await? else {
                return Ok(Answered::NotOurs);
            };
            self.send_missed(at, &wanted, back, found.at).await?;
            self.replace(at).await?;
            return Ok(Answered::Missed);
        };
        let wanted = match self.wanted(&subscription, at.tenant) {
            Ok(wanted) => wanted,
            Err(answered) => return Ok(answered),
        };
        self.send_missed(at, &[wanted], back, found.at).await?;
        Ok(Answered::Missed)
    }

    /// Sends the gap of so long before `now`, the time at Graph, for each of these.
    async fn send_missed(
        &self,
        at: &Event<'_>,
        wanted: &[&Wanted],
        back: SignedDuration,
        now: Timestamp,
    ) -> Result<(), SubscriptionsFault> {
        let since = now.saturating_sub(back).unwrap_or(now);
        let span = (since, end_of_second(now));
        let of = |wanted: &&Wanted| gap(&at.tenant.id, wanted, at.id, span, GapReason::Missed);
        gaps::send_all(&self.backfill, wanted.iter().map(of).collect()).await
    }

    async fn find(&self, at: &Event<'_>) -> Result<At<Option<Subscription>>, SubscriptionsFault> {
        Ok(self.api.find(at.budget(), Api::V1, at.id).await?)
    }

    /// What the subscription served as far as it is last_seen: everything where nothing is, and
    /// `None` where others are and not this one. An id may be invented, and a list for each
    /// would use up what all tenants share.
    async fn served<'a>(
        &self,
        at: &Event<'a>,
    ) -> Result<Option<Vec<&'a Wanted>>, SubscriptionsFault> {
        let tenant = at.tenant;
        let shared = at.batch.notes.of(tenant.id.clone());
        let note = shared
            .get_or_init(|| self.files.last_seen(&tenant.id))
            .await;
        let wanted = tenant.subscriptions.iter();
        let Some(note) = note.as_ref().map_err(Clone::clone)? else {
            return Ok(Some(wanted.collect()));
        };
        Ok(note.index().by_id(at.id).map(|entry| {
            let is_of = |wanted: &&Wanted| {
                wanted.resource.to_string() == entry.resource && wanted.changes == entry.changes
            };
            wanted.filter(is_of).collect()
        }))
    }

    /// What a subscription serves, or why it is not ours to look after.
    fn wanted<'a>(
        &self,
        found: &Subscription,
        tenant: &'a DesiredTenant,
    ) -> Result<&'a Wanted, Answered> {
        if !self.is_ours(found) {
            return Err(Answered::NotOurs);
        }
        let path = found.path();
        let mut wanted = tenant.subscriptions.iter();
        wanted
            .find(|wanted| {
                Some(&wanted.resource) == path.as_ref() && wanted.changes == found.changes
            })
            .ok_or(Answered::NotWanted)
    }
}

/// An event about a subscription of a tenant of the file.
struct Event<'a> {
    tenant: &'a DesiredTenant,
    id: &'a str,
    /// When the first about the same came, by our clock, in ms since 1970.
    came: u64,
    certificates: Option<&'a Certificates>,
    batch: &'a Batch,
}

impl Event<'_> {
    fn budget(&self) -> CallBudget<'_> {
        CallBudget {
            tenant: &self.tenant.id,
            deadline: self.batch.invocation.deadline,
        }
    }

    /// How long ago it came, by our clock, within [`LONGEST_WAIT`].
    fn waited(&self) -> SignedDuration {
        let now = self.batch.invocation.now.as_millisecond();
        let came = i64::try_from(self.came).unwrap_or(i64::MAX);
        let waited = SignedDuration::from_millis(now.saturating_sub(came));
        waited.clamp(SignedDuration::ZERO, LONGEST_WAIT)
    }
}

/// When the first event about each subscription came.
fn first(deliveries: &[Delivery]) -> HashMap<(TenantId, String), u64> {
    let mut first = HashMap::new();
    for delivery in deliveries {
        if let Ok(message) = Message::<Lifecycle>::parse(&delivery.body) {
            let key = (message.body.tenant_id, message.body.subscription_id);
            let came = first.entry(key).or_insert(message.received_at);
            *came = message.received_at.min(*came);
        }
    }
    first
}
