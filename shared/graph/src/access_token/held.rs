//! The last answer for a tenant, and when another is asked for.

use super::{AccessFault, AccessToken, TokenResult};
use crate::single_flight::SingleFlight;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use teamwire_payload::TenantId;

/// A token that Graph refused something to is replaced no sooner than this after the last was asked
/// for. What an administrator granted is known within it, and where a permission is never granted
/// each of thousands of GETs would else have Entra asked.
pub(super) const REPLACED_EVERY: Duration = Duration::from_secs(60);

/// Tenants remembered, at least, before those for which nothing is held any more are forgotten.
const TENANTS: usize = 1_000;

/// The tokens held, by tenant.
pub(super) struct HeldTokens {
    tenants: HashMap<TenantId, Arc<HeldToken>>,
    /// The number of tenants at which to look for those to forget.
    crowded: usize,
}

impl Default for HeldTokens {
    fn default() -> Self {
        Self {
            tenants: HashMap::new(),
            crowded: TENANTS,
        }
    }
}

impl HeldTokens {
    /// What is held for `tenant`.
    pub(super) fn of(&mut self, tenant: &TenantId, now: Instant) -> Arc<HeldToken> {
        if self.tenants.len() > self.crowded {
            // Somebody may be about to hold something.
            let is_used = |held: &Arc<HeldToken>| Arc::strong_count(held) > 1;
            let tenants = &mut self.tenants;
            tenants.retain(|_, held| is_used(held) || held.good(now).is_some());
            self.crowded = TENANTS.max(2 * self.tenants.len());
        }
        Arc::clone(self.tenants.entry(tenant.clone()).or_default())
    }

    #[cfg(test)]
    pub(super) fn remembered(&self) -> usize {
        self.tenants.len()
    }
}

/// The token held for one tenant.
#[derive(Default)]
pub(super) struct HeldToken {
    last: Mutex<Option<LastAnswer>>,
    pub(super) flight: SingleFlight<TokenResult>,
}

struct LastAnswer {
    answer: TokenResult,
    good_until: Instant,
    /// The time of the last request to Entra, answered or not.
    asked: Instant,
}

/// The way to go on after a refusal.
#[derive(Debug)]
pub(super) enum AfterRefusal {
    /// Another token, which came meanwhile.
    Token(Arc<AccessToken>),
    /// There is no other, and it is too early to ask for one.
    Nothing,
    /// One is to be asked for.
    Ask,
}

impl HeldToken {
    /// The answer that is good `now`. Of a time that Entra named, what is left.
    pub(super) fn good(&self, now: Instant) -> Option<TokenResult> {
        let last = self.last();
        let good = last.as_ref().filter(|last| now < last.good_until)?;
        let left = good.good_until.saturating_duration_since(now);
        let answer = good.answer.clone();
        Some(answer.map_err(|fault| fault.with_retry_after(left)))
    }

    pub(super) fn set(&self, answer: TokenResult, good_for: Duration, now: Instant) {
        *self.last() = Some(LastAnswer {
            answer,
            good_until: now + good_for,
            asked: now,
        });
    }

    /// Holds Entra's refusal, or that it wants to be left alone, unless there is a good token.
    pub(super) fn refuse(&self, fault: &AccessFault, good_for: Duration, now: Instant) {
        let mut last = self.last();
        let held = last.as_ref().filter(|last| now < last.good_until);
        if held.is_none_or(|held| held.answer.is_err()) {
            *last = Some(LastAnswer {
                answer: Err(fault.clone()),
                good_until: now + good_for,
                asked: now,
            });
        }
    }

    /// Drops the token, unless there is a newer one.
    pub(super) fn forget(&self, refused: &Arc<AccessToken>) {
        let mut last = self.last();
        if last.as_ref().is_some_and(|last| last.is(refused)) {
            *last = None;
        }
    }

    pub(super) fn instead_of(&self, refused: &Arc<AccessToken>, now: Instant) -> AfterRefusal {
        match &*self.last() {
            Some(last) if last.is(refused) => {
                if now.saturating_duration_since(last.asked) < REPLACED_EVERY {
                    AfterRefusal::Nothing
                } else {
                    AfterRefusal::Ask
                }
            }
            Some(last) if now < last.good_until => match &last.answer {
                Ok(token) => AfterRefusal::Token(Arc::clone(token)),
                Err(_) => AfterRefusal::Nothing,
            },
            _ => AfterRefusal::Ask,
        }
    }

    /// Entra was asked for another token than this one, which stays, and gave none.
    pub(super) fn asked_in_vain(&self, kept: &Arc<AccessToken>, now: Instant) {
        if let Some(last) = self.last().as_mut().filter(|last| last.is(kept)) {
            last.asked = now;
        }
    }

    fn last(&self) -> MutexGuard<'_, Option<LastAnswer>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl LastAnswer {
    fn is(&self, token: &Arc<AccessToken>) -> bool {
        matches!(&self.answer, Ok(held) if Arc::ptr_eq(held, token))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access_token::TokenPrerequisite;
    use teamwire_payload::Redacted;
    use zeroize::Zeroizing;

    const HOUR: Duration = Duration::from_secs(3600);

    fn token() -> Arc<AccessToken> {
        Arc::new(Redacted::new(Zeroizing::new("t".to_owned())))
    }

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_permission_that_is_never_given_asks_entra_once_a_minute() {
        let (held, start) = (HeldToken::default(), Instant::now());
        let mut shown = token();
        held.set(Ok(Arc::clone(&shown)), HOUR, start);
        let mut asked = 0;
        // A GET a second for ten minutes, each of which is refused.
        for second in 1..=600 {
            let now = start + seconds(second);
            match held.instead_of(&shown, now) {
                AfterRefusal::Nothing => {}
                AfterRefusal::Token(other) => panic!("there is no other token: {other:?}"),
                AfterRefusal::Ask => {
                    asked += 1;
                    shown = token();
                    held.set(Ok(Arc::clone(&shown)), HOUR, now);
                }
            }
        }
        assert_eq!(asked, 10);
    }

    #[test]
    fn an_entra_that_is_down_is_asked_once_a_minute_and_the_token_stays() {
        let (held, start, shown) = (HeldToken::default(), Instant::now(), token());
        held.set(Ok(Arc::clone(&shown)), HOUR, start);
        let mut asked = 0;
        for second in 1..=600 {
            let now = start + seconds(second);
            if matches!(held.instead_of(&shown, now), AfterRefusal::Ask) {
                asked += 1;
                held.asked_in_vain(&shown, now);
            }
            assert!(matches!(held.good(now), Some(Ok(held)) if Arc::ptr_eq(&held, &shown)));
        }
        assert_eq!(asked, 10);
    }

    #[test]
    fn who_was_refused_by_an_old_token_gets_the_one_that_another_asked_for() {
        let (held, start, old, new) = (HeldToken::default(), Instant::now(), token(), token());
        held.set(Ok(Arc::clone(&new)), HOUR, start);
        match held.instead_of(&old, start) {
            AfterRefusal::Token(token) => assert!(Arc::ptr_eq(&token, &new)),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn of_the_time_that_entra_named_is_told_what_is_left() {
        let (held, start) = (HeldToken::default(), Instant::now());
        let retry_after = Some(seconds(40));
        let throttled = AccessFault::Unavailable(TokenPrerequisite::Entra { retry_after });
        held.refuse(&throttled, seconds(40), start);
        let left = |after| match held.good(start + seconds(after)) {
            Some(Err(fault)) => fault.retry_after(),
            _ => None,
        };
        assert_eq!([left(0), left(39)], [retry_after, Some(seconds(1))]);
        assert_eq!(left(40), None);
    }

    #[test]
    fn after_a_refusal_by_entra_there_is_no_other_token_until_it_is_forgotten() {
        let (held, start) = (HeldToken::default(), Instant::now());
        let refusal = AccessFault::Refused { code: None };
        held.set(Err(refusal), seconds(30), start);
        let instead = |after| held.instead_of(&token(), start + seconds(after));
        assert!(matches!(instead(29), AfterRefusal::Nothing));
        assert!(matches!(instead(30), AfterRefusal::Ask));
    }
}
