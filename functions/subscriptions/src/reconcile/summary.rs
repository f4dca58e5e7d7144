//! What came of one tenant's run: counted, logged and reported.

use crate::SubscriptionsFault;
use crate::control::report::{Change, FaultReport, TenantReport};
use crate::reconcile::outcome::StepOutcome;
use crate::reconcile::plan::Step;
use jiff::Timestamp;
use metrics::counter;
use std::collections::{BTreeMap, HashSet};
use teamwire_graph::desired::DesiredTenant;
use teamwire_payload::TenantId;

/// Faults of one reason that are logged and reported one by one.
const LOGGED: usize = 5;

/// What came of it.
pub(crate) struct RunSummary {
    pub(crate) report: TenantReport,
    pub(crate) faults: Vec<FaultReport>,
    /// The first fault to do with what is wanted.
    pub(crate) fault: Option<SubscriptionsFault>,
    /// How many live and announce nothing.
    pub(crate) silent: usize,
    /// When the first that is wanted ends.
    pub(crate) earliest_end: Option<Timestamp>,
    /// The certificates that content was sealed for when the list was read.
    pub(crate) sealed_for: HashSet<String>,
}

pub(crate) fn run(
    desired: &DesiredTenant,
    at: Timestamp,
    done: &[StepOutcome<'_>],
    unfinished: Option<SubscriptionsFault>,
) -> RunSummary {
    let tenant = &desired.id;
    let mut by_reason: BTreeMap<&str, Vec<&SubscriptionsFault>> = BTreeMap::new();
    for one in done {
        let row = one.step.wanted().map(|wanted| wanted.resource.row().path);
        let action = one.step.action();
        match &one.fault {
            Some(fault) => {
                let alike = by_reason.entry(fault.reason()).or_default();
                alike.push(fault);
                if alike.len() <= LOGGED && *fault != SubscriptionsFault::NotTried {
                    log(tenant, action, row, fault);
                }
            }
            None => counter!("reconciled", "action" => action).increment(1),
        }
    }
    if let Some(fault) = &unfinished {
        by_reason.entry(fault.reason()).or_default().push(fault);
    }
    for (reason, faults) in &by_reason {
        let times = faults.len() as u64;
        counter!("reconcileFailed", "reason" => (*reason).to_owned()).increment(times);
    }
    let live = done.iter().filter_map(|done| done.alive.as_ref());
    let earliest_end = live.clone().map(|alive| alive.expires).min();
    let is_shown = |done: &&StepOutcome<'_>| !matches!(done.step, Step::Keep(..));
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
    let faults = by_reason.values().flat_map(|faults| told(faults));
    let fault = done.iter().filter(|done| done.step.wanted().is_some());
    RunSummary {
        report,
        faults: faults
            .map(|fault| FaultReport::new(Some(tenant.clone()), fault))
            .collect(),
        fault: fault
            .filter_map(|done| done.fault.clone())
            .find(|fault| *fault != SubscriptionsFault::NotTried)
            .or(unfinished),
        earliest_end,
        silent: 0,
        sealed_for: HashSet::new(),
    }
}

/// The faults of one reason that differ in their words, some of them.
fn told<'a>(faults: &[&'a SubscriptionsFault]) -> Vec<&'a SubscriptionsFault> {
    let mut told: Vec<&SubscriptionsFault> = Vec::new();
    for fault in faults {
        if told.len() < LOGGED && !told.contains(fault) {
            told.push(fault);
        }
    }
    told
}

/// The path of the row, never the keys in it: those may be of people.
pub(crate) fn log(
    tenant: &TenantId,
    action: &'static str,
    row: Option<&'static str>,
    fault: &SubscriptionsFault,
) {
    let refusal = match fault {
        SubscriptionsFault::Call(call) => call.refusal(),
        _ => None,
    };
    tracing::warn!(
        %tenant,
        action,
        subscription.resource = row,
        fault = fault.reason(),
        http.status = refusal.map(|refusal| refusal.status),
        graph.code = refusal.map(|refusal| &refusal.code),
        "a subscription is not as it should be"
    );
}

fn change(done: &StepOutcome<'_>) -> Change {
    let mut change = Change::planned(&done.step);
    if let Some(alive) = &done.alive {
        change.subscription_id = Some(alive.id.clone());
        change.expires = Some(alive.expires);
        change.certificate_id.clone_from(&alive.certificate_id);
    }
    change.outcome = match (&done.fault, &done.step) {
        (Some(fault), _) => Some(fault.reason()),
        (None, Step::Unmanaged(..)) => None,
        (None, _) => Some("done"),
    };
    change
}
