//! Silences: subscriptions that are live at Graph while nothing is announced.

use crate::activity::log::{ActivityLog, ObservedSubscription};
use crate::{SubscriptionManager, SubscriptionsFault};
use jiff::Timestamp;
use teamwire_payload::TenantId;
use teamwire_transport::SharedStore;

/// Number of silent subscriptions of one tenant that are logged one by one; a list shows all.
const LOGGED: usize = 100;

impl<T, Q, S: SharedStore, M> SubscriptionManager<T, Q, S, M> {
    /// Records what is active `now`, by Graph's clock, and counts the silent among it.
    ///
    /// # Errors
    /// [`SubscriptionsFault::File`]
    pub(crate) async fn count_silent<'a>(
        &self,
        tenant: &TenantId,
        now: Timestamp,
        active: impl Iterator<Item = ObservedSubscription<'a>> + Clone + Send + Sync,
    ) -> Result<usize, SubscriptionsFault> {
        let observe =
            |log: Option<ActivityLog>| Some(log.unwrap_or_default().observed(now, active.clone()));
        let Some(log) = self.files.change_activity(tenant, observe).await? else {
            return Ok(0);
        };
        let by_id = log.by_id();
        let mut silent = 0;
        for (wanted, id) in active {
            let Some(id) = id else { continue };
            let entry = by_id.get(id);
            let Some(minutes) = entry.and_then(|one| one.silent_minutes(wanted, now)) else {
                continue;
            };
            silent += 1;
            if silent <= LOGGED {
                tracing::warn!(
                    %tenant,
                    subscription_id = id,
                    minutes,
                    "a subscription is silent"
                );
            }
        }
        Ok(silent)
    }
}
