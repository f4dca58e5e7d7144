//! Lifecycle events of Graph: what is done about each (GRAPH-8).
//!
//! Events of one batch share their work: a tenant is reconciled once, a subscription renewed once.

use crate::carry_out::sealing;
use crate::client_states::Mint;
use crate::coverage::Cause;
use crate::gaps::{self, MISSED, end_of_second, gap};
use crate::orders::Circumstances;
use crate::tenant::Manner;
use crate::{Keeper, SubscriptionsFault};
use jiff::{SignedDuration, Timestamp};
use metrics::counter;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use teamwire_graph::desired::{DesiredTenant, Wanted};
use teamwire_graph::subscriptions::{CallFault, Renewal, Subscription, Turn};
use teamwire_graph::{Certificates, Desired, TokenSource};
use teamwire_payload::subscribable::Api;
use teamwire_payload::{GapReason, Lifecycle, Message, TenantId};
use teamwire_transport::batch::{Outcome, Verdict, each};
use teamwire_transport::{ClaimStore, Deadline, Delivery, Failure, Queue};
use tokio::sync::OnceCell;

/// What came of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answered {
    Renewed,
    Reconciled,
    Missed,
    NotWanted,
    NotOurs,
    Unknown,
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
        }
    }
}

type Shared<T> = Arc<OnceCell<Result<T, SubscriptionsFault>>>;

/// The work that the events of one batch share.
struct Batch {
    circumstances: Circumstances,
    files: OnceCell<Result<(Desired, Option<Certificates>), SubscriptionsFault>>,
    renewals: Together<(TenantId, String), Answered>,
    tenants: Together<TenantId, ()>,
}

/// One answer for each key, for all who ask.
struct Together<K, T>(Mutex<HashMap<K, Shared<T>>>);

impl<K, T> Default for Together<K, T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Hash + Eq, T> Together<K, T> {
    fn of(&self, key: K) -> Shared<T> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(all.entry(key).or_default())
    }
}

impl<T, Q, S, M> Keeper<T, Q, S, M>
where
    T: TokenSource,
    Q: Queue + 'static,
    S: ClaimStore + 'static,
    M: Mint,
{
    /// The verdicts on a batch of the lifecycle queue.
    pub async fn lifecycle(
        self: &Arc<Self>,
        deliveries: Vec<Delivery>,
        deadline: Deadline,
        circumstances: Circumstances,
    ) -> Vec<Verdict<Outcome>> {
        let batch = Arc::new(Batch {
            circumstances,
            files: OnceCell::new(),
            renewals: Together::default(),
            tenants: Together::default(),
        });
        each(deliveries, deadline, |delivery| {
            let (keeper, batch) = (Arc::clone(self), Arc::clone(&batch));
            async move {
                match keeper.answer(&delivery, &batch).await {
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
        let message = Message::<Lifecycle>::parse(&delivery.body)?;
        let event = message.body.event.to_ascii_lowercase();
        let (desired, certificates) = self.files_of(batch).await?;
        let Some(tenant) = desired.tenant(&message.body.tenant_id) else {
            return Ok(Answered::NotWanted);
        };
        let at = Event {
            tenant,
            id: &message.body.subscription_id,
            certificates: certificates.as_ref(),
            batch,
        };
        let answered = match event.as_str() {
            "reauthorizationrequired" => {
                let key = (tenant.id.clone(), at.id.to_owned());
                let shared = batch.renewals.of(key);
                shared.get_or_init(|| self.reauthorize(&at)).await.clone()?
            }
            "subscriptionremoved" => self.replace(&at, Cause::Removed).await?,
            "missed" => self.missed(&at, message.received_at).await?,
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

    /// Renews at once, whatever is left of its life. Never reauthorizes: the PATCH does.
    async fn reauthorize(&self, at: &Event<'_>) -> Result<Answered, SubscriptionsFault> {
        let turn = at.turn();
        let found = match self.api.get(turn, Api::V1, at.id).await {
            Err(CallFault::Gone) => return self.replace(at, Cause::Removed).await,
            found => found?,
        };
        let wanted = match self.wanted(&found.value, at.tenant) {
            Ok(wanted) => wanted,
            Err(answered) => return Ok(answered),
        };
        let current = sealing(at.certificates).filter(|sealing| {
            wanted.settings.rich && found.value.certificate_id() != Some(sealing.id)
        });
        let life = SignedDuration::from_mins(wanted.settings.lifetime_minutes.into());
        let renewal = Renewal {
            resource: &wanted.resource,
            expires: found.at.saturating_add(life).unwrap_or(found.at),
            sealing: current,
        };
        match self.api.renew(turn, at.id, &renewal).await {
            Ok(_) => Ok(Answered::Renewed),
            Err(CallFault::Gone | CallFault::Refused(_)) => self.replace(at, Cause::Removed).await,
            Err(fault) => Err(fault.into()),
        }
    }

    /// Reconciles the tenant, once for the batch.
    async fn replace(&self, at: &Event<'_>, cause: Cause) -> Result<Answered, SubscriptionsFault> {
        let shared = at.batch.tenants.of(at.tenant.id.clone());
        let reconciled = shared.get_or_init(|| async {
            let manner = Manner {
                certificates: at.certificates,
                remove: false,
                cause,
                until: at.batch.circumstances.until,
                luck: at.batch.circumstances.luck,
            };
            let run = self.reconcile(at.tenant, manner).await?;
            run.fault.map_or(Ok(()), Err)
        });
        reconciled.await.clone()?;
        Ok(Answered::Reconciled)
    }

    async fn missed(
        &self,
        at: &Event<'_>,
        received_at: u64,
    ) -> Result<Answered, SubscriptionsFault> {
        let found = match self.api.get(at.turn(), Api::V1, at.id).await {
            Err(CallFault::Gone) => return self.replace(at, Cause::Missed).await,
            found => found?,
        };
        let wanted = match self.wanted(&found.value, at.tenant) {
            Ok(wanted) => wanted,
            Err(answered) => return Ok(answered),
        };
        let since = begin(found.at, at.batch.circumstances.now, received_at);
        let gap = gap(
            &at.tenant.id,
            wanted,
            at.id,
            (since, end_of_second(found.at)),
            GapReason::Missed,
        );
        gaps::send_all(&self.backfill, vec![gap]).await?;
        Ok(Answered::Missed)
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
    certificates: Option<&'a Certificates>,
    batch: &'a Batch,
}

impl Event<'_> {
    fn turn(&self) -> Turn<'_> {
        Turn {
            tenant: &self.tenant.id,
            until: self.batch.circumstances.until,
        }
    }
}

/// When what was missed may begin, at Graph, where it is `there`: a day before the event came,
/// which by our clock was at `received_at`.
fn begin(there: Timestamp, here: Timestamp, received_at: u64) -> Timestamp {
    let here = u64::try_from(here.as_millisecond()).unwrap_or_default();
    let waited = i64::try_from(here.saturating_sub(received_at)).unwrap_or_default();
    let back = MISSED.saturating_add(SignedDuration::from_millis(waited));
    there.saturating_sub(back).unwrap_or(there)
}
