//! What the consumer gets: one CloudEvent for each change.

mod origin;

pub use origin::{Origin, ReferenceReason};

use crate::message::{Message, Reference};
use crate::version::{ContentVersion, NotAResource};
use crate::{ChangeType, Resource};
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
    /// `microsoft.graph.<resource>.<created|updated|deleted>`
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
    /// Why there is only a reference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referencereason: Option<String>,
    /// Where the data is when it is too large for the queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dataref: Option<String>,
    /// The resource.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Box<RawValue>>,
}

impl Event {
    /// An event that carries the resource.
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
        let ContentVersion { version, modified } = ContentVersion::of(data)?;
        let mut event = Self::new(graph_root, change, resource, origin, version, occurrence);
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
        let mut change = change.clone();
        let occurrence = match reason {
            // However often it is announced or found, a deletion is one.
            ReferenceReason::Deleted | ReferenceReason::Gone => String::new(),
            ReferenceReason::NoGet(_) | ReferenceReason::Foreign => change.announced(),
        };
        if reason == ReferenceReason::Gone {
            change.body.change_type = ChangeType::Deleted;
        }
        let version = change.body.etag.clone();
        let origin = Origin::Reference;
        let mut event = Self::new(graph_root, &change, resource, origin, version, &occurrence);
        event.referencereason = Some(reason.label().to_owned());
        let pointer = serde_json::json!({ "@odata.id": event.subject });
        event.data = serde_json::value::to_raw_value(&pointer).ok();
        event
    }

    fn new(
        graph_root: &str,
        change: &Message<Reference>,
        resource: &Resource,
        origin: Origin,
        version: Option<String>,
        occurrence: &str,
    ) -> Self {
        let Reference {
            tenant_id,
            subscription_id,
            change_type,
            odata_type,
            ..
        } = &change.body;
        let subject = resource.canonical();
        let id = short_hash(&[
            tenant_id.as_str(),
            &subject,
            change_type.name(),
            version.as_deref().unwrap_or(occurrence),
        ]);
        let received = i64::try_from(change.received_at)
            .ok()
            .and_then(|at| Timestamp::from_millisecond(at).ok())
            .unwrap_or(Timestamp::UNIX_EPOCH);
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
            referencereason: None,
            dataref: None,
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

fn rfc3339(at: Timestamp) -> String {
    format!("{at:.3}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: &str = "https://graph.microsoft.com";

    fn change(resource: &str, change_type: ChangeType) -> (Message<Reference>, Resource) {
        let body = Reference {
            tenant_id: "9f4ebab6-520d-49c0-85cc-7b25c78d4a93".parse().unwrap(),
            subscription_id: "s".into(),
            change_type,
            resource: resource.into(),
            odata_type: None,
            etag: None,
        };
        let message = Message {
            received_at: 1_763_715_600_123,
            trace: None,
            body,
        };
        (message, Resource::parse(resource).unwrap())
    }

    fn event(resource: &str, change_type: ChangeType, data: &str) -> Event {
        let (message, resource) = change(resource, change_type);
        Event::with_data(ROOT, &message, &resource, Origin::Decrypted, data, "once").unwrap()
    }

    #[test]
    fn an_event_is_a_cloudevent_about_the_resource() {
        let event = event(
            "chats('a')/messages('1')",
            ChangeType::Created,
            r#"{"etag":"1625126194597","lastModifiedDateTime":"2021-07-01T09:56:34.597+02:00"}"#,
        );
        let json: serde_json::Value = serde_json::to_value(&event).unwrap();
        assert_eq!(json["specversion"], "1.0");
        assert_eq!(json["type"], "microsoft.graph.chatMessage.created");
        assert_eq!(
            json["source"],
            "https://graph.microsoft.com/9f4ebab6-520d-49c0-85cc-7b25c78d4a93"
        );
        assert_eq!(json["subject"], "chats('a')/messages('1')");
        assert_eq!(json["time"], "2021-07-01T07:56:34.597Z");
        assert_eq!(json["receivedat"], "2025-11-21T09:00:00.123Z");
        assert_eq!(json["contentversion"], "1625126194597");
        assert_eq!(json["origin"], "decrypted");
        assert_eq!(json["id"].as_str().unwrap().len(), 43);
    }

    #[test]
    fn the_id_is_equal_for_one_change_however_it_arrives() {
        let first = event(
            "chats('a')/messages('1')",
            ChangeType::Updated,
            r#"{"etag":"2"}"#,
        );
        let (mut message, resource) = change("chats/a/messages/1", ChangeType::Updated);
        message.received_at += 60_000;
        message.body.subscription_id = "another".into();
        let again = Event::with_data(
            ROOT,
            &message,
            &resource,
            Origin::Hydrated,
            r#"{"etag":"2","@odata.context":"x"}"#,
            "another time",
        )
        .unwrap();
        assert_eq!(first.id, again.id);
    }

    #[test]
    fn the_id_differs_between_two_changes() {
        let ids: std::collections::HashSet<String> = [
            event(
                "chats('a')/messages('1')",
                ChangeType::Created,
                r#"{"etag":"1"}"#,
            ),
            event(
                "chats('a')/messages('1')",
                ChangeType::Updated,
                r#"{"etag":"1"}"#,
            ),
            event(
                "chats('a')/messages('1')",
                ChangeType::Updated,
                r#"{"etag":"2"}"#,
            ),
            event(
                "chats('a')/messages('2')",
                ChangeType::Updated,
                r#"{"etag":"2"}"#,
            ),
        ]
        .into_iter()
        .map(|event| event.id)
        .collect();
        assert_eq!(ids.len(), 4);
    }

    #[test]
    fn a_member_that_changes_back_is_two_changes_and_a_redelivery_is_not() {
        let (message, resource) = change("teams('t')/members('m')", ChangeType::Updated);
        let id = |occurrence| {
            let data = r#"{"roles":["owner"]}"#;
            Event::with_data(
                ROOT,
                &message,
                &resource,
                Origin::Decrypted,
                data,
                occurrence,
            )
            .unwrap()
            .id
        };
        assert_ne!(id("signature 1"), id("signature 2"));
        assert_eq!(id("signature 1"), id("signature 1"));
    }

    #[test]
    fn two_references_to_one_installation_are_two_changes() {
        let path = "appCatalogs/teamsApps('a')/installations('i')";
        let (mut message, resource) = change(path, ChangeType::Updated);
        let reason = ReferenceReason::NoGet(crate::resource::NoGet::NeedsScope);
        let first = Event::reference(ROOT, &message, &resource, reason);
        assert_eq!(
            first.id,
            Event::reference(ROOT, &message, &resource, reason).id
        );
        message.received_at += 1;
        assert_ne!(
            first.id,
            Event::reference(ROOT, &message, &resource, reason).id
        );
        assert_eq!(first.contentversion, None);
    }

    #[test]
    fn the_data_is_the_resource_byte_for_byte() {
        let data = r#"{ "etag":"1", "big":12345678901234567890.10, "id":"a" }"#;
        assert_eq!(
            event("chats('a')", ChangeType::Created, data)
                .data
                .unwrap()
                .get(),
            data
        );
    }

    #[test]
    fn a_resource_found_gone_is_the_same_deletion_that_graph_announces() {
        let (mut announced, resource) = change("chats('a')/messages('1')", ChangeType::Deleted);
        let (found, _) = change("chats('a')/messages('1')", ChangeType::Created);
        announced.received_at += 60_000;
        let deleted = Event::reference(ROOT, &announced, &resource, ReferenceReason::Deleted);
        let gone = Event::reference(ROOT, &found, &resource, ReferenceReason::Gone);
        assert_eq!(deleted.id, gone.id);
        assert_eq!(gone.event_type, "microsoft.graph.chatMessage.deleted");
        assert_eq!(gone.referencereason.as_deref(), Some("gone"));
        assert_eq!(
            gone.data.unwrap().get(),
            r#"{"@odata.id":"chats('a')/messages('1')"}"#
        );
    }

    #[test]
    fn a_foreign_resource_is_named_by_its_odata_type_if_that_is_a_name() {
        let (mut message, resource) = change("communications/callRecords/7", ChangeType::Created);
        for (odata_type, expected) in [
            (
                Some("#Microsoft.Graph.CallRecord"),
                "microsoft.graph.callRecord.created",
            ),
            (
                Some("#microsoft.graph.callRecords.callRecord"),
                "microsoft.graph.callRecord.created",
            ),
            (Some("#a.b c"), "microsoft.graph.resource.created"),
            (Some(""), "microsoft.graph.resource.created"),
            (None, "microsoft.graph.resource.created"),
        ] {
            message.body.odata_type = odata_type.map(str::to_owned);
            let event = Event::reference(ROOT, &message, &resource, ReferenceReason::Foreign);
            assert_eq!(event.event_type, expected);
        }
    }
}
