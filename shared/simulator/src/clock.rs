//! The simulator's clock: this machine's, and as far ahead of it as was asked for.

use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

/// Tells simulated time. Clones are one clock. Signed tokens do not follow it: who checks them
/// has a clock of their own.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    /// In seconds.
    ahead: Arc<AtomicI64>,
}

impl Clock {
    /// Simulated time.
    pub fn now(&self) -> Timestamp {
        let ahead = SignedDuration::from_secs(self.ahead());
        Timestamp::now()
            .saturating_add(ahead)
            .unwrap_or(Timestamp::MAX)
    }

    /// Simulated time for what is measured in windows.
    pub fn instant(&self) -> Instant {
        Instant::now() + Duration::from_secs(self.ahead().unsigned_abs())
    }

    /// The time by which it is ahead of the machine, in seconds; never negative.
    pub fn ahead(&self) -> i64 {
        self.ahead.load(Ordering::Relaxed)
    }

    /// Lets time pass.
    pub fn advance(&self, seconds: u32) {
        self.ahead.fetch_add(i64::from(seconds), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_goes_with_the_machine_s_and_jumps_when_told() {
        let clock = Clock::default();
        assert!(clock.now().duration_since(Timestamp::now()) <= SignedDuration::ZERO);
        let (before, same) = (clock.now(), clock.clone());
        same.advance(86_400);
        let passed = clock.now().duration_since(before);
        assert!(passed >= SignedDuration::from_hours(24));
        assert!(clock.instant() > Instant::now() + Duration::from_secs(86_000));
    }
}
