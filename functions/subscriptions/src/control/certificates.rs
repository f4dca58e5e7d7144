//! The certificates that content is sealed for.

use crate::{SubscriptionManager, SubscriptionsFault};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use teamwire_graph::{CertificateSet, EnvelopeCertificate};
use teamwire_transport::SharedStore;

impl<T, Q, S: SharedStore, M> SubscriptionManager<T, Q, S, M> {
    /// Makes a certificate, base64 of its DER, the current one.
    ///
    /// # Errors
    /// [`SubscriptionsFault`] where it is none that Graph takes, or the file can't be read or written.
    pub(super) async fn use_certificate(
        &self,
        id: &str,
        certificate: &str,
        keep_hours: u32,
        now: Timestamp,
    ) -> Result<CertificateSet, SubscriptionsFault> {
        let certificate = EnvelopeCertificate::from_base64(certificate)
            .map_err(|fault| SubscriptionsFault::Command(format!("certificate: {fault}")))?;
        let keep = SignedDuration::from_hours(keep_hours.into());
        let retire_after = now.saturating_add(keep).unwrap_or(now);
        let all = match self.files.certificates().await? {
            None => CertificateSet::of(id, certificate)?,
            Some(mut all) => {
                all.rotate_to(id, certificate, retire_after)?;
                all
            }
        };
        self.files.put_certificates(&all).await?;
        Ok(all)
    }
}

/// `certificates.json` as a member of an answer.
pub(super) fn document(certificates: CertificateSet) -> Value {
    serde_json::from_str(&certificates.to_json()).unwrap_or_default()
}
