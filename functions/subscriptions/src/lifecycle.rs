//! Lifecycle events of Graph (GRAPH-8).
//!
//! Events of one batch share their work: a tenant is reconciled once, a subscription renewed once.

use crate::batch_memo::BatchMemo;
use crate::client_states::ClientStateMint;
use crate::reconcile::apply::end;
use crate::reconcile::coverage::RunCause;
use crate::reconcile::gaps::{self, MISSED, PAUSE, end_of_second, gap};
use crate::reconcile::last_seen::LastSeenDocument;
use crate::reconcile::options::ReconcileOptions;
use crate::{Invocation, SubscriptionManager, SubscriptionsFault};
use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;
use teamwire_graph::desired::{DesiredSubscription, DesiredTenant};
use teamwire_graph::subscriptions::{
    CallBudget, CallFault, GraphSubscription, SubscriptionRenewal, TimedAnswer,
};
use teamwire_graph::{CertificateSet, DesiredState, TokenSource};
use teamwire_payload::subscribable::GraphApi;
use teamwire_payload::{GapReason, LifecycleNotice, QueueMessage, TenantId};
use teamwire_transport::{Delivery, MessageQueue, SharedStore};
use tokio::sync::OnceCell;

/// Longest time that an event can have waited: four days on its queue (AWS-3), and then fourteen as a
/// dead letter. One that says more would have all that there ever was read again.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(18 * 24);

/// Outcome of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LifecycleOutcome {
    Renewed,
    Reconciled,
    Missed,
    NotWanted,
    NotOurs,
    Unknown,
}

impl LifecycleOutcome {
    /// Name in logs and metrics.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Renewed => "renewed",
            Self::Reconciled => "reconciled",
            Self::Missed => "missed",
            Self::NotWanted => "not-wanted",
            Self::NotOurs => "not-ours",
            Self::Unknown => "unknown-event",
        }
    }
}

/// Work that the events of one batch share.
pub(crate) struct LifecycleBatch {
    invocation: Invocation,
    files: OnceCell<Result<(DesiredState, Option<CertificateSet>), SubscriptionsFault>>,
    /// Time of the first event about a subscription, by our clock, in ms since 1970.
    first: HashMap<(TenantId, String), u64>,
    renewals: BatchMemo<(TenantId, String), LifecycleOutcome>,
    missed: BatchMemo<(TenantId, String), LifecycleOutcome>,
    /// Documents as they were before anything was made again.
    documents: BatchMemo<TenantId, Option<LastSeenDocument>>,
    tenants: BatchMemo<TenantId, ()>,
}

impl<T: TokenSource, Q: MessageQueue, S: SharedStore, M: ClientStateMint>
    SubscriptionManager<T, Q, S, M>
{
    /// Does what a lifecycle event asks for.
    ///
    /// # Errors
    /// [`SubscriptionsFault`]
    pub(crate) async fn answer_event(
        &self,
        message_id: &str,
        message: QueueMessage<LifecycleNotice>,
        batch: &LifecycleBatch,
    ) -> Result<LifecycleOutcome, SubscriptionsFault> {
        let event = message.body.event.to_ascii_lowercase();
        let (desired, certificates) = self.files_of(batch).await?;
        let Some(tenant) = desired.tenant(&message.body.tenant_id) else {
            return Ok(LifecycleOutcome::NotWanted);
        };
        let key = (tenant.id.clone(), message.body.subscription_id.clone());
        let at = LifecycleEvent {
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
                    message_id,
                    tenant = %tenant.id,
                    "Graph sent a lifecycle event that nobody knows"
                );
                LifecycleOutcome::Unknown
            }
        };
        tracing::info!(
            message_id,
            tenant = %tenant.id,
            outcome = answered.name(),
            "lifecycle event answered"
        );
        Ok(answered)
    }

    async fn files_of<'a>(
        &self,
        batch: &'a LifecycleBatch,
    ) -> Result<&'a (DesiredState, Option<CertificateSet>), SubscriptionsFault> {
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

    /// Puts off the end at once, whatever is left of it: that reauthorizes too. The rotation to another
    /// certificate is left to the schedule, so that nothing can be refused but the answer.
    async fn reauthorize(
        &self,
        at: &LifecycleEvent<'_>,
    ) -> Result<LifecycleOutcome, SubscriptionsFault> {
        let found = self.find(at).await?;
        let Some(subscription) = found.value else {
            return match self.served(at).await? {
                None => Ok(LifecycleOutcome::NotOurs),
                Some(_) => self.replace(at).await,
            };
        };
        let wanted = match self.wanted(&subscription, at.tenant) {
            Ok(wanted) => wanted,
            Err(answered) => return Ok(answered),
        };
        let renewal = SubscriptionRenewal {
            resource: &wanted.resource,
            expires: end(wanted, found.at),
            sealing: None,
        };
        let renewed = match self.api.renew(at.budget(), at.id, &renewal).await {
            Err(CallFault::Gone(_)) => return self.replace(at).await,
            renewed => renewed?,
        };
        if at.waited() > PAUSE {
            self.send_missed(at, &[wanted], at.waited(), renewed.at)
                .await?;
        }
        Ok(LifecycleOutcome::Renewed)
    }

    async fn removed(
        &self,
        at: &LifecycleEvent<'_>,
    ) -> Result<LifecycleOutcome, SubscriptionsFault> {
        if self.served(at).await?.is_none() {
            let found = self.find(at).await?.value;
            if !found.is_some_and(|found| self.is_ours(&found)) {
                return Ok(LifecycleOutcome::NotOurs);
            }
        }
        self.replace(at).await
    }

    /// Reconciles the tenant, once for the batch.
    async fn replace(
        &self,
        at: &LifecycleEvent<'_>,
    ) -> Result<LifecycleOutcome, SubscriptionsFault> {
        // Read before a new one is written, for the other events of the batch.
        self.served(at).await?;
        let shared = at.batch.tenants.of(at.tenant.id.clone());
        let reconciled = shared.get_or_init(|| async {
            let options = ReconcileOptions {
                certificates: at.certificates,
                remove: false,
                cause: RunCause::Removed,
                is_manual: false,
                invocation: at.batch.invocation,
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
        Ok(LifecycleOutcome::Reconciled)
    }

    async fn missed(
        &self,
        at: &LifecycleEvent<'_>,
    ) -> Result<LifecycleOutcome, SubscriptionsFault> {
        let found = self.find(at).await?;
        let back = MISSED.saturating_add(at.waited());
        let Some(subscription) = found.value else {
            let Some(wanted) = self.served(at).await? else {
                return Ok(LifecycleOutcome::NotOurs);
            };
            self.send_missed(at, &wanted, back, found.at).await?;
            self.replace(at).await?;
            return Ok(LifecycleOutcome::Missed);
        };
        let wanted = match self.wanted(&subscription, at.tenant) {
            Ok(wanted) => wanted,
            Err(answered) => return Ok(answered),
        };
        self.send_missed(at, &[wanted], back, found.at).await?;
        Ok(LifecycleOutcome::Missed)
    }

    /// Sends the gap of so long before `now`, the time at Graph, for each of these.
    async fn send_missed(
        &self,
        at: &LifecycleEvent<'_>,
        wanted: &[&DesiredSubscription],
        back: SignedDuration,
        now: Timestamp,
    ) -> Result<(), SubscriptionsFault> {
        let since = now.saturating_sub(back).unwrap_or(now);
        let span = (since, end_of_second(now));
        let of = |wanted: &&DesiredSubscription| {
            gap(&at.tenant.id, wanted, at.id, span, GapReason::Missed)
        };
        gaps::send_all(&self.backfill, wanted.iter().map(of).collect()).await
    }

    async fn find(
        &self,
        at: &LifecycleEvent<'_>,
    ) -> Result<TimedAnswer<Option<GraphSubscription>>, SubscriptionsFault> {
        Ok(self.api.find(at.budget(), GraphApi::V1, at.id).await?)
    }

    /// Wanted subscriptions that one of this id was last seen for: all where nothing is recorded, and
    /// `None` where others are and not this one. An id may be invented, and a list for each
    /// would use up what all tenants share.
    async fn served<'a>(
        &self,
        at: &LifecycleEvent<'a>,
    ) -> Result<Option<Vec<&'a DesiredSubscription>>, SubscriptionsFault> {
        let tenant = at.tenant;
        let shared = at.batch.documents.of(tenant.id.clone());
        let document = shared
            .get_or_init(|| self.files.last_seen(&tenant.id))
            .await;
        let wanted = tenant.subscriptions.iter();
        let Some(document) = document.as_ref().map_err(Clone::clone)? else {
            return Ok(Some(wanted.collect()));
        };
        Ok(document.index().by_id(at.id).map(|entry| {
            let is_of = |wanted: &&DesiredSubscription| {
                wanted.resource.to_string() == entry.resource && wanted.changes == entry.changes
            };
            wanted.filter(is_of).collect()
        }))
    }

    /// The wanted subscription that one at Graph is for, or why it is not ours to manage.
    fn wanted<'a>(
        &self,
        found: &GraphSubscription,
        tenant: &'a DesiredTenant,
    ) -> Result<&'a DesiredSubscription, LifecycleOutcome> {
        if !self.is_ours(found) {
            return Err(LifecycleOutcome::NotOurs);
        }
        let path = found.path().ok_or(LifecycleOutcome::NotWanted)?;
        let mut wanted = tenant.subscriptions.iter();
        wanted
            .find(|wanted| wanted.resource.is_same_as(&path) && wanted.changes == found.changes)
            .ok_or(LifecycleOutcome::NotWanted)
    }
}

/// A lifecycle event about a subscription of a tenant of the file.
struct LifecycleEvent<'a> {
    tenant: &'a DesiredTenant,
    id: &'a str,
    /// Time of the first event about the same, by our clock, in ms since 1970.
    came: u64,
    certificates: Option<&'a CertificateSet>,
    batch: &'a LifecycleBatch,
}

impl LifecycleEvent<'_> {
    fn budget(&self) -> CallBudget<'_> {
        CallBudget {
            tenant: &self.tenant.id,
            deadline: self.batch.invocation.deadline,
        }
    }

    /// Time since it came, by our clock, within [`LONGEST_WAIT`].
    fn waited(&self) -> SignedDuration {
        let now = self.batch.invocation.now.as_millisecond();
        let came = i64::try_from(self.came).unwrap_or(i64::MAX);
        let waited = SignedDuration::from_millis(now.saturating_sub(came));
        waited.clamp(SignedDuration::ZERO, LONGEST_WAIT)
    }
}

impl LifecycleBatch {
    pub(crate) fn of(deliveries: &[Delivery], invocation: Invocation) -> Self {
        Self {
            invocation,
            files: OnceCell::new(),
            first: first(deliveries),
            renewals: BatchMemo::default(),
            missed: BatchMemo::default(),
            documents: BatchMemo::default(),
            tenants: BatchMemo::default(),
        }
    }
}

/// Time of the first event about each subscription.
fn first(deliveries: &[Delivery]) -> HashMap<(TenantId, String), u64> {
    let mut first = HashMap::new();
    for delivery in deliveries {
        if let Ok(message) = QueueMessage::<LifecycleNotice>::parse(&delivery.body) {
            let key = (message.body.tenant_id, message.body.subscription_id);
            let came = first.entry(key).or_insert(message.received_at);
            *came = message.received_at.min(*came);
        }
    }
    first
}
