//! The messages between functions.
//!
//! A message says its own version, so that a function can tell what it can't read:
//!
//! ```json
//! {"version":"sealed.v1","receivedAt":1763715600123,"trace":"Root=1-..","body":{..}}
//! ```
//!
//! One that does not fit a queue stands in S3, and a [`ClaimCheck`] travels in its place.

use crate::notification::EncryptedContent;
use crate::resource::PathFault;
use crate::{ChangeType, ResourceRef, TenantId, limits};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use std::borrow::Cow;

/// An item on its way, with when it came and the X-Ray trace it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueMessage<T> {
    /// The time at which ingest accepted the POST, in milliseconds since 1970.
    pub received_at: u64,
    /// The X-Ray trace header of that request.
    pub trace: Option<String>,
    /// The body.
    pub body: T,
}

/// A body that a message can carry.
pub trait MessageBody: Serialize + DeserializeOwned {
    /// Name and number, changed whenever old readers could misread new messages.
    const VERSION: &'static str;

    /// True if no member is longer than ingest accepts. A queue takes messages of others too, and
    /// what is made of one has to fit a queue again.
    fn is_within_limits(&self) -> bool {
        true
    }
}

/// A change whose resource came sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SealedChange {
    /// The change, and the subscription that it is for.
    #[serde(flatten)]
    pub change: ReferencedChange,
    /// The resource, as it came.
    pub content: EncryptedContent,
}

/// A change whose resource is only named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReferencedChange {
    /// The tenant it happened in.
    pub tenant_id: TenantId,
    /// The subscription it was announced for.
    pub subscription_id: String,
    /// The kind of change.
    pub change_type: ChangeType,
    /// The path, as it came; parsed where it is used.
    pub resource: String,
    /// `@odata.id`, where it is not the path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub odata_id: Option<String>,
    /// `@odata.type`, for resources whose path is not a Teams path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub odata_type: Option<String>,
    /// `@odata.etag`, where Graph gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
}

impl ReferencedChange {
    /// The changed resource.
    ///
    /// # Errors
    /// [`PathFault`] where that is not a path.
    pub fn announced(&self) -> Result<ResourceRef, PathFault> {
        ResourceRef::announced(&self.resource, self.odata_id.as_deref())
    }
}

/// Something that concerns a subscription rather than a resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LifecycleNotice {
    /// The tenant of the subscription.
    pub tenant_id: TenantId,
    /// The subscription.
    pub subscription_id: String,
    /// Graph's word, known or not.
    pub event: String,
    /// The end of the subscription, as Graph wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
}

/// An authentic item that no function could take: for a person to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UnroutedItem {
    /// The tenant it came for, where that can be told.
    pub tenant_id: Option<TenantId>,
    /// The subscription, where it names one.
    pub subscription_id: Option<String>,
    /// The change of a resource, as Graph wrote it.
    pub change_type: Option<String>,
    /// The event of the subscription, as Graph wrote it.
    pub lifecycle_event: Option<String>,
    /// The end of the subscription, as Graph wrote it.
    pub expires: Option<String>,
    /// The path, as it came.
    pub resource: Option<String>,
    /// `@odata.type` of the resource.
    pub odata_type: Option<String>,
    /// `@odata.etag` of the resource.
    pub etag: Option<String>,
    /// The sealed resource, if any.
    pub content: Option<EncryptedContent>,
}

impl MessageBody for UnroutedItem {
    const VERSION: &'static str = "unrouted.v1";
}

impl MessageBody for SealedChange {
    const VERSION: &'static str = "sealed.v1";

    fn is_within_limits(&self) -> bool {
        self.change.is_within_limits()
    }
}

impl MessageBody for ReferencedChange {
    const VERSION: &'static str = "reference.v1";

    fn is_within_limits(&self) -> bool {
        let fits = |text: &Option<String>, most| text.as_ref().is_none_or(|t| t.len() <= most);
        self.subscription_id.len() <= limits::SUBSCRIPTION_ID_CHARS
            && self.resource.len() <= limits::RESOURCE_PATH_BYTES
            && fits(&self.odata_id, limits::RESOURCE_PATH_BYTES)
            && fits(&self.odata_type, limits::WORD_BYTES)
            && fits(&self.etag, limits::ETAG_BYTES)
    }
}

impl MessageBody for LifecycleNotice {
    const VERSION: &'static str = "lifecycle.v1";

    fn is_within_limits(&self) -> bool {
        self.subscription_id.len() <= limits::SUBSCRIPTION_ID_CHARS
            && self.event.len() <= limits::WORD_BYTES
    }
}

/// Stands for a message that is too large for a queue. Neither bucket nor key is part of it: the
/// one is configuration, the other follows from the content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClaimCheck {
    sha256: String,
    bytes: usize,
}

const CLAIM_VERSION: &str = "claim.v1";

/// The reason why a queue message can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MessageFault {
    /// Not JSON, or not a message.
    #[error("the queue message is malformed")]
    Malformed,
    /// A version this build does not know.
    #[error("the queue message has an unknown version")]
    UnknownVersion,
}

impl MessageFault {
    /// The name used in metrics and dead letters.
    pub const fn label(&self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::UnknownVersion => "unknown-version",
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MessageToWrite<'a, T> {
    version: &'static str,
    received_at: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace: Option<&'a str>,
    body: &'a T,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MessageToRead<'a> {
    #[serde(borrow)]
    version: Cow<'a, str>,
    received_at: u64,
    #[serde(default)]
    trace: Option<String>,
    #[serde(borrow)]
    body: &'a RawValue,
}

impl<T> QueueMessage<T> {
    /// The time of arrival, as text that stays the same however often a queue delivers it.
    pub fn announced(&self) -> String {
        format!("received:{}", self.received_at)
    }
}

impl<T: MessageBody> QueueMessage<T> {
    /// The text that goes on the queue.
    ///
    /// # Errors
    /// [`MessageFault::Malformed`] should the body have no JSON form.
    pub fn to_json(&self) -> Result<String, MessageFault> {
        let outgoing = MessageToWrite {
            version: T::VERSION,
            received_at: self.received_at,
            trace: self.trace.as_deref(),
            body: &self.body,
        };
        serde_json::to_string(&outgoing).map_err(|_| MessageFault::Malformed)
    }

    /// Reads what came from the queue.
    ///
    /// # Errors
    /// [`MessageFault`]; neither is worth a second try with this build.
    pub fn parse(text: &str) -> Result<Self, MessageFault> {
        let incoming = incoming(text)?;
        if incoming.version != T::VERSION {
            return Err(MessageFault::UnknownVersion);
        }
        let body: T =
            serde_json::from_str(incoming.body.get()).map_err(|_| MessageFault::Malformed)?;
        if !body.is_within_limits() {
            return Err(MessageFault::Malformed);
        }
        Ok(Self {
            received_at: incoming.received_at,
            trace: incoming.trace.filter(|trace| is_trace(trace)),
            body,
        })
    }
}

impl ClaimCheck {
    /// A claim to `message`.
    pub fn to(message: &str) -> Self {
        let sha256 = Sha256::digest(message)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Self {
            sha256,
            bytes: message.len(),
        }
    }

    /// The message's key in the bucket: equal messages have the same one.
    pub fn key(&self) -> String {
        format!("messages/{}", self.sha256)
    }

    /// True if `message` is the one that the claim is to.
    pub fn fits(&self, message: &str) -> bool {
        *self == Self::to(message)
    }

    /// The text that goes on the queue in place of a message.
    ///
    /// # Errors
    /// [`MessageFault::Malformed`] should it have no JSON form.
    pub fn to_json(&self) -> Result<String, MessageFault> {
        let outgoing = MessageToWrite {
            version: CLAIM_VERSION,
            received_at: 0,
            trace: None,
            body: self,
        };
        serde_json::to_string(&outgoing).map_err(|_| MessageFault::Malformed)
    }

    /// The claim, if `text` is one rather than a message itself.
    pub fn parse(text: &str) -> Option<Self> {
        let incoming = incoming(text)
            .ok()
            .filter(|incoming| incoming.version == CLAIM_VERSION)?;
        serde_json::from_str(incoming.body.get())
            .ok()
            .filter(Self::names_a_digest)
    }

    /// True if the key is one that [`ClaimCheck::to`] could have made.
    fn names_a_digest(&self) -> bool {
        let is_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        self.sha256.len() == 64 && self.sha256.bytes().all(is_hex)
    }
}

/// The version that a message says of itself, known or not.
///
/// # Errors
/// [`MessageFault::Malformed`] where `text` is no message.
pub fn version(text: &str) -> Result<Cow<'_, str>, MessageFault> {
    Ok(incoming(text)?.version)
}

/// SQS refuses a message with a header that is none.
fn is_trace(text: &str) -> bool {
    text.len() <= limits::TRACE_BYTES && text.bytes().all(|byte| (0x20..0x7f).contains(&byte))
}

fn incoming(text: &str) -> Result<MessageToRead<'_>, MessageFault> {
    serde_json::from_str(text).map_err(|_| MessageFault::Malformed)
}

#[cfg(test)]
mod tests;
