//! Two RSA keys, made once, and envelopes sealed for them.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use base64::{Engine, engine::general_purpose::STANDARD};
use std::sync::LazyLock;
use teamwire_envelope::{LocalKeys, seal::SealingRecipient};

/// A key pair under a certificate id.
pub(crate) struct TestKey {
    pub(crate) certificate_id: &'static str,
    /// PKCS#8.
    pub(crate) pem: String,
    pub(crate) recipient: SealingRecipient,
}

pub(crate) static CURRENT: LazyLock<TestKey> = LazyLock::new(|| TestKey::new("current"));
pub(crate) static NEXT: LazyLock<TestKey> = LazyLock::new(|| TestKey::new("next"));

impl TestKey {
    fn new(certificate_id: &'static str) -> Self {
        let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
        let private: Pkcs8V1Der<'_> = pair.as_der().unwrap();
        let public: PublicKeyX509Der<'_> = pair.public_key().as_der().unwrap();
        let text = STANDARD.encode(private.as_ref());
        Self {
            certificate_id,
            pem: format!("-----BEGIN PRIVATE KEY-----\n{text}\n-----END PRIVATE KEY-----\n"),
            recipient: SealingRecipient::new(certificate_id, "00", public.as_ref()).unwrap(),
        }
    }
}

/// The private halves of `keys`.
pub(crate) fn ring(keys: &[&TestKey]) -> LocalKeys {
    let mut ring = LocalKeys::new();
    for key in keys {
        ring.insert_pem(key.certificate_id, &key.pem).unwrap();
    }
    ring
}
