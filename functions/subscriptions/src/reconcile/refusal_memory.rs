//! Refusals, remembered from run to run.

use crate::SubscriptionsFault;
use crate::reconcile::outcome::StepOutcome;
use crate::reconcile::refused::{RefusedCreation, RefusedIndex, RefusedKind};
use jiff::Timestamp;
use teamwire_graph::desired::Wanted;
use teamwire_graph::subscriptions::CallFault;

/// Most of Graph's words that are kept, in characters: a tenant may have thousands refused.
const SAID_CHARS: usize = 300;

/// Refusals of earlier runs, as a run over one tenant needs them.
pub(crate) struct RefusalMemory<'a> {
    pub(crate) refused: RefusedIndex<'a>,
    /// Hash of what the file says of the tenant.
    pub(crate) file: &'a str,
    /// Whether a person asks: then nothing is held back.
    pub(crate) is_manual: bool,
    /// Time at Graph.
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
                Err(SubscriptionsFault::RefusedBefore {
                    reason: refused.kind.label(),
                    said: refused.to_string(),
                    next: refused.next(),
                })
            }
            _ => Ok(()),
        }
    }

    /// Refusals to remember after the run.
    pub(crate) fn after(&self, outcomes: &[StepOutcome<'_>]) -> Vec<RefusedCreation> {
        let after = outcomes.iter().filter_map(|one| self.after_one(one));
        after.collect()
    }

    fn after_one(&self, outcome: &StepOutcome<'_>) -> Option<RefusedCreation> {
        let wanted = outcome.step.wanted()?;
        let before = self.of(wanted);
        let (kind, said) = match outcome.fault.as_ref()? {
            SubscriptionsFault::Call(CallFault::NoConsent(said)) if outcome.active.is_none() => {
                (RefusedKind::NoConsent, said)
            }
            SubscriptionsFault::Call(CallFault::Refused(said))
                if outcome.active.is_none() && said.status != 401 =>
            {
                (RefusedKind::Refused, said)
            }
            // It was not asked for, or what it met says nothing of it.
            _ => return before.cloned(),
        };
        Some(RefusedCreation {
            resource: wanted.resource.to_string(),
            changes: wanted.changes.clone(),
            file: self.file.to_owned(),
            kind,
            said: said.to_string().chars().take(SAID_CHARS).collect(),
            at: self.now,
            times: before.map_or(0, |before| before.times).saturating_add(1),
        })
    }

    fn of(&self, wanted: &Wanted) -> Option<&RefusedCreation> {
        let refused = self.refused.find(wanted);
        refused.filter(|refused| refused.file == self.file)
    }
}
