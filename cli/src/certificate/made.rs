//! A certificate that was just made.

use teamwire_graph::Certificate;

/// A certificate and the id that subscriptions call it by (`encryptionCertificateId`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Made {
    pub(crate) id: String,
    pub(crate) certificate: Certificate,
}
