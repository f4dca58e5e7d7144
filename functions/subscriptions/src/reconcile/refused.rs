//! Creations that Graph refused for good, or fails to make in run after run: asked for again ever more seldom.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fmt;
use teamwire_contract::reason;
use teamwire_graph::desired::DesiredSubscription;
use teamwire_payload::ChangeType;

/// Wait after the first refusal; each further one is twice as long.
const FIRST_WAIT: SignedDuration = SignedDuration::from_hours(1);
/// Longest wait for what others may change meanwhile: a permission, a quota, an outage.
const LONGEST_OF_OTHERS: SignedDuration = SignedDuration::from_hours(1);
/// Number of runs that ask at once for what fails for the moment.
const OUTAGE_RUNS: u32 = 3;
/// Longest wait for anything else.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(24);

/// A creation that Graph refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RefusedCreation {
    /// Path of its resource.
    pub resource: String,
    /// Kinds of change.
    pub changes: Vec<ChangeType>,
    /// Hash of what the file said of the tenant.
    pub file: String,
    /// Kind of the refusal.
    pub kind: RefusedKind,
    /// Graph's words.
    pub said: String,
    /// Time of the last try, by Graph's clock.
    pub at: Timestamp,
    /// Number of tries.
    pub times: u32,
}

/// Kind of a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RefusedKind {
    /// A permission is missing.
    NoConsent,
    /// A quota of the resource is used up.
    Quota,
    /// It failed for the moment, and no other row of resources did.
    GraphUnavailable,
    /// Anything else.
    Refused,
}

impl RefusedKind {
    /// The name in answers, logs and metrics: that of the fault.
    pub const fn label(self) -> &'static str {
        match self {
            Self::NoConsent => reason::NO_CONSENT,
            Self::Quota => "quota",
            Self::GraphUnavailable => "graph-unavailable",
            Self::Refused => reason::REFUSED,
        }
    }
}

impl RefusedCreation {
    /// Time of the next try.
    pub fn next(&self) -> Timestamp {
        let longest = match self.kind {
            RefusedKind::GraphUnavailable if self.times < OUTAGE_RUNS => return self.at,
            RefusedKind::NoConsent | RefusedKind::Quota | RefusedKind::GraphUnavailable => {
                LONGEST_OF_OTHERS
            }
            RefusedKind::Refused => LONGEST_WAIT,
        };
        let doublings = self.times.saturating_sub(1).min(10);
        let wait = FIRST_WAIT * 2_i32.saturating_pow(doublings);
        self.at
            .saturating_add(wait.min(longest))
            .unwrap_or(Timestamp::MAX)
    }
}

impl fmt::Display for RefusedCreation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            times, at, said, ..
        } = self;
        write!(f, "Graph refused it, last at {at}, {times} in all: {said}")
    }
}

/// Refused creations, by what is wanted.
pub(crate) struct RefusedIndex<'a>(HashMap<&'a str, Vec<&'a RefusedCreation>>);

impl<'a> RefusedIndex<'a> {
    pub(crate) fn of(refused: &'a [RefusedCreation]) -> Self {
        let mut by_path = HashMap::<_, Vec<_>>::new();
        for one in refused {
            by_path.entry(one.resource.as_str()).or_default().push(one);
        }
        Self(by_path)
    }

    /// The refusal of what is wanted, if there is one.
    pub(crate) fn find(&self, wanted: &DesiredSubscription) -> Option<&'a RefusedCreation> {
        let of_path = self.0.get(wanted.resource.to_string().as_str())?;
        let mut of_path = of_path.iter();
        of_path.find(|one| one.changes == wanted.changes).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(kind: RefusedKind, times: u32) -> RefusedCreation {
        RefusedCreation {
            resource: "chats".to_owned(),
            changes: Vec::new(),
            file: String::new(),
            kind,
            said: String::new(),
            at: Timestamp::UNIX_EPOCH,
            times,
        }
    }

    #[test]
    fn the_wait_grows_to_a_day_and_for_what_others_may_change_to_an_hour() {
        let hours = |kind, times| refused(kind, times).next().as_second() / 3600;
        let refused = [0, 1, 2, 3, 5, 6, 100].map(|times| hours(RefusedKind::Refused, times));
        assert_eq!(refused, [1, 1, 2, 4, 16, 24, 24]);
        for kind in [RefusedKind::NoConsent, RefusedKind::Quota] {
            assert_eq!([1, 2, 100].map(|times| hours(kind, times)), [1, 1, 1]);
        }
        let outage = [1, 2, 3, 100].map(|times| hours(RefusedKind::GraphUnavailable, times));
        assert_eq!(outage, [0, 0, 1, 1]);
    }
}
