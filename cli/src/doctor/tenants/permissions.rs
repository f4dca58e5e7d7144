//! The permissions: the token's roles beside those that the wanted subscriptions need.

use crate::doctor::code::Code;
use crate::doctor::finding::Finding;
use std::collections::BTreeMap;
use teamwire_contract::check::WantedCheck;
use teamwire_payload::subscribable::SubscribableRow;

/// The missing permissions, once for each row of the table.
pub(super) fn judge(tenant: &str, wanted: &[WantedCheck], roles: &[String]) -> Vec<Finding> {
    let mut by_row: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for wanted in wanted {
        by_row
            .entry(&wanted.row)
            .or_default()
            .push(&wanted.resource);
    }
    let judged = by_row.into_iter().filter_map(|(row, resources)| {
        let row = SubscribableRow::by_path(row)?;
        let has = |permission: &&str| roles.iter().any(|role| covers(role, permission));
        let is_permitted = row.application.iter().any(has);
        (!is_permitted).then(|| missing(tenant, row, &resources))
    });
    judged.collect()
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
