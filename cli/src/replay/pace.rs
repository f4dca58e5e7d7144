//! Rate of a replay, in messages per second.

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use std::num::NonZeroU32;
use std::time::Duration;

/// Gives each batch its turn. A run that was held up makes up for a second at most.
pub(super) struct ReplayPace(Option<RateLimit>);

struct RateLimit {
    limiter: DefaultDirectRateLimiter,
    /// Messages of one second, one at least.
    burst: NonZeroU32,
}

impl ReplayPace {
    /// A pace of so many messages per second; without one, every batch goes at once.
    pub(super) fn new(rate: Option<f64>) -> Self {
        Self(rate.and_then(RateLimit::new))
    }

    /// Number of messages in a batch: those of a second, `most` at most.
    pub(super) fn batch(&self, most: usize) -> usize {
        let of_a_second = |limit: &RateLimit| usize::try_from(limit.burst.get()).unwrap_or(most);
        self.0
            .as_ref()
            .map_or(most, |limit| of_a_second(limit).min(most))
    }

    /// Waits until so many messages may go.
    pub(super) async fn turn(&self, messages: usize) {
        let Some(limit) = &self.0 else { return };
        let messages = u32::try_from(messages).unwrap_or(u32::MAX);
        let messages = NonZeroU32::new(messages).unwrap_or(NonZeroU32::MIN);
        // More than a burst are never asked for.
        let _ = limit.limiter.until_n_ready(messages.min(limit.burst)).await;
    }
}

impl RateLimit {
    fn new(rate: f64) -> Option<Self> {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it saturates, and is one at least"
        )]
        let burst = NonZeroU32::new(rate as u32).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::with_period(Duration::try_from_secs_f64(rate.recip()).ok()?)?;
        Some(Self {
            limiter: RateLimiter::direct(quota.allow_burst(burst)),
            burst,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_low_rate_makes_small_batches() {
        for (rate, batch) in [
            (None, 10),
            (Some(0.5), 1),
            (Some(3.0), 3),
            (Some(500.0), 10),
        ] {
            assert_eq!(ReplayPace::new(rate).batch(10), batch);
        }
    }

    #[tokio::test]
    async fn more_than_a_second_holds_waits() {
        // The next is due in a hundred seconds.
        let pace = ReplayPace::new(Some(0.01));
        pace.turn(1).await;
        let next = tokio::time::timeout(Duration::from_millis(1), pace.turn(1));
        assert!(next.await.is_err());
    }
}
