//! One tenant, reconciled: its list is read once, every step applied, then gaps are sent and what is
//! active is recorded as last seen.

pub(crate) mod all;
pub(crate) mod apply;
mod circuit_breaker;
pub(crate) mod coverage;
pub(crate) mod gaps;
pub(crate) mod last_seen;
mod metrics;
pub(crate) mod options;
mod outcome;
pub(crate) mod plan;
mod refusal_memory;
pub(crate) mod refused;
mod replace;
mod replacements;
mod summary;

use crate::activity::log::ObservedSubscription;
use crate::client_states::ClientStateMint;
use crate::reconcile::apply::TenantRun;
use crate::reconcile::circuit_breaker::CircuitBreaker;
use crate::reconcile::coverage::{RunCause, TenantCoverage, first_document};
use crate::reconcile::last_seen::{LastSeen, LastSeenDocument, LastSeenIndex};
use crate::reconcile::options::ReconcileOptions;
use crate::reconcile::outcome::StepOutcome;
use crate::reconcile::plan::{PlanContext, ReconcileStep, plan_steps, spread};
use crate::reconcile::refusal_memory::RefusalMemory;
use crate::reconcile::refused::{RefusedCreation, RefusedIndex};
use crate::reconcile::replacements::Replacements;
use crate::reconcile::summary::{RunSummary, summarize};
use crate::{SubscriptionManager, SubscriptionsFault};
use futures::future::join_all;
use std::future::Future;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use teamwire_contract::report::TenantReport;
use teamwire_graph::TokenSource;
use teamwire_graph::desired::DesiredTenant;
use teamwire_graph::subscriptions::{CallBudget, GraphSubscription, TimedAnswer};
use teamwire_payload::event::short_hash;
use teamwire_transport::{MessageQueue, SharedStore};

/// Number of calls for one tenant under way at once.
const CONCURRENT_CALLS: usize = 8;
/// Time that the bucket and the backfill queue may take at the end of a run.
const FINISHING: Duration = Duration::from_secs(6);

impl<T: TokenSource, Q: MessageQueue, S: SharedStore, M: ClientStateMint>
    SubscriptionManager<T, Q, S, M>
{
    /// Report of what would be done.
    ///
    /// # Errors
    /// [`SubscriptionsFault`] where Graph's list or the bucket is unavailable.
    pub(crate) async fn plan(
        &self,
        desired: &DesiredTenant,
        options: ReconcileOptions<'_>,
    ) -> Result<TenantReport, SubscriptionsFault> {
        let found = self.list(&desired.id, options.invocation.deadline).await?;
        let document = self.files.last_seen(&desired.id).await?.unwrap_or_default();
        let last_seen = document.index();
        let context = self.plan_context(&found, options, &last_seen);
        let steps = plan_steps(&desired.subscriptions, &found.value, &context);
        let is_there =
            |step: &&ReconcileStep<'_>| step.wanted().is_some() && step.found().is_some();
        let is_free = |step: &&ReconcileStep<'_>| !matches!(step, ReconcileStep::Conflict(..));
        Ok(TenantReport {
            tenant: desired.id.clone(),
            at: found.at,
            wanted: desired.subscriptions.len(),
            live: steps.iter().filter(is_there).filter(is_free).count(),
            changes: steps.iter().map(|step| step.describe(&last_seen)).collect(),
        })
    }

    /// Applies the file, as far as Graph lets us and the time lasts.
    ///
    /// # Errors
    /// [`SubscriptionsFault`] where Graph's list or the bucket is unavailable; other faults are in the
    /// summary.
    pub(crate) async fn reconcile(
        &self,
        desired: &DesiredTenant,
        options: ReconcileOptions<'_>,
    ) -> Result<RunSummary, SubscriptionsFault> {
        let tenant = &desired.id;
        let end = options.invocation.deadline;
        let deadline = end.checked_sub(FINISHING).unwrap_or(end);
        let found = self.list(tenant, deadline).await?;
        let stored = self.files.last_seen(tenant).await?;
        let is_first = stored.is_none();
        let mut document = stored.unwrap_or_default();
        let steps = {
            let last_seen = document.index();
            let context = self.plan_context(&found, options, &last_seen);
            plan_steps(&desired.subscriptions, &found.value, &context)
        };
        if is_first {
            let had_ours = found.value.iter().any(|found| self.is_ours(found));
            let was_more = had_ours || options.cause != RunCause::Command;
            document = first_document(&steps, found.at, was_more);
            self.files.put_last_seen(tenant, &document).await?;
        }
        let last_seen = document.index();
        let file = short_hash(&[&format!("{desired:?}")]);
        let memory = RefusalMemory {
            refused: RefusedIndex::of(document.refused()),
            file: &file,
            is_manual: options.is_manual,
            now: found.at,
        };
        let run = TenantRun {
            api: &self.api,
            mint: &self.mint,
            urls: &self.urls,
            budget: CallBudget { tenant, deadline },
            now: found.at,
            certificates: options.certificates,
            last_seen: &last_seen,
            remove: options.remove,
            breaker: CircuitBreaker::default(),
            memory: &memory,
            replacements: tokio::sync::Mutex::new(Replacements::default()),
        };
        let seed = options.invocation.shuffle_seed;
        let outcomes = self.apply_steps(&run, steps, desired, seed).await;
        let coverage = TenantCoverage {
            tenant,
            last_seen: &last_seen,
        };
        let (finished, silent) = futures::join!(
            self.finish(&coverage, desired, &outcomes, memory.after(&outcomes)),
            self.count_silent(tenant, found.at, outcomes.iter().filter_map(active)),
        );
        let unfinished = finished.and(silent.as_ref().map(drop).map_err(Clone::clone));
        let sealed_for = found.value.iter();
        let sealed_for = sealed_for.filter_map(|found| last_seen.certificate_id(found));
        Ok(RunSummary {
            sealed_for: sealed_for.map(str::to_owned).collect(),
            silent: silent.unwrap_or(0),
            ..summarize(desired, found.at, &outcomes, unfinished.err())
        })
    }

    /// Applies what ends no subscription first: it shows whether any can be made.
    async fn apply_steps<'a>(
        &self,
        run: &TenantRun<'a, T, M>,
        mut steps: Vec<ReconcileStep<'a>>,
        desired: &DesiredTenant,
        shuffle_seed: u64,
    ) -> Vec<StepOutcome<'a>> {
        steps.sort_by_cached_key(|step| priority(step, shuffle_seed));
        let mut outcomes = all(steps, |step| run.begin(step)).await;
        if !outcomes.iter().any(StepOutcome::ends_one) {
            return outcomes;
        }
        outcomes.sort_by_cached_key(|outcome| priority(&outcome.step, shuffle_seed));
        let lets = self.still_wanted(desired).await;
        let outcomes = all(outcomes, |outcome| run.replace(outcome, &lets)).await;
        let unmade = outcomes.iter().filter(|outcome| outcome.is_unmade());
        let unmade = unmade.filter_map(|outcome| outcome.step.wanted());
        let unmade = unmade.map(|wanted| wanted.resource.to_string()).collect();
        all(outcomes, |outcome| run.remove(outcome, &lets, &unmade)).await
    }

    /// Checks that the stored file still has the tenant as this run began with it.
    ///
    /// # Errors
    /// [`SubscriptionsFault::Superseded`] if it has not, and the faults of the file.
    async fn still_wanted(&self, desired: &DesiredTenant) -> Result<(), SubscriptionsFault> {
        let stored = self.files.desired().await?;
        if stored.tenant(&desired.id) == Some(desired) {
            Ok(())
        } else {
            Err(SubscriptionsFault::Superseded)
        }
    }

    /// Sends the gaps, and then records what is active: a gap that is not sent is found again.
    async fn finish(
        &self,
        coverage: &TenantCoverage<'_>,
        desired: &DesiredTenant,
        outcomes: &[StepOutcome<'_>],
        refused: Vec<RefusedCreation>,
    ) -> Result<(), SubscriptionsFault> {
        let covered = coverage.of(outcomes);
        let gaps: Vec<_> = covered.iter().filter_map(|one| one.gap.clone()).collect();
        let mut sent = gaps::send(&self.backfill, gaps).await.into_iter();
        let mut all_sent = true;
        let mut entries: Vec<LastSeen> = Vec::with_capacity(covered.len());
        for one in covered {
            let was_sent = one.gap.is_none() || sent.next().unwrap_or(false);
            all_sent &= was_sent;
            entries.extend(one.entries(was_sent));
        }
        entries.extend(self.recorded_by_others(desired).await?);
        let document = LastSeenDocument::of(entries).with_refused(refused);
        self.files.put_last_seen(coverage.tenant, &document).await?;
        if all_sent {
            Ok(())
        } else {
            Err(SubscriptionsFault::BackfillQueue)
        }
    }

    /// Entries that a run with a newer file recorded, of resources that this one does not know.
    async fn recorded_by_others(
        &self,
        desired: &DesiredTenant,
    ) -> Result<Vec<LastSeen>, SubscriptionsFault> {
        let paths = desired.subscriptions.iter();
        let paths = paths.map(|wanted| wanted.resource.to_string()).collect();
        let document = self.files.last_seen(&desired.id).await?.unwrap_or_default();
        let others = document.beside(&paths);
        if others.is_empty() || self.still_wanted(desired).await.is_ok() {
            return Ok(Vec::new());
        }
        Ok(others)
    }

    fn plan_context<'a>(
        &'a self,
        found: &TimedAnswer<Vec<GraphSubscription>>,
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

/// Runs `work` on each, some at once, each begun in its turn.
async fn all<'a, I, F: Future<Output = StepOutcome<'a>>>(
    items: Vec<I>,
    work: impl Fn(I) -> F,
) -> Vec<StepOutcome<'a>> {
    let items = Mutex::new(items.into_iter());
    let next = || items.lock().unwrap_or_else(PoisonError::into_inner).next();
    let workers = (0..CONCURRENT_CALLS).map(|_| async {
        let mut outcomes = Vec::new();
        while let Some(item) = next() {
            outcomes.push(work(item).await);
        }
        outcomes
    });
    join_all(workers).await.into_iter().flatten().collect()
}

/// The wanted subscription, with the id of the active one that covers all of it.
fn active<'a>(outcome: &'a StepOutcome<'a>) -> Option<ObservedSubscription<'a>> {
    let serving = outcome.serving();
    Some((outcome.step.wanted()?, serving.map(|active| &*active.id)))
}

/// Sort key of a step: what ends first is renewed or replaced first. What ends at one time, or is new,
/// is shuffled: some that Graph refuses each time hold up others, and not the same ones in every run.
fn priority(step: &ReconcileStep<'_>, shuffle_seed: u64) -> (u8, i64, u64) {
    let end = step.found().map_or(0, |found| found.expires.as_second());
    let lot = step.wanted().map_or(0, |wanted| {
        spread(&format!("{shuffle_seed} {}", wanted.resource))
    });
    match step {
        ReconcileStep::Renew(..) | ReconcileStep::RotateCertificate(..) => (0, end, lot),
        ReconcileStep::Create(_) => (1, 0, lot),
        ReconcileStep::Recreate(..) => (2, end, lot),
        ReconcileStep::Remove(_) => (3, 0, lot),
        ReconcileStep::Keep(..)
        | ReconcileStep::Adopt(..)
        | ReconcileStep::Conflict(..)
        | ReconcileStep::Unmanaged(..) => (4, 0, 0),
    }
}
