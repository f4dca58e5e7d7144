//! Replacement of a subscription that can't be changed: the old one has to go first.

use crate::SubscriptionsFault;
use crate::client_states::ClientStateMint;
use crate::reconcile::apply::{NOT_WANTED, TenantRun};
use crate::reconcile::outcome::StepOutcome;
use crate::reconcile::plan::{ReconcileStep, is_due};
use crate::reconcile::replacements::ReplacementOutcome;
use std::time::Instant;
use teamwire_graph::TokenSource;
use teamwire_graph::desired::DesiredSubscription;
use teamwire_graph::subscriptions::{CALL_TIMEOUT, CREATE_TIMEOUT, CallFault, GraphSubscription};

impl<'a, T: TokenSource, M: ClientStateMint> TenantRun<'a, T, M> {
    /// Removes a subscription that can't be changed and makes it again, if the file still `lets` us.
    pub(crate) async fn replace(
        &self,
        mut outcome: StepOutcome<'a>,
        lets: &Result<(), SubscriptionsFault>,
    ) -> StepOutcome<'a> {
        let (wanted, found) = match outcome.step {
            ReconcileStep::Recreate(wanted, found, _) => (wanted, found),
            ReconcileStep::RotateCertificate(wanted, found) if outcome.is_unchangeable => {
                (wanted, found)
            }
            _ => return outcome,
        };
        let row = wanted.resource.row().path;
        let result = match lets.clone().and_then(|()| self.allows_creation(wanted)) {
            Ok(()) => self.replace_in_turn(wanted, found, &mut outcome).await,
            refused => refused,
        };
        let is_left = result.is_err() && outcome.ended.is_none();
        self.settle(row, result, &mut outcome);
        if is_left && is_due(wanted, found, self.now) && self.breaker.allows(NOT_WANTED).is_ok() {
            match self.renew(wanted, &found.id, None).await {
                Ok(alive) => outcome.active = Some(alive),
                Err(CallFault::Gone(_)) => outcome.active = None,
                Err(fault) => self.breaker.failed(row, false, &fault.into()),
            }
        }
        outcome
    }

    /// Replaces it in the turn of its row. Graph takes no second one to the same resource and changes, so
    /// the first has to go before; for other changes it would, but both would announce what both are for.
    /// Nothing is removed where another of its row could not be made again in this run.
    async fn replace_in_turn(
        &self,
        wanted: &DesiredSubscription,
        found: &GraphSubscription,
        outcome: &mut StepOutcome<'a>,
    ) -> Result<(), SubscriptionsFault> {
        let row = wanted.resource.row().path;
        let mut budget = Some(self.replacements.lock().await);
        match budget.as_ref().and_then(|all| all.of(row)) {
            Some(ReplacementOutcome::Fails) => return Err(SubscriptionsFault::NotTried),
            Some(ReplacementOutcome::Works) => budget = None,
            // The others wait for what comes of this one.
            None => {}
        }
        let result = self.replace_one(wanted, found, outcome).await;
        let mut all = match budget {
            Some(budget) => budget,
            None => self.replacements.lock().await,
        };
        if outcome.ended.is_some() {
            match &result {
                Ok(()) => all.works(row),
                Err(fault) => all.not_replaced(row, fault),
            }
        }
        result
    }

    async fn replace_one(
        &self,
        wanted: &DesiredSubscription,
        found: &GraphSubscription,
        outcome: &mut StepOutcome<'a>,
    ) -> Result<(), SubscriptionsFault> {
        let sealing = self.sealing_of(wanted)?;
        self.mint.client_state(self.budget.tenant).await?;
        if Instant::now() + CALL_TIMEOUT + CREATE_TIMEOUT > self.budget.deadline {
            return Err(CallFault::NoTime.into());
        }
        let before = outcome.active.take();
        let api = wanted.resource.row().api;
        let deleted = match self.api.delete(self.budget, api, &found.id).await {
            Ok(deleted) => deleted,
            Err(fault) => {
                outcome.active = before;
                return Err(fault.into());
            }
        };
        outcome.ended = Some((found.id.clone(), deleted.at));
        let result = self.create_with(wanted, sealing).await;
        let old = before.and_then(|alive| alive.certificate_id);
        match (result, self.certificate(old.as_deref())) {
            (Ok(alive), _) => outcome.active = Some(alive),
            // Better sealed for the old certificate than not announced at all.
            (Err(fault), Some(old)) if sealing.is_some_and(|new| new.id != old.id) => {
                outcome.active = self.create_with(wanted, Some(old)).await.ok();
                return Err(fault);
            }
            (Err(fault), _) => return Err(fault),
        }
        Ok(())
    }
}
