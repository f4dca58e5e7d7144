//! Graph's wire form, as it really arrives.
//!
//! The documents and the service disagree about spelling, casing and presence of most members
//! (`EncryptedContent`, `Created`, `organizationId` for `tenantId`, nulls). What is read here is
//! the union; what an item must have to be of use is for [`route`](crate::route) to say.

mod wire;

use crate::{Redacted, json, limits};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use wire::{Few, Object, WireBatch, WireItem, WireState, WireTokens};

/// One POST: a `changeNotificationCollection`.
#[derive(Debug)]
pub struct NotificationBatch {
    /// Each item on its own, so that one bad item is only its own loss.
    pub items: Vec<Result<NotificationItem, UnreadableItem>>,
    /// JWTs, one for each pair of app and tenant; none where Graph says `null`.
    pub validation_tokens: Vec<Redacted<String>>,
}

/// The reason why a body is not a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotificationBatchFault {
    /// Not JSON, or JSON of another shape.
    #[error("the body is not a change notification collection")]
    NotABatch,
    /// Nested deeper than [`limits::JSON_DEPTH`].
    #[error("the body is nested too deep")]
    TooDeep,
    /// More items or tokens than [`limits::BATCH_ITEMS`] or [`limits::BATCH_TOKENS`].
    #[error("the batch holds too many items or tokens")]
    TooMany,
}

/// The reason why an item could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum ItemFault {
    /// Not an object, a member of the wrong type, or the same member twice.
    #[error("the item is not a change notification")]
    Malformed,
    /// A member is longer than its limit.
    #[error("a member of the item is too long")]
    TooLong,
    /// `tenantId` and `organizationId` name different tenants.
    #[error("the item names two tenants")]
    TwoTenants,
}

impl ItemFault {
    /// The name used in metrics and reports.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::TooLong => "too-long",
            Self::TwoTenants => "two-tenants",
        }
    }
}

/// An item that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadableItem {
    /// The reason.
    pub fault: ItemFault,
    /// Its `clientState`, where at least that could be read: who has one of ours is no stranger.
    pub client_state: Option<Redacted<String>>,
}

impl UnreadableItem {
    fn new(fault: ItemFault, item: &str) -> Self {
        let is_object = json::is_object(item.as_bytes());
        let state = is_object.then(|| serde_json::from_str::<WireState>(item).ok());
        let state = state.flatten();
        let state = state.and_then(|item| item.client_state);
        Self {
            fault,
            client_state: state
                .filter(|s| s.expose().chars().count() <= limits::CLIENT_STATE_CHARS),
        }
    }
}

/// One item of a batch: a change notification or a lifecycle notification.
#[derive(Debug, Clone, PartialEq)]
pub struct NotificationItem {
    /// The subscription it was sent for.
    pub subscription_id: Option<String>,
    /// `tenantId`, or `organizationId` where only that is present. Not yet known to be a GUID.
    pub tenant_id: Option<String>,
    /// The secret the subscription was created with.
    pub client_state: Option<Redacted<String>>,
    /// `created`, `updated` or `deleted`, in any case.
    pub change_type: Option<String>,
    /// `reauthorizationRequired`, `subscriptionRemoved`, `missed`, or a later one.
    pub lifecycle_event: Option<String>,
    /// The changed resource: a path relative to the Graph root, without version.
    pub resource: Option<String>,
    /// Type and version of the resource, as far as Graph says.
    pub resource_data: ResourceData,
    /// The sealed resource; `None` for a basic notification and where Graph sends `null`.
    pub encrypted_content: Option<EncryptedContent>,
    /// The end of the subscription, as Graph wrote it.
    pub subscription_expiration: Option<String>,
}

/// The part of `resourceData` that is read. Keys are taken from the path instead: the ids here are
/// unreliable even in Microsoft's own examples.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ResourceData {
    /// `@odata.id`: the path of the resource, usually the one that `resource` is too.
    pub odata_id: Option<String>,
    /// `@odata.type`, as written.
    pub odata_type: Option<String>,
    /// `@odata.etag`, where present.
    pub etag: Option<String>,
}

/// The sealed resource of a rich notification, base64 as it came.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EncryptedContent {
    /// The resource, AES-256-CBC.
    #[serde(default)]
    pub data: Option<String>,
    /// HMAC-SHA256 over the decoded `data`.
    #[serde(default)]
    pub data_signature: Option<String>,
    /// The content key, RSA-OAEP.
    #[serde(default)]
    pub data_key: Option<String>,
    /// Our own name for the certificate the key was sealed with.
    #[serde(default)]
    pub encryption_certificate_id: Option<String>,
    /// SHA-1 of that certificate, upper-case hex.
    #[serde(default)]
    pub encryption_certificate_thumbprint: Option<String>,
}

impl std::fmt::Debug for EncryptedContent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EncryptedContent")
            .field("data_bytes", &self.data.as_ref().map(String::len))
            .field("encryption_certificate_id", &self.encryption_certificate_id)
            .finish_non_exhaustive()
    }
}

impl NotificationBatch {
    /// Reads a request body of at most [`limits::BODY_BYTES`].
    ///
    /// # Errors
    /// [`NotificationBatchFault`] where the body as a whole is not a batch. A bad item is an `Err` in
    /// [`items`](Self::items) instead.
    pub fn parse(body: &[u8]) -> Result<Self, NotificationBatchFault> {
        // All of it, unknown members included: the parser would not look at those.
        let text = std::str::from_utf8(body).map_err(|_| NotificationBatchFault::NotABatch)?;
        Self::at_once(text).unwrap_or_else(|| Self::item_by_item(text))
    }

    /// Reads everything in one pass; `None` if anything is amiss.
    fn at_once(text: &str) -> Option<Result<Self, NotificationBatchFault>> {
        type Items = WireBatch<Object<WireItem, 3>>;
        let Object(batch) = serde_json::from_str::<Object<Items, 1>>(text).ok()?;
        let Few(items) = batch.value;
        let items: Option<_> = items
            .into_iter()
            .map(|Object(item)| NotificationItem::from_wire(item).map(Ok).ok())
            .collect();
        Some(Self::within_limits(items?, batch.validation_tokens))
    }

    /// Reads each item by itself, for its own fault.
    fn item_by_item(text: &str) -> Result<Self, NotificationBatchFault> {
        if !json::within_depth(text.as_bytes(), limits::JSON_DEPTH) {
            return Err(NotificationBatchFault::TooDeep);
        }
        if !json::is_object(text.as_bytes()) {
            return Err(NotificationBatchFault::NotABatch);
        }
        let batch: WireBatch<&RawValue> =
            serde_json::from_str(text).map_err(|_| NotificationBatchFault::NotABatch)?;
        let read = |item: &RawValue| {
            let read = NotificationItem::parse(item.get());
            read.map_err(|fault| UnreadableItem::new(fault, item.get()))
        };
        let Few(items) = batch.value;
        let items = items.into_iter().map(read).collect();
        Self::within_limits(items, batch.validation_tokens)
    }

    fn within_limits(
        items: Vec<Result<NotificationItem, UnreadableItem>>,
        tokens: Option<WireTokens>,
    ) -> Result<Self, NotificationBatchFault> {
        let validation_tokens = tokens.map(|Few(tokens)| tokens).unwrap_or_default();
        if items.len() > limits::BATCH_ITEMS || validation_tokens.len() > limits::BATCH_TOKENS {
            return Err(NotificationBatchFault::TooMany);
        }
        Ok(Self {
            items,
            validation_tokens,
        })
    }
}

impl NotificationItem {
    /// Reads one item, with or without white space around it.
    ///
    /// # Errors
    /// [`ItemFault`] where it is not a notification.
    pub fn parse(item: &str) -> Result<Self, ItemFault> {
        let Object(item) =
            serde_json::from_str::<Object<WireItem, 1>>(item).map_err(|_| ItemFault::Malformed)?;
        Self::from_wire(item)
    }

    fn from_wire(wire: WireItem) -> Result<Self, ItemFault> {
        let tenant_id = match (wire.tenant_id, wire.organization_id) {
            (Some(tenant), Some(organization)) if !tenant.eq_ignore_ascii_case(&organization) => {
                return Err(ItemFault::TwoTenants);
            }
            (tenant, organization) => tenant.or(organization),
        };
        let notification = Self {
            subscription_id: wire.subscription_id,
            tenant_id,
            client_state: wire.client_state,
            change_type: wire.change_type,
            lifecycle_event: wire.lifecycle_event,
            resource: wire.resource,
            resource_data: wire.resource_data,
            encrypted_content: wire.encrypted_content,
            subscription_expiration: wire.subscription_expiration_date_time,
        };
        if notification.within_limits() {
            Ok(notification)
        } else {
            Err(ItemFault::TooLong)
        }
    }

    fn within_limits(&self) -> bool {
        let fits = |text: &Option<String>, most: usize| {
            text.as_ref().is_none_or(|text| text.len() <= most)
        };
        let certificate = self.encrypted_content.as_ref();
        fits(&self.subscription_id, limits::SUBSCRIPTION_ID_CHARS)
            && fits(&self.tenant_id, limits::SUBSCRIPTION_ID_CHARS)
            && fits(&self.change_type, limits::WORD_BYTES)
            && fits(&self.lifecycle_event, limits::WORD_BYTES)
            && fits(&self.resource, limits::RESOURCE_PATH_BYTES)
            && self
                .client_state
                .as_ref()
                .is_none_or(|state| state.expose().chars().count() <= limits::CLIENT_STATE_CHARS)
            && certificate.is_none_or(|content| {
                content
                    .encryption_certificate_id
                    .as_ref()
                    .is_none_or(|id| id.chars().count() <= limits::CERTIFICATE_ID_CHARS)
            })
    }
}

#[cfg(test)]
mod tests;
