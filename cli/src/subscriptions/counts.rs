//! Counts of a report.

use teamwire_contract::report::{
    SubscriptionAction, SubscriptionChange, SubscriptionReport, TenantReport,
};

/// Every subscription of every tenant.
pub(crate) fn changes(report: &SubscriptionReport) -> impl Iterator<Item = &SubscriptionChange> {
    report.tenants.iter().flat_map(|tenant| &tenant.changes)
}

/// Number of subscriptions with this action.
pub(super) fn count(report: &SubscriptionReport, action: SubscriptionAction) -> usize {
    let of = changes(report).filter(|change| change.action == action);
    of.count()
}

/// Number of subscriptions that are not as they are wanted.
pub(super) fn to_do(report: &SubscriptionReport) -> usize {
    let is_done = |change: &&SubscriptionChange| {
        matches!(
            change.action,
            SubscriptionAction::Keep | SubscriptionAction::Unmanaged
        )
    };
    changes(report).filter(|change| !is_done(change)).count()
}

/// Number of wanted subscriptions of a plan that can't be made, as one that is not ours is in the way.
pub(super) fn conflicts(plan: &SubscriptionReport) -> usize {
    let of = |tenant: &TenantReport| {
        let is_new = |change: &&SubscriptionChange| change.action == SubscriptionAction::Create;
        let made = tenant.changes.iter().filter(is_new).count();
        tenant.wanted.saturating_sub(tenant.live + made)
    };
    plan.tenants.iter().map(of).sum()
}

/// Kinds of change of a subscription, as people read them.
pub(crate) fn kinds(changes: &[teamwire_payload::ChangeType]) -> String {
    let names: Vec<_> = changes.iter().map(|change| change.name()).collect();
    names.join(", ")
}
