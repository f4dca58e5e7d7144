//! Activity reports of ingest, recorded.

use crate::activity::log::ActivityLog;
use crate::batch_memo::BatchMemo;
use crate::tenants::CONCURRENT_TENANTS;
use crate::{SubscriptionManager, SubscriptionsFault};
use futures::{StreamExt, stream};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, HashMap};
use std::future::ready;
use teamwire_payload::{ActivityReport, QueueMessage, TenantId};
use teamwire_transport::{Delivery, SharedStore};

/// Age after which a report that can't be stored is dropped: what is active is reported again and again,
/// and nobody could do anything about a dead letter.
const KEPT: SignedDuration = SignedDuration::from_hours(1);

/// Activity of all reports of one batch, stored once.
#[derive(Default)]
pub(crate) struct ActivityBatch {
    /// Time of the last notification for each subscription, in milliseconds since 1970.
    tenants: HashMap<TenantId, BTreeMap<String, u64>>,
    stored: BatchMemo<TenantId, ()>,
}

impl ActivityBatch {
    pub(crate) fn of(deliveries: &[Delivery]) -> Self {
        let mut all = Self::default();
        let messages = deliveries.iter();
        let messages =
            messages.filter_map(|one| QueueMessage::<ActivityReport>::parse(&one.body).ok());
        for (tenant, ids) in messages.flat_map(|message| message.body.tenants) {
            let of_tenant = all.tenants.entry(tenant).or_default();
            for (id, at) in ids {
                let last = of_tenant.entry(id).or_default();
                *last = at.max(*last);
            }
        }
        all
    }
}

impl<T, Q, S: SharedStore, M> SubscriptionManager<T, Q, S, M> {
    /// Stores a report, with the rest of its batch. `false` where it is dropped.
    ///
    /// # Errors
    /// [`SubscriptionsFault::File`], for as long as it is worth another try.
    pub(crate) async fn record_activity(
        &self,
        message: &QueueMessage<ActivityReport>,
        all: &ActivityBatch,
        now: Timestamp,
    ) -> Result<bool, SubscriptionsFault> {
        // One tenant whose log can't be written keeps nothing from the others.
        let tenants = message.body.tenants.keys();
        let stores: Vec<_> = tenants.map(|tenant| self.store(tenant, all)).collect();
        let stored = stream::iter(stores)
            .buffer_unordered(CONCURRENT_TENANTS)
            .fold(Ok(()), |all, one| ready(all.and(one)))
            .await;
        let told = i64::try_from(message.received_at).unwrap_or(i64::MAX);
        let age = SignedDuration::from_millis(now.as_millisecond().saturating_sub(told));
        match stored {
            Ok(()) => Ok(true),
            Err(fault) if age > KEPT => {
                tracing::warn!(fault = fault.reason(), "an activity report is dropped");
                Ok(false)
            }
            Err(fault) => Err(fault),
        }
    }

    async fn store(
        &self,
        tenant: &TenantId,
        all: &ActivityBatch,
    ) -> Result<(), SubscriptionsFault> {
        let Some(heard) = all.tenants.get(tenant) else {
            return Ok(());
        };
        let shared = all.stored.of(tenant.clone());
        let stored = shared.get_or_init(|| async {
            let change = |log: Option<ActivityLog>| {
                let mut log = log?;
                log.record(heard).then_some(log)
            };
            self.files.change_activity(tenant, change).await.map(drop)
        });
        stored.await.clone()
    }
}
