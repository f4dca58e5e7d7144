//! Activity of subscriptions, reported to the function that watches for silence.
//!
//! It goes to the lifecycle queue beside the items of a POST, and is none of them: it keeps no answer
//! up, fails none, and is not counted. What is not told now is told later.

use crate::authenticate::Verdict;
use futures::future::{Either, select};
use std::collections::HashMap;
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use teamwire_payload::{ActivityReport, Message, TenantId, limits};
use teamwire_transport::{Outgoing, Queue, send::send_all};

/// `MessageGroupId` of what is told: it may be of several tenants.
const GROUP: &str = "heard";

/// The activity that one process has seen. All times are in milliseconds since 1970.
#[derive(Default)]
pub(crate) struct ActivityTracker(Mutex<State>);

#[derive(Default)]
struct State {
    known: HashMap<(TenantId, String), Times>,
    /// True if something was not reported for [`limits::HEARD_EVERY`].
    is_due: bool,
    /// The time at which the allowance is whole again: each report costs a [`limits::HEARD_PAUSE`]
    /// of it.
    whole_at: u64,
}

/// Of one subscription.
#[derive(Clone, Copy)]
struct Times {
    /// Time of the last notification.
    heard: u64,
    /// The value of `heard` that was last reported; 0 for none.
    told: u64,
}

impl ActivityTracker {
    /// Notes what was announced `at`, by those verdicts that are authentic.
    pub(crate) fn note(&self, verdicts: &[Verdict], at: u64) {
        let mut state = self.state();
        for verdict in verdicts {
            if let Verdict::Authentic(verified) = verdict
                && let Some((tenant, id)) = verified.announced_for()
            {
                state.note(tenant, id, at);
            }
        }
    }

    /// Does `work`, and beside it tells `queue` what is due. Waits for that for at most
    /// [`limits::HEARD_GRACE`] longer than for the work, and not past `until`.
    pub(crate) async fn beside<T>(
        &self,
        work: impl Future<Output = T>,
        queue: &impl Queue,
        at: u64,
        until: Instant,
    ) -> T {
        let Some(heard) = self.state().take_turn(at) else {
            return work.await;
        };
        let telling = pin!(tell(queue, &heard, at));
        let (done, is_told) = match select(pin!(work), telling).await {
            Either::Left((done, telling)) => {
                let until = until.min(Instant::now() + limits::HEARD_GRACE);
                let told = tokio::time::timeout_at(until.into(), telling).await;
                (done, told.unwrap_or(false))
            }
            Either::Right((is_told, work)) => (work.await, is_told),
        };
        if is_told {
            self.state().told(&heard);
        } else {
            tracing::warn!("what was heard of is told later");
        }
        done
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn note(&mut self, tenant: &TenantId, id: &str, at: u64) {
        let key = (tenant.clone(), id.to_owned());
        if self.known.len() >= limits::HEARD_SUBSCRIPTIONS && !self.known.contains_key(&key) {
            return;
        }
        let times = self.known.entry(key).or_insert(Times { heard: 0, told: 0 });
        times.heard = times.heard.max(at);
        self.is_due |= times.is_due();
    }

    /// The next report, if one is due: the subscription that was reported the longest ago goes
    /// first.
    fn take_turn(&mut self, now: u64) -> Option<ActivityReport> {
        let pause = millis(limits::HEARD_PAUSE);
        let allowance = pause * u64::from(limits::HEARD_AT_ONCE);
        let whole_at = self.whole_at.max(now).saturating_add(pause);
        if !self.is_due || whole_at.saturating_sub(now) > allowance {
            return None;
        }
        self.whole_at = whole_at;
        let untold = self.known.iter().filter(|(_, times)| times.is_untold());
        let mut untold: Vec<_> = untold.collect();
        untold.sort_unstable_by_key(|(_, times)| times.told);
        let mut heard = ActivityReport::default();
        for ((tenant, id), times) in untold.into_iter().take(limits::HEARD_PER_MESSAGE) {
            let of_tenant = heard.tenants.entry(tenant.clone()).or_default();
            of_tenant.insert(id.clone(), times.heard);
        }
        Some(heard)
    }

    fn told(&mut self, heard: &ActivityReport) {
        for (tenant, ids) in &heard.tenants {
            for (id, at) in ids {
                if let Some(times) = self.known.get_mut(&(tenant.clone(), id.clone())) {
                    times.told = times.told.max(*at);
                }
            }
        }
        let now = heard.tenants.values().flat_map(|ids| ids.values()).max();
        let old = now.map_or(0, |now| now.saturating_sub(millis(limits::HEARD_EVERY)));
        self.known
            .retain(|_, times| times.is_untold() || times.told > old);
        self.is_due = self.known.values().any(Times::is_due);
    }
}

impl Times {
    fn is_untold(&self) -> bool {
        self.heard > self.told
    }

    fn is_due(&self) -> bool {
        self.heard.saturating_sub(self.told) >= millis(limits::HEARD_EVERY)
    }
}

async fn tell(queue: &impl Queue, heard: &ActivityReport, at: u64) -> bool {
    let message = Message {
        received_at: at,
        trace: None,
        body: heard.clone(),
    };
    let Ok(text) = message.to_json() else {
        return false;
    };
    let entry = Outgoing::json(text, GROUP);
    send_all(queue, &[entry]).await == [true]
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
