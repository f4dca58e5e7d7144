//! A certificate that was just made.

use teamwire_graph::EnvelopeCertificate;

/// A certificate and the id that subscriptions call it by (`encryptionCertificateId`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NamedCertificate {
    pub(crate) id: String,
    pub(crate) certificate: EnvelopeCertificate,
}
