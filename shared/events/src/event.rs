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
    /// The time at which the resource changed, if it has one; else the time of the notification.
    pub time: String,
    /// Always `application/json`.
    pub datacontenttype: String,
    /// The `$id` of the schema of this type of event; absent where there is none, and in events made
    /// before there was the attribute.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dataschema: Option<String>,
    /// The tenant.
    pub tenantid: String,
    /// The subscription it was announced for.
    pub subscriptionid: String,
    /// The origin of the data.
    pub origin: Origin,
    /// Orders the events of one resource; absent where Graph gave none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contentversion: Option<String>,
    /// The time at which ingest accepted the notification.
    pub receivedat: String,
    /// Of a chat: whether the data is all of it or only one user's view of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payloadkind: Option<PayloadKind>,
    /// Of a system message: what happened, by Graph's name such as
    /// `membersAddedEventMessageDetail`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub systemevent: Option<String>,
    /// The reason why there is only a reference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referencereason: Option<String>,
    /// The location of the data when it is too large for the queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dataref: Option<String>,
    /// The location of the content of a transcript or recording.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contentref: Option<String>,
    /// The reason why wanted content is not there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contentskipped: Option<String>,
    /// The resource.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Box<RawValue>>,
}

/// The origin of an event's data.
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

/// The part of a chat that the data is. Graph leaves out of a viewpoint what did not change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PayloadKind {
    /// All of it: replace what is stored.
    Resource,
    /// One user's view, and only a part of it: merge.
    Viewpoint,
}
