//! The request for an announcement.

use super::PlanFault;
use serde::Deserialize;

/// Most changes of one announcement: the plan of them is kept in memory.
const MOST_CHANGES: usize = 1_000_000;

/// Most notifications in one POST.
const MOST_IN_A_POST: usize = 1_000;

/// Longest resource, in bytes: more than any receiver takes in one POST.
const LONGEST: usize = 16 * 1024 * 1024;

/// Changes a second.
const RATES: std::ops::RangeInclusive<f64> = 0.001..=1e6;

/// The announcement.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Announcement {
    /// The number of changes; each is announced to one subscription.
    pub count: usize,
    /// Changes a second; as fast as the endpoint answers where there is none.
    #[serde(default)]
    pub rate: Option<f64>,
    /// Most notifications in one POST.
    #[serde(default = "one")]
    pub batch: usize,
    /// The source of the choices.
    #[serde(default)]
    pub seed: u64,
    /// To whom; to every subscription that hears of anything where there is no list.
    #[serde(default)]
    pub subscriptions: Option<Vec<String>>,
    /// Share of changes told with the resource in them; as the subscriptions take turns where
    /// there is none.
    #[serde(default)]
    pub rich: Option<f64>,
    /// True if a change is announced to every subscription that it happens to, and not to one.
    #[serde(default)]
    pub every_subscription: bool,
    /// True if a POST may hold notifications of several subscriptions and tenants.
    #[serde(default)]
    pub mix: bool,
    /// Share of deletions.
    #[serde(default)]
    pub deleted: f64,
    /// Share of updates.
    #[serde(default)]
    pub updated: f64,
    /// The sizes of resources as sealed, in bytes, by turns; messages alone can be made so.
    #[serde(default)]
    pub bytes: Vec<usize>,
    /// Shares of faults.
    #[serde(default)]
    pub faults: FaultShares,
}

/// The share of the changes that has each fault, 0 to 1.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct FaultShares {
    /// Told twice.
    pub duplicate: f64,
    /// Told after changes that happened later.
    pub reorder: f64,
    /// Told some seconds late, in a POST of its own.
    pub slow: f64,
    /// [`Tamper`](crate::faults::Tamper); rich changes only.
    pub tamper: f64,
    /// [`WrongToken`](crate::faults::WrongToken), in a POST of its own; rich changes only.
    pub wrong_token: f64,
    /// Another `clientState`.
    pub wrong_client_state: f64,
    /// Deleted before anyone can read it; new and updated resources only.
    pub deleted_since: f64,
}

fn one() -> usize {
    1
}

/// Checks that every number is within its bounds.
pub(super) fn check(announcement: &Announcement) -> Result<(), PlanFault> {
    let faults = &announcement.faults;
    let shares = [
        ("deleted", announcement.deleted),
        ("updated", announcement.updated),
        ("rich", announcement.rich.unwrap_or_default()),
        ("duplicate", faults.duplicate),
        ("reorder", faults.reorder),
        ("slow", faults.slow),
        ("tamper", faults.tamper),
        ("wrongToken", faults.wrong_token),
        ("wrongClientState", faults.wrong_client_state),
        ("deletedSince", faults.deleted_since),
    ];
    if let Some((name, _)) = shares
        .iter()
        .find(|(_, share)| !(0.0..=1.0).contains(share))
    {
        return Err(PlanFault::OutOfRange(name));
    }
    if !(1..=MOST_CHANGES).contains(&announcement.count) {
        return Err(PlanFault::OutOfRange("count"));
    }
    if !(1..=MOST_IN_A_POST).contains(&announcement.batch) {
        return Err(PlanFault::OutOfRange("batch"));
    }
    if announcement.bytes.iter().any(|bytes| *bytes > LONGEST) {
        return Err(PlanFault::OutOfRange("bytes"));
    }
    if announcement.rate.is_some_and(|rate| !RATES.contains(&rate)) {
        return Err(PlanFault::OutOfRange("rate"));
    }
    Ok(())
}
