//! The subscriptions there are.

use super::errors::GraphError;
use super::rules::{self, Create, Update};
use super::subscription::{Subscription, same_resource};
use crate::entra::tokens::Caller;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// All subscriptions by id.
#[derive(Debug)]
pub struct Subscriptions {
    by_id: Mutex<BTreeMap<String, Subscription>>,
    quota: usize,
}

impl Subscriptions {
    /// None yet, and at most `quota` for a tenant.
    pub fn new(quota: usize) -> Self {
        Self {
            by_id: Mutex::default(),
            quota,
        }
    }

    /// Whether `create` would be taken; asked before the handshake.
    ///
    /// # Errors
    /// 409 where there is such a subscription, 403 where a quota is used up.
    pub fn check(
        &self,
        create: &Create,
        caller: &Caller,
        now: Timestamp,
    ) -> Result<(), GraphError> {
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
    ) -> Result<Subscription, GraphError> {
        let mut by_id = self.lock(now);
        self.check_locked(&by_id, &create, caller)?;
        let subscription = Subscription::new(create, caller);
        let id = subscription.target.subscription_id.clone();
        by_id.insert(id, subscription.clone());
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
    ) -> Result<Subscription, GraphError> {
        let by_id = self.lock(now);
        let found = by_id.get(id).filter(|found| found.belongs_to(caller));
        found.cloned().ok_or_else(GraphError::gone)
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
    ) -> Result<Subscription, GraphError> {
        let mut by_id = self.lock(now);
        let found = by_id
            .get_mut(id)
            .filter(|found| found.belongs_to(caller))
            .ok_or_else(GraphError::gone)?;
        if let Some(expires) = update.expires {
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
        Ok(found.clone())
    }

    /// Removes a subscription.
    ///
    /// # Errors
    /// 404
    pub fn remove(&self, id: &str, caller: &Caller, now: Timestamp) -> Result<(), GraphError> {
        let mut by_id = self.lock(now);
        match by_id.get(id) {
            Some(found) if found.belongs_to(caller) => {
                by_id.remove(id);
                Ok(())
            }
            _ => Err(GraphError::gone()),
        }
    }

    /// Up to `size` of the caller's subscriptions with an id after `after`, and whether there
    /// are more.
    pub fn page(
        &self,
        caller: &Caller,
        after: &str,
        size: usize,
        now: Timestamp,
    ) -> (Vec<Subscription>, bool) {
        let by_id = self.lock(now);
        let mut page: Vec<Subscription> = by_id
            .values()
            .filter(|found| found.belongs_to(caller))
            .filter(|found| found.target.subscription_id.as_str() > after)
            .take(size + 1)
            .cloned()
            .collect();
        let more = page.len() > size;
        page.truncate(size);
        (page, more)
    }

    /// The subscription with that id, whoever it belongs to; for the control side.
    pub fn find(&self, id: &str, now: Timestamp) -> Option<Subscription> {
        self.lock(now).get(id).cloned()
    }

    /// Every subscription of every tenant; for the control side.
    pub fn all(&self, now: Timestamp) -> Vec<Subscription> {
        self.lock(now).values().cloned().collect()
    }

    /// Removes a subscription as Graph itself may.
    pub fn drop_silently(&self, id: &str, now: Timestamp) {
        self.lock(now).remove(id);
    }

    fn check_locked(
        &self,
        by_id: &BTreeMap<String, Subscription>,
        create: &Create,
        caller: &Caller,
    ) -> Result<(), GraphError> {
        let in_tenant = |found: &&Subscription| found.target.tenant_id == caller.tenant_id;
        if by_id.values().filter(in_tenant).count() >= self.quota {
            return Err(GraphError::quota(
                "The organization has reached its limit of subscriptions to Teams resources.",
            ));
        }
        let same_resource: Vec<&Subscription> = by_id
            .values()
            .filter(|found| found.belongs_to(caller))
            .filter(|found| same_resource(&found.resource, &create.resource))
            .collect();
        let same_changes =
            |found: &&&Subscription| found.target.change_types == create.change_types;
        if let Some(found) = same_resource.iter().find(same_changes) {
            return Err(GraphError::duplicate(&found.target.subscription_id));
        }
        match create.row.per_app {
            Some(most) if same_resource.len() >= most => Err(GraphError::quota(format!(
                "The application has reached its limit of {most} subscriptions to this resource."
            ))),
            _ => Ok(()),
        }
    }

    /// What has expired is gone.
    fn lock(&self, now: Timestamp) -> MutexGuard<'_, BTreeMap<String, Subscription>> {
        let mut by_id = self.by_id.lock().unwrap_or_else(PoisonError::into_inner);
        by_id.retain(|_, subscription| subscription.target.expires > now);
        by_id
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn caller(tenant_id: &str) -> Caller {
        Caller {
            tenant_id: tenant_id.into(),
            app_id: "app".into(),
        }
    }

    fn create(resource: &str, change_type: &str) -> Create {
        let body: Value = json!({
            "changeType": change_type,
            "notificationUrl": "https://hook.example/",
            "resource": resource,
            "expirationDateTime": "2026-01-01T01:00:00Z",
        });
        Create::read(body.to_string().as_bytes(), now()).unwrap()
    }

    fn now() -> Timestamp {
        "2026-01-01T00:00:00Z".parse().unwrap()
    }

    fn status(result: Result<Subscription, GraphError>) -> u16 {
        result.map_or_else(|fault| fault.status.as_u16(), |_| 201)
    }

    #[test]
    fn the_same_changes_of_the_same_resource_are_a_duplicate_however_written() {
        let all = Subscriptions::new(100);
        let first = create("/chats/getAllMessages", "created,updated");
        let first = all.add(first, &caller("a"), now()).unwrap();
        for (resource, changes) in [
            ("chats/getAllMessages", "created,updated"),
            ("/Chats/GetAllMessages", "updated, created"),
            ("chats/getAllMessages?model=B", "Created,Updated"),
        ] {
            let fault = all
                .add(create(resource, changes), &caller("a"), now())
                .unwrap_err();
            assert_eq!(fault.status.as_u16(), 409, "{resource}");
            assert!(fault.message.contains(&first.target.subscription_id));
        }
        let others = [
            ("chats/getAllMessages", "created", "a"),
            ("teams/getAllMessages", "created,updated", "a"),
            ("chats/getAllMessages", "created,updated", "b"),
        ];
        for (resource, changes, tenant) in others {
            let added = all.add(create(resource, changes), &caller(tenant), now());
            assert_eq!(status(added), 201, "{resource} {changes} {tenant}");
        }
    }

    #[test]
    fn an_app_has_one_subscription_to_a_chat() {
        let all = Subscriptions::new(100);
        for (resource, changes, expected) in [
            ("chats/1/messages", "created", 201),
            ("chats/1/messages", "updated", 403),
            ("chats/2/messages", "created", 201),
        ] {
            let added = all.add(create(resource, changes), &caller("a"), now());
            assert_eq!(status(added), expected, "{resource} {changes}");
        }
    }

    #[test]
    fn an_organisation_has_a_quota_of_its_own() {
        let all = Subscriptions::new(1);
        for (resource, tenant, expected) in [
            ("chats", "a", 201),
            ("teams", "a", 403),
            ("teams", "b", 201),
        ] {
            let added = all.add(create(resource, "created"), &caller(tenant), now());
            assert_eq!(status(added), expected, "{resource} {tenant}");
        }
    }

    #[test]
    fn what_has_expired_or_belongs_to_another_tenant_is_gone() {
        let all = Subscriptions::new(100);
        let added = all
            .add(create("chats", "created"), &caller("a"), now())
            .unwrap();
        let id = added.target.subscription_id.as_str();
        assert!(all.get(id, &caller("a"), now()).is_ok());
        assert!(all.get(id, &caller("b"), now()).is_err());
        assert!(all.remove(id, &caller("b"), now()).is_err());
        let end = added.target.expires;
        assert!(all.get(id, &caller("a"), end).is_err());
    }
}
