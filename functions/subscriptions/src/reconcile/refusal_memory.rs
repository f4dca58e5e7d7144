//! Refusals, remembered from run to run.

use crate::SubscriptionsFault;
use crate::reconcile::circuit_breaker::{OUTAGE_ROWS, RefusalScope};
use crate::reconcile::outcome::StepOutcome;
use crate::reconcile::refused::{RefusedCreation, RefusedIndex, RefusedKind};
use jiff::Timestamp;
use std::collections::HashSet;
use teamwire_graph::desired::DesiredSubscription;
use teamwire_graph::subscriptions::CallFault;

/// Most of Graph's words that are kept, in characters: a tenant may have thousands refused.
const SAID_CHARS: usize = 300;

/// Refusals of earlier runs, as a run over one tenant needs them.
pub(crate) struct RefusalMemory<'a> {
    pub(crate) refused: RefusedIndex<'a>,
    /// Hash of what the file says of the tenant.
    pub(crate) file: &'a str,
    /// True if a person asks: then nothing is held back.
    pub(crate) is_manual: bool,
    /// Time at Graph.
    pub(crate) now: Timestamp,
}

impl RefusalMemory<'_> {
    /// Allows a subscription that it is time to ask for.
    ///
    /// # Errors
    /// [`SubscriptionsFault::RefusedBefore`]
    pub(crate) fn allows(&self, wanted: &DesiredSubscription) -> Result<(), SubscriptionsFault> {
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
        let is_outage = |outcome: &&StepOutcome<'_>| {
            let fault = outcome.fault.as_ref();
            fault.is_some_and(|fault| fault.scope() == RefusalScope::Outage)
        };
        let failing = outcomes.iter().filter(is_outage);
        let failing = failing.filter_map(|outcome| outcome.step.wanted());
        let rows: HashSet<_> = failing.map(|wanted| wanted.resource.row().path).collect();
        let is_graphs = rows.len() >= OUTAGE_ROWS;
        let after = outcomes.iter();
        after
            .filter_map(|one| self.after_one(one, is_graphs))
            .collect()
    }

    fn after_one(
        &self,
        outcome: &StepOutcome<'_>,
        is_outage_of_graph: bool,
    ) -> Option<RefusedCreation> {
        let wanted = outcome.step.wanted()?;
        let before = self.of(wanted);
        let call = match outcome.fault.as_ref()? {
            SubscriptionsFault::Call(call) if outcome.active.is_none() => Some(call),
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

    fn of(&self, wanted: &DesiredSubscription) -> Option<&RefusedCreation> {
        let refused = self.refused.find(wanted);
        refused.filter(|refused| refused.file == self.file)
    }
}
