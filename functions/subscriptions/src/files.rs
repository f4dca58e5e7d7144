//! The files in the configuration bucket.

use crate::SubscriptionsFault;
use crate::note::Note;
use teamwire_graph::{Certificates, Desired};
use teamwire_payload::TenantId;
use teamwire_transport::{ClaimFault, ClaimStore};

/// What is wanted.
const DESIRED: &str = "subscriptions.toml";
/// The certificates that content is sealed for.
const CERTIFICATES: &str = "certificates.json";

/// The bucket.
pub struct Files<S>(S);

impl<S: ClaimStore> Files<S> {
    /// In this store.
    pub const fn new(store: S) -> Self {
        Self(store)
    }

    /// What is wanted; nothing where there is no file.
    ///
    /// # Errors
    /// [`SubscriptionsFault`]: a file with faults is not used at all.
    pub async fn desired(&self) -> Result<Desired, SubscriptionsFault> {
        match self.read(DESIRED).await? {
            None => Ok(Desired::default()),
            Some(text) => Desired::parse(&text).map_err(SubscriptionsFault::Desired),
        }
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
    pub async fn certificates(&self) -> Result<Option<Certificates>, SubscriptionsFault> {
        let text = self.read(CERTIFICATES).await?;
        let certificates = text.map(|text| Certificates::parse(text.as_bytes()));
        Ok(certificates.transpose()?)
    }

    /// The certificates if they can be used, and else why not: what needs none goes on.
    ///
    /// # Errors
    /// [`SubscriptionsFault::File`]
    pub async fn usable_certificates(
        &self,
    ) -> Result<(Option<Certificates>, Option<SubscriptionsFault>), SubscriptionsFault> {
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
        certificates: &Certificates,
    ) -> Result<(), SubscriptionsFault> {
        self.write(CERTIFICATES, certificates.to_json()).await
    }

    /// The note of a tenant. One that can't be understood counts as lost.
    ///
    /// # Errors
    /// [`SubscriptionsFault::File`]
    pub async fn note(&self, tenant: &TenantId) -> Result<Option<Note>, SubscriptionsFault> {
        let text = self.read(&note_key(tenant)).await?;
        Ok(text.and_then(|text| {
            let note = serde_json::from_str(&text);
            if note.is_err() {
                tracing::warn!(%tenant, "the note of the tenant can't be understood");
            }
            note.ok()
        }))
    }

    /// Replaces the note of a tenant.
    ///
    /// # Errors
    /// [`SubscriptionsFault::File`]
    pub async fn put_note(&self, tenant: &TenantId, note: &Note) -> Result<(), SubscriptionsFault> {
        let key = note_key(tenant);
        let text = serde_json::to_string(note);
        let text = text.map_err(|_| SubscriptionsFault::File(key.clone()))?;
        self.write(&key, text).await
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

fn note_key(tenant: &TenantId) -> String {
    format!("coverage/{tenant}.json")
}
