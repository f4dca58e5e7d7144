//! What Graph refused for good, or fails to make in run after run: remembered, and asked for again ever more seldom.

use crate::SubscriptionsFault;
use crate::circuit_breaker::{OUTAGE_ROWS, Scope};
use crate::done::Done;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use std::fmt;
use teamwire_graph::desired::Wanted;
use teamwire_graph::subscriptions::CallFault;
use teamwire_payload::ChangeType;

/// The wait after the first refusal; each further one is twice as long.
const FIRST_WAIT: SignedDuration = SignedDuration::from_hours(1);
/// The longest wait for what may change without us: a permission, a quota, an outage.
const LONGEST_OF_OTHERS: SignedDuration = SignedDuration::from_hours(1);
/// So many runs ask at once for what fails for the moment.
const OUTAGE_RUNS: u32 = 3;
/// The longest wait for anything else.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(24);

/// Most of Graph's words that are kept, in characters: a tenant may have thousands refused.
const SAID_CHARS: usize = 300;

/// A creation that Graph refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Refused {
    /// What it was to be to.
    pub resource: String,
    /// The changes.
    pub changes: Vec<ChangeType>,
    /// The hash of what the file said of the tenant.
    pub file: String,
    /// Why.
    pub kind: RefusedKind,
    /// In Graph's words.
    pub said: String,
    /// When it was last asked for, by Graph's clock.
    pub at: Timestamp,
    /// How often it was asked for.
    pub times: u32,
}

/// What was refused for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RefusedKind {
    /// Want of a permission.
    NoConsent,
    /// A quota of the resource that is used up.
    Quota,
    /// It failed for the moment, and so did no other row of resources.
    GraphUnavailable,
    /// Anything else.
    Refused,
}

impl RefusedKind {
    /// The name in answers, logs and metrics: that of the fault.
    pub const fn label(self) -> &'static str {
        match self {
            Self::NoConsent => "no-consent",
            Self::Quota => "quota",
            Self::GraphUnavailable => "graph-unavailable",
            Self::Refused => "refused",
        }
    }
}

impl Refused {
    /// When it is asked for again.
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

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            times, at, said, ..
        } = self;
        write!(f, "Graph refused it, last at {at}, {times} in all: {said}")
    }
}

/// Finds what was refused.
pub(crate) struct RefusedIndex<'a>(HashMap<&'a str, Vec<&'a Refused>>);

impl<'a> RefusedIndex<'a> {
    pub(crate) fn of(refused: &'a [Refused]) -> Self {
        let mut by_path = HashMap::<_, Vec<_>>::new();
        for one in refused {
            by_path.entry(one.resource.as_str()).or_default().push(one);
        }
        Self(by_path)
    }

    /// The refusal of what is wanted, if there is one.
    pub(crate) fn find(&self, wanted: &Wanted) -> Option<&'a Refused> {
        let of_path = self.0.get(wanted.resource.to_string().as_str())?;
        let mut of_path = of_path.iter();
        of_path.find(|one| one.changes == wanted.changes).copied()
    }
}

/// What a run knows of refusals before.
pub(crate) struct Memory<'a> {
    pub(crate) refused: RefusedIndex<'a>,
    /// The hash of what the file says of the tenant.
    pub(crate) file: &'a str,
    /// Whether a person asked: then nothing is held back.
    pub(crate) is_order: bool,
    /// The time at Graph.
    pub(crate) now: Timestamp,
}

impl Memory<'_> {
    /// Whether it is time to ask for it.
    ///
    /// # Errors
    /// [`SubscriptionsFault::RefusedBefore`]
    pub(crate) fn allows(&self, wanted: &Wanted) -> Result<(), SubscriptionsFault> {
        match self.of(wanted) {
            Some(refused) if !self.is_order && self.now < refused.next() => {
                Err(SubscriptionsFault::RefusedBefore(Box::new(refused.clone())))
            }
            _ => Ok(()),
        }
    }

    /// What is to be remembered after the run.
    pub(crate) fn after(&self, done: &[Done<'_>]) -> Vec<Refused> {
        let is_outage = |done: &&Done<'_>| {
            let fault = done.fault.as_ref();
            fault.is_some_and(|fault| fault.scope() == Scope::Outage)
        };
        let failing = done.iter().filter(is_outage);
        let failing = failing.filter_map(|done| done.step.wanted());
        let rows: HashSet<_> = failing.map(|wanted| wanted.resource.row().path).collect();
        let is_graphs = rows.len() >= OUTAGE_ROWS;
        done.iter()
            .filter_map(|done| self.after_one(done, is_graphs))
            .collect()
    }

    fn after_one(&self, done: &Done<'_>, is_outage_of_graph: bool) -> Option<Refused> {
        let wanted = done.step.wanted()?;
        let before = self.of(wanted);
        let call = match done.fault.as_ref()? {
            SubscriptionsFault::Call(call) if done.alive.is_none() => Some(call),
            _ => None,
        };
        let remembered = match call {
            Some(CallFault::NoConsent(said)) => Some((RefusedKind::NoConsent, said)),
            Some(CallFault::Quota(said)) if !said.is_of_tenant() => {
                Some((RefusedKind::Quota, said))
            }
            Some(CallFault::Refused(said)) if said.status != 401 => {
                Some((RefusedKind::Refused, said))
            }
            Some(CallFault::Unavailable(_, Some(said))) if !is_outage_of_graph => {
                Some((RefusedKind::GraphUnavailable, said))
            }
            _ => None,
        };
        let Some((kind, said)) = remembered else {
            // It was not asked for, or what it met says nothing of it.
            return before.cloned();
        };
        let before = before.filter(|before| before.kind == kind);
        Some(Refused {
            resource: wanted.resource.to_string(),
            changes: wanted.changes.clone(),
            file: self.file.to_owned(),
            kind,
            said: said.to_string().chars().take(SAID_CHARS).collect(),
            at: self.now,
            times: before.map_or(0, |before| before.times).saturating_add(1),
        })
    }

    fn of(&self, wanted: &Wanted) -> Option<&Refused> {
        let refused = self.refused.find(wanted);
        refused.filter(|refused| refused.file == self.file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(kind: RefusedKind, times: u32) -> Refused {
        Refused {
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
    fn the_wait_grows_to_a_day_and_for_what_may_change_without_us_to_an_hour() {
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
