//! A plan as people see it: one sign per subscription, and the counts.

use crate::subscriptions::counts::{changes, conflicts, count, kinds};
use crate::terminal::{TextColour, TextColours, plain};
use std::fmt::Write as _;
use teamwire_contract::report::{
    DONE, SubscriptionAction, SubscriptionChange, SubscriptionReport, TenantReport,
};

/// Every subscription that is not as it should be, or not ours, and how many of each.
pub(super) fn of_plan(plan: &SubscriptionReport, ink: TextColours) -> String {
    let mut picture = String::new();
    for tenant in &plan.tenants {
        let shown = |change: &&SubscriptionChange| change.action != SubscriptionAction::Keep;
        let mut changes: Vec<_> = tenant.changes.iter().filter(shown).collect();
        changes.sort_by_key(|change| (change.action, &change.resource));
        if !changes.is_empty() {
            picture.push_str(&heading(tenant));
            for change in changes {
                picture.push_str(&line(change, ink));
            }
            picture.push('\n');
        }
    }
    picture.push_str(&totals(plan));
    picture
}

/// The outcome of a run. `removed`: true if unwanted subscriptions had to go. `removed`: whether
/// what is not wanted had to go.
pub(super) fn of_outcome(report: &SubscriptionReport, removed: bool) -> String {
    let mut picture = String::new();
    let mut done = Vec::new();
    for (action, word) in [
        (SubscriptionAction::Create, "created"),
        (SubscriptionAction::Adopt, "adopted"),
        (SubscriptionAction::Renew, "renewed"),
        (SubscriptionAction::RotateCertificate, "moved"),
        (SubscriptionAction::Recreate, "recreated"),
        (SubscriptionAction::Remove, "removed"),
    ] {
        if action == SubscriptionAction::Remove && !removed {
            continue;
        }
        let of = || changes(report).filter(|change| change.action == action);
        let well = of().filter(|change| is_done(change)).count();
        if well > 0 {
            done.push(format!("{well} {word}"));
        }
        for change in of().filter(|change| !is_done(change)) {
            let reason = change.outcome.as_deref().unwrap_or("not done");
            let (resource, verb) = (plain(&change.resource), verb(action));
            let _ = writeln!(picture, "{resource}: {verb} failed: {}", plain(reason));
        }
    }
    match done.is_empty() {
        true => picture.push_str("Nothing was changed.\n"),
        false => {
            let _ = writeln!(picture, "Done: {}.", done.join(", "));
        }
    }
    picture
}

fn is_done(change: &SubscriptionChange) -> bool {
    change.outcome.as_deref() == Some(DONE)
}

fn heading(tenant: &TenantReport) -> String {
    let (id, wanted, live) = (&tenant.tenant, tenant.wanted, tenant.live);
    format!("tenant {id}: {wanted} wanted, {live} of them there\n")
}

fn line(change: &SubscriptionChange, ink: TextColours) -> String {
    let (sign, colour) = match change.action {
        SubscriptionAction::Create => ("+", TextColour::Green),
        SubscriptionAction::Adopt
        | SubscriptionAction::Renew
        | SubscriptionAction::RotateCertificate => ("~", TextColour::Yellow),
        SubscriptionAction::Recreate => ("-/+", TextColour::Red),
        SubscriptionAction::Remove => ("-", TextColour::Red),
        SubscriptionAction::Keep | SubscriptionAction::Unmanaged => ("=", TextColour::Grey),
    };
    let sign = ink.paint(colour, &format!("{sign:>3}"));
    let resource = plain(&change.resource);
    let changes = kinds(&change.changes);
    let mut line = format!("  {sign} {resource} ({changes})\n");
    let id = change.subscription_id.as_deref();
    let id = id.map(|id| format!(" {}", plain(id))).unwrap_or_default();
    let (verb, why) = (verb(change.action), plain(&change.why));
    let _ = writeln!(line, "      {verb}{id}: {why}");
    line
}

fn verb(action: SubscriptionAction) -> &'static str {
    match action {
        SubscriptionAction::Create => "create",
        SubscriptionAction::Adopt => "adopt",
        SubscriptionAction::Renew => "renew",
        SubscriptionAction::RotateCertificate => "move",
        SubscriptionAction::Recreate => "recreate",
        SubscriptionAction::Remove => "remove",
        SubscriptionAction::Keep => "keep",
        SubscriptionAction::Unmanaged => "leave alone",
    }
}

fn totals(plan: &SubscriptionReport) -> String {
    let mut parts = Vec::new();
    for action in [
        SubscriptionAction::Create,
        SubscriptionAction::Adopt,
        SubscriptionAction::Renew,
        SubscriptionAction::RotateCertificate,
        SubscriptionAction::Recreate,
        SubscriptionAction::Remove,
    ] {
        let count = count(plan, action);
        if count > 0 {
            parts.push(format!("{count} to {}", verb(action)));
        }
    }
    let mut totals = match parts.is_empty() {
        true => "Nothing to do".to_owned(),
        false => format!("Plan: {}", parts.join(", ")),
    };
    let _ = write!(
        totals,
        "; {} in order",
        count(plan, SubscriptionAction::Keep)
    );
    let foreign = count(plan, SubscriptionAction::Unmanaged);
    if foreign > 0 {
        let _ = write!(totals, ", {foreign} foreign left alone");
    }
    let blocked = conflicts(plan);
    if blocked > 0 {
        let _ = write!(
            totals,
            ". {blocked} wanted can't be made: a foreign one is in the way"
        );
    }
    totals.push_str(".\n");
    totals
}
