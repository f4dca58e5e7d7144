//! One step, done at Graph.

use crate::SubscriptionsFault;
use crate::brake::Brake;
use crate::client_states::Mint;
use crate::config::Urls;
use crate::diff::Step;
use crate::note::Index;
use jiff::{SignedDuration, Timestamp};
use std::time::Instant;
use teamwire_graph::desired::Wanted;
use teamwire_graph::subscriptions::{
    CALL_TIMEOUT, CREATE_TIMEOUT, CallFault, NewSubscription, Renewal, Sealing, Subscription,
    SubscriptionsApi, Turn,
};
use teamwire_graph::{Certificates, TokenSource};
use teamwire_payload::subscribable::Api;
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
    pub(crate) replacing: Mutex<Replacing>,
}

/// Whether what is removed can be made anew: tried on one, before others are removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Replacing {
    #[default]
    Untried,
    Works,
    Fails,
}

/// What came of a step.
pub(crate) struct Done<'a> {
    pub(crate) step: Step<'a>,
    /// The subscription that serves what is wanted now.
    pub(crate) alive: Option<Alive>,
    /// One that was removed to make way: its id, and until when it served.
    pub(crate) ended: Option<(String, Timestamp)>,
    /// What went wrong; `alive` may serve all the same.
    pub(crate) fault: Option<SubscriptionsFault>,
}

/// A subscription that serves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Alive {
    pub(crate) id: String,
    /// When it was seen, by Graph's clock.
    pub(crate) at: Timestamp,
    pub(crate) expires: Timestamp,
    pub(crate) certificate_id: Option<String>,
    /// Whether we made it, now or before.
    pub(crate) made: bool,
    /// Whether it was not there when the list was read.
    pub(crate) is_new: bool,
}

impl<'a, T: TokenSource, M: Mint> Work<'a, T, M> {
    /// Does it, unless others like it were refused before.
    pub(crate) async fn carry_out(&self, step: Step<'a>) -> Done<'a> {
        let mut done = Done {
            step,
            alive: None,
            ended: None,
            fault: None,
        };
        let row = step.wanted().map(|wanted| wanted.resource.row().path);
        let row = row.unwrap_or(NOT_WANTED);
        if let Some(found) = step.found().filter(|_| step.wanted().is_some()) {
            done.alive = Some(self.seen(found));
        }
        let result = match step {
            Step::Keep(..) | Step::Adopt(..) | Step::Foreign(..) => return done,
            Step::Blocked(..) => {
                done.alive = None;
                Err(SubscriptionsFault::Foreign)
            }
            Step::Remove(_) if !self.remove => return done,
            _ => match self.brake.lets(row) {
                Ok(()) => self.take(step, &mut done).await,
                refused => refused,
            },
        };
        if let Err(fault) = result {
            self.brake.met(row, &fault);
            done.fault = Some(fault);
        }
        done
    }

    async fn take(&self, step: Step<'a>, done: &mut Done<'a>) -> Result<(), SubscriptionsFault> {
        match step {
            Step::Renew(wanted, found) => match self.renew(wanted, &found.id, None).await {
                Ok(alive) => done.alive = Some(alive),
                Err(CallFault::Gone) => {
                    done.alive = None;
                    done.alive = Some(self.create(wanted).await?);
                }
                Err(fault) => return Err(fault.into()),
            },
            Step::Move(wanted, found) => {
                match self.renew(wanted, &found.id, self.current()).await {
                    Ok(alive) => done.alive = Some(alive),
                    Err(CallFault::Gone) => {
                        done.alive = None;
                        done.alive = Some(self.create(wanted).await?);
                    }
                    // Not every copy of the documents lists the certificate as changeable.
                    Err(CallFault::Refused(refusal)) if refusal.status == 400 => {
                        self.replace(wanted, found, done).await?;
                    }
                    Err(fault) => return Err(fault.into()),
                }
            }
            Step::Recreate(wanted, found, _) => self.replace(wanted, found, done).await?,
            Step::Create(wanted) => done.alive = Some(self.create(wanted).await?),
            Step::Remove(found) => {
                let api = found.path().map_or(Api::V1, |path| path.row().api);
                self.api.delete(self.turn, api, &found.id).await?;
            }
            Step::Keep(..) | Step::Adopt(..) | Step::Blocked(..) | Step::Foreign(..) => {}
        }
        Ok(())
    }

    /// Graph takes no second one to the same resource and changes, so the first has to go before.
    /// Nothing is removed that can't be made anew, as far as that can be known.
    async fn replace(
        &self,
        wanted: &Wanted,
        found: &Subscription,
        done: &mut Done<'a>,
    ) -> Result<(), SubscriptionsFault> {
        let mut replacing = self.replacing.lock().await;
        match *replacing {
            Replacing::Fails => Err(SubscriptionsFault::NotTried),
            Replacing::Works => {
                drop(replacing);
                self.replace_one(wanted, found, done).await
            }
            Replacing::Untried => {
                let result = self.replace_one(wanted, found, done).await;
                *replacing = match done.ended {
                    None => Replacing::Untried,
                    Some(_) if result.is_ok() => Replacing::Works,
                    Some(_) => Replacing::Fails,
                };
                result
            }
        }
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
        self.create_with(wanted, sealing).await
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
            lifecycle_url: &self.urls.lifecycle,
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
                made: true,
                is_new: true,
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
        let alive = self.renew(wanted, id, sealing).await?;
        Ok(Alive {
            is_new: true,
            ..alive
        })
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
            is_new: false,
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
        let life = SignedDuration::from_mins(wanted.settings.lifetime_minutes.into());
        self.now.saturating_add(life).unwrap_or(self.now)
    }
}

/// The current certificate, as a subscription carries it.
pub(crate) fn sealing(certificates: Option<&Certificates>) -> Option<Sealing<'_>> {
    let (id, certificate) = certificates?.current();
    Some(Sealing { id, certificate })
}
