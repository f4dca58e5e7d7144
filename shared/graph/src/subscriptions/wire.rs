//! The subscription resource, as it is asked for and as it is answered.

use crate::EnvelopeCertificate;
use jiff::Timestamp;
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};
use teamwire_payload::subscribable::GraphApi;
use teamwire_payload::{ChangeType, Redacted, SubscriptionPath};
use zeroize::Zeroizing;

/// A subscription as Graph shows it. What Graph may leave out or show as null is an option.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GraphSubscription {
    /// Graph's id for it.
    pub id: String,
    /// The resource, as it was written when the subscription was made.
    pub resource: String,
    /// The changes it announces, in one order; none where Graph shows others than we know.
    #[serde(rename = "changeType", deserialize_with = "changes")]
    pub changes: Vec<ChangeType>,
    /// The URL of its notifications.
    pub notification_url: String,
    /// The URL of its lifecycle notifications.
    #[serde(default)]
    pub lifecycle_notification_url: Option<String>,
    /// The time at which it expires.
    #[serde(rename = "expirationDateTime", deserialize_with = "timestamp")]
    pub expires: Timestamp,
    /// True if its notifications carry content.
    #[serde(default)]
    pub include_resource_data: Option<bool>,
    /// The name of the certificate that content is sealed for.
    #[serde(default)]
    pub encryption_certificate_id: Option<String>,
    /// The app that made it.
    #[serde(default)]
    pub application_id: Option<String>,
}

impl GraphSubscription {
    /// The resource, if it is a known path.
    pub fn path(&self) -> Option<SubscriptionPath> {
        let known = SubscriptionPath::parse(&self.resource);
        let path = known.or_else(|_| SubscriptionPath::other(&self.resource, GraphApi::V1));
        path.ok()
    }

    /// True if its notifications carry content.
    pub fn is_rich(&self) -> bool {
        self.include_resource_data == Some(true)
    }

    /// The name of its certificate, where Graph shows one.
    pub fn certificate_id(&self) -> Option<&str> {
        self.encryption_certificate_id
            .as_deref()
            .filter(|id| !id.is_empty())
    }
}

/// A certificate, and our name for it.
#[derive(Debug, Clone, Copy)]
pub struct SealingCertificate<'a> {
    /// `encryptionCertificateId`
    pub id: &'a str,
    /// `encryptionCertificate`
    pub certificate: &'a EnvelopeCertificate,
}

/// A request to create.
#[derive(Debug)]
pub struct NewSubscription<'a> {
    /// The resource subscribed to.
    pub resource: &'a SubscriptionPath,
    /// The changes to announce.
    pub changes: &'a [ChangeType],
    /// The URL of notifications.
    pub notification_url: &'a str,
    /// The URL of lifecycle notifications, if any; it can't be added later (GRAPH-30).
    pub lifecycle_url: Option<&'a str>,
    /// The time at which it expires.
    pub expires: Timestamp,
    /// The client state that every notification repeats.
    pub client_state: Redacted<Zeroizing<String>>,
    /// For notifications with content: what it is sealed for.
    pub sealing: Option<SealingCertificate<'a>>,
}

/// A request to renew.
#[derive(Debug)]
pub struct SubscriptionRenewal<'a> {
    /// The resource subscribed to.
    pub resource: &'a SubscriptionPath,
    /// Its new end.
    pub expires: Timestamp,
    /// Another certificate.
    pub sealing: Option<SealingCertificate<'a>>,
}

impl NewSubscription<'_> {
    pub(super) fn to_json(&self) -> Value {
        let mut body = json!({
            "changeType": change_type(self.changes),
            "notificationUrl": self.notification_url,
            "resource": self.resource.to_string(),
            "expirationDateTime": self.expires.to_string(),
            "clientState": self.client_state.expose().as_str(),
            "latestSupportedTlsVersion": "v1_2",
        });
        if let Some(url) = self.lifecycle_url {
            set(&mut body, "lifecycleNotificationUrl", url.into());
        }
        if let Some(sealing) = self.sealing {
            set(&mut body, "includeResourceData", true.into());
            sealing.write(&mut body);
        }
        body
    }
}

impl SubscriptionRenewal<'_> {
    pub(super) fn to_json(&self) -> Value {
        let mut body = json!({"expirationDateTime": self.expires.to_string()});
        if let Some(sealing) = self.sealing {
            sealing.write(&mut body);
        }
        body
    }
}

impl SealingCertificate<'_> {
    fn write(&self, body: &mut Value) {
        let certificate = self.certificate.base64();
        set(body, "encryptionCertificate", certificate.into());
        set(body, "encryptionCertificateId", self.id.into());
    }
}

fn set(body: &mut Value, name: &str, value: Value) {
    if let Some(members) = body.as_object_mut() {
        members.insert(name.to_owned(), value);
    }
}

/// The list as Graph takes it.
pub(super) fn change_type(changes: &[ChangeType]) -> String {
    let names: Vec<_> = changes.iter().map(|change| change.name()).collect();
    names.join(",")
}

fn changes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<ChangeType>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let known = text.split(',').map(|word| ChangeType::parse(word.trim()));
    let mut changes = known.collect::<Option<Vec<_>>>().unwrap_or_default();
    changes.sort_unstable();
    changes.dedup();
    Ok(changes)
}

fn timestamp<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(serde::de::Error::custom)
}

/// An id as one segment of a URL. Graph's are GUIDs, but they come from outside.
pub(super) fn segment(id: &str) -> String {
    id.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ChangeType::{Created, Updated};

    #[test]
    fn what_graph_answers_is_read_whatever_it_leaves_out() {
        let answer = r#"{"@odata.context":"x","id":"1","resource":"/chats('19:a')/messages?model=A",
            "applicationId":"b","changeType":"updated, Created","clientState":null,
            "notificationUrl":"https://a.example/","lifecycleNotificationUrl":null,
            "expirationDateTime":"2026-11-24T12:00:00.1234567+01:00","encryptionCertificateId":"",
            "includeResourceData":null}"#;
        let read: GraphSubscription = serde_json::from_str(answer).unwrap();
        assert_eq!(read.changes, [Created, Updated]);
        assert_eq!(read.path().unwrap().to_string(), "chats/19:a/messages");
        assert_eq!(
            (
                read.is_rich(),
                read.certificate_id(),
                read.expires.as_second()
            ),
            (false, None, 1_795_518_000)
        );
    }

    #[test]
    fn changes_that_nobody_knows_are_none() {
        let answer = r#"{"id":"1","resource":"../x","changeType":"created,renamed",
            "notificationUrl":"EventHub:x","expirationDateTime":"2026-11-24T12:00:00Z"}"#;
        let read: GraphSubscription = serde_json::from_str(answer).unwrap();
        assert_eq!((read.changes.len(), read.path()), (0, None));
    }

    #[test]
    fn an_id_stays_one_segment() {
        assert_eq!(segment("7f105c7d-2dc5"), "7f105c7d-2dc5");
        assert_eq!(segment("../me?x#y"), "%2E%2E%2Fme%3Fx%23y");
    }
}
