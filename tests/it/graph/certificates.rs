//! Key pairs with their certificates.

use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256};

/// Both as PEM.
pub(super) struct Pair {
    pub(super) key: String,
    pub(super) certificate: String,
}

/// A new RSA key of 2048 bits and its own certificate.
pub(super) fn pair() -> Pair {
    let key = KeyPair::generate_for(&PKCS_RSA_SHA256).unwrap();
    let certificate = CertificateParams::default().self_signed(&key).unwrap();
    Pair {
        certificate: certificate.pem(),
        key: key.serialize_pem(),
    }
}
