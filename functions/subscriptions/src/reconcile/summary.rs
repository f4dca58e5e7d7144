//! Summary of one tenant's run: counted, logged and reported.

use crate::SubscriptionsFault;
use crate::reconcile::last_seen::LastSeenIndex;
use crate::reconcile::outcome::StepOutcome;
use crate::reconcile::plan::ReconcileStep;
use jiff::Timestamp;
use metrics::counter;
use std::collections::{BTreeMap, HashSet};
use teamwire_contract::metric;
use teamwire_contract::report::{DONE, FaultReport, SubscriptionChange, TenantReport};
use teamwire_graph::desired::DesiredTenant;
use teamwire_payload::TenantId;

/// Number of faults of one reason that are logged and reported one by one.
const LOGGED: usize = 5;

/// Summary of one tenant's run.
pub(crate) struct RunSummary {
    pub(crate) report: TenantReport,
    pub(crate) faults: Vec<FaultReport>,
    /// First fault of a wanted subscription.
    pub(crate) fault: Option<SubscriptionsFault>,
    /// Number of subscriptions that are silent.
    pub(crate) silent: usize,
    /// End of the first wanted subscription to end.
    pub(crate) earliest_end: Option<Timestamp>,
    /// Certificates that content was sealed for when the list was read.
    pub(crate) sealed_for: HashSet<String>,
}

pub(crate) fn summarize(
    desired: &DesiredTenant,
    at: Timestamp,
    outcomes: &[StepOutcome<'_>],
    unfinished: Option<SubscriptionsFault>,
) -> RunSummary {
    let tenant = &desired.id;
    let mut by_reason: BTreeMap<&str, Vec<&SubscriptionsFault>> = BTreeMap::new();
    for one in outcomes {
        let row = one.step.wanted().map(|wanted| wanted.resource.row().path);
        let action = one.step.action().name();
        match &one.fault {
            Some(fault) => {
                let alike = by_reason.entry(fault.reason()).or_default();
                alike.push(fault);
                if alike.len() <= LOGGED && *fault != SubscriptionsFault::NotTried {
                    log(tenant, action, row, fault);
                }
            }
            None => counter!(metric::RECONCILED, "action" => action).increment(1),
        }
    }
    if let Some(fault) = &unfinished {
        by_reason.entry(fault.reason()).or_default().push(fault);
    }
    for (reason, faults) in &by_reason {
        let times = faults.len() as u64;
        counter!(metric::RECONCILE_FAILED, "reason" => (*reason).to_owned()).increment(times);
    }
    let live = outcomes.iter().filter_map(|one| one.active.as_ref());
    let earliest_end = live.clone().map(|active| active.expires).min();
    let is_shown = |one: &&StepOutcome<'_>| !matches!(one.step, ReconcileStep::Keep(..));
    let report = TenantReport {
        tenant: tenant.clone(),
        at,
        wanted: desired.subscriptions.len(),
        live: live.count(),
        changes: outcomes.iter().filter(is_shown).map(change).collect(),
    };
    tracing::info!(
        %tenant,
        subscriptions.wanted = report.wanted,
        subscriptions.live = report.live,
        subscriptions.changed = report.changes.len(),
        faults = by_reason.len(),
        "subscriptions reconciled"
    );
    let faults = by_reason.values().flat_map(|faults| distinct(faults));
    let fault = outcomes.iter().filter(|one| one.step.wanted().is_some());
    RunSummary {
        report,
        faults: faults
            .map(|fault| fault.report(Some(tenant.clone())))
            .collect(),
        fault: fault
            .filter_map(|one| one.fault.clone())
            .find(|fault| *fault != SubscriptionsFault::NotTried)
            .or(unfinished),
        earliest_end,
        silent: 0,
        sealed_for: HashSet::new(),
    }
}

/// Faults of one reason that differ in their words, some of them.
fn distinct<'a>(faults: &[&'a SubscriptionsFault]) -> Vec<&'a SubscriptionsFault> {
    let mut distinct: Vec<&SubscriptionsFault> = Vec::new();
    for fault in faults {
        if distinct.len() < LOGGED && !distinct.contains(fault) {
            distinct.push(fault);
        }
    }
    distinct
}

/// Logs a fault with the path of its row, never the keys in it: those may be of people.
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

fn change(outcome: &StepOutcome<'_>) -> SubscriptionChange {
    let mut change = outcome.step.describe(&LastSeenIndex::default());
    if let Some(active) = &outcome.active {
        change.subscription_id = Some(active.id.clone());
        change.expires = Some(active.expires);
        change.certificate_id.clone_from(&active.certificate_id);
    }
    change.outcome = match (&outcome.fault, &outcome.step) {
        (Some(fault), _) => Some(fault.reason().into()),
        (None, ReconcileStep::Unmanaged(..)) => None,
        (None, _) => Some(DONE.into()),
    };
    change
}
