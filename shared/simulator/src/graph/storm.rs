//! Graph in trouble: calls that are throttled or fail, so many of them or a share.

use super::errors::GraphErrorResponse;
use axum::http::StatusCode;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde::Deserialize;
use std::time::Duration;

/// The request.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Storm {
    /// The tenant whose calls; everyone's where there is none.
    #[serde(default)]
    pub tenant: Option<String>,
    /// The side of the calls; all where there is none.
    #[serde(default)]
    pub on: Option<Side>,
    /// 400, 429 or 5xx.
    pub status: u16,
    /// `Retry-After`, in seconds of the machine's clock.
    #[serde(default)]
    pub retry_after: Option<u64>,
    /// The number of calls; without an end where there is no number.
    #[serde(default)]
    pub requests: Option<u64>,
    /// The share of them, 0 to 1.
    #[serde(default = "all")]
    pub share: f64,
    /// The source of the choice.
    #[serde(default)]
    pub seed: u64,
    /// True if the call is carried out, and only its answer is lost.
    #[serde(default)]
    pub answer_lost: bool,
    /// The time for which the call hangs first, in seconds of the machine's clock.
    #[serde(default)]
    pub after_seconds: u32,
}

fn all() -> f64 {
    1.0
}

/// The side of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Side {
    /// Those of `/subscriptions`.
    Subscriptions,
    /// Of those, PATCHes.
    Updates,
    /// All others.
    Resources,
}

/// A storm that a call met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Met {
    /// The answer.
    pub fault: GraphErrorResponse,
    /// True if the call is carried out all the same.
    pub answer_lost: bool,
    /// The time for which it hangs first.
    pub after: Duration,
}

/// The storms there are.
#[derive(Debug, Default)]
pub(super) struct Storms(Vec<(Storm, StdRng)>);

impl Storm {
    /// True if its numbers make sense: 400, 429 or 5xx, a share from 0 to 1.
    pub fn is_possible(&self) -> bool {
        let is_refusal = matches!(self.status, 400 | 429);
        (is_refusal || (500..600).contains(&self.status))
            && (0.0..=1.0).contains(&self.share)
            && !(is_refusal && self.answer_lost)
    }

    fn hits(&self, tenant_id: &str, side: Side) -> bool {
        let tenant = self.tenant.as_ref();
        tenant.is_none_or(|tenant| tenant.eq_ignore_ascii_case(tenant_id))
            && self.on.is_none_or(|on| side.is_of(on))
    }
}

impl Side {
    fn is_of(self, other: Self) -> bool {
        self == other || (self, other) == (Self::Updates, Self::Subscriptions)
    }
}

impl Storms {
    /// Begins one, in place of the one for the same tenant and side.
    pub(super) fn begin(&mut self, storm: Storm) {
        self.0
            .retain(|(other, _)| (&other.tenant, other.on) != (&storm.tenant, storm.on));
        let rng = StdRng::seed_from_u64(storm.seed);
        self.0.push((storm, rng));
    }

    /// The fault that a call meets.
    pub(super) fn meet(&mut self, tenant_id: &str, side: Side) -> Option<Met> {
        for (storm, rng) in &mut self.0 {
            if storm.requests == Some(0) || !storm.hits(tenant_id, side) {
                continue;
            }
            if !rng.random_bool(storm.share) {
                continue;
            }
            if let Some(requests) = &mut storm.requests {
                *requests -= 1;
            }
            let status = StatusCode::from_u16(storm.status).unwrap_or_default();
            return Some(Met {
                fault: match status {
                    StatusCode::BAD_REQUEST => GraphErrorResponse::invalid("Invalid request."),
                    status => GraphErrorResponse::unavailable(status, storm.retry_after),
                },
                answer_lost: storm.answer_lost,
                after: Duration::from_secs(storm.after_seconds.into()),
            });
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn storms(storms: &[serde_json::Value]) -> Storms {
        let mut all = Storms::default();
        for storm in storms {
            all.begin(serde_json::from_value(storm.clone()).unwrap());
        }
        all
    }

    fn met(storms: &mut Storms, calls: usize, tenant: &str, side: Side) -> usize {
        (0..calls).filter_map(|_| storms.meet(tenant, side)).count()
    }

    #[test]
    fn so_many_calls_of_the_tenant_and_side_are_met() {
        let mut all = storms(&[json!({
            "tenant": "A", "on": "subscriptions", "status": 503, "requests": 4,
        })]);
        assert_eq!(met(&mut all, 1, "a", Side::Updates), 1);
        assert_eq!(met(&mut all, 9, "a", Side::Resources), 0);
        assert_eq!(met(&mut all, 9, "b", Side::Subscriptions), 0);
        assert_eq!(met(&mut all, 9, "a", Side::Subscriptions), 3);
    }

    #[test]
    fn a_share_of_the_calls_is_met_the_same_ones_for_a_seed() {
        let storm = json!({"status": 500, "share": 0.2, "seed": 7});
        let calls = |mut all: Storms| -> Vec<bool> {
            let meet = |_| all.meet("a", Side::Resources).is_some();
            (0..1_000).map(meet).collect()
        };
        let first = calls(storms(std::slice::from_ref(&storm)));
        let number = first.iter().filter(|met| **met).count();
        assert!((150..250).contains(&number), "{number}");
        assert_eq!(calls(storms(&[storm])), first);
    }

    #[test]
    fn another_storm_of_the_same_kind_takes_the_place_of_the_first() {
        let mut all = storms(&[
            json!({"status": 500}),
            json!({"status": 503, "requests": 0}),
        ]);
        assert_eq!(met(&mut all, 5, "a", Side::Resources), 0);
    }

    #[test]
    fn what_is_no_trouble_is_not_possible() {
        for (storm, possible) in [
            (json!({"status": 429, "retryAfter": 3}), true),
            (json!({"status": 400, "on": "updates"}), true),
            (json!({"status": 504, "answerLost": true}), true),
            (json!({"status": 429, "answerLost": true}), false),
            (json!({"status": 404}), false),
            (json!({"status": 500, "share": 1.5}), false),
        ] {
            let parsed: Storm = serde_json::from_value(storm.clone()).unwrap();
            assert_eq!(parsed.is_possible(), possible, "{storm}");
        }
    }
}
