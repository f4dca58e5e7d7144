//! The attributes of an event that are decided when it is made: its id, its type, its version, and
//! the reason why it has no data.

mod gap;
mod origin;

pub use gap::{UnfilledReason, gap};
pub use origin::ReferenceReason;

use crate::message::{QueueMessage, ReferencedChange};
use crate::version::{ContentVersion, NotAResource};
use crate::{ChangeType, ResourceRef, ResourceType};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use teamwire_events::{Event, Origin, PayloadKind, schema_id, type_of};

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
    change: &QueueMessage<ReferencedChange>,
    resource: &ResourceRef,
    origin: Origin,
    data: &str,
    occurrence: &str,
) -> Result<Event, NotAResource> {
    let ContentVersion {
        version,
        modified,
        is_viewpoint,
        is_deleted,
        system_event,
        session,
    } = ContentVersion::of(data)?;
    let change_type = match is_deleted {
        true => ChangeType::Deleted,
        false => change.body.change_type,
    };
    let session = session.filter(|_| resource.is(ResourceType::AiInteraction));
    let mut event = new(
        graph_root,
        change,
        change_type,
        resource,
        origin,
        WhichChange {
            version,
            occurrence,
            session: session.as_deref(),
        },
    );
    if type_name(resource, change.body.odata_type.as_deref()) == ResourceType::Chat.name() {
        event.payloadkind = Some(match is_viewpoint {
            true => PayloadKind::Viewpoint,
            false => PayloadKind::Resource,
        });
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
    change: &QueueMessage<ReferencedChange>,
    resource: &ResourceRef,
    reason: ReferenceReason,
) -> Event {
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
    let mut event = new(
        graph_root,
        change,
        change_type,
        resource,
        Origin::Reference,
        WhichChange {
            version: change.body.etag.clone(),
            occurrence: &occurrence,
            session: None,
        },
    );
    event.referencereason = Some(reason.label().to_owned());
    let pointer = serde_json::json!({ "@odata.id": resource.pointer() });
    event.data = serde_json::value::to_raw_value(&pointer).ok();
    event
}

/// Equal for events that need to be delivered once. Tombstones share an id, and each counts:
/// what was deleted, restored and deleted again is gone.
pub fn once(event: &Event) -> String {
    match event.referencereason.as_deref() {
        Some("deleted" | "gone") => short_hash(&[&event.id, &event.receivedat]),
        _ => event.id.clone(),
    }
}

/// What tells the changes of one path apart.
struct WhichChange<'a> {
    version: Option<String>,
    /// Counts where there is no version.
    occurrence: &'a str,
    /// Of an interaction. Every session gives the ids in its path anew: the time, in milliseconds.
    session: Option<&'a str>,
}

fn new(
    graph_root: &str,
    change: &QueueMessage<ReferencedChange>,
    change_type: ChangeType,
    resource: &ResourceRef,
    origin: Origin,
    which: WhichChange<'_>,
) -> Event {
    let WhichChange {
        version,
        occurrence,
        session,
    } = which;
    let ReferencedChange {
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
    let mut parts = vec![
        tenant_id.as_str(),
        &subject,
        change_type.name(),
        version.as_deref().unwrap_or(occurrence),
    ];
    parts.extend(session);
    let id = short_hash(&parts);
    let received = from_millis(change.received_at);
    let type_name = type_name(resource, odata_type.as_deref());
    let event_type = format!("microsoft.graph.{type_name}.{change_type}");
    Event {
        specversion: "1.0".to_owned(),
        id,
        source: format!("{graph_root}/{tenant_id}"),
        dataschema: schema_id(&event_type),
        event_type,
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
fn type_name(resource: &ResourceRef, odata_type: Option<&str>) -> String {
    match resource {
        ResourceRef::Teams(path) => path.resource_type().name().to_owned(),
        ResourceRef::Foreign(_) => type_of(odata_type).unwrap_or_else(|| "resource".to_owned()),
    }
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
