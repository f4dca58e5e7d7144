//! What the consumer gets: one CloudEvent for each change.

mod gap;
mod order;
mod origin;

pub use gap::Unfilled;
pub use origin::{Origin, PayloadKind, ReferenceReason};

use crate::message::{Message, Reference};
use crate::version::{ContentVersion, NotAResource};
use crate::{ChangeType, Resource, ResourceType};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

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

impl Event {
    /// An event that carries the resource. What says of itself that it was deleted counts as
    /// deleted, whatever was announced.
    ///
    /// `graph_root` is the cloud's, such as `https://graph.microsoft.com`. `occurrence` tells two
    /// changes of a resource apart that has no version of its own: the signature of what was
    /// sealed, or when it was announced.
    ///
    /// # Errors
    /// [`NotAResource`] where `data` is not a JSON object.
    pub fn with_data(
        graph_root: &str,
        change: &Message<Reference>,
        resource: &Resource,
        origin: Origin,
        data: &str,
        occurrence: &str,
    ) -> Result<Self, NotAResource> {
        let ContentVersion {
            version,
            modified,
            is_viewpoint,
            is_deleted,
            system_event,
        } = ContentVersion::of(data)?;
        let change_type = match is_deleted {
            true => ChangeType::Deleted,
            false => change.body.change_type,
        };
        let mut event = Self::new(
            graph_root,
            change,
            change_type,
            resource,
            origin,
            version,
            occurrence,
        );
        if type_name(resource, change.body.odata_type.as_deref()) == ResourceType::Chat.name() {
            event.payloadkind = Some(PayloadKind::of(is_viewpoint));
        }
        if resource.is(ResourceType::ChatMessage) {
            event.systemevent = system_event;
        }
        if let Some(modified) = modified.and_then(|date| date.parse().ok()) {
            event.time = rfc3339(modified);
        }
        event.data = Some(RawValue::from_string(data.to_owned()).map_err(|_| NotAResource)?);
        Ok(event)
    }

    /// An event that only says what changed. A resource that is gone counts as deleted.
    pub fn reference(
        graph_root: &str,
        change: &Message<Reference>,
        resource: &Resource,
        reason: ReferenceReason,
    ) -> Self {
        let occurrence = match reason {
            // However often it is announced or found, a deletion is one.
            ReferenceReason::Deleted | ReferenceReason::Gone => String::new(),
            ReferenceReason::NotFound
            | ReferenceReason::NoGet(_)
            | ReferenceReason::Foreign
            | ReferenceReason::Refused => change.announced(),
        };
        let change_type = match reason {
            ReferenceReason::Gone => ChangeType::Deleted,
            _ => change.body.change_type,
        };
        let mut event = Self::new(
            graph_root,
            change,
            change_type,
            resource,
            Origin::Reference,
            change.body.etag.clone(),
            &occurrence,
        );
        event.referencereason = Some(reason.label().to_owned());
        let pointer = serde_json::json!({ "@odata.id": resource.pointer() });
        event.data = serde_json::value::to_raw_value(&pointer).ok();
        event
    }

    /// Equal for events that need to be delivered once. Tombstones share an id, and each counts:
    /// what was deleted, restored and deleted again is gone.
    pub fn once(&self) -> String {
        match self.referencereason.as_deref() {
            Some("deleted" | "gone") => short_hash(&[&self.id, &self.receivedat]),
            _ => self.id.clone(),
        }
    }

    fn new(
        graph_root: &str,
        change: &Message<Reference>,
        change_type: ChangeType,
        resource: &Resource,
        origin: Origin,
        version: Option<String>,
        occurrence: &str,
    ) -> Self {
        let Reference {
            tenant_id,
            subscription_id,
            odata_type,
            ..
        } = &change.body;
        let subject = resource.canonical();
        // What is made once and never changes has one creation, however it was read.
        let is_artefact =
            resource.is(ResourceType::CallTranscript) || resource.is(ResourceType::CallRecording);
        let was_read = origin != Origin::Reference;
        let occurrence = if is_artefact && was_read {
            ""
        } else {
            occurrence
        };
        let id = short_hash(&[
            tenant_id.as_str(),
            &subject,
            change_type.name(),
            version.as_deref().unwrap_or(occurrence),
        ]);
        let received = from_millis(change.received_at);
        Self {
            specversion: "1.0".to_owned(),
            id,
            source: format!("{graph_root}/{tenant_id}"),
            event_type: format!(
                "microsoft.graph.{}.{change_type}",
                type_name(resource, odata_type.as_deref())
            ),
            subject,
            time: rfc3339(received),
            datacontenttype: "application/json".to_owned(),
            tenantid: tenant_id.to_string(),
            subscriptionid: subscription_id.clone(),
            origin,
            contentversion: version,
            receivedat: rfc3339(received),
            payloadkind: None,
            systemevent: None,
            referencereason: None,
            dataref: None,
            contentref: None,
            contentskipped: None,
            data: None,
        }
    }
}

/// SHA-256 over the parts, each with its length before it so that no two lists run together;
/// base64url, 43 characters.
pub fn short_hash(parts: &[&str]) -> String {
    let mut hash = Sha256::new_with_prefix(b"teamwire.event.v1");
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    URL_SAFE_NO_PAD.encode(hash.finalize())
}

/// The resource's Graph name: by its path, else by `@odata.type`, else `resource`.
fn type_name(resource: &Resource, odata_type: Option<&str>) -> String {
    match resource {
        Resource::Teams(path) => path.resource_type().name().to_owned(),
        Resource::Foreign(_) => foreign_name(odata_type).unwrap_or_else(|| "resource".to_owned()),
    }
}

/// The name of a resource that is not one of Teams, by its `@odata.type`: of
/// `#Microsoft.Graph.CallRecord` it is `callRecord`.
pub fn foreign_name(odata_type: Option<&str>) -> Option<String> {
    let last = odata_type?.rsplit('.').next()?.trim_start_matches('#');
    let mut chars = last.chars();
    let first = chars.next()?;
    let is_name = last.len() <= 64 && last.chars().all(|c| c.is_ascii_alphanumeric());
    is_name.then(|| first.to_ascii_lowercase().to_string() + chars.as_str())
}

fn from_millis(at: u64) -> Timestamp {
    i64::try_from(at)
        .ok()
        .and_then(|at| Timestamp::from_millisecond(at).ok())
        .unwrap_or(Timestamp::UNIX_EPOCH)
}

fn rfc3339(at: Timestamp) -> String {
    format!("{at:.3}")
}

#[cfg(test)]
mod tests;
