//! The event: one CloudEvent for each change.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// A CloudEvents 1.0 event in structured JSON form. `docs/EVENTS.md` has its schema.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Event {
    /// Always `1.0`.
    pub specversion: String,
    /// Different for two changes, repeated deletions of one resource aside. Equal for one change
    /// however often a queue delivers it; where the resource has a version also however often Graph
    /// does, and for every subscription.
    pub id: String,
    /// The cloud's Graph root and the tenant.
    pub source: String,
    /// `microsoft.graph.<resource>.<created|updated|deleted>`, or `teamwire.gap`.
    #[serde(rename = "type")]
    pub event_type: String,
    /// The resource's canonical path.
    pub subject: String,
    /// When the resource changed, where it says so; else when the notification came.
    pub time: String,
    /// Always `application/json`.
    pub datacontenttype: String,
    /// The tenant.
    pub tenantid: String,
    /// The subscription it was announced for.
    pub subscriptionid: String,
    /// How the data was come by.
    pub origin: Origin,
    /// Orders the events of one resource; absent where Graph gave none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contentversion: Option<String>,
    /// When ingest accepted the notification.
    pub receivedat: String,
    /// Of a chat: whether the data is all of it or only one user's view of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payloadkind: Option<PayloadKind>,
    /// Of a system message: what happened, by Graph's name such as
    /// `membersAddedEventMessageDetail`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub systemevent: Option<String>,
    /// Why there is only a reference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referencereason: Option<String>,
    /// Where the data is when it is too large for the queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dataref: Option<String>,
    /// Where the content of a transcript or recording was put.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contentref: Option<String>,
    /// Why content that is wanted is not there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contentskipped: Option<String>,
    /// The resource.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Box<RawValue>>,
}

/// How an event's data was come by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// It came with the notification: the state at the time of the change.
    Decrypted,
    /// It was read afterwards: possibly a later state.
    Hydrated,
    /// It was read to fill a gap: the state at the time of reading.
    Backfilled,
    /// There is none, only the reference.
    Reference,
    /// It says what may be missing.
    Gap,
}

/// How much of a chat the data is. Graph leaves out of a viewpoint what did not change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PayloadKind {
    /// All of it: replace what is stored.
    Resource,
    /// What one user sees of it, and not all of that: merge.
    Viewpoint,
}
