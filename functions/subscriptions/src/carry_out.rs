//! One step, done at Graph.

use crate::SubscriptionsFault;
use crate::brake::Brake;
use crate::client_states::Mint;
use crate::config::Urls;
use crate::diff::{Step, is_due};
use crate::done::{Alive, Done};
use crate::note::Index;
use jiff::{SignedDuration, Timestamp};
use std::collections::{HashMap, HashSet};
use std::time::Instant;
use teamwire_graph::desired::Wanted;
use teamwire_graph::subscriptions::{
    CALL_TIMEOUT, CREATE_TIMEOUT, CallFault, NewSubscription, Renewal, Sealing, Subscription,
    SubscriptionsApi, Turn,
};
use teamwire_graph::{Certificates, TokenSource};
use teamwire_payload::subscribable::{Api, LONGEST_MINUTES};
use tokio::sync::Mutex;

/// Stands for the row of what is not wanted.
const NOT_WANTED: &str = "not wanted";

/// What the steps of one tenant's run are done with.
pub(crate) struct Work<'a, T, M> {
    pub(crate) api: &'a SubscriptionsApi<T>,
    pub(crate) mint: &'a M,
    pub(crate) urls: &'a Urls,
    pub(crate) turn: Turn<'a>,
    /// The time at Graph when the list was read.
    pub(crate) now: Timestamp,
    /// The certificates there are.
    pub(crate) certificates: Option<&'a Certificates>,
    pub(crate) noted: &'a Index<'a>,
    /// Whether what is not wanted goes.
    pub(crate) remove: bool,
    pub(crate) brake: Brake,
    /// Whether what is removed can be made anew, by row: tried on one, before others are removed.
    pub(crate) replacing: Mutex<HashMap<&'static str, Replacing>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Replacing {
    Works,
    Fails,
}

impl<'a, T: TokenSource, M: Mint> Work<'a, T, M> {
    /// Does what ends no subscription, unless others like it were refused before.
    pub(crate) async fn begin(&self, step: Step<'a>) -> Done<'a> {
        let mut done = Done {
            step,
            alive: None,
            ended: None,
            is_unchangeable: false,
            fault: None,
        };
        if let Some(found) = step.found().filter(|_| step.wanted().is_some()) {
            done.alive = Some(self.seen(found));
        }
        match step {
            Step::Blocked(..) => {
                done.alive = None;
                done.fault = Some(SubscriptionsFault::Foreign);
            }
            Step::Renew(wanted, _) | Step::Move(wanted, _) | Step::Create(wanted) => {
                let row = wanted.resource.row().path;
                let result = match self.brake.lets(row) {
                    Ok(()) => self.take(step, &mut done).await,
                    refused => refused,
                };
                self.settle(row, result, &mut done);
            }
            _ => {}
        }
        done
    }

    /// Removes what can't be changed and makes it anew, if the file still `lets` us.
    pub(crate) async fn replace(
        &self,
        mut done: Done<'a>,
        lets: &Result<(), SubscriptionsFault>,
    ) -> Done<'a> {
        let (wanted, found) = match done.step {
            Step::Recreate(wanted, found, _) => (wanted, found),
            Step::Move(wanted, found) if done.is_unchangeable => (wanted, found),
            _ => return done,
        };
        let row = wanted.resource.row().path;
        let result = match lets.clone().and_then(|()| self.brake.lets(row)) {
            Ok(()) => self.replace_in_turn(wanted, found, &mut done).await,
            refused => refused,
        };
        let is_left = result.is_err() && done.ended.is_none();
        self.settle(row, result, &mut done);
        if is_left && is_due(wanted, found, self.now) && self.brake.lets(NOT_WANTED).is_ok() {
            match self.renew(wanted, &found.id, None).await {
                Ok(alive) => done.alive = Some(alive),
                Err(CallFault::Gone) => done.alive = None,
                Err(fault) => self.brake.met(row, &fault.into()),
            }
        }
        done
    }

    /// Removes what is not wanted, unless one to the same resource could not be made.
    pub(crate) async fn remove(
        &self,
        mut done: Done<'a>,
        lets: &Result<(), SubscriptionsFault>,
        unmade: &HashSet<String>,
    ) -> Done<'a> {
        let Step::Remove(found) = done.step else {
            return done;
        };
        if !self.remove {
            return done;
        }
        let path = found.path();
        let result = match lets.clone().and_then(|()| self.brake.lets(NOT_WANTED)) {
            Ok(())
                if path
                    .as_ref()
                    .is_some_and(|path| unmade.contains(&path.to_string())) =>
            {
                Err(SubscriptionsFault::NotTried)
            }
            Ok(()) => {
                let api = path.map_or(Api::V1, |path| path.row().api);
                let deleted = self.api.delete(self.turn, api, &found.id).await;
                deleted.map(|_| ()).map_err(SubscriptionsFault::from)
            }
            refused => refused,
        };
        self.settle(NOT_WANTED, result, &mut done);
        done
    }

    fn settle(
        &self,
        row: &'static str,
        result: Result<(), SubscriptionsFault>,
        done: &mut Done<'a>,
    ) {
        if let Err(fault) = result {
            self.brake.met(row, &fault);
            done.fault = Some(fault);
        }
    }

    async fn take(&self, step: Step<'a>, done: &mut Done<'a>) -> Result<(), SubscriptionsFault> {
        let (wanted, renewed) = match step {
            Step::Renew(wanted, found) => (wanted, self.renew(wanted, &found.id, None).await),
            Step::Move(wanted, found) => {
                let renewed = self.renew(wanted, &found.id, self.current()).await;
                (wanted, renewed)
            }
            Step::Create(wanted) => (wanted, Err(CallFault::Gone)),
            _ => return Ok(()),
        };
        match renewed {
            Ok(alive) => done.alive = Some(alive),
            Err(CallFault::Gone) => {
                done.alive = None;
                done.alive = Some(self.create(wanted).await?);
            }
            // Not every copy of the documents lists the certificate as changeable.
            Err(CallFault::Refused(refusal))
                if refusal.status == 400 && matches!(step, Step::Move(..)) =>
            {
                done.is_unchangeable = true;
            }
            Err(fault) => return Err(fault.into()),
        }
        Ok(())
    }

    /// Graph takes no second one to the same resource and changes, so the first has to go before;
    /// for other changes it would, but both would announce what both are for. Nothing is removed
    /// where another of its row could not be made anew in this run.
    async fn replace_in_turn(
        &self,
        wanted: &Wanted,
        found: &Subscription,
        done: &mut Done<'a>,
    ) -> Result<(), SubscriptionsFault> {
        let row = wanted.resource.row().path;
        let mut turn = Some(self.replacing.lock().await);
        let known = turn.as_ref().and_then(|all| all.get("").or(all.get(row)));
        match known {
            Some(Replacing::Fails) => return Err(SubscriptionsFault::NotTried),
            Some(Replacing::Works) => turn = None,
            // The others wait for what comes of this one.
            None => {}
        }
        let result = self.replace_one(wanted, found, done).await;
        let mut all = match turn {
            Some(turn) => turn,
            None => self.replacing.lock().await,
        };
        match &result {
            _ if done.ended.is_none() => {}
            Ok(()) => {
                all.entry(row).or_insert(Replacing::Works);
            }
            Err(fault) => {
                all.insert(refused_to(row, fault), Replacing::Fails);
            }
        }
        result
    }

    async fn replace_one(
        &self,
        wanted: &Wanted,
        found: &Subscription,
        done: &mut Done<'a>,
    ) -> Result<(), SubscriptionsFault> {
        let sealing = self.sealing_of(wanted)?;
        self.mint.client_state(self.turn.tenant).await?;
        if Instant::now() + CALL_TIMEOUT + CREATE_TIMEOUT > self.turn.until {
            return Err(CallFault::NoTime.into());
        }
        let before = done.alive.take();
        let api = wanted.resource.row().api;
        let deleted = match self.api.delete(self.turn, api, &found.id).await {
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

    async fn create(&self, wanted: &Wanted) -> Result<Alive, SubscriptionsFault> {
        let sealing = self.sealing_of(wanted)?;
        let result = self.create_with(wanted, sealing).await;
        if let Err(fault) = &result
            && let SubscriptionsFault::Call(
                CallFault::Refused(_)
                | CallFault::Handshake(_)
                | CallFault::NoConsent(_)
                | CallFault::Quota(_)
                | CallFault::Unavailable(..),
            ) = fault
        {
            let row = refused_to(wanted.resource.row().path, fault);
            self.replacing.lock().await.insert(row, Replacing::Fails);
        }
        result
    }

    /// Of two runs that create at once, one creates and the other adopts: Graph answers 409
    /// (GRAPH-31).
    async fn create_with(
        &self,
        wanted: &Wanted,
        sealing: Option<Sealing<'_>>,
    ) -> Result<Alive, SubscriptionsFault> {
        let new = NewSubscription {
            resource: &wanted.resource,
            changes: &wanted.changes,
            notification_url: &self.urls.notification,
            lifecycle_url: wanted
                .settings
                .lifecycle
                .then_some(self.urls.lifecycle.as_str()),
            expires: self.end(wanted),
            client_state: self.mint.client_state(self.turn.tenant).await?,
            sealing,
        };
        match self.api.create(self.turn, &new).await {
            Ok(created) => Ok(Alive {
                id: created.value.id,
                at: created.at,
                expires: created.value.expires,
                certificate_id: sealing.map(|sealing| sealing.id.to_owned()),
                made: wanted.settings.lifecycle,
            }),
            Err(CallFault::Exists(Some(id))) => self.adopt(wanted, &id).await,
            Err(fault) => Err(fault.into()),
        }
    }

    async fn adopt(&self, wanted: &Wanted, id: &str) -> Result<Alive, SubscriptionsFault> {
        let api = wanted.resource.row().api;
        let found = self.api.get(self.turn, api, id).await?.value;
        if found.notification_url != self.urls.notification {
            return Err(SubscriptionsFault::Foreign);
        }
        let sealing = self.sealing_of(wanted)?;
        Ok(self.renew(wanted, id, sealing).await?)
    }

    /// Always a PATCH: it reauthorizes too, and both within 10 minutes may harm (GRAPH-32).
    pub(crate) async fn renew(
        &self,
        wanted: &Wanted,
        id: &str,
        sealing: Option<Sealing<'_>>,
    ) -> Result<Alive, CallFault> {
        let renewal = Renewal {
            resource: &wanted.resource,
            expires: self.end(wanted),
            sealing,
        };
        let renewed = self.api.renew(self.turn, id, &renewal).await?;
        let seen = self.seen(&renewed.value);
        Ok(Alive {
            id: id.to_owned(),
            at: renewed.at,
            certificate_id: sealing
                .map(|sealing| sealing.id.to_owned())
                .or(seen.certificate_id),
            ..seen
        })
    }

    fn seen(&self, found: &Subscription) -> Alive {
        let noted = self.noted.by_id(&found.id);
        let given = noted.and_then(|entry| entry.certificate_id.clone());
        Alive {
            id: found.id.clone(),
            at: self.now,
            expires: found.expires,
            certificate_id: found.certificate_id().map(str::to_owned).or(given),
            made: noted.is_some_and(|entry| entry.made),
        }
    }

    fn sealing_of(&self, wanted: &Wanted) -> Result<Option<Sealing<'a>>, SubscriptionsFault> {
        match (wanted.settings.rich, self.current()) {
            (false, _) => Ok(None),
            (true, Some(sealing)) => Ok(Some(sealing)),
            (true, None) => Err(SubscriptionsFault::NoCertificate),
        }
    }

    fn current(&self) -> Option<Sealing<'a>> {
        sealing(self.certificates)
    }

    /// The certificate of that name, if it is still known.
    fn certificate(&self, id: Option<&str>) -> Option<Sealing<'a>> {
        let (id, other) = self.certificates?.others().get_key_value(id?)?;
        let certificate = &other.certificate;
        Some(Sealing { id, certificate })
    }

    fn end(&self, wanted: &Wanted) -> Timestamp {
        end(wanted, self.now)
    }
}

/// When a subscription that is made or renewed now is to end. The longest life is asked for less a
/// minute: an end that is too far away by the clock of who answers is refused.
pub(crate) fn end(wanted: &Wanted, now: Timestamp) -> Timestamp {
    let minutes = wanted.settings.lifetime_minutes.min(LONGEST_MINUTES - 1);
    let life = SignedDuration::from_mins(minutes.into());
    now.saturating_add(life).unwrap_or(now)
}

/// What a refused creation speaks for: a permission or a quota for the row, the rest, such as an
/// endpoint that does not answer the handshake, for every row.
const fn refused_to(row: &'static str, fault: &SubscriptionsFault) -> &'static str {
    match fault {
        SubscriptionsFault::Call(
            CallFault::Refused(_) | CallFault::Handshake(_) | CallFault::Unavailable(..),
        ) => "",
        _ => row,
    }
}

/// The current certificate, as a subscription carries it.
pub(crate) fn sealing(certificates: Option<&Certificates>) -> Option<Sealing<'_>> {
    let (id, certificate) = certificates?.current();
    Some(Sealing { id, certificate })
}
