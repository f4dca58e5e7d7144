//! The documented rates of `/subscriptions`, at 83 % of them.

use super::{CallBudget, CallFault};
use governor::clock::Clock;
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use teamwire_payload::TenantId;

/// Tenants remembered before those that have all their turns again are forgotten.
const TENANTS: usize = 10_000;

/// The kind of a call, by the rate that it counts against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CallKind {
    /// POST, PATCH and DELETE: 500 in 20 s for an app in a tenant, 2000 for the app (GRAPH-34).
    Write,
    /// GET of one: the same.
    Read,
    /// GET of the list: 25 in 20 s, and 40 for the app.
    List,
}

/// Keeps calls apart from one another, and away from a tenant that asked us to wait.
pub(super) struct CallPace {
    writes: CallLimits,
    reads: CallLimits,
    lists: CallLimits,
    paused: Mutex<HashMap<TenantId, Instant>>,
}

struct CallLimits {
    tenants: DefaultKeyedRateLimiter<TenantId>,
    app: DefaultDirectRateLimiter,
}

impl Default for CallPace {
    fn default() -> Self {
        Self {
            // 15 + 20 * 20 and 60 + 20 * 80 in any 20 s.
            writes: CallLimits::new(quota(20, 1, 15), quota(80, 1, 60)),
            reads: CallLimits::new(quota(20, 1, 15), quota(80, 1, 60)),
            // 5 + 20 * 3 / 4 and 8 + 20 * 5 / 4.
            lists: CallLimits::new(quota(3, 4, 5), quota(5, 4, 8)),
            paused: Mutex::default(),
        }
    }
}

/// `calls` in `seconds`, evenly, after `burst` at once.
fn quota(calls: u32, seconds: u32, burst: u32) -> Quota {
    let calls = NonZeroU32::new(calls).unwrap_or(NonZeroU32::MIN);
    let period = Duration::from_secs(seconds.into()) / calls.get();
    Quota::with_period(period)
        .unwrap_or(Quota::per_second(calls))
        .allow_burst(NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN))
}

impl CallLimits {
    fn new(tenant: Quota, app: Quota) -> Self {
        Self {
            tenants: RateLimiter::keyed(tenant),
            app: RateLimiter::direct(app),
        }
    }

    /// Takes the tenant's turn; how long to wait for it.
    fn of_tenant(&self, tenant: &TenantId) -> Result<(), Duration> {
        if self.tenants.len() > TENANTS {
            // Those that might be new.
            self.tenants.retain_recent();
        }
        let clock = self.tenants.clock();
        self.tenants
            .check_key(tenant)
            .map_err(|not_yet| not_yet.wait_time_from(clock.now()))
    }

    fn of_app(&self) -> Result<(), Duration> {
        let clock = self.app.clock();
        self.app
            .check()
            .map_err(|not_yet| not_yet.wait_time_from(clock.now()))
    }
}

impl CallPace {
    /// Waits for the turn of a call that takes `need`, if there is time for both.
    ///
    /// # Errors
    /// [`CallFault::NoTime`], [`CallFault::Throttled`]
    pub(super) async fn turn(
        &self,
        kind: CallKind,
        budget: CallBudget<'_>,
        need: Duration,
    ) -> Result<(), CallFault> {
        let limits = match kind {
            CallKind::Write => &self.writes,
            CallKind::Read => &self.reads,
            CallKind::List => &self.lists,
        };
        let mut tenants_turn = false;
        loop {
            let now = Instant::now();
            if now + need > budget.deadline {
                return Err(CallFault::NoTime);
            }
            let wait = match self.pause_left(budget.tenant, now) {
                Some(left) if now + left + need > budget.deadline => {
                    return Err(CallFault::Throttled(left, None));
                }
                Some(left) => left,
                None if !tenants_turn => match limits.of_tenant(budget.tenant) {
                    Ok(()) => {
                        tenants_turn = true;
                        continue;
                    }
                    Err(wait) => wait,
                },
                None => match limits.of_app() {
                    Ok(()) => return Ok(()),
                    Err(wait) => wait,
                },
            };
            if now + wait + need > budget.deadline {
                return Err(CallFault::NoTime);
            }
            tokio::time::sleep(wait).await;
        }
    }

    /// Leaves the tenant alone for as long as Graph asked: calls made meanwhile would count too.
    pub(super) fn pause(&self, tenant: &TenantId, span: Duration) {
        let until = Instant::now() + span;
        let mut paused = self.paused.lock().unwrap_or_else(PoisonError::into_inner);
        let current = paused.entry(tenant.clone()).or_insert(until);
        *current = until.max(*current);
    }

    fn pause_left(&self, tenant: &TenantId, now: Instant) -> Option<Duration> {
        let mut paused = self.paused.lock().unwrap_or_else(PoisonError::into_inner);
        paused.retain(|_, until| *until > now);
        paused.get(tenant).map(|until| until.duration_since(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tenant(digit: char) -> TenantId {
        format!("9f4ebab6-520d-49c0-85cc-7b25c78d4a9{digit}")
            .parse()
            .unwrap()
    }

    async fn goes(pace: &CallPace, kind: CallKind, tenant: &TenantId) -> bool {
        let deadline = Instant::now() + Duration::from_millis(5);
        let budget = CallBudget { tenant, deadline };
        pace.turn(kind, budget, Duration::ZERO).await.is_ok()
    }

    #[tokio::test]
    async fn lists_of_one_tenant_are_spaced_out_and_lists_of_all_more_so() {
        let (pace, mut went) = (CallPace::default(), Vec::new());
        for digit in ['1', '2', '3'] {
            let tenant = tenant(digit);
            let mut of_tenant = 0;
            for _ in 0..10 {
                of_tenant += u32::from(goes(&pace, CallKind::List, &tenant).await);
            }
            went.push(of_tenant);
        }
        assert_eq!(went[0], 5, "{went:?}");
        assert!(went[1] + went[2] <= 4, "{went:?}");
    }

    #[tokio::test]
    async fn tenants_that_have_all_their_turns_again_are_forgotten() {
        let limits = CallPace::default().reads;
        let of = |number: usize| format!("9f4ebab6-520d-49c0-85cc-{number:012x}");
        for number in 0..=TENANTS {
            limits.of_tenant(&of(number).parse().unwrap()).unwrap();
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        limits.of_tenant(&tenant('1')).unwrap();
        assert!(
            limits.tenants.len() < TENANTS / 10,
            "{}",
            limits.tenants.len()
        );
    }

    #[tokio::test]
    async fn a_tenant_that_asked_for_it_is_left_alone_and_the_others_are_not() {
        let pace = CallPace::default();
        pace.pause(&tenant('1'), Duration::from_secs(60));
        assert!(!goes(&pace, CallKind::Write, &tenant('1')).await);
        assert!(goes(&pace, CallKind::Write, &tenant('2')).await);
    }

    #[tokio::test]
    async fn a_call_does_not_begin_that_could_end_too_late() {
        let (pace, tenant) = (CallPace::default(), tenant('1'));
        let budget = CallBudget {
            tenant: &tenant,
            deadline: Instant::now() + Duration::from_secs(5),
        };
        let late = pace
            .turn(CallKind::Read, budget, Duration::from_secs(6))
            .await;
        assert_eq!(late, Err(CallFault::NoTime));
    }
}
