//! The times for which the wanted resources were watched, and the times for which they were not.

use crate::change::SimulatedChangeType;
use crate::graph::delivery::Span;
use crate::graph::selector::Selector;
use crate::graph::subscriptions::Served;
use crate::ids;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// The resources that are watched for, and since when.
#[derive(Debug, Default)]
pub struct Coverage {
    watch: Mutex<Option<Watch>>,
}

/// A list of what should be covered.
#[derive(Debug, Clone)]
pub struct Watch {
    /// Since when.
    pub from: Timestamp,
    /// The resources.
    pub wanted: Vec<ExpectedCoverage>,
}

/// One resource that should be covered.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExpectedCoverage {
    /// The tenant it is in.
    pub tenant: String,
    /// As a subscription names it.
    pub resource: String,
    /// The changes that should be announced; a subscription to more covers them too.
    pub change_types: Vec<SimulatedChangeType>,
}

/// The coverage of one resource.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Covered {
    tenant: String,
    resource: String,
    change_types: Vec<SimulatedChangeType>,
    covered_seconds: f64,
    uncovered_seconds: f64,
    gaps: Vec<UncoveredTime>,
}

/// A time without a subscription that delivered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UncoveredTime {
    from: String,
    to: String,
}

impl Coverage {
    /// Watches for these from now on.
    pub fn begin(&self, wanted: Vec<ExpectedCoverage>, from: Timestamp) {
        *self.watch.lock().unwrap_or_else(PoisonError::into_inner) = Some(Watch { from, wanted });
    }

    /// The resources that are watched for.
    pub fn watch(&self) -> Option<Watch> {
        self.watch
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Watch {
    /// The coverage until `to` by what the subscriptions served.
    pub fn report(&self, served: &[Served], to: Timestamp) -> Vec<Covered> {
        let mut by_selector: HashMap<(&str, &Selector), Vec<&Served>> = HashMap::new();
        for one in served {
            let key = (one.tenant_id.as_str(), &one.selector);
            by_selector.entry(key).or_default().push(one);
        }
        let report = self.wanted.iter().map(|wanted| {
            let tenant_id = wanted.tenant.to_ascii_lowercase();
            let selector = Selector::parse(&wanted.resource);
            let served = selector
                .as_ref()
                .and_then(|selector| by_selector.get(&(tenant_id.as_str(), selector)))
                .map_or(&[][..], Vec::as_slice);
            let enough = |one: &&&Served| {
                let heard = |wanted: &SimulatedChangeType| one.change_types.contains(wanted);
                wanted.change_types.iter().all(heard)
            };
            let spans = served.iter().filter(enough).flat_map(|one| &one.spans);
            wanted.covered(gaps(self.from, to, spans), to.duration_since(self.from))
        });
        report.collect()
    }
}

impl ExpectedCoverage {
    fn covered(&self, gaps: Vec<Span>, time: SignedDuration) -> Covered {
        let uncovered: SignedDuration =
            gaps.iter().map(|gap| gap.to.duration_since(gap.from)).sum();
        Covered {
            tenant: self.tenant.clone(),
            resource: self.resource.clone(),
            change_types: self.change_types.clone(),
            covered_seconds: seconds(time.saturating_sub(uncovered)),
            uncovered_seconds: seconds(uncovered),
            gaps: gaps
                .into_iter()
                .map(|gap| UncoveredTime {
                    from: ids::date(gap.from),
                    to: ids::date(gap.to),
                })
                .collect(),
        }
    }
}

/// To the millisecond.
fn seconds(time: SignedDuration) -> f64 {
    time.as_millis() as f64 / 1_000.0
}

/// The times from `from` to `to` that are in no span.
fn gaps<'a>(from: Timestamp, to: Timestamp, spans: impl Iterator<Item = &'a Span>) -> Vec<Span> {
    let mut spans: Vec<&Span> = spans.collect();
    spans.sort_unstable_by_key(|span| span.from);
    let (mut gaps, mut covered_until) = (Vec::new(), from);
    for span in spans {
        if span.from > covered_until && covered_until < to {
            gaps.push(Span {
                from: covered_until,
                to: span.from.min(to),
            });
        }
        covered_until = covered_until.max(span.to);
    }
    if covered_until < to {
        gaps.push(Span {
            from: covered_until,
            to,
        });
    }
    gaps
}

#[cfg(test)]
mod tests {
    use super::*;

    const TENANT: &str = "9f4ebab6-520d-49c0-85cc-7b25c78d4a93";

    fn second(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + seconds).unwrap()
    }

    fn served(
        resource: &str,
        change_types: &[SimulatedChangeType],
        spans: &[(i64, i64)],
    ) -> Served {
        Served {
            tenant_id: TENANT.into(),
            selector: Selector::parse(resource).unwrap(),
            change_types: change_types.to_vec(),
            spans: spans
                .iter()
                .map(|(from, to)| Span {
                    from: second(*from),
                    to: second(*to),
                })
                .collect(),
        }
    }

    fn uncovered(served: &[Served]) -> (f64, Vec<(String, String)>) {
        let watch = Watch {
            from: second(0),
            wanted: vec![ExpectedCoverage {
                tenant: TENANT.to_ascii_uppercase(),
                resource: "/chats('C')/messages".into(),
                change_types: vec![SimulatedChangeType::Created],
            }],
        };
        let report = watch.report(served, second(100)).remove(0);
        assert_eq!(report.covered_seconds + report.uncovered_seconds, 100.0);
        let gaps = report.gaps.into_iter().map(|gap| (gap.from, gap.to));
        (report.uncovered_seconds, gaps.collect())
    }

    fn gap(from: i64, to: i64) -> (String, String) {
        (ids::date(second(from)), ids::date(second(to)))
    }

    #[test]
    fn gaps_lie_between_the_spans_of_all_subscriptions_together() {
        use SimulatedChangeType::{Created, Updated};
        let both = [
            served("chats/C/messages", &[Created], &[(50, 70), (10, 20)]),
            served(
                "chats/C/messages",
                &[Created, Updated],
                &[(-5, 5), (15, 40)],
            ),
        ];
        let expected = vec![gap(5, 10), gap(40, 50), gap(70, 100)];
        assert_eq!(uncovered(&both), (45.0, expected));
        let all = [served("chats/C/messages", &[Created], &[(-5, 200)])];
        assert_eq!(uncovered(&all), (0.0, vec![]));
    }

    #[test]
    fn other_changes_and_other_resources_cover_nothing() {
        let others = [
            served(
                "chats/C/messages",
                &[SimulatedChangeType::Updated],
                &[(0, 100)],
            ),
            served(
                "chats/D/messages",
                &[SimulatedChangeType::Created],
                &[(0, 100)],
            ),
        ];
        assert_eq!(uncovered(&others), (100.0, vec![gap(0, 100)]));
    }
}
