//! Trouble made on demand: the next GETs are throttled or unavailable.

use axum::http::StatusCode;
use serde::Deserialize;
use std::sync::{Mutex, PoisonError};

/// What the next GETs of resources are answered with.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Throttle {
    /// Whose GETs; everyone's where there is none.
    #[serde(default)]
    pub tenant: Option<String>,
    /// How many.
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

/// The trouble ahead.
#[derive(Debug, Default)]
pub struct Trouble {
    ahead: Mutex<Vec<Throttle>>,
}

impl Trouble {
    /// Makes trouble, in place of what was ahead for the same tenant.
    pub fn make(&self, throttle: Throttle) {
        let mut ahead = self.ahead.lock().unwrap_or_else(PoisonError::into_inner);
        ahead.retain(|other| other.tenant != throttle.tenant);
        ahead.push(throttle);
    }

    /// The answer that a tenant's GET meets, if any: status and `Retry-After`.
    pub fn meet(&self, tenant_id: &str) -> Option<(StatusCode, u64)> {
        let mut ahead = self.ahead.lock().unwrap_or_else(PoisonError::into_inner);
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
