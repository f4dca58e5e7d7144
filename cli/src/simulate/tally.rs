//! The outcome of the POSTs.

use serde_json::json;
use std::time::{Duration, Instant};
use teamwire_simulator::deliver::Delivered;

/// The outcome; notifications except where it says POSTs.
pub(super) struct SimulateTally {
    began: Instant,
    accepted: usize,
    pub(super) failed: usize,
    latencies: Vec<Duration>,
}

impl SimulateTally {
    /// Nothing yet; the clock runs.
    pub(super) fn new() -> Self {
        Self {
            began: Instant::now(),
            accepted: 0,
            failed: 0,
            latencies: Vec::new(),
        }
    }

    /// One more POST has ended.
    pub(super) fn add(&mut self, delivered: Delivered) {
        if delivered.answer.is_accepted() {
            self.accepted += delivered.items;
        } else {
            self.failed += delivered.items;
        }
        self.latencies.push(delivered.answer.latency);
    }

    /// The line for stdout.
    pub(super) fn summary(&self) -> serde_json::Value {
        let mut latencies = self.latencies.clone();
        latencies.sort_unstable();
        json!({
            "sent": self.accepted + self.failed,
            "accepted": self.accepted,
            "failed": self.failed,
            "posts": latencies.len(),
            "seconds": rounded(self.began.elapsed().as_secs_f64()),
            "latencyMs": {
                "p50": millis(percentile(&latencies, 50)),
                "p99": millis(percentile(&latencies, 99)),
                "max": millis(percentile(&latencies, 100)),
            },
        })
    }

    /// The same for people.
    pub(super) fn text(&self) -> String {
        let mut latencies = self.latencies.clone();
        latencies.sort_unstable();
        let took = |percent| millis(percentile(&latencies, percent)).unwrap_or_default();
        format!(
            "Sent {} notifications in {} POSTs and {} s: {} accepted, {} not.\n\
             A POST took {} ms (half of them), {} ms (99 %), {} ms (the longest).\n",
            self.accepted + self.failed,
            latencies.len(),
            rounded(self.began.elapsed().as_secs_f64()),
            self.accepted,
            self.failed,
            took(50),
            took(99),
            took(100),
        )
    }
}

/// The smallest value that is not below `percent` of all (nearest rank); nothing of nothing.
fn percentile(sorted: &[Duration], percent: usize) -> Option<Duration> {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied()
}

fn millis(latency: Option<Duration>) -> Option<f64> {
    latency.map(|latency| rounded(latency.as_secs_f64() * 1e3))
}

fn rounded(number: f64) -> f64 {
    (number * 1e3).round() / 1e3
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::StatusCode;
    use teamwire_simulator::sender::ReceiverAnswer;

    #[test]
    fn percentiles_are_by_nearest_rank() {
        let sorted: Vec<Duration> = (1..=10).map(Duration::from_millis).collect();
        let at = |percent| percentile(&sorted, percent).map(|latency| latency.as_millis());
        assert_eq!((at(50), at(99), at(100)), (Some(5), Some(10), Some(10)));
        assert_eq!(percentile(&[], 50), None);
    }

    #[test]
    fn a_summary_adds_up() {
        let mut tally = SimulateTally::new();
        for (items, status) in [(3, Some(202)), (2, Some(503)), (1, None)] {
            tally.add(Delivered {
                items,
                retries: 0,
                answer: ReceiverAnswer {
                    status: status.and_then(|code| StatusCode::from_u16(code).ok()),
                    latency: Duration::from_millis(4),
                },
            });
        }
        let summary = tally.summary();
        assert_eq!(summary["sent"], 6);
        assert_eq!(
            (&summary["accepted"], &summary["failed"]),
            (&json!(3), &json!(3))
        );
        assert_eq!(
            (&summary["posts"], &summary["latencyMs"]["max"]),
            (&json!(3), &json!(4.0))
        );
        let text = tally.text();
        assert!(
            text.starts_with("Sent 6 notifications in 3 POSTs"),
            "{text}"
        );
        assert!(
            text.contains("3 accepted, 3 not.") && text.contains("4 ms (the longest)"),
            "{text}"
        );
    }
}
