//! One subscription, as it is kept and as it is answered.

use super::delivery::Delivery;
use super::rules::{Create, SubscriptionCertificate};
use super::selector::Selector;
use crate::entra::tokens::Caller;
use crate::ids;
use crate::target::Target;
use jiff::Timestamp;
use serde_json::{Value, json};

/// One subscription.
#[derive(Debug, Clone)]
pub struct SimulatedSubscription {
    /// The target of its notifications.
    pub target: Target,
    /// The URL for lifecycle notifications.
    pub lifecycle_url: Option<String>,
    /// The selector.
    pub selector: Selector,
    pub(super) delivery: Delivery,
    resource: String,
    application_id: String,
    creator_id: String,
    tls_version: String,
    audience: Option<String>,
    certificate_id: Option<String>,
}

impl SimulatedSubscription {
    /// The subscription that `caller` asked for; delivers from now on.
    pub(super) fn new(create: Create, caller: &Caller, now: Timestamp) -> Self {
        let mut rng = rand::rng();
        let (certificate_id, recipient) = create
            .certificate
            .map(|certificate| (certificate.id, certificate.recipient))
            .unzip();
        Self {
            target: Target {
                subscription_id: ids::guid(&mut rng),
                tenant_id: caller.tenant_id.clone(),
                app_id: create
                    .audience
                    .clone()
                    .unwrap_or_else(|| caller.app_id.clone()),
                client_state: create.client_state,
                expires: create.expires,
                recipient,
                url: create.notification_url,
                row: create.row,
                scope: create.scope,
                change_types: create.change_types,
                all_members: create.all_members,
            },
            lifecycle_url: create.lifecycle_url,
            selector: create.selector,
            delivery: Delivery::new(now),
            resource: create.resource,
            application_id: caller.app_id.clone(),
            creator_id: ids::guid(&mut rng),
            tls_version: create.tls_version,
            audience: create.audience,
            certificate_id,
        }
    }

    /// True if the caller may see and change it.
    pub(super) fn belongs_to(&self, caller: &Caller) -> bool {
        self.target.tenant_id == caller.tenant_id && self.application_id == caller.app_id
    }

    /// The resource, as its owner wrote it.
    pub fn resource(&self) -> &str {
        &self.resource
    }

    /// From now on content is sealed for this certificate.
    pub(super) fn set_certificate(&mut self, certificate: SubscriptionCertificate) {
        self.target.recipient = Some(certificate.recipient);
        self.certificate_id = Some(certificate.id);
    }

    /// The resource as Graph answers it; the certificate is not told again.
    pub fn to_json(&self) -> Value {
        let change_types: Vec<&str> = self
            .target
            .change_types
            .iter()
            .map(|change_type| change_type.name())
            .collect();
        json!({
            "id": self.target.subscription_id,
            "resource": self.resource,
            "applicationId": self.application_id,
            "changeType": change_types.join(","),
            "clientState": self.target.client_state,
            "notificationUrl": self.target.url,
            "lifecycleNotificationUrl": self.lifecycle_url,
            "expirationDateTime": ids::date7(self.target.expires),
            "creatorId": self.creator_id,
            "includeResourceData": self.target.is_rich(),
            "latestSupportedTlsVersion": self.tls_version,
            "encryptionCertificate": null,
            "encryptionCertificateId": self.certificate_id,
            "notificationUrlAppId": self.audience,
            "notificationQueryOptions": null,
            "notificationContentType": null,
        })
    }

    /// The resource as it stands in a list: without its secret.
    pub fn to_list_json(&self) -> Value {
        let mut body = self.to_json();
        if let Some(members) = body.as_object_mut() {
            members.insert("clientState".into(), Value::Null);
        }
        body
    }
}

/// A violation of the documents by a client, for whoever wants to know.
#[derive(Debug, Clone, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Violation {
    /// The rule.
    pub rule: &'static str,
    /// The tenant of the subscription.
    pub tenant_id: String,
    /// The subscription.
    pub subscription_id: String,
    /// The time, simulated.
    pub at: String,
}

impl Violation {
    /// PATCH and reauthorize of one subscription, too soon after one another.
    pub(super) fn both(subscription: &SimulatedSubscription, now: Timestamp) -> Self {
        Self {
            rule: "reauthorize-and-patch",
            tenant_id: subscription.target.tenant_id.clone(),
            subscription_id: subscription.target.subscription_id.clone(),
            at: ids::date(now),
        }
    }
}
