//! What the function answers.

use serde::Deserialize;

/// What is, is done or would be done, tenant by tenant.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(default)]
pub(crate) struct Report {
    pub(crate) tenants: Vec<Tenant>,
    pub(crate) faults: Vec<Fault>,
}

/// One tenant that could be looked at.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
pub(crate) struct Tenant {
    pub(crate) tenant: String,
    /// How many are wanted.
    pub(crate) wanted: usize,
    /// How many of them live.
    pub(crate) live: usize,
    pub(crate) changes: Vec<Change>,
}

/// One subscription.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Change {
    pub(crate) action: Action,
    pub(crate) resource: String,
    pub(crate) changes: Vec<String>,
    /// Graph's id, where there is one.
    pub(crate) subscription_id: Option<String>,
    /// When it ends.
    pub(crate) expires: Option<String>,
    /// The certificate that its content is sealed for, where that is known.
    pub(crate) certificate_id: Option<String>,
    /// Whether it is wanted with content.
    #[serde(default)]
    pub(crate) rich: bool,
    pub(crate) why: String,
    /// `done` or the reason of a fault; absent in plans.
    pub(crate) outcome: Option<String>,
    /// When its last notification came; lists alone say this and the rest.
    #[serde(default)]
    pub(crate) heard: Option<String>,
    /// Since when nothing came.
    #[serde(default)]
    pub(crate) quiet_since: Option<String>,
    /// After how many minutes without a notification it is silent.
    #[serde(default)]
    pub(crate) silence_minutes: Option<u32>,
    /// Whether it is.
    #[serde(default)]
    pub(crate) silent: bool,
}

/// What is done about a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(rename_all = "lowercase")]
pub(crate) enum Action {
    Create,
    Adopt,
    Renew,
    Move,
    Recreate,
    Remove,
    Keep,
    Foreign,
}

/// What went wrong.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
pub(crate) struct Fault {
    /// Where it is of one tenant.
    pub(crate) tenant: Option<String>,
    pub(crate) reason: String,
    /// In words, with the faults of `subscriptions.toml` where it is those.
    pub(crate) message: String,
}

impl Report {
    /// Every subscription of every tenant.
    pub(crate) fn changes(&self) -> impl Iterator<Item = &Change> {
        self.tenants.iter().flat_map(|tenant| &tenant.changes)
    }

    /// How many have this done to them.
    pub(crate) fn count(&self, action: Action) -> usize {
        self.changes()
            .filter(|change| change.action == action)
            .count()
    }

    /// How many are not as they are wanted.
    pub(crate) fn to_do(&self) -> usize {
        self.changes()
            .filter(|change| !matches!(change.action, Action::Keep | Action::Foreign))
            .count()
    }

    /// Of a plan: how many are wanted and can't be made, as one that is not ours is in the way.
    pub(crate) fn blocked(&self) -> usize {
        let of = |tenant: &Tenant| {
            let is_new = |change: &&Change| change.action == Action::Create;
            let made = tenant.changes.iter().filter(is_new).count();
            tenant.wanted.saturating_sub(tenant.live + made)
        };
        self.tenants.iter().map(of).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keeper::mirrored::{unread, written};

    #[test]
    fn of_a_report_nothing_is_unread_but_what_is_named_here() {
        let unread = unread::<Report>(&written("report.json"));
        let named = ["faults/lines", "tenants/at"];
        assert_eq!(unread, named.map(str::to_owned).into());
    }
}
