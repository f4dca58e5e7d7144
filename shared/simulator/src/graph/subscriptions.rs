//! The subscriptions there are, as their owners see them.

mod timeline;

pub use timeline::{Heard, Served};

use super::errors::GraphErrorResponse;
use super::extension;
use super::rules::{self, Create, Update};
use super::subscription::{SimulatedSubscription, Violation};
use crate::entra::tokens::Caller;
use jiff::Timestamp;
use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// All subscriptions, and what became of those that are gone.
#[derive(Debug)]
pub struct Subscriptions {
    all: Mutex<All>,
    quota: usize,
}

#[derive(Debug, Default)]
struct All {
    by_id: BTreeMap<String, SimulatedSubscription>,
    gone: Vec<Served>,
    violations: Vec<Violation>,
}

impl Subscriptions {
    /// None yet, and at most `quota` for a tenant.
    pub fn new(quota: usize) -> Self {
        Self {
            all: Mutex::default(),
            quota,
        }
    }

    /// Checks that `create` would be accepted; asked before the handshake.
    ///
    /// # Errors
    /// 409 where there is such a subscription, 403 where a quota is used up.
    pub fn check(
        &self,
        create: &Create,
        caller: &Caller,
        now: Timestamp,
    ) -> Result<(), GraphErrorResponse> {
        self.check_locked(&self.lock(now), create, caller)
    }

    /// Adds a subscription whose endpoints have shown that they listen.
    ///
    /// # Errors
    /// As [`check`](Self::check): another may have come while the endpoints were asked.
    pub fn add(
        &self,
        create: Create,
        caller: &Caller,
        now: Timestamp,
    ) -> Result<SimulatedSubscription, GraphErrorResponse> {
        let mut all = self.lock(now);
        self.check_locked(&all, &create, caller)?;
        let subscription = SimulatedSubscription::new(create, caller, now);
        let id = subscription.target.subscription_id.clone();
        all.by_id.insert(id, subscription.clone());
        Ok(subscription)
    }

    /// The subscription with that id, if it belongs to the caller.
    ///
    /// # Errors
    /// 404
    pub fn get(
        &self,
        id: &str,
        caller: &Caller,
        now: Timestamp,
    ) -> Result<SimulatedSubscription, GraphErrorResponse> {
        owned(self.lock(now).by_id.get(id), caller).cloned()
    }

    /// Renews or changes a subscription.
    ///
    /// # Errors
    /// 404, or 400 where the new end needs a lifecycle URL.
    pub fn update(
        &self,
        id: &str,
        update: Update,
        caller: &Caller,
        now: Timestamp,
    ) -> Result<SimulatedSubscription, GraphErrorResponse> {
        let mut all = self.lock(now);
        let found = owned(all.by_id.get_mut(id), caller)?;
        if let Some(expires) = update.expires {
            rules::check_life(found.target.row, expires, now)?;
            rules::check_lifecycle(found.lifecycle_url.is_some(), expires, now)?;
            found.target.expires = expires;
        }
        if let Some(url) = update.notification_url {
            found.target.url = url;
        }
        if let Some(certificate) = update.certificate
            && found.target.is_rich()
        {
            found.set_certificate(certificate);
        }
        let too_soon = found.delivery.patched(now);
        let updated = found.clone();
        if too_soon {
            all.violations.push(Violation::both(&updated, now));
        }
        Ok(updated)
    }

    /// Answers a demand to reauthorize.
    ///
    /// # Errors
    /// 404
    pub fn reauthorize(
        &self,
        id: &str,
        caller: &Caller,
        now: Timestamp,
    ) -> Result<(), GraphErrorResponse> {
        let mut all = self.lock(now);
        let found = owned(all.by_id.get_mut(id), caller)?;
        if found.delivery.reauthorized(now) {
            let violation = Violation::both(found, now);
            all.violations.push(violation);
        }
        Ok(())
    }

    /// Removes a subscription.
    ///
    /// # Errors
    /// 404
    pub fn remove(
        &self,
        id: &str,
        caller: &Caller,
        now: Timestamp,
    ) -> Result<(), GraphErrorResponse> {
        let mut all = self.lock(now);
        owned(all.by_id.get(id), caller)?;
        all.end(id, now);
        Ok(())
    }

    /// Up to `size` of the caller's subscriptions with an id after `after`, and whether there
    /// are more.
    pub fn page(
        &self,
        caller: &Caller,
        after: &str,
        size: usize,
        now: Timestamp,
    ) -> (Vec<SimulatedSubscription>, bool) {
        let all = self.lock(now);
        let mut page: Vec<SimulatedSubscription> = all
            .by_id
            .range::<str, _>((Bound::Excluded(after), Bound::Unbounded))
            .map(|(_, found)| found)
            .filter(|found| found.belongs_to(caller))
            .take(size.saturating_add(1))
            .cloned()
            .collect();
        let more = page.len() > size;
        page.truncate(size);
        (page, more)
    }

    fn check_locked(
        &self,
        all: &All,
        create: &Create,
        caller: &Caller,
    ) -> Result<(), GraphErrorResponse> {
        let in_tenant = |found: &&SimulatedSubscription| found.target.tenant_id == caller.tenant_id;
        if all.by_id.values().filter(in_tenant).count() >= self.quota {
            return Err(extension::quota(
                "The organization has reached its limit of subscriptions to Teams resources.",
            ));
        }
        let same_resource: Vec<&SimulatedSubscription> = all
            .by_id
            .values()
            .filter(|found| found.belongs_to(caller) && found.selector == create.selector)
            .collect();
        let same_changes =
            |found: &&&SimulatedSubscription| found.target.change_types == create.change_types;
        if let Some(found) = same_resource.iter().find(same_changes) {
            return Err(extension::duplicate(&found.target.subscription_id));
        }
        match create.row.per_app {
            Some(most) if same_resource.len() >= most => Err(extension::quota(&format!(
                "The application has reached its limit of {most} subscriptions to this resource."
            ))),
            _ => Ok(()),
        }
    }

    /// Locks the subscriptions; those that have expired are gone.
    fn lock(&self, now: Timestamp) -> MutexGuard<'_, All> {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.expire(now);
        all
    }
}

fn owned<S: Borrow<SimulatedSubscription>>(
    found: Option<S>,
    caller: &Caller,
) -> Result<S, GraphErrorResponse> {
    found
        .filter(|found| found.borrow().belongs_to(caller))
        .ok_or_else(GraphErrorResponse::gone)
}

#[cfg(test)]
mod tests;
