//! The permissions: the token's roles beside those that the wanted subscriptions, and their gaps, need.

use crate::doctor::code::Code;
use crate::doctor::finding::Finding;
use std::collections::BTreeMap;
use teamwire_contract::check::WantedCheck;
use teamwire_payload::subscribable::{GapRecovery, SubscribableRow};

/// The missing permissions: once for each row of the table, and once for each list that its gap takes.
pub(super) fn judge(tenant: &str, wanted: &[WantedCheck], roles: &[String]) -> Vec<Finding> {
    let is_permitted = |permissions: &[&str]| {
        let has = |permission: &&str| roles.iter().any(|role| covers(role, permission));
        permissions.iter().any(has)
    };
    let mut by_row: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for wanted in wanted {
        by_row
            .entry(&wanted.row)
            .or_default()
            .push(&wanted.resource);
    }
    let mut findings = Vec::new();
    let mut unlisted: BTreeMap<&[&str], Vec<&str>> = BTreeMap::new();
    for (row, resources) in by_row {
        let Some(row) = SubscribableRow::by_path(row) else {
            continue;
        };
        if !is_permitted(row.application) {
            findings.push(missing(tenant, row, &resources));
        } else if let GapRecovery::Changes(by) | GapRecovery::Snapshot(by) = row.recovery {
            let refused = by.lists().iter().filter(|list| !is_permitted(list));
            for list in refused {
                unlisted.entry(list).or_default().extend(&resources);
            }
        }
    }
    let gaps = unlisted.into_iter().filter_map(|(list, resources)| {
        let (least, one) = (list.first()?, resources.first()?);
        let more = match resources.len() - 1 {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let what = format!(
            "tenant {tenant}: gaps of {one}{more}: the token has no role {least}, nor a higher one"
        );
        Some(Finding::new(Code::GapPermissionMissing, what).with("permission", least))
    });
    findings.extend(gaps);
    findings
}

/// True if a role permits what another does: who may write may read, and who may read may read the
/// basics.
fn covers(role: &str, permission: &str) -> bool {
    let basic = permission.replacen(".ReadBasic.", ".Read.", 1);
    role == permission || role == basic || role == basic.replacen(".Read.", ".ReadWrite.", 1)
}

fn missing(tenant: &str, row: &SubscribableRow, resources: &[&str]) -> Finding {
    let what = match resources {
        [one] => format!("tenant {tenant}: {one}"),
        [one, rest @ ..] => format!("tenant {tenant}: {one} and {} more like it", rest.len()),
        [] => format!("tenant {tenant}: {}", row.path),
    };
    let any = row.application.join(" or ");
    match (row.application.first(), row.consented.first()) {
        (_, Some(consented)) => {
            let what = format!("{what}: the token has no role {any}");
            Finding::new(Code::PermissionByResource, what).with("permission", consented)
        }
        (Some(least), None) => {
            let what = format!("{what}: the token has no role {any}");
            Finding::new(Code::PermissionMissing, what).with("permission", least)
        }
        (None, None) => {
            let what = format!("{what}: there is no application permission for it at all");
            Finding::new(Code::PermissionMissing, what).with("permission", "none")
        }
    }
}
