//! The subscriptions as Graph sees them: whom it tells, whom it asks, what it takes away.

use super::{All, Subscriptions};
use crate::change::{Change, SimulatedChangeType};
use crate::graph::delivery::{DeliveryOutcome, Span};
use crate::graph::options::Selection;
use crate::graph::selector::Selector;
use crate::graph::subscription::{SimulatedSubscription, Violation};
use crate::path::Segments;
use crate::target::Target;
use jiff::{SignedDuration, Timestamp};

/// The outcome of a change for one subscription.
#[derive(Debug)]
pub enum Heard {
    /// It is told.
    Told(Box<Target>),
    /// It should have been told; the subscription where it is now told that it missed something.
    Missed(String, Option<Box<SimulatedSubscription>>),
}

/// The times at which a subscription delivered.
#[derive(Debug, Clone)]
pub struct Served {
    /// The tenant.
    pub tenant_id: String,
    /// The selector.
    pub selector: Selector,
    /// The changes that it gets.
    pub change_types: Vec<SimulatedChangeType>,
    /// In the order in which they were.
    pub spans: Vec<Span>,
}

impl Subscriptions {
    /// The subscription with that id, whoever it belongs to.
    pub fn find(&self, id: &str, now: Timestamp) -> Option<SimulatedSubscription> {
        self.lock(now).by_id.get(id).cloned()
    }

    /// Every subscription of every tenant.
    pub fn all(&self, now: Timestamp) -> Vec<SimulatedSubscription> {
        self.lock(now).by_id.values().cloned().collect()
    }

    /// The number of subscriptions, and of those that deliver.
    pub fn count(&self, now: Timestamp) -> (usize, usize) {
        let all = self.lock(now);
        let delivering = all.by_id.values().filter(|found| found.delivery.delivers());
        (all.by_id.len(), delivering.count())
    }

    /// Removes a subscription as Graph itself may.
    pub fn drop_silently(&self, id: &str, now: Timestamp) {
        self.lock(now).end(id, now);
    }

    /// Delivers nothing more until it is renewed or reauthorized.
    pub fn pause(&self, id: &str, now: Timestamp) {
        if let Some(found) = self.lock(now).by_id.get_mut(id) {
            found.delivery.pause(now);
        }
    }

    /// Drops its next notifications.
    pub fn drop_next(&self, id: &str, notifications: u64, now: Timestamp) {
        if let Some(found) = self.lock(now).by_id.get_mut(id) {
            found.delivery.drop_next(notifications, now);
        }
    }

    /// The outcome of a change for one subscription that it is for; nothing where it is gone or
    /// does not deliver.
    pub fn hear(&self, id: &str, now: Timestamp) -> Option<Heard> {
        self.lock(now).by_id.get_mut(id)?.hear(now)
    }

    /// The outcomes for all subscriptions of a tenant of a change that was made at `place`.
    pub fn hear_all(
        &self,
        tenant_id: &str,
        place: Option<&Selector>,
        change: &Change,
        now: Timestamp,
    ) -> Vec<Heard> {
        let Some(path) = Segments::parse(&change.path) else {
            return Vec::new();
        };
        self.lock(now)
            .by_id
            .values_mut()
            .filter(|found| found.target.tenant_id == tenant_id)
            .filter(|found| found.target.change_types.contains(&change.change_type))
            .filter(|found| place == Some(&found.selector) || found.selector.covers(&path))
            .filter(|found| Selection::of(&found.target.scope).selects(change))
            .filter_map(|found| found.hear(now))
            .collect()
    }

    /// Those that are now to be asked to reauthorize; what was asked longer than `patience` ago
    /// pauses.
    pub fn ask(
        &self,
        patience: Option<SignedDuration>,
        now: Timestamp,
    ) -> Vec<SimulatedSubscription> {
        let mut all = self.lock(now);
        let due = all.by_id.values_mut().filter_map(|found| {
            let expires = found.target.expires;
            let asked = found.delivery.ask(expires, patience, now);
            asked.then(|| found.clone())
        });
        due.collect()
    }

    /// The times at which every subscription delivered, those that are gone among them.
    pub fn served(&self, now: Timestamp) -> Vec<Served> {
        let all = self.lock(now);
        let live = all.by_id.values().map(|found| found.served(now));
        live.chain(all.gone.iter().cloned()).collect()
    }

    /// Forgets those that were gone before.
    pub fn forget_gone(&self, before: Timestamp) {
        let ended = |served: &Served| served.spans.last().is_none_or(|span| span.to <= before);
        self.lock(before).gone.retain(|served| !ended(served));
    }

    /// The violations of the documents so far.
    pub fn violations(&self, now: Timestamp) -> Vec<Violation> {
        self.lock(now).violations.clone()
    }
}

impl All {
    pub(super) fn end(&mut self, id: &str, now: Timestamp) {
        if let Some(ended) = self.by_id.remove(id) {
            self.gone.push(ended.served(now));
        }
    }

    pub(super) fn expire(&mut self, now: Timestamp) {
        let gone = &mut self.gone;
        self.by_id.retain(|_, found| {
            let expires = found.target.expires;
            if expires <= now {
                gone.push(found.served(expires));
            }
            expires > now
        });
    }
}

impl SimulatedSubscription {
    fn hear(&mut self, now: Timestamp) -> Option<Heard> {
        match self.delivery.hear(now) {
            DeliveryOutcome::Told => Some(Heard::Told(Box::new(self.target.clone()))),
            DeliveryOutcome::Dropped { last } => Some(Heard::Missed(
                self.target.subscription_id.clone(),
                last.then(|| Box::new(self.clone())),
            )),
            DeliveryOutcome::Silent => None,
        }
    }

    fn served(&self, end: Timestamp) -> Served {
        Served {
            tenant_id: self.target.tenant_id.clone(),
            selector: self.selector.clone(),
            change_types: self.target.change_types.clone(),
            spans: self.delivery.spans(end),
        }
    }
}
