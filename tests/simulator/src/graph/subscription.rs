//! One subscription, as it is kept and as it is answered.

use super::rules::{Certificate, Create};
use crate::entra::tokens::Caller;
use crate::ids;
use crate::path::Segments;
use crate::target::Target;
use serde_json::{Value, json};

/// One subscription.
#[derive(Debug, Clone)]
pub struct Subscription {
    /// What the sender has to know.
    pub target: Target,
    /// Where lifecycle notifications are POSTed.
    pub lifecycle_url: Option<String>,
    pub(super) resource: String,
    application_id: String,
    creator_id: String,
    tls_version: String,
    audience: Option<String>,
    certificate_id: Option<String>,
}

impl Subscription {
    /// What `caller` asked for.
    pub(super) fn new(create: Create, caller: &Caller) -> Self {
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
            },
            lifecycle_url: create.lifecycle_url,
            resource: create.resource,
            application_id: caller.app_id.clone(),
            creator_id: ids::guid(&mut rng),
            tls_version: create.tls_version,
            audience: create.audience,
            certificate_id,
        }
    }

    /// Whether the caller may see and change it.
    pub(super) fn belongs_to(&self, caller: &Caller) -> bool {
        self.target.tenant_id == caller.tenant_id && self.application_id == caller.app_id
    }

    /// From now on content is sealed for this certificate.
    pub(super) fn set_certificate(&mut self, certificate: Certificate) {
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
}

/// Compared without what does not select: case, leading slash, form of the keys, `model`.
pub(super) fn same_resource(one: &str, other: &str) -> bool {
    let normal = |resource: &str| {
        let lower = resource.to_ascii_lowercase();
        let query = lower.split_once('?').map_or("", |(_, query)| query);
        let mut options: Vec<String> = query
            .split('&')
            .filter(|option| !option.is_empty() && !option.starts_with("model="))
            .map(str::to_owned)
            .collect();
        options.sort_unstable();
        (Segments::parse(&lower), options)
    };
    normal(one) == normal(other)
}
