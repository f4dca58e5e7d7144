//! Counters of a POST: `received = enqueued + quarantined + rejected + returned`.

use crate::sort::SortedItems;
use metrics::counter;
use std::collections::BTreeMap;
use teamwire_contract::metric;
use teamwire_payload::ItemRoute;

/// The numbers of one POST.
#[derive(Debug)]
pub(crate) struct ItemTally {
    routed: [(ItemRoute, usize); 4],
    quarantined: usize,
    rejected: BTreeMap<&'static str, u64>,
    rejected_ours: u64,
}

impl ItemTally {
    pub(crate) fn of(sorted: &SortedItems) -> Self {
        Self {
            routed: [
                (ItemRoute::Decrypt, sorted.decrypt.len()),
                (ItemRoute::Hydrate, sorted.hydrate.len()),
                (ItemRoute::Lifecycle, sorted.lifecycle.len()),
                (ItemRoute::Events, sorted.events.len()),
            ],
            quarantined: sorted.quarantine.len(),
            rejected: sorted.rejected.clone(),
            rejected_ours: sorted.rejected_ours,
        }
    }

    /// Counts the POST; unless all of it is `enqueued`, its authentic items will come again.
    pub(crate) fn count(&self, enqueued: bool) {
        let routed: usize = self.routed.iter().map(|(_, n)| n).sum();
        let authentic = (routed + self.quarantined) as u64;
        let rejected: u64 = self.rejected.values().sum();
        counter!(metric::RECEIVED).increment(authentic + rejected);
        if enqueued {
            for (route, n) in self.routed.iter().filter(|(_, n)| *n > 0) {
                counter!(metric::ENQUEUED, "route" => route.name()).increment(*n as u64);
            }
            counter!(metric::QUARANTINED).increment(self.quarantined as u64);
        } else {
            counter!(metric::RETURNED).increment(authentic);
        }
        counter!(metric::REJECTED_OURS).increment(self.rejected_ours);
        for (reason, n) in &self.rejected {
            counter!(metric::REJECTED, "reason" => *reason).increment(*n);
        }
        if rejected > 0 || self.quarantined > 0 {
            tracing::warn!(
                rejected = ?self.rejected,
                ours = self.rejected_ours,
                quarantined = self.quarantined,
                "not every item was taken"
            );
        }
    }
}
