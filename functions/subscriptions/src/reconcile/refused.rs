//! What Graph refused for good: remembered, and asked for again ever more seldom.

use crate::SubscriptionsFault;
use crate::reconcile::outcome::StepOutcome;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fmt;
use teamwire_graph::desired::Wanted;
use teamwire_graph::subscriptions::CallFault;
use teamwire_payload::ChangeType;

/// The wait after the first refusal; each further one is twice as long.
const FIRST_WAIT: SignedDuration = SignedDuration::from_hours(1);
/// The longest wait for a permission, which may be given meanwhile.
const LONGEST_WITHOUT_CONSENT: SignedDuration = SignedDuration::from_hours(1);
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
    /// StepReason.
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
    /// Anything else.
    Refused,
}

impl RefusedKind {
    /// The name in answers, logs and metrics: that of the fault.
    pub const fn label(self) -> &'static str {
        match self {
            Self::NoConsent => "no-consent",
            Self::Refused => "refused",
        }
    }
}

impl Refused {
    /// When it is asked for again.
    pub fn next(&self) -> Timestamp {
        let longest = match self.kind {
            RefusedKind::NoConsent => LONGEST_WITHOUT_CONSENT,
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
pub(crate) struct RefusalMemory<'a> {
    pub(crate) refused: RefusedIndex<'a>,
    /// The hash of what the file says of the tenant.
    pub(crate) file: &'a str,
    /// Whether a person asked: then nothing is held back.
    pub(crate) is_manual: bool,
    /// The time at Graph.
    pub(crate) now: Timestamp,
}

impl RefusalMemory<'_> {
    /// Whether it is time to ask for it.
    ///
    /// # Errors
    /// [`SubscriptionsFault::RefusedBefore`]
    pub(crate) fn allows(&self, wanted: &Wanted) -> Result<(), SubscriptionsFault> {
        match self.of(wanted) {
            Some(refused) if !self.is_manual && self.now < refused.next() => {
                Err(SubscriptionsFault::RefusedBefore(Box::new(refused.clone())))
            }
            _ => Ok(()),
        }
    }

    /// What is to be remembered after the run.
    pub(crate) fn after(&self, done: &[StepOutcome<'_>]) -> Vec<Refused> {
        done.iter()
            .filter_map(|done| self.after_one(done))
            .collect()
    }

    fn after_one(&self, done: &StepOutcome<'_>) -> Option<Refused> {
        let wanted = done.step.wanted()?;
        let before = self.of(wanted);
        let (kind, said) = match done.fault.as_ref()? {
            SubscriptionsFault::Call(CallFault::NoConsent(said)) if done.alive.is_none() => {
                (RefusedKind::NoConsent, said)
            }
            SubscriptionsFault::Call(CallFault::Refused(said))
                if done.alive.is_none() && said.status != 401 =>
            {
                (RefusedKind::Refused, said)
            }
            // It was not asked for, or what it met says nothing of it.
            _ => return before.cloned(),
        };
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
    fn the_wait_grows_to_a_day_and_for_a_permission_to_an_hour() {
        let hours = |kind, times| refused(kind, times).next().as_second() / 3600;
        let refused = [0, 1, 2, 3, 5, 6, 100].map(|times| hours(RefusedKind::Refused, times));
        assert_eq!(refused, [1, 1, 2, 4, 16, 24, 24]);
        let consent = [1, 2, 100].map(|times| hours(RefusedKind::NoConsent, times));
        assert_eq!(consent, [1, 1, 1]);
    }
}
