//! One step, applied at Graph.

use crate::SubscriptionsFault;
use crate::client_states::ClientStateMint;
use crate::config::SubscriptionUrls;
use crate::reconcile::circuit_breaker::CircuitBreaker;
use crate::reconcile::last_seen::LastSeenIndex;
use crate::reconcile::outcome::{ActiveSubscription, StepOutcome};
use crate::reconcile::plan::ReconcileStep;
use crate::reconcile::refusal_memory::RefusalMemory;
use crate::reconcile::replacements::Replacements;
use jiff::{SignedDuration, Timestamp};
use std::collections::HashSet;
use teamwire_graph::desired::DesiredSubscription;
use teamwire_graph::subscriptions::{
    CallBudget, CallFault, GraphSubscription, NewSubscription, SealingCertificate,
    SubscriptionRenewal, SubscriptionsApi,
};
use teamwire_graph::{CertificateSet, TokenSource};
use teamwire_payload::subscribable::GraphApi;
use tokio::sync::Mutex;

/// Row of subscriptions that are not wanted.
pub(crate) const NOT_WANTED: &str = "not wanted";

/// Everything that the steps of one tenant's run are applied with.
pub(crate) struct TenantRun<'a, T, M> {
    pub(crate) api: &'a SubscriptionsApi<T>,
    pub(crate) mint: &'a M,
    pub(crate) urls: &'a SubscriptionUrls,
    pub(crate) budget: CallBudget<'a>,
    /// Time at Graph when the list was read.
    pub(crate) now: Timestamp,
    pub(crate) certificates: Option<&'a CertificateSet>,
    pub(crate) last_seen: &'a LastSeenIndex<'a>,
    /// True if subscriptions that the file does not have are removed.
    pub(crate) remove: bool,
    pub(crate) breaker: CircuitBreaker,
    pub(crate) memory: &'a RefusalMemory<'a>,
    pub(crate) replacements: Mutex<Replacements>,
}

impl<'a, T: TokenSource, M: ClientStateMint> TenantRun<'a, T, M> {
    /// Applies a step that ends no subscription, unless others like it were refused before.
    pub(crate) async fn begin(&self, step: ReconcileStep<'a>) -> StepOutcome<'a> {
        let mut outcome = StepOutcome {
            step,
            active: None,
            ended: None,
            is_unchangeable: false,
            fault: None,
        };
        if let Some(found) = step.found().filter(|_| step.wanted().is_some()) {
            outcome.active = Some(self.seen(found));
        }
        match step {
            ReconcileStep::Conflict(..) => {
                outcome.active = None;
                outcome.fault = Some(SubscriptionsFault::Conflict);
            }
            ReconcileStep::Renew(wanted, _)
            | ReconcileStep::RotateCertificate(wanted, _)
            | ReconcileStep::Create(wanted) => {
                let row = wanted.resource.row().path;
                let allowed = match step {
                    ReconcileStep::Create(_) => self.allows_creation(wanted),
                    _ => self.breaker.allows(row),
                };
                let result = match allowed {
                    Ok(()) => self.take(step, &mut outcome).await,
                    refused => refused,
                };
                self.settle(row, result, &mut outcome);
            }
            _ => {}
        }
        outcome
    }

    /// Removes a subscription that is not wanted, unless one to the same resource could not be made.
    pub(crate) async fn remove(
        &self,
        mut outcome: StepOutcome<'a>,
        lets: &Result<(), SubscriptionsFault>,
        unmade: &HashSet<String>,
    ) -> StepOutcome<'a> {
        let ReconcileStep::Remove(found) = outcome.step else {
            return outcome;
        };
        if !self.remove {
            return outcome;
        }
        let path = found.path();
        let result = match lets.clone().and_then(|()| self.breaker.allows(NOT_WANTED)) {
            Ok(())
                if path
                    .as_ref()
                    .is_some_and(|path| unmade.contains(&path.to_string())) =>
            {
                Err(SubscriptionsFault::NotTried)
            }
            Ok(()) => {
                let api = path.map_or(GraphApi::V1, |path| path.row().api);
                let deleted = self.api.delete(self.budget, api, &found.id).await;
                deleted.map(|_| ()).map_err(SubscriptionsFault::from)
            }
            refused => refused,
        };
        self.settle(NOT_WANTED, result, &mut outcome);
        outcome
    }

    /// Allows a creation that is worth asking for, and was not refused before.
    pub(crate) fn allows_creation(
        &self,
        wanted: &DesiredSubscription,
    ) -> Result<(), SubscriptionsFault> {
        self.breaker.allows_creation(wanted.resource.row().path)?;
        self.memory.allows(wanted)
    }

    pub(crate) fn settle(
        &self,
        row: &'static str,
        result: Result<(), SubscriptionsFault>,
        outcome: &mut StepOutcome<'a>,
    ) {
        let is_creation = match outcome.step {
            ReconcileStep::Create(_) | ReconcileStep::Recreate(..) => true,
            // What was to be changed is gone, and was to be made again.
            ReconcileStep::Renew(..) | ReconcileStep::RotateCertificate(..) => {
                outcome.active.is_none()
            }
            _ => false,
        };
        match result {
            Ok(()) => self.breaker.accepted(row, is_creation),
            Err(fault) => {
                self.breaker.failed(row, is_creation, &fault);
                outcome.fault = Some(fault);
            }
        }
    }

    async fn take(
        &self,
        step: ReconcileStep<'a>,
        outcome: &mut StepOutcome<'a>,
    ) -> Result<(), SubscriptionsFault> {
        let (wanted, renewed) = match step {
            ReconcileStep::Renew(wanted, found) => {
                (wanted, self.renew(wanted, &found.id, None).await)
            }
            ReconcileStep::RotateCertificate(wanted, found) => {
                let renewed = self.renew(wanted, &found.id, self.current()).await;
                (wanted, renewed)
            }
            ReconcileStep::Create(wanted) => (wanted, Err(CallFault::Gone(None))),
            _ => return Ok(()),
        };
        match renewed {
            Ok(alive) => outcome.active = Some(alive),
            Err(CallFault::Gone(_)) => {
                outcome.active = None;
                outcome.active = Some(self.create(wanted).await?);
            }
            // Not every copy of the documents lists the certificate as changeable.
            Err(CallFault::Refused(refusal))
                if refusal.status == 400
                    && matches!(step, ReconcileStep::RotateCertificate(..)) =>
            {
                outcome.is_unchangeable = true;
            }
            Err(fault) => return Err(fault.into()),
        }
        Ok(())
    }

    async fn create(
        &self,
        wanted: &DesiredSubscription,
    ) -> Result<ActiveSubscription, SubscriptionsFault> {
        let sealing = self.sealing_of(wanted)?;
        let result = self.create_with(wanted, sealing).await;
        if let Err(fault) = &result {
            self.replacements.lock().await.not_created(wanted, fault);
        }
        result
    }

    /// Of two runs that create at once, one creates and the other adopts: Graph answers 409
    /// (GRAPH-31).
    pub(crate) async fn create_with(
        &self,
        wanted: &DesiredSubscription,
        sealing: Option<SealingCertificate<'_>>,
    ) -> Result<ActiveSubscription, SubscriptionsFault> {
        let new = NewSubscription {
            resource: &wanted.resource,
            changes: &wanted.changes,
            notification_url: &self.urls.notification,
            lifecycle_url: wanted
                .settings
                .lifecycle
                .then_some(self.urls.lifecycle.as_str()),
            expires: self.end(wanted),
            client_state: self.mint.client_state(self.budget.tenant).await?,
            sealing,
        };
        match self.api.create(self.budget, &new).await {
            Ok(created) => Ok(ActiveSubscription {
                id: created.value.id,
                at: created.at,
                expires: created.value.expires,
                certificate_id: sealing.map(|sealing| sealing.id.to_owned()),
                made: wanted.settings.lifecycle,
            }),
            Err(CallFault::Exists(Some(id), _)) => self.adopt(wanted, &id).await,
            Err(fault) => Err(fault.into()),
        }
    }

    async fn adopt(
        &self,
        wanted: &DesiredSubscription,
        id: &str,
    ) -> Result<ActiveSubscription, SubscriptionsFault> {
        let api = wanted.resource.row().api;
        let found = self.api.get(self.budget, api, id).await?.value;
        if found.notification_url != self.urls.notification {
            return Err(SubscriptionsFault::Conflict);
        }
        let sealing = self.sealing_of(wanted)?;
        Ok(self.renew(wanted, id, sealing).await?)
    }

    /// Always a PATCH: it reauthorizes too, and both within 10 minutes may harm (GRAPH-32).
    pub(crate) async fn renew(
        &self,
        wanted: &DesiredSubscription,
        id: &str,
        sealing: Option<SealingCertificate<'_>>,
    ) -> Result<ActiveSubscription, CallFault> {
        let renewal = SubscriptionRenewal {
            resource: &wanted.resource,
            expires: self.end(wanted),
            sealing,
        };
        let renewed = self.api.renew(self.budget, id, &renewal).await?;
        let seen = self.seen(&renewed.value);
        Ok(ActiveSubscription {
            id: id.to_owned(),
            at: renewed.at,
            certificate_id: sealing
                .map(|sealing| sealing.id.to_owned())
                .or(seen.certificate_id),
            ..seen
        })
    }

    fn seen(&self, found: &GraphSubscription) -> ActiveSubscription {
        let last_seen = self.last_seen.by_id(&found.id);
        ActiveSubscription {
            id: found.id.clone(),
            at: self.now,
            expires: found.expires,
            certificate_id: self.last_seen.certificate_id(found).map(str::to_owned),
            made: last_seen.is_some_and(|entry| entry.made),
        }
    }

    pub(crate) fn sealing_of(
        &self,
        wanted: &DesiredSubscription,
    ) -> Result<Option<SealingCertificate<'a>>, SubscriptionsFault> {
        match (wanted.settings.rich, self.current()) {
            (false, _) => Ok(None),
            (true, Some(sealing)) => Ok(Some(sealing)),
            (true, None) => Err(SubscriptionsFault::NoCertificate),
        }
    }

    fn current(&self) -> Option<SealingCertificate<'a>> {
        sealing(self.certificates)
    }

    /// The certificate of that name, if it is still known.
    pub(crate) fn certificate(&self, id: Option<&str>) -> Option<SealingCertificate<'a>> {
        let (id, other) = self.certificates?.others().get_key_value(id?)?;
        let certificate = &other.certificate;
        Some(SealingCertificate { id, certificate })
    }

    fn end(&self, wanted: &DesiredSubscription) -> Timestamp {
        end(wanted, self.now)
    }
}

/// End of a subscription that is made or renewed now. The longest life is asked for less a minute: an
/// end that is too far away by the clock of the answering server is refused.
pub(crate) fn end(wanted: &DesiredSubscription, now: Timestamp) -> Timestamp {
    let longest = wanted.resource.row().longest_minutes;
    let minutes = wanted.settings.lifetime_minutes.min(longest - 1);
    let life = SignedDuration::from_mins(minutes.into());
    now.saturating_add(life).unwrap_or(now)
}

/// The current certificate, as a subscription carries it.
pub(crate) fn sealing(certificates: Option<&CertificateSet>) -> Option<SealingCertificate<'_>> {
    let (id, certificate) = certificates?.current();
    Some(SealingCertificate { id, certificate })
}
