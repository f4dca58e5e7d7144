//! What the metrics say of all tenants together.

use crate::reconcile::summary::RunSummary;
use jiff::Timestamp;
use metrics::histogram;
use teamwire_graph::Certificates;

/// What is measured over all tenants.
#[derive(Default)]
pub(crate) struct RunMetrics {
    live: usize,
    silent: usize,
    earliest: Option<i64>,
}

impl RunMetrics {
    pub(crate) fn add(&mut self, run: &RunSummary) {
        self.live += run.report.live;
        self.silent += run.silent;
        let minutes = run
            .earliest_end
            .map(|end| end.duration_since(run.report.at).as_mins());
        self.earliest = [self.earliest, minutes].into_iter().flatten().min();
    }

    /// As values of their own rather than counts: a warm process must not repeat old ones.
    pub(crate) fn tell(&self, wanted: usize, certificates: Option<&Certificates>, now: Timestamp) {
        histogram!("subscriptionsWanted").record(wanted as f64);
        histogram!("subscriptionsLive").record(self.live as f64);
        histogram!("subscriptionsSilent").record(self.silent as f64);
        if let Some(minutes) = self.earliest {
            histogram!("minutesToEarliestExpiry").record(minutes as f64);
        }
        if let Some(certificates) = certificates {
            let minutes = certificates.minutes_to_expiry(now);
            histogram!("certificateMinutesToExpiry").record(minutes as f64);
        }
    }
}
