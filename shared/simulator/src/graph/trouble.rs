//! Trouble made on demand: calls that are refused, tokens that are not given, events that are
//! lost.

use super::storm::{Met, Side, Storm, Storms};
use crate::entra::refusal::Refusal;
use axum::http::StatusCode;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The answers to the next GETs of resources.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Throttle {
    /// The tenant whose GETs; everyone's where there is none.
    #[serde(default)]
    pub tenant: Option<String>,
    /// The number of GETs.
    pub requests: u64,
    /// `Retry-After`, in seconds.
    pub retry_after: u64,
    /// 429 or 503.
    #[serde(default = "too_many_requests")]
    pub status: u16,
}

fn too_many_requests() -> u16 {
    StatusCode::TOO_MANY_REQUESTS.as_u16()
}

/// The trouble ahead, and the trouble there is.
#[derive(Debug, Default)]
pub struct Trouble {
    ahead: Mutex<Vec<Throttle>>,
    storms: Mutex<Storms>,
    no_consent: Mutex<BTreeSet<String>>,
    entra_down: AtomicBool,
    refusals: Mutex<BTreeMap<Option<String>, Refusal>>,
    lost_lifecycle: Mutex<Option<(f64, StdRng)>>,
}

impl Trouble {
    /// Takes a tenant's consent away, or gives it back.
    pub fn lose_consent(&self, tenant_id: &str, lost: bool) {
        let mut without = lock(&self.no_consent);
        let tenant_id = tenant_id.to_ascii_lowercase();
        if lost {
            without.insert(tenant_id);
        } else {
            without.remove(&tenant_id);
        }
    }

    /// True if the tenant's consent was taken away.
    pub fn has_no_consent(&self, tenant_id: &str) -> bool {
        lock(&self.no_consent).contains(tenant_id)
    }

    /// Lets Entra give no tokens, or again.
    pub fn put_entra_down(&self, down: bool) {
        self.entra_down.store(down, Ordering::Relaxed);
    }

    /// True if Entra gives no tokens.
    pub fn is_entra_down(&self) -> bool {
        self.entra_down.load(Ordering::Relaxed)
    }

    /// Lets Entra refuse every token for a tenant, or for all, in that way; or no longer.
    pub(crate) fn refuse(&self, tenant: Option<&str>, refusal: Option<Refusal>) {
        let mut refusals = lock(&self.refusals);
        let tenant = tenant.map(str::to_ascii_lowercase);
        match refusal {
            Some(refusal) => refusals.insert(tenant, refusal),
            None => refusals.remove(&tenant),
        };
    }

    /// The refusal of tokens for the tenant, if there is one.
    pub(crate) fn refusal(&self, tenant: &str) -> Option<Refusal> {
        let refusals = lock(&self.refusals);
        let of_tenant = refusals.get(&Some(tenant.to_ascii_lowercase()));
        of_tenant.or_else(|| refusals.get(&None)).copied()
    }

    /// Begins a storm.
    pub fn begin(&self, storm: Storm) {
        lock(&self.storms).begin(storm);
    }

    /// The storm that a tenant's call meets, if any.
    pub fn storm(&self, tenant_id: &str, side: Side) -> Option<Met> {
        lock(&self.storms).meet(tenant_id, side)
    }

    /// Lets a share of the lifecycle notifications never be sent.
    pub fn lose_lifecycle(&self, share: f64, seed: u64) {
        *lock(&self.lost_lifecycle) = Some((share, StdRng::seed_from_u64(seed)));
    }

    /// True if the next lifecycle notification is lost.
    pub fn loses_lifecycle(&self) -> bool {
        lock(&self.lost_lifecycle)
            .as_mut()
            .is_some_and(|(share, rng)| rng.random_bool(*share))
    }

    /// Throttles GETs, in place of what was ahead for the same tenant.
    pub fn make(&self, throttle: Throttle) {
        let mut ahead = lock(&self.ahead);
        ahead.retain(|other| other.tenant != throttle.tenant);
        ahead.push(throttle);
    }

    /// The answer that a tenant's GET meets, if any: status and `Retry-After`.
    pub fn meet(&self, tenant_id: &str) -> Option<(StatusCode, u64)> {
        let mut ahead = lock(&self.ahead);
        let met = ahead.iter_mut().find(|throttle| {
            throttle.requests > 0
                && throttle
                    .tenant
                    .as_ref()
                    .is_none_or(|tenant| tenant.eq_ignore_ascii_case(tenant_id))
        })?;
        met.requests -= 1;
        let status = StatusCode::from_u16(met.status).unwrap_or(StatusCode::TOO_MANY_REQUESTS);
        Some((status, met.retry_after))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trouble_is_met_by_its_tenant_as_often_as_was_asked_for() {
        let trouble = Trouble::default();
        trouble.make(Throttle {
            tenant: Some("A".into()),
            requests: 2,
            retry_after: 7,
            status: 503,
        });
        assert_eq!(trouble.meet("b"), None);
        let met = Some((StatusCode::SERVICE_UNAVAILABLE, 7));
        assert_eq!([trouble.meet("a"), trouble.meet("a")], [met, met]);
        assert_eq!(trouble.meet("a"), None);
    }
}
