//! Metrics of all tenants together.

use crate::reconcile::summary::RunSummary;
use jiff::Timestamp;
use metrics::histogram;
use teamwire_contract::metric;
use teamwire_graph::CertificateSet;

/// Measurements over all tenants.
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

    /// Records them as values of their own rather than counts: a warm process must not repeat old ones.
    pub(crate) fn record(
        &self,
        wanted: usize,
        certificates: Option<&CertificateSet>,
        now: Timestamp,
    ) {
        histogram!(metric::SUBSCRIPTIONS_WANTED).record(wanted as f64);
        histogram!(metric::SUBSCRIPTIONS_LIVE).record(self.live as f64);
        histogram!(metric::SUBSCRIPTIONS_SILENT).record(self.silent as f64);
        if let Some(minutes) = self.earliest {
            histogram!(metric::MINUTES_TO_EARLIEST_EXPIRY).record(minutes as f64);
        }
        if let Some(certificates) = certificates {
            let minutes = certificates.minutes_to_expiry(now);
            histogram!(metric::CERTIFICATE_MINUTES_TO_EXPIRY).record(minutes as f64);
        }
    }
}
