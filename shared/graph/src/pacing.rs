//! How fast a tenant may be asked.

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock};
use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use teamwire_payload::TenantId;

/// Reads of messages a second for one app in one tenant: 20 by Graph's table, of which some 83 %
/// can be sustained.
const READS_PER_SECOND: NonZeroU32 = NonZeroU32::MIN.saturating_add(15);

/// Spaces out requests to each tenant and keeps away from one that asked us to wait.
pub struct Pacer {
    limiter: DefaultKeyedRateLimiter<TenantId>,
    paused: Mutex<HashMap<TenantId, Instant>>,
}

impl Default for Pacer {
    fn default() -> Self {
        Self {
            limiter: RateLimiter::keyed(Quota::per_second(READS_PER_SECOND)),
            paused: Mutex::default(),
        }
    }
}

impl Pacer {
    /// Waits for the tenant's turn if it comes within `patience`.
    ///
    /// # Errors
    /// How long the wait would be, where it is longer.
    pub async fn turn(&self, tenant: &TenantId, patience: Duration) -> Result<(), Duration> {
        let give_up = Instant::now() + patience;
        loop {
            let wait = match self.pause_left(tenant) {
                Some(left) => left,
                None => match self.limiter.check_key(tenant) {
                    Ok(()) => return Ok(()),
                    Err(not_yet) => not_yet.wait_time_from(self.limiter.clock().now()),
                },
            };
            if Instant::now() + wait > give_up {
                return Err(wait);
            }
            tokio::time::sleep(wait).await;
        }
    }

    /// Keeps away from the tenant for as long as it asked: requests made meanwhile would count
    /// against it too.
    pub fn pause(&self, tenant: &TenantId, span: Duration) {
        let until = Instant::now() + span;
        let mut paused = self.paused.lock().unwrap_or_else(PoisonError::into_inner);
        let current = paused.entry(tenant.clone()).or_insert(until);
        *current = until.max(*current);
    }

    fn pause_left(&self, tenant: &TenantId) -> Option<Duration> {
        let mut paused = self.paused.lock().unwrap_or_else(PoisonError::into_inner);
        let left = paused.get(tenant)?.checked_duration_since(Instant::now());
        if left.is_none() {
            paused.remove(tenant);
        }
        left
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tenant(last: char) -> TenantId {
        format!("9f4ebab6-520d-49c0-85cc-7b25c78d4a9{last}")
            .parse()
            .unwrap()
    }

    #[tokio::test]
    async fn a_paused_tenant_is_left_alone_and_the_others_are_not() {
        let pacer = Pacer::default();
        pacer.pause(&tenant('1'), Duration::from_secs(60));
        pacer.pause(&tenant('1'), Duration::from_secs(1));
        let wait = pacer
            .turn(&tenant('1'), Duration::from_secs(2))
            .await
            .unwrap_err();
        assert!(
            wait > Duration::from_secs(50),
            "the longer pause holds: {wait:?}"
        );
        assert_eq!(pacer.turn(&tenant('2'), Duration::ZERO).await, Ok(()));
    }

    #[tokio::test]
    async fn a_burst_beyond_the_rate_is_told_to_wait() {
        let pacer = Pacer::default();
        let mut refused = 0;
        for _ in 0..2 * READS_PER_SECOND.get() {
            refused += usize::from(pacer.turn(&tenant('1'), Duration::ZERO).await.is_err());
        }
        assert!(refused > 0);
    }
}
