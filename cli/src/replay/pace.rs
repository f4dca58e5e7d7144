//! So many messages a second.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// How far behind its time a run may be and still make up for it.
const SLACK: Duration = Duration::from_secs(1);

/// Gives each batch its moment. Never ahead of the rate, counted from the first batch.
#[derive(Debug)]
pub(super) struct Pace {
    /// Messages a second.
    rate: Option<f64>,
    next: Mutex<Option<Instant>>,
}

impl Pace {
    /// Without a rate: at once.
    pub(super) const fn new(rate: Option<f64>) -> Self {
        Self {
            rate,
            next: Mutex::new(None),
        }
    }

    /// How many messages make up a batch: at most a second's.
    pub(super) fn batch(&self, most: usize) -> usize {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 1 and the most"
        )]
        match self.rate {
            Some(rate) => (rate as usize).clamp(1, most),
            None => most,
        }
    }

    /// Until so many messages more may go.
    pub(super) async fn turn(&self, messages: usize) {
        if let Some(at) = self.reserve(messages, Instant::now()) {
            tokio::time::sleep_until(at).await;
        }
    }

    fn reserve(&self, messages: usize, now: Instant) -> Option<Instant> {
        let rate = self.rate?;
        #[expect(clippy::cast_precision_loss, reason = "at most ten")]
        let takes = Duration::from_secs_f64(messages as f64 / rate);
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let earliest = now.checked_sub(SLACK).unwrap_or(now);
        let at = next.map_or(now, |next| next.max(earliest));
        *next = Some(at + takes);
        Some(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_are_a_rate_apart_and_a_short_delay_is_made_up_for() {
        let pace = Pace::new(Some(20.0));
        let start = Instant::now();
        let second = |n: f64| start + Duration::from_secs_f64(n);
        assert_eq!(pace.reserve(10, start), Some(start));
        assert_eq!(pace.reserve(10, start), Some(second(0.5)));
        // Late by 0.8 s: at once, and the next ones as if it had been on time.
        assert_eq!(pace.reserve(10, second(1.8)), Some(second(1.0)));
        assert_eq!(pace.reserve(10, second(1.8)), Some(second(1.5)));
        // Late by an hour: what is lost is not sent in one burst.
        assert_eq!(pace.reserve(10, second(3_600.0)), Some(second(3_599.0)));
    }

    #[test]
    fn a_low_rate_makes_small_batches() {
        for (rate, batch) in [
            (None, 10),
            (Some(0.5), 1),
            (Some(3.0), 3),
            (Some(500.0), 10),
        ] {
            assert_eq!(Pace::new(rate).batch(10), batch);
        }
        assert_eq!(Pace::new(None).reserve(10, Instant::now()), None);
    }
}
