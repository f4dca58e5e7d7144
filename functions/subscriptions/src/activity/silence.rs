//! Silences, found by every run: subscriptions that live at Graph while nothing is announced.

use crate::activity::log::Watch;
use crate::reconcile::outcome::{Alive, Done};
use crate::{Keeper, SubscriptionsFault};
use jiff::Timestamp;
use teamwire_graph::desired::{DesiredTenant, Wanted};
use teamwire_transport::SharedStore;

/// Silent subscriptions of one tenant that are logged one by one; a list shows all.
const LOGGED: usize = 100;

impl<T, Q, S: SharedStore, M> Keeper<T, Q, S, M> {
    /// Notes what lives `now`, by Graph's clock, and counts the silent among it.
    ///
    /// # Errors
    /// [`SubscriptionsFault::File`]
    pub(crate) async fn silent(
        &self,
        desired: &DesiredTenant,
        now: Timestamp,
        done: &[Done<'_>],
    ) -> Result<usize, SubscriptionsFault> {
        let tenant = &desired.id;
        let look = |watch: Option<Watch>| Some(watch.unwrap_or_default().looked(now, found(done)));
        let Some(watch) = self.files.change_watch(tenant, look).await? else {
            return Ok(0);
        };
        let by_id = watch.by_id();
        let mut silent = 0;
        for (wanted, alive) in found(done) {
            let Some(alive) = alive else { continue };
            let watched = by_id.get(alive.id.as_str());
            let Some(minutes) = watched.and_then(|one| one.silent_minutes(wanted, now)) else {
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
fn found<'a>(done: &'a [Done<'a>]) -> impl Iterator<Item = (&'a Wanted, Option<&'a Alive>)> {
    let found = |done: &'a Done<'a>| Some((done.step.wanted()?, done.serving()));
    done.iter().filter_map(found)
}
