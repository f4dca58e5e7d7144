//! Silences, found by every run: subscriptions that live at Graph while nothing is announced.

use crate::activity::log::ActivityLog;
use crate::reconcile::outcome::{ActiveSubscription, StepOutcome};
use crate::{SubscriptionManager, SubscriptionsFault};
use jiff::Timestamp;
use teamwire_graph::desired::{DesiredTenant, Wanted};
use teamwire_transport::SharedStore;

/// Silent subscriptions of one tenant that are logged one by one; a list shows all.
const LOGGED: usize = 100;

impl<T, Q, S: SharedStore, M> SubscriptionManager<T, Q, S, M> {
    /// Notes what lives `now`, by Graph's clock, and counts the silent among it.
    ///
    /// # Errors
    /// [`SubscriptionsFault::File`]
    pub(crate) async fn silent(
        &self,
        desired: &DesiredTenant,
        now: Timestamp,
        done: &[StepOutcome<'_>],
    ) -> Result<usize, SubscriptionsFault> {
        let tenant = &desired.id;
        let look =
            |log: Option<ActivityLog>| Some(log.unwrap_or_default().looked(now, found(done)));
        let Some(log) = self.files.change_activity(tenant, look).await? else {
            return Ok(0);
        };
        let by_id = log.by_id();
        let mut silent = 0;
        for (wanted, alive) in found(done) {
            let Some(alive) = alive else { continue };
            let activity = by_id.get(alive.id.as_str());
            let Some(minutes) = activity.and_then(|one| one.silent_minutes(wanted, now)) else {
                continue;
            };
            silent += 1;
            if silent <= LOGGED {
                tracing::warn!(
                    %tenant,
                    subscription_id = alive.id,
                    minutes,
                    "a subscription is silent"
                );
            }
        }
        Ok(silent)
    }
}

/// What is wanted, with what serves it.
fn found<'a>(
    done: &'a [StepOutcome<'a>],
) -> impl Iterator<Item = (&'a Wanted, Option<&'a ActiveSubscription>)> {
    let found = |done: &'a StepOutcome<'a>| Some((done.step.wanted()?, done.serving()));
    done.iter().filter_map(found)
}
