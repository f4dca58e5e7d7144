//! One tenant, reconciled: its list is read once, then every step is done, then gaps are sent,
//! then it is last_seen what lives.

pub(crate) mod apply;
mod circuit_breaker;
pub(crate) mod coverage;
pub(crate) mod gaps;
pub(crate) mod last_seen;
pub(crate) mod measured;
pub(crate) mod outcome;
pub(crate) mod plan;
pub(crate) mod refused;
mod replace;
pub(crate) mod summary;

use crate::client_states::Mint;
use crate::control::report::{Change, TenantReport};
use crate::reconcile::apply::TenantRun;
use crate::reconcile::circuit_breaker::CircuitBreaker;
use crate::reconcile::coverage::{Cause, Coverage, first_note};
use crate::reconcile::last_seen::{LastSeen, LastSeenDocument, LastSeenIndex};
use crate::reconcile::outcome::StepOutcome;
use crate::reconcile::plan::{PlanContext, Step, plan_steps, spread};
use crate::reconcile::refused::{RefusalMemory, Refused, RefusedIndex};
use crate::reconcile::replace::Replacements;
use crate::reconcile::summary::{RunSummary, run};
use crate::{SubscriptionManager, SubscriptionsFault};
use futures::future::join_all;
use std::future::Future;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use teamwire_graph::desired::DesiredTenant;
use teamwire_graph::subscriptions::{Answered, CallBudget, Subscription};
use teamwire_graph::{Certificates, TokenSource};
use teamwire_payload::TenantId;
use teamwire_payload::event::short_hash;
use teamwire_transport::{Queue, SharedStore};

/// Calls of one tenant under way at once.
const CONCURRENT_CALLS: usize = 8;
/// What the bucket and the backfill queue may take at the end of a run.
const FINISHING: Duration = Duration::from_secs(6);

/// How a run goes about it.
#[derive(Clone, Copy)]
pub(crate) struct ReconcileOptions<'a> {
    pub(crate) certificates: Option<&'a Certificates>,
    /// Whether what is not wanted goes.
    pub(crate) remove: bool,
    pub(crate) cause: Cause,
    /// Whether a person asked for it.
    pub(crate) is_manual: bool,
    /// No call begins that could end later.
    pub(crate) until: Instant,
    /// Any number: decides what is made first, so that what is refused does not always stand
    /// before what is not.
    pub(crate) shuffle_seed: u64,
}

impl<T: TokenSource, Q: Queue, S: SharedStore, M: Mint> SubscriptionManager<T, Q, S, M> {
    /// What would be done.
    pub(crate) async fn plan(
        &self,
        desired: &DesiredTenant,
        options: ReconcileOptions<'_>,
    ) -> Result<TenantReport, SubscriptionsFault> {
        let found = self.list(&desired.id, options.until).await?;
        let note = self.files.last_seen(&desired.id).await?.unwrap_or_default();
        let last_seen = note.index();
        let view = self.view(&found, options, &last_seen);
        let steps = plan_steps(&desired.subscriptions, &found.value, &view);
        let is_there = |step: &&Step<'_>| step.wanted().is_some() && step.found().is_some();
        let blocked = |step: &&Step<'_>| !matches!(step, Step::Conflict(..));
        Ok(TenantReport {
            tenant: desired.id.clone(),
            at: found.at,
            wanted: desired.subscriptions.len(),
            live: steps.iter().filter(is_there).filter(blocked).count(),
            changes: steps.iter().map(|step| planned(step, &last_seen)).collect(),
        })
    }

    /// Makes it so, as far as Graph lets us and the time lasts.
    pub(crate) async fn reconcile(
        &self,
        desired: &DesiredTenant,
        options: ReconcileOptions<'_>,
    ) -> Result<RunSummary, SubscriptionsFault> {
        let tenant = &desired.id;
        let until = options
            .until
            .checked_sub(FINISHING)
            .unwrap_or(options.until);
        let found = self.list(tenant, until).await?;
        let note = self.files.last_seen(tenant).await?;
        let is_first = note.is_none();
        let mut note = note.unwrap_or_default();
        let steps = {
            let last_seen = note.index();
            let view = self.view(&found, options, &last_seen);
            plan_steps(&desired.subscriptions, &found.value, &view)
        };
        if is_first {
            let had_ours = found.value.iter().any(|found| self.is_ours(found));
            note = first_note(&steps, found.at, had_ours || options.cause != Cause::Order);
            self.files.put_last_seen(tenant, &note).await?;
        }
        let last_seen = note.index();
        let file = short_hash(&[&format!("{desired:?}")]);
        let memory = RefusalMemory {
            refused: RefusedIndex::of(note.refused()),
            file: &file,
            is_manual: options.is_manual,
            now: found.at,
        };
        let work = TenantRun {
            api: &self.api,
            mint: &self.mint,
            urls: &self.urls,
            budget: CallBudget {
                tenant,
                deadline: until,
            },
            now: found.at,
            certificates: options.certificates,
            last_seen: &last_seen,
            remove: options.remove,
            breaker: CircuitBreaker::default(),
            memory: &memory,
            replacements: tokio::sync::Mutex::new(Replacements::default()),
        };
        let done = self.apply_steps(&work, steps, desired, options).await;
        let coverage = Coverage {
            tenant,
            last_seen: &last_seen,
        };
        let (finished, silent) = futures::join!(
            self.finish(&coverage, desired, &done, memory.after(&done)),
            self.silent(desired, found.at, &done),
        );
        let unfinished = finished.and(silent.as_ref().map(drop).map_err(Clone::clone));
        let sealed_for = found.value.iter().filter_map(|found| {
            let last_seen = last_seen.by_id(&found.id);
            let given = last_seen.and_then(|entry| entry.certificate_id.as_deref());
            found.certificate_id().or(given).map(str::to_owned)
        });
        Ok(RunSummary {
            sealed_for: sealed_for.collect(),
            silent: silent.unwrap_or(0),
            ..run(desired, found.at, &done, unfinished.err())
        })
    }

    /// What ends no subscription is done first: it shows whether any can be made.
    async fn apply_steps<'a>(
        &self,
        work: &TenantRun<'a, T, M>,
        mut steps: Vec<Step<'a>>,
        desired: &DesiredTenant,
        options: ReconcileOptions<'_>,
    ) -> Vec<StepOutcome<'a>> {
        steps.sort_by_key(|step| priority(step, options.shuffle_seed));
        let mut done = all(steps, |step| work.begin(step)).await;
        if !done.iter().any(StepOutcome::ends_one) {
            return done;
        }
        done.sort_by_key(|done| priority(&done.step, options.shuffle_seed));
        let lets = self.still_wanted(desired).await;
        let done = all(done, |done| work.replace(done, &lets)).await;
        let unmade = done.iter().filter(|done| done.is_unmade());
        let unmade = unmade.filter_map(|done| done.step.wanted());
        let unmade = unmade.map(|wanted| wanted.resource.to_string()).collect();
        all(done, |done| work.remove(done, &lets, &unmade)).await
    }

    /// Whether the stored file says of the tenant what this run was begun with.
    ///
    /// # Errors
    /// [`SubscriptionsFault::Superseded`] if it does not, and what is wrong with the file.
    async fn still_wanted(&self, desired: &DesiredTenant) -> Result<(), SubscriptionsFault> {
        let stored = self.files.desired().await?;
        if stored.tenant(&desired.id) == Some(desired) {
            Ok(())
        } else {
            Err(SubscriptionsFault::Superseded)
        }
    }

    /// Sends the gaps, and then notes what lives: a gap that is not sent is found again.
    async fn finish(
        &self,
        coverage: &Coverage<'_>,
        desired: &DesiredTenant,
        done: &[StepOutcome<'_>],
        refused: Vec<Refused>,
    ) -> Result<(), SubscriptionsFault> {
        let covered = coverage.of(done);
        let gaps: Vec<_> = covered.iter().filter_map(|one| one.gap.clone()).collect();
        let mut sent = gaps::send(&self.backfill, gaps).await.into_iter();
        let mut all_sent = true;
        let mut entries: Vec<LastSeen> = Vec::with_capacity(covered.len());
        for one in covered {
            let was_sent = one.gap.is_none() || sent.next().unwrap_or(false);
            all_sent &= was_sent;
            entries.extend(one.entries(was_sent));
        }
        entries.extend(self.noted_by_others(desired).await?);
        self.files
            .put_last_seen(
                coverage.tenant,
                &LastSeenDocument::of(entries).with_refused(refused),
            )
            .await?;
        if all_sent {
            Ok(())
        } else {
            Err(SubscriptionsFault::BackfillQueue)
        }
    }

    /// What a run with a newer file last_seen of what this one does not know.
    async fn noted_by_others(
        &self,
        desired: &DesiredTenant,
    ) -> Result<Vec<LastSeen>, SubscriptionsFault> {
        let paths = desired.subscriptions.iter();
        let paths = paths.map(|wanted| wanted.resource.to_string()).collect();
        let note = self.files.last_seen(&desired.id).await?.unwrap_or_default();
        let others = note.beside(&paths);
        if others.is_empty() || self.still_wanted(desired).await.is_ok() {
            return Ok(Vec::new());
        }
        Ok(others)
    }

    /// Every subscription of our app in the tenant.
    pub(crate) async fn list(
        &self,
        tenant: &TenantId,
        until: Instant,
    ) -> Result<Answered<Vec<Subscription>>, SubscriptionsFault> {
        Ok(self
            .api
            .list(CallBudget {
                tenant,
                deadline: until,
            })
            .await?)
    }

    pub(crate) fn is_ours(&self, found: &Subscription) -> bool {
        found.notification_url == self.urls.notification
    }

    fn view<'a>(
        &'a self,
        found: &Answered<Vec<Subscription>>,
        options: ReconcileOptions<'a>,
        last_seen: &'a LastSeenIndex<'a>,
    ) -> PlanContext<'a> {
        PlanContext {
            now: found.at,
            urls: &self.urls,
            certificate_id: options.certificates.map(|all| all.current().0),
            last_seen,
        }
    }
}

/// Does the same with each, some at once, each begun in its budget.
async fn all<'a, I, F: Future<Output = StepOutcome<'a>>>(
    items: Vec<I>,
    work: impl Fn(I) -> F,
) -> Vec<StepOutcome<'a>> {
    let items = Mutex::new(items.into_iter());
    let next = || items.lock().unwrap_or_else(PoisonError::into_inner).next();
    let hands = (0..CONCURRENT_CALLS).map(|_| async {
        let mut done = Vec::new();
        while let Some(item) = next() {
            done.push(work(item).await);
        }
        done
    });
    join_all(hands).await.into_iter().flatten().collect()
}

/// Graph need not show the certificate that we gave.
fn planned(step: &Step<'_>, last_seen: &LastSeenIndex<'_>) -> Change {
    let mut change = Change::planned(step);
    if change.certificate_id.is_none() {
        let last_seen = step.found().and_then(|found| last_seen.by_id(&found.id));
        change.certificate_id = last_seen.and_then(|entry| entry.certificate_id.clone());
    }
    change
}

/// What ends first is renewed or replaced first, and the new is made by lot.
fn priority(step: &Step<'_>, shuffle_seed: u64) -> (u8, i64, u64) {
    let end = step.found().map_or(0, |found| found.expires.as_second());
    let lot = step.wanted().map_or(0, |wanted| {
        spread(&format!("{shuffle_seed} {}", wanted.resource))
    });
    match step {
        Step::Renew(..) | Step::RotateCertificate(..) => (0, end, 0),
        Step::Create(_) => (1, 0, lot),
        Step::Recreate(..) => (2, end, 0),
        Step::Remove(_) => (3, 0, lot),
        Step::Keep(..) | Step::Adopt(..) | Step::Conflict(..) | Step::Unmanaged(..) => (4, 0, 0),
    }
}
