//! The files in the configuration bucket.

use crate::SubscriptionsFault;
use crate::activity::log::ActivityLog;
use crate::reconcile::last_seen::LastSeenDocument;
use teamwire_graph::{CertificateSet, DesiredState};
use teamwire_payload::TenantId;
use teamwire_transport::{ClaimFault, SharedStore};

/// Desired state.
const DESIRED: &str = "subscriptions.toml";
/// Certificates that content is sealed for.
const CERTIFICATES: &str = "certificates.json";

/// Number of tries of a change that others come before.
const TRIES: u32 = 8;

/// The bucket.
pub struct ConfigFiles<S>(S);

impl<S: SharedStore> ConfigFiles<S> {
    /// The bucket behind `store`.
    pub const fn new(store: S) -> Self {
        Self(store)
    }

    /// The desired state; nothing where there is no file.
    ///
    /// # Errors
    /// [`SubscriptionsFault`]: a file with faults is not used at all.
    pub async fn desired(&self) -> Result<DesiredState, SubscriptionsFault> {
        Ok(self.stored().await?.unwrap_or_default())
    }

    /// The desired state, if there is a file.
    ///
    /// # Errors
    /// [`SubscriptionsFault`]
    pub async fn stored(&self) -> Result<Option<DesiredState>, SubscriptionsFault> {
        let text = self.desired_text().await?;
        let desired = text.map(|text| DesiredState::parse(&text));
        desired.transpose().map_err(SubscriptionsFault::Desired)
    }

    /// The text of the desired state, with or without faults, if there is a file.
    ///
    /// # Errors
    /// [`SubscriptionsFault::File`]
    pub async fn desired_text(&self) -> Result<Option<String>, SubscriptionsFault> {
        self.read(DESIRED).await
    }

    /// Replaces the file with a text that was read as one.
    ///
    /// # Errors
    /// [`SubscriptionsFault::File`]
    pub async fn put_desired(&self, text: String) -> Result<(), SubscriptionsFault> {
        self.write(DESIRED, text).await
    }

    /// The certificates, if there are any.
    ///
    /// # Errors
    /// [`SubscriptionsFault`]
    pub async fn certificates(&self) -> Result<Option<CertificateSet>, SubscriptionsFault> {
        let text = self.read(CERTIFICATES).await?;
        let certificates = text.map(|text| CertificateSet::parse(text.as_bytes()));
        Ok(certificates.transpose()?)
    }

    /// The certificates if they are usable, else the fault: subscriptions without content need none.
    ///
    /// # Errors
    /// [`SubscriptionsFault::File`]
    pub async fn usable_certificates(
        &self,
    ) -> Result<(Option<CertificateSet>, Option<SubscriptionsFault>), SubscriptionsFault> {
        match self.certificates().await {
            Ok(certificates) => Ok((certificates, None)),
            Err(fault @ SubscriptionsFault::Certificates(_)) => Ok((None, Some(fault))),
            Err(fault) => Err(fault),
        }
    }

    /// Replaces the certificates.
    ///
    /// # Errors
    /// [`SubscriptionsFault::File`]
    pub async fn put_certificates(
        &self,
        certificates: &CertificateSet,
    ) -> Result<(), SubscriptionsFault> {
        self.write(CERTIFICATES, certificates.to_json()).await
    }

    /// The last-seen document of a tenant. One that can't be read counts as lost.
    ///
    /// # Errors
    /// [`SubscriptionsFault::File`]
    pub async fn last_seen(
        &self,
        tenant: &TenantId,
    ) -> Result<Option<LastSeenDocument>, SubscriptionsFault> {
        let text = self.read(&last_seen_key(tenant)).await?;
        Ok(text.and_then(|text| {
            let document = serde_json::from_str(&text);
            if document.is_err() {
                tracing::warn!(%tenant, "the last-seen record of the tenant can't be read");
            }
            document.ok()
        }))
    }

    /// Replaces the last-seen document of a tenant.
    ///
    /// # Errors
    /// [`SubscriptionsFault::File`]
    pub async fn put_last_seen(
        &self,
        tenant: &TenantId,
        document: &LastSeenDocument,
    ) -> Result<(), SubscriptionsFault> {
        let key = last_seen_key(tenant);
        let text = serde_json::to_string(document);
        let text = text.map_err(|_| SubscriptionsFault::File(key.clone()))?;
        self.write(&key, text).await
    }

    /// The activity log of a tenant. One that can't be read counts as lost.
    ///
    /// # Errors
    /// [`SubscriptionsFault::File`]
    pub async fn activity(
        &self,
        tenant: &TenantId,
    ) -> Result<Option<ActivityLog>, SubscriptionsFault> {
        let text = self.read(&activity_key(tenant)).await?;
        Ok(text.and_then(|text| understood(tenant, &text)))
    }

    /// Changes the activity log of a tenant, again where somebody else did so meanwhile; `None` leaves it
    /// as it is. Returns the log that was stored.
    ///
    /// # Errors
    /// [`SubscriptionsFault::File`]
    pub async fn change_activity(
        &self,
        tenant: &TenantId,
        change: impl Fn(Option<ActivityLog>) -> Option<ActivityLog> + Send,
    ) -> Result<Option<ActivityLog>, SubscriptionsFault> {
        let key = activity_key(tenant);
        let fault = || SubscriptionsFault::File(key.clone());
        for _ in 0..TRIES {
            let stored = self.0.look(&key).await.map_err(|_| fault())?;
            let (text, version) = stored.unzip();
            let log = text.and_then(|text| understood(tenant, &text));
            let Some(changed) = change(log) else {
                return Ok(None);
            };
            let text = serde_json::to_string(&changed).map_err(|_| fault())?;
            let replaced = self.0.replace(&key, version.as_ref(), text).await;
            if replaced.map_err(|_| fault())? {
                return Ok(Some(changed));
            }
        }
        Err(fault())
    }

    async fn read(&self, key: &str) -> Result<Option<String>, SubscriptionsFault> {
        match self.0.get(key).await {
            Ok(text) => Ok(Some(text)),
            Err(ClaimFault::Missing) => Ok(None),
            Err(ClaimFault::Mismatch | ClaimFault::Unavailable) => {
                Err(SubscriptionsFault::File(key.to_owned()))
            }
        }
    }

    async fn write(&self, key: &str, text: String) -> Result<(), SubscriptionsFault> {
        let written = self.0.put(key, text).await;
        written.map_err(|_| SubscriptionsFault::File(key.to_owned()))
    }
}

fn last_seen_key(tenant: &TenantId) -> String {
    format!("coverage/{tenant}.json")
}

fn activity_key(tenant: &TenantId) -> String {
    format!("heard/{tenant}.json")
}

fn understood(tenant: &TenantId, text: &str) -> Option<ActivityLog> {
    let log = serde_json::from_str(text);
    if log.is_err() {
        tracing::warn!(%tenant, "the activity log of the tenant can't be read");
    }
    log.ok()
}
