//! The calls an app makes of `/subscriptions`: which they are, how many there may be, how many
//! there were.

use super::rates::{Limit, Rates};
use crate::clock::Clock;
use crate::entra::tokens::Caller;
use axum::http::Method;
use serde::Serialize;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The window in which the documented rates of `/subscriptions` are counted.
pub const WINDOW: Duration = Duration::from_secs(20);

/// The operation that is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Operation {
    /// `POST /subscriptions`
    Create,
    /// `PATCH /subscriptions/{id}`
    Update,
    /// `DELETE /subscriptions/{id}`
    Delete,
    /// `POST /subscriptions/{id}/reauthorize`
    Reauthorize,
    /// `GET /subscriptions/{id}`
    Get,
    /// `GET /subscriptions`
    List,
    /// The first three, which share their limit.
    Write,
}

impl Operation {
    /// The operation of a call; `None` for calls that are not about subscriptions.
    pub fn of(method: &Method, path: &str) -> Option<Self> {
        let mut segments = path
            .split('/')
            .filter(|segment| !segment.is_empty())
            .skip(1);
        if segments.next() != Some("subscriptions") {
            return None;
        }
        match (method.as_str(), segments.next(), segments.next()) {
            ("POST", None, _) => Some(Self::Create),
            ("GET", None, _) => Some(Self::List),
            ("GET", Some(_), None) => Some(Self::Get),
            ("PATCH", Some(_), None) => Some(Self::Update),
            ("DELETE", Some(_), None) => Some(Self::Delete),
            ("POST", Some(_), Some("reauthorize")) => Some(Self::Reauthorize),
            _ => None,
        }
    }

    const fn is_write(self) -> bool {
        matches!(self, Self::Create | Self::Update | Self::Delete)
    }

    /// The documented limits for an app in a tenant, and for an app in all tenants.
    const fn limits(self) -> (Limit, Limit) {
        match self {
            Self::Create | Self::Update | Self::Delete | Self::Write => {
                (limit("write", 500), limit("write-app", 2_000))
            }
            Self::Reauthorize => (limit("reauthorize", 1_000), limit("reauthorize-app", 4_000)),
            Self::Get => (limit("read", 500), limit("read-app", 2_000)),
            Self::List => (limit("list", 25), limit("list-app", 40)),
        }
    }

    /// Counts a call against its limits.
    ///
    /// # Errors
    /// The seconds to wait where one is exceeded.
    pub fn pace(self, rates: &Rates, caller: &Caller, now: Instant) -> Result<(), u64> {
        let app_and_tenant = format!("{} {}", caller.app_id, caller.tenant_id);
        let (tenant, app) = self.limits();
        rates.count(
            now,
            &[
                (tenant, app_and_tenant.as_str()),
                (app, caller.app_id.as_str()),
            ],
        )
    }
}

const fn limit(name: &'static str, requests: u32) -> Limit {
    Limit {
        name,
        requests,
        window: WINDOW,
    }
}

/// The number of calls, by operation and caller.
#[derive(Debug, Default)]
pub struct Meter {
    by_holder: Mutex<BTreeMap<Holder, BTreeMap<Operation, Tally>>>,
}

/// An app, and a tenant or all of them.
type Holder = (String, Option<String>);

/// The calls of one app in one tenant, or in all.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Calls {
    app_id: String,
    tenant_id: Option<String>,
    operations: BTreeMap<Operation, Tally>,
}

#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Tally {
    count: u64,
    /// Answered with 429.
    throttled: u64,
    /// Most in 20 s of the machine's clock.
    #[serde(serialize_with = "most")]
    peak: Window,
    /// Most in 20 s of simulated time.
    #[serde(serialize_with = "most")]
    peak_by_clock: Window,
}

#[derive(Debug, Clone, Default)]
struct Window {
    recent: VecDeque<Instant>,
    most: usize,
}

impl Meter {
    /// A call was made.
    pub fn count(&self, operation: Operation, caller: &Caller, clock: &Clock) {
        let (machine, simulated) = (Instant::now(), clock.instant());
        self.each(operation, caller, |tally| {
            tally.count += 1;
            tally.peak.count(machine);
            tally.peak_by_clock.count(simulated);
        });
    }

    /// It was answered with 429.
    pub fn throttled(&self, operation: Operation, caller: &Caller) {
        self.each(operation, caller, |tally| tally.throttled += 1);
    }

    /// Everything so far.
    pub fn calls(&self) -> Vec<Calls> {
        let by_holder = self
            .by_holder
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let calls = by_holder
            .iter()
            .map(|((app_id, tenant_id), operations)| Calls {
                app_id: app_id.clone(),
                tenant_id: tenant_id.clone(),
                operations: operations.clone(),
            });
        calls.collect()
    }

    fn each(&self, operation: Operation, caller: &Caller, write: impl Fn(&mut Tally)) {
        let mut by_holder = self
            .by_holder
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        for tenant_id in [None, Some(caller.tenant_id.clone())] {
            let operations = by_holder
                .entry((caller.app_id.clone(), tenant_id))
                .or_default();
            write(operations.entry(operation).or_default());
            if operation.is_write() {
                write(operations.entry(Operation::Write).or_default());
            }
        }
    }
}

impl Window {
    fn count(&mut self, now: Instant) {
        let over = |then: &Instant| now.saturating_duration_since(*then) >= WINDOW;
        while self.recent.front().is_some_and(over) {
            self.recent.pop_front();
        }
        self.recent.push_back(now);
        self.most = self.most.max(self.recent.len());
    }
}

fn most<S: serde::Serializer>(window: &Window, serializer: S) -> Result<S::Ok, S::Error> {
    window.most.serialize(serializer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_known_by_its_method_and_path() {
        for (method, path, expected) in [
            (Method::POST, "/v1.0/subscriptions", Some(Operation::Create)),
            (Method::GET, "/beta/subscriptions", Some(Operation::List)),
            (Method::GET, "/v1.0/subscriptions/1", Some(Operation::Get)),
            (
                Method::PATCH,
                "/v1.0/subscriptions/1",
                Some(Operation::Update),
            ),
            (
                Method::DELETE,
                "/v1.0/subscriptions/1",
                Some(Operation::Delete),
            ),
            (
                Method::POST,
                "/v1.0/subscriptions/1/reauthorize",
                Some(Operation::Reauthorize),
            ),
            (Method::GET, "/v1.0/chats/1", None),
            (Method::PUT, "/v1.0/subscriptions/1", None),
        ] {
            assert_eq!(Operation::of(&method, path), expected, "{method} {path}");
        }
    }

    #[test]
    fn the_peak_is_the_fullest_window_of_any_start() {
        let (mut window, start) = (Window::default(), Instant::now());
        for second in [0, 15, 16, 17, 30, 31, 60] {
            window.count(start + Duration::from_secs(second));
        }
        assert_eq!(window.most, 5);
    }

    #[test]
    fn writes_are_counted_apart_and_together_for_a_tenant_and_for_the_app() {
        let (meter, clock) = (Meter::default(), Clock::default());
        for (tenant_id, operation) in [
            ("a", Operation::Create),
            ("a", Operation::Update),
            ("b", Operation::Create),
        ] {
            let caller = Caller {
                tenant_id: tenant_id.into(),
                app_id: "app".into(),
                roles: Vec::new(),
            };
            meter.count(operation, &caller, &clock);
            clock.advance(60);
        }
        let calls = serde_json::to_value(meter.calls()).unwrap();
        let all = &calls[0];
        assert_eq!(all["tenantId"], serde_json::Value::Null);
        assert_eq!(all["operations"]["create"]["count"], 2);
        assert_eq!(all["operations"]["write"]["count"], 3);
        assert_eq!(all["operations"]["write"]["peak"], 3);
        assert_eq!(all["operations"]["write"]["peakByClock"], 1);
        assert_eq!(calls[1]["operations"]["write"]["count"], 2);
    }
}
