//! Replacements what can't be changed: the old one has to go first, so that it is done with care.

use crate::SubscriptionsFault;
use crate::client_states::Mint;
use crate::reconcile::apply::{NOT_WANTED, TenantRun};
use crate::reconcile::circuit_breaker::Scope;
use crate::reconcile::outcome::StepOutcome;
use crate::reconcile::plan::{Step, is_due};
use std::collections::HashMap;
use std::time::Instant;
use teamwire_graph::TokenSource;
use teamwire_graph::desired::Wanted;
use teamwire_graph::subscriptions::{CALL_TIMEOUT, CREATE_TIMEOUT, CallFault, Subscription};

/// So many of one row may be lost that were removed and then refused, each for a reason that may be
/// its own, before the rest of the row is left alone.
const MOST_LOST: u32 = 2;

/// Whether what is removed can be made again, as far as this run has seen.
#[derive(Debug, Default)]
pub(crate) struct Replacements {
    /// What every creation would meet.
    is_stopped: bool,
    rows: HashMap<&'static str, Replaced>,
    lost: HashMap<&'static str, u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Replaced {
    Works,
    Fails,
}

impl Replacements {
    fn of(&self, row: &'static str) -> Option<Replaced> {
        if self.is_stopped {
            return Some(Replaced::Fails);
        }
        self.rows.get(row).copied()
    }

    fn works(&mut self, row: &'static str) {
        self.rows.entry(row).or_insert(Replaced::Works);
    }

    /// What was never there is refused: it speaks for others only by its cause.
    pub(crate) fn not_created(&mut self, wanted: &Wanted, fault: &SubscriptionsFault) {
        self.stop(wanted.resource.row().path, fault);
    }

    /// What was removed is not made again.
    fn not_replaced(&mut self, row: &'static str, fault: &SubscriptionsFault) {
        self.stop(row, fault);
        let lost = self.lost.entry(row).or_default();
        *lost += 1;
        if *lost >= MOST_LOST && self.rows.get(row) != Some(&Replaced::Works) {
            self.rows.insert(row, Replaced::Fails);
        }
    }

    fn stop(&mut self, row: &'static str, fault: &SubscriptionsFault) {
        match fault.scope() {
            Scope::Tenant | Scope::Creations | Scope::Outage => self.is_stopped = true,
            Scope::Row => {
                self.rows.insert(row, Replaced::Fails);
            }
            Scope::One => {}
        }
    }
}

impl<'a, T: TokenSource, M: Mint> TenantRun<'a, T, M> {
    /// Removes what can't be changed and makes it anew, if the file still `lets` us.
    pub(crate) async fn replace(
        &self,
        mut done: StepOutcome<'a>,
        lets: &Result<(), SubscriptionsFault>,
    ) -> StepOutcome<'a> {
        let (wanted, found) = match done.step {
            Step::Recreate(wanted, found, _) => (wanted, found),
            Step::RotateCertificate(wanted, found) if done.is_unchangeable => (wanted, found),
            _ => return done,
        };
        let row = wanted.resource.row().path;
        let result = match lets.clone().and_then(|()| self.allows_creation(wanted)) {
            Ok(()) => self.replace_in_turn(wanted, found, &mut done).await,
            refused => refused,
        };
        let is_left = result.is_err() && done.ended.is_none();
        self.settle(row, result, &mut done);
        if is_left && is_due(wanted, found, self.now) && self.breaker.allows(NOT_WANTED).is_ok() {
            match self.renew(wanted, &found.id, None).await {
                Ok(alive) => done.alive = Some(alive),
                Err(CallFault::Gone) => done.alive = None,
                Err(fault) => self.breaker.failed(row, &fault.into()),
            }
        }
        done
    }

    /// Graph takes no second one to the same resource and changes, so the first has to go before;
    /// for other changes it would, but both would announce what both are for. Nothing is removed
    /// where another of its row could not be made anew in this run.
    async fn replace_in_turn(
        &self,
        wanted: &Wanted,
        found: &Subscription,
        done: &mut StepOutcome<'a>,
    ) -> Result<(), SubscriptionsFault> {
        let row = wanted.resource.row().path;
        let mut budget = Some(self.replacements.lock().await);
        match budget.as_ref().and_then(|all| all.of(row)) {
            Some(Replaced::Fails) => return Err(SubscriptionsFault::NotTried),
            Some(Replaced::Works) => budget = None,
            // The others wait for what comes of this one.
            None => {}
        }
        let result = self.replace_one(wanted, found, done).await;
        let mut all = match budget {
            Some(budget) => budget,
            None => self.replacements.lock().await,
        };
        if done.ended.is_some() {
            match &result {
                Ok(()) => all.works(row),
                Err(fault) => all.not_replaced(row, fault),
            }
        }
        result
    }

    async fn replace_one(
        &self,
        wanted: &Wanted,
        found: &Subscription,
        done: &mut StepOutcome<'a>,
    ) -> Result<(), SubscriptionsFault> {
        let sealing = self.sealing_of(wanted)?;
        self.mint.client_state(self.budget.tenant).await?;
        if Instant::now() + CALL_TIMEOUT + CREATE_TIMEOUT > self.budget.deadline {
            return Err(CallFault::NoTime.into());
        }
        let before = done.alive.take();
        let api = wanted.resource.row().api;
        let deleted = match self.api.delete(self.budget, api, &found.id).await {
            Ok(deleted) => deleted,
            Err(fault) => {
                done.alive = before;
                return Err(fault.into());
            }
        };
        done.ended = Some((found.id.clone(), deleted.at));
        let result = self.create_with(wanted, sealing).await;
        let old = before.and_then(|alive| alive.certificate_id);
        match (result, self.certificate(old.as_deref())) {
            (Ok(alive), _) => done.alive = Some(alive),
            // Better sealed for the old certificate than not announced at all.
            (Err(fault), Some(old)) if sealing.is_some_and(|new| new.id != old.id) => {
                done.alive = self.create_with(wanted, Some(old)).await.ok();
                return Err(fault);
            }
            (Err(fault), _) => return Err(fault),
        }
        Ok(())
    }
}
