//! One tenant, reconciled: its list is read once, then every step is done, then gaps are sent,
//! then it is noted what lives.

use crate::brake::Brake;
use crate::carry_out::{Done, Work};
use crate::client_states::Mint;
use crate::coverage::{Cause, Coverage, first_note};
use crate::diff::{Step, View, diff, spread};
use crate::note::{Entry, Index, Note};
use crate::report::{Change, FaultReport, TenantReport};
use crate::{Keeper, SubscriptionsFault, gaps};
use futures::future::join_all;
use jiff::Timestamp;
use metrics::counter;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use teamwire_graph::desired::DesiredTenant;
use teamwire_graph::subscriptions::{Answered, Subscription, Turn};
use teamwire_graph::{Certificates, TokenSource};
use teamwire_payload::TenantId;
use teamwire_transport::{ClaimStore, Queue};

/// Calls of one tenant under way at once.
const CONCURRENT_CALLS: usize = 8;
/// What the bucket and the backfill queue may take at the end of a run.
const FINISHING: Duration = Duration::from_secs(6);

/// Faults of one reason that are logged one by one.
const LOGGED: u64 = 5;

/// How a run goes about it.
#[derive(Clone, Copy)]
pub(crate) struct Manner<'a> {
    pub(crate) certificates: Option<&'a Certificates>,
    /// Whether what is not wanted goes.
    pub(crate) remove: bool,
    pub(crate) cause: Cause,
    /// No call begins that could end later.
    pub(crate) until: Instant,
    /// Any number: decides what is made first, so that what is refused does not always stand
    /// before what is not.
    pub(crate) luck: u64,
}

/// What came of it.
pub(crate) struct Run {
    pub(crate) report: TenantReport,
    pub(crate) faults: Vec<FaultReport>,
    /// The first fault to do with what is wanted.
    pub(crate) fault: Option<SubscriptionsFault>,
    /// When the first that is wanted ends.
    pub(crate) earliest_end: Option<Timestamp>,
}

impl<T: TokenSource, Q: Queue, S: ClaimStore, M: Mint> Keeper<T, Q, S, M> {
    /// What would be done.
    pub(crate) async fn plan(
        &self,
        desired: &DesiredTenant,
        manner: Manner<'_>,
    ) -> Result<TenantReport, SubscriptionsFault> {
        let found = self.list(&desired.id, manner.until).await?;
        let note = self.files.note(&desired.id).await?.unwrap_or_default();
        let noted = note.index();
        let view = self.view(&found, manner, &noted);
        let steps = diff(&desired.subscriptions, &found.value, &view);
        let is_there = |step: &&Step<'_>| step.wanted().is_some() && step.found().is_some();
        let blocked = |step: &&Step<'_>| !matches!(step, Step::Blocked(..));
        Ok(TenantReport {
            tenant: desired.id.clone(),
            at: found.at,
            wanted: desired.subscriptions.len(),
            live: steps.iter().filter(is_there).filter(blocked).count(),
            changes: steps.iter().map(|step| planned(step, &noted)).collect(),
        })
    }

    /// Makes it so, as far as Graph lets us and the time lasts.
    pub(crate) async fn reconcile(
        &self,
        desired: &DesiredTenant,
        manner: Manner<'_>,
    ) -> Result<Run, SubscriptionsFault> {
        let tenant = &desired.id;
        let until = manner.until.checked_sub(FINISHING).unwrap_or(manner.until);
        let found = self.list(tenant, until).await?;
        let note = self.files.note(tenant).await?;
        let was_noted = note.is_some();
        let note = note.unwrap_or_default();
        let noted = note.index();
        let view = self.view(&found, manner, &noted);
        let mut steps = diff(&desired.subscriptions, &found.value, &view);
        if !was_noted {
            self.files
                .put_note(tenant, &noted_first(&steps, found.at))
                .await?;
        }
        steps.sort_by_key(|step| turn_of(step, manner.luck));
        let work = Work {
            api: &self.api,
            mint: &self.mint,
            urls: &self.urls,
            turn: Turn { tenant, until },
            now: found.at,
            certificates: manner.certificates,
            noted: &noted,
            remove: manner.remove,
            brake: Brake::default(),
            replacing: tokio::sync::Mutex::default(),
        };
        let done = all(&work, steps).await;
        let coverage = Coverage {
            tenant,
            cause: manner.cause,
            now: found.at,
            was_noted,
            noted: &noted,
            had_ours: found.value.iter().any(|found| self.is_ours(found)),
        };
        let unfinished = self.finish(&coverage, &done).await.err();
        Ok(run(desired, found.at, &done, unfinished))
    }

    /// Sends the gaps, and then notes what lives: a gap that is not sent is found again.
    async fn finish(
        &self,
        coverage: &Coverage<'_>,
        done: &[Done<'_>],
    ) -> Result<(), SubscriptionsFault> {
        let covered = coverage.of(done);
        let gaps: Vec<_> = covered.iter().filter_map(|one| one.gap.clone()).collect();
        let mut sent = gaps::send(&self.backfill, gaps).await.into_iter();
        let mut all_sent = true;
        let mut entries: Vec<Entry> = Vec::with_capacity(covered.len());
        for one in covered {
            let was_sent = one.gap.is_none() || sent.next().unwrap_or(false);
            all_sent &= was_sent;
            entries.extend(one.entry(was_sent));
        }
        self.files
            .put_note(coverage.tenant, &Note::of(entries))
            .await?;
        if all_sent {
            Ok(())
        } else {
            Err(SubscriptionsFault::BackfillQueue)
        }
    }

    /// Every subscription of our app in the tenant.
    pub(crate) async fn list(
        &self,
        tenant: &TenantId,
        until: Instant,
    ) -> Result<Answered<Vec<Subscription>>, SubscriptionsFault> {
        Ok(self.api.list(Turn { tenant, until }).await?)
    }

    pub(crate) fn is_ours(&self, found: &Subscription) -> bool {
        found.notification_url == self.urls.notification
    }

    fn view<'a>(
        &'a self,
        found: &Answered<Vec<Subscription>>,
        manner: Manner<'a>,
        noted: &'a Index<'a>,
    ) -> View<'a> {
        View {
            now: found.at,
            urls: &self.urls,
            certificate_id: manner.certificates.map(|all| all.current().0),
            noted,
        }
    }
}

/// Does the steps, some at once, each begun in its turn.
async fn all<'a, T: TokenSource, M: Mint>(
    work: &Work<'a, T, M>,
    steps: Vec<Step<'a>>,
) -> Vec<Done<'a>> {
    let steps = Mutex::new(steps.into_iter());
    let next = || steps.lock().unwrap_or_else(PoisonError::into_inner).next();
    let hands = (0..CONCURRENT_CALLS).map(|_| async {
        let mut done = Vec::new();
        while let Some(step) = next() {
            done.push(work.carry_out(step).await);
        }
        done
    });
    join_all(hands).await.into_iter().flatten().collect()
}

/// Graph need not show the certificate that we gave.
fn planned(step: &Step<'_>, noted: &Index<'_>) -> Change {
    let mut change = Change::planned(step);
    if change.certificate_id.is_none() {
        let noted = step.found().and_then(|found| noted.by_id(&found.id));
        change.certificate_id = noted.and_then(|entry| entry.certificate_id.clone());
    }
    change
}

/// What is there already has no gap, should this run not come to its end.
fn noted_first(steps: &[Step<'_>], now: Timestamp) -> Note {
    let there = steps.iter().filter_map(|step| {
        let (wanted, found) = (step.wanted()?, step.found()?);
        (!matches!(step, Step::Blocked(..))).then(|| Entry {
            resource: wanted.resource.to_string(),
            changes: wanted.changes.clone(),
            id: found.id.clone(),
            until: now,
            certificate_id: None,
            made: false,
        })
    });
    first_note(there)
}

/// What ends first is renewed first; then what is in the way goes, and the new is made by lot.
fn turn_of(step: &Step<'_>, luck: u64) -> (u8, i64, u64) {
    let end = step.found().map_or(0, |found| found.expires.as_second());
    let lot = step
        .wanted()
        .map_or(0, |wanted| spread(&format!("{luck} {}", wanted.resource)));
    match step {
        Step::Renew(..) | Step::Move(..) => (0, end, 0),
        Step::Remove(_) => (1, 0, lot),
        Step::Recreate(..) => (2, end, 0),
        Step::Create(_) => (3, 0, lot),
        Step::Keep(..) | Step::Adopt(..) | Step::Blocked(..) | Step::Foreign(..) => (4, 0, 0),
    }
}

fn run(
    desired: &DesiredTenant,
    at: Timestamp,
    done: &[Done<'_>],
    unfinished: Option<SubscriptionsFault>,
) -> Run {
    let tenant = &desired.id;
    let mut by_reason: BTreeMap<&str, (&SubscriptionsFault, u64)> = BTreeMap::new();
    for one in done {
        let row = one.step.wanted().map(|wanted| wanted.resource.row().path);
        let action = one.step.action();
        match &one.fault {
            Some(fault) => {
                let (_, times) = by_reason.entry(fault.reason()).or_insert((fault, 0));
                *times += 1;
                if *times <= LOGGED && *fault != SubscriptionsFault::NotTried {
                    log(tenant, action, row, fault);
                }
            }
            None => counter!("reconciled", "action" => action).increment(1),
        }
    }
    if let Some(fault) = &unfinished {
        by_reason.insert(fault.reason(), (fault, 1));
    }
    for (reason, (_, times)) in &by_reason {
        counter!("reconcileFailed", "reason" => (*reason).to_owned()).increment(*times);
    }
    let live = done.iter().filter_map(|done| done.alive.as_ref());
    let earliest_end = live.clone().map(|alive| alive.expires).min();
    let is_shown = |done: &&Done<'_>| !matches!(done.step, Step::Keep(..));
    let report = TenantReport {
        tenant: tenant.clone(),
        at,
        wanted: desired.subscriptions.len(),
        live: live.count(),
        changes: done.iter().filter(is_shown).map(change).collect(),
    };
    tracing::info!(
        %tenant,
        subscriptions.wanted = report.wanted,
        subscriptions.live = report.live,
        subscriptions.changed = report.changes.len(),
        faults = by_reason.len(),
        "subscriptions reconciled"
    );
    let faults = by_reason.values();
    let fault = done.iter().filter(|done| done.step.wanted().is_some());
    Run {
        report,
        faults: faults
            .map(|(fault, _)| FaultReport::new(Some(tenant.clone()), fault))
            .collect(),
        fault: fault
            .filter_map(|done| done.fault.clone())
            .find(|fault| *fault != SubscriptionsFault::NotTried)
            .or(unfinished),
        earliest_end,
    }
}

/// The path of the row, never the keys in it: those may be of people.
pub(crate) fn log(
    tenant: &TenantId,
    action: &'static str,
    row: Option<&'static str>,
    fault: &SubscriptionsFault,
) {
    let status = match fault {
        SubscriptionsFault::Call(call) => call.status(),
        _ => None,
    };
    tracing::warn!(
        %tenant,
        action,
        subscription.resource = row,
        fault = fault.reason(),
        http.status = status,
        "a subscription is not as it should be"
    );
}

fn change(done: &Done<'_>) -> Change {
    let mut change = Change::planned(&done.step);
    if let Some(alive) = &done.alive {
        change.subscription_id = Some(alive.id.clone());
        change.expires = Some(alive.expires);
        change.certificate_id.clone_from(&alive.certificate_id);
    }
    change.outcome = match (&done.fault, &done.step) {
        (Some(fault), _) => Some(fault.reason()),
        (None, Step::Foreign(..)) => None,
        (None, _) => Some("done"),
    };
    change
}
