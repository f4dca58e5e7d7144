//! Activity of subscriptions, reported to the function that watches for silence.
//!
//! It goes to the lifecycle queue beside the items of a POST, and is none of them: it keeps no answer
//! up, fails none, and is not counted. A report that fails now is sent later.

use crate::authenticate::ItemVerdict;
use futures::future::{Either, select};
use std::collections::HashMap;
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use teamwire_payload::{ActivityReport, QueueMessage, TenantId, limits};
use teamwire_transport::{MessageQueue, OutgoingEntry, send::send_all};

/// `MessageGroupId` of what is told: it may be of several tenants.
const GROUP: &str = "heard";

/// The activity that one process has seen. All times are in milliseconds since 1970.
#[derive(Default)]
pub(crate) struct ActivityTracker(Mutex<TrackerState>);

#[derive(Default)]
struct TrackerState {
    known: HashMap<(TenantId, String), ActivityTimes>,
    /// True if something was not reported for [`limits::HEARD_EVERY`].
    is_due: bool,
    /// The time at which the allowance is whole again: each report costs a [`limits::HEARD_PAUSE`]
    /// of it.
    whole_at: u64,
}

/// Of one subscription.
#[derive(Clone, Copy)]
struct ActivityTimes {
    /// Time of the last notification.
    active: u64,
    /// The value of `active` that was last reported; 0 for none.
    reported: u64,
}

impl ActivityTracker {
    /// Notes what was announced `at`, by those verdicts that are authentic.
    pub(crate) fn note(&self, verdicts: &[ItemVerdict], at: u64) {
        let mut state = self.state();
        for verdict in verdicts {
            if let ItemVerdict::Authentic(verified) = verdict
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
        queue: &impl MessageQueue,
        at: u64,
        until: Instant,
    ) -> T {
        let Some(report) = self.state().take_turn(at) else {
            return work.await;
        };
        let sending = pin!(send(queue, &report, at));
        let (done, is_sent) = match select(pin!(work), sending).await {
            Either::Left((done, sending)) => {
                let until = until.min(Instant::now() + limits::HEARD_GRACE);
                let sent = tokio::time::timeout_at(until.into(), sending).await;
                (done, sent.unwrap_or(false))
            }
            Either::Right((is_sent, work)) => (work.await, is_sent),
        };
        if is_sent {
            self.state().reported(&report);
        } else {
            tracing::warn!("the activity report is sent later");
        }
        done
    }

    fn state(&self) -> MutexGuard<'_, TrackerState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TrackerState {
    fn note(&mut self, tenant: &TenantId, id: &str, at: u64) {
        let key = (tenant.clone(), id.to_owned());
        if self.known.len() >= limits::HEARD_SUBSCRIPTIONS && !self.known.contains_key(&key) {
            return;
        }
        let times = self.known.entry(key).or_insert(ActivityTimes {
            active: 0,
            reported: 0,
        });
        times.active = times.active.max(at);
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
        let unreported = self.known.iter().filter(|(_, times)| times.is_unreported());
        let mut unreported: Vec<_> = unreported.collect();
        unreported.sort_unstable_by_key(|(_, times)| times.reported);
        let mut report = ActivityReport::default();
        for ((tenant, id), times) in unreported.into_iter().take(limits::HEARD_PER_MESSAGE) {
            let of_tenant = report.tenants.entry(tenant.clone()).or_default();
            of_tenant.insert(id.clone(), times.active);
        }
        Some(report)
    }

    fn reported(&mut self, report: &ActivityReport) {
        for (tenant, ids) in &report.tenants {
            for (id, at) in ids {
                if let Some(times) = self.known.get_mut(&(tenant.clone(), id.clone())) {
                    times.reported = times.reported.max(*at);
                }
            }
        }
        let now = report.tenants.values().flat_map(|ids| ids.values()).max();
        let old = now.map_or(0, |now| now.saturating_sub(millis(limits::HEARD_EVERY)));
        self.known
            .retain(|_, times| times.is_unreported() || times.reported > old);
        self.is_due = self.known.values().any(ActivityTimes::is_due);
    }
}

impl ActivityTimes {
    fn is_unreported(&self) -> bool {
        self.active > self.reported
    }

    fn is_due(&self) -> bool {
        self.active.saturating_sub(self.reported) >= millis(limits::HEARD_EVERY)
    }
}

async fn send(queue: &impl MessageQueue, report: &ActivityReport, at: u64) -> bool {
    let message = QueueMessage {
        received_at: at,
        trace: None,
        body: report.clone(),
    };
    let Ok(text) = message.to_json() else {
        return false;
    };
    let entry = OutgoingEntry::json(text, GROUP);
    send_all(queue, &[entry]).await == [true]
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
