//! The queue for an item.

use crate::NotificationItem;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The change of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeType {
    /// It is new.
    Created,
    /// It changed; reactions and soft deletes may come as this.
    Updated,
    /// It is gone.
    Deleted,
}

impl ChangeType {
    /// Reads Graph's word in any case (GRAPH-6): the documents show `Created` for chats.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Created, Self::Updated, Self::Deleted]
            .into_iter()
            .find(|change| change.name().eq_ignore_ascii_case(text))
    }

    /// Graph's word in lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Deleted => "deleted",
        }
    }
}

impl fmt::Display for ChangeType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The queue an item belongs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ItemRoute {
    /// It carries its resource, sealed.
    Decrypt,
    /// Its resource has to be read.
    Hydrate,
    /// It needs neither: a deletion without content.
    Events,
    /// It is about a subscription.
    Lifecycle,
}

impl ItemRoute {
    /// The queue's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Decrypt => "decrypt",
            Self::Hydrate => "hydrate",
            Self::Events => "events",
            Self::Lifecycle => "lifecycle",
        }
    }
}

impl fmt::Display for ItemRoute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The reason why an item goes nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum RouteFault {
    /// No `subscriptionId`.
    #[error("subscriptionId is missing")]
    NoSubscription,
    /// Neither `lifecycleEvent` nor a `changeType` that is known.
    #[error("changeType is missing or unknown")]
    UnknownChange,
    /// No `resource` where one is needed.
    #[error("resource is missing")]
    NoResource,
}

impl RouteFault {
    /// The name used in metrics and dead letters.
    pub const fn label(self) -> &'static str {
        match self {
            Self::NoSubscription => "no-subscription",
            Self::UnknownChange => "unknown-change",
            Self::NoResource => "no-resource",
        }
    }
}

/// Says where `item` goes: a lifecycle event first (GRAPH-8), then sealed content, then a deletion, then
/// the rest.
///
/// # Errors
/// [`RouteFault`] where the item lacks what its way needs.
pub fn route(item: &NotificationItem) -> Result<ItemRoute, RouteFault> {
    if item.subscription_id.as_ref().is_none_or(String::is_empty) {
        return Err(RouteFault::NoSubscription);
    }
    if item.lifecycle_event.is_some() {
        return Ok(ItemRoute::Lifecycle);
    }
    let change = item
        .change_type
        .as_deref()
        .and_then(ChangeType::parse)
        .ok_or(RouteFault::UnknownChange)?;
    if item.resource.as_ref().is_none_or(String::is_empty) {
        return Err(RouteFault::NoResource);
    }
    Ok(match change {
        _ if item.encrypted_content.is_some() => ItemRoute::Decrypt,
        ChangeType::Deleted => ItemRoute::Events,
        ChangeType::Created | ChangeType::Updated => ItemRoute::Hydrate,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_item_takes_its_way() {
        for (item, expected) in [
            (r#""lifecycleEvent":"missed""#, Ok(ItemRoute::Lifecycle)),
            (
                r#""lifecycleEvent":"later","encryptedContent":{},"resource":"""#,
                Ok(ItemRoute::Lifecycle),
            ),
            (
                r#""changeType":"created","resource":"chats('a')","encryptedContent":{}"#,
                Ok(ItemRoute::Decrypt),
            ),
            (
                r#""changeType":"deleted","resource":"chats('a')","EncryptedContent":{}"#,
                Ok(ItemRoute::Decrypt),
            ),
            (
                r#""changeType":"created","resource":"chats('a')","encryptedContent":null"#,
                Ok(ItemRoute::Hydrate),
            ),
            (
                r#""changeType":"Updated","resource":"chats('a')""#,
                Ok(ItemRoute::Hydrate),
            ),
            (
                r#""changeType":"deleted","resource":"chats('a')""#,
                Ok(ItemRoute::Events),
            ),
            (
                r#""changeType":"unknownFutureValue","resource":"chats('a')""#,
                Err(RouteFault::UnknownChange),
            ),
            (r#""resource":"chats('a')""#, Err(RouteFault::UnknownChange)),
            (r#""changeType":"created""#, Err(RouteFault::NoResource)),
            (
                r#""changeType":"created","resource":"""#,
                Err(RouteFault::NoResource),
            ),
        ] {
            let json = format!(r#"{{"subscriptionId":"s",{item}}}"#);
            assert_eq!(
                route(&NotificationItem::parse(&json).unwrap()),
                expected,
                "{json}"
            );
        }
    }

    #[test]
    fn without_a_subscription_there_is_no_way() {
        let item = NotificationItem::parse(r#"{"lifecycleEvent":"missed"}"#).unwrap();
        assert_eq!(route(&item), Err(RouteFault::NoSubscription));
    }
}
