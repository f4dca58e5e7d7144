//! `teamwire subscriptions`

mod apply;
mod delete;
mod file;
mod list;
mod plan;

use serde_json::{Value, json};

pub(crate) const TENANT: &str = "9f4ebab6-520d-49c0-85cc-7b25c78d4a93";

/// The answer of a function that has one tenant.
pub(crate) fn report(wanted: usize, live: usize, changes: Vec<Value>) -> Value {
    let tenant = json!({
        "tenant": TENANT,
        "at": "2026-11-21T12:00:00Z",
        "wanted": wanted,
        "live": live,
        "changes": changes,
    });
    json!({"tenants": [tenant], "faults": []})
}

/// One subscription of an answer.
pub(crate) fn change(action: &str, resource: &str, why: &str) -> Value {
    let mut change = json!({
        "action": action,
        "resource": resource,
        "changes": ["created", "updated"],
        "why": why,
    });
    if action != "create" {
        change["subscriptionId"] = json!(format!("id-of-{resource}"));
        change["expires"] = json!("2026-11-22T12:00:00Z");
    }
    change
}

/// The same, carried out.
fn with_outcome(mut change: Value, outcome: &str) -> Value {
    change["outcome"] = json!(outcome);
    change
}

/// The answer, and a fault of a second tenant.
pub(crate) fn and_a_fault(mut report: Value) -> Value {
    report["faults"] = json!([{
        "tenant": "2432b57b-0abd-43db-aa7b-16eadd115d34",
        "reason": "throttled",
        "message": "Graph asks to wait",
    }]);
    report
}
