//! The sealing and the opening party of these tests.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::{KeySize, PrivateDecryptingKey};
use rsa::{RsaPublicKey, pkcs8::DecodePublicKey};
use std::future::Future;
use std::pin::pin;
use std::sync::LazyLock;
use std::task::{Context, Poll, Waker};
use teamwire_envelope::seal::SealingRecipient;
use teamwire_envelope::{KeyUnwrap, LocalKeys, OpenFault, open};
use teamwire_payload::EncryptedContent;

/// The certificate id most envelopes here are sealed for.
pub(crate) const OUR_ID: &str = "teamwire-2026-a";
/// The certificate id of somebody else.
pub(crate) const THEIR_ID: &str = "contoso-2026-a";

/// The holder of a key pair, on both sides of it.
pub(crate) struct Party {
    pub(crate) certificate_id: String,
    pub(crate) recipient: SealingRecipient,
    pub(crate) public_key: RsaPublicKey,
    pub(crate) spki_der: Vec<u8>,
    pub(crate) pkcs8_der: Vec<u8>,
    pub(crate) keys: LocalKeys,
}

/// The owner of the key most tests open with.
pub(crate) static US: LazyLock<Party> = LazyLock::new(|| Party::new(OUR_ID, KeySize::Rsa2048));
/// The owner of another.
pub(crate) static THEM: LazyLock<Party> = LazyLock::new(|| Party::new(THEIR_ID, KeySize::Rsa2048));

impl Party {
    /// A party with a fresh key.
    pub(crate) fn new(certificate_id: &str, size: KeySize) -> Self {
        let key = PrivateDecryptingKey::generate(size).unwrap();
        let spki: PublicKeyX509Der<'_> = key.public_key().as_der().unwrap();
        let pkcs8: Pkcs8V1Der<'_> = key.as_der().unwrap();
        let pem = crate::pem::block("PRIVATE KEY", pkcs8.as_ref());
        let mut keys = LocalKeys::new();
        keys.insert_pem(certificate_id, &pem).unwrap();
        Self {
            certificate_id: certificate_id.to_owned(),
            recipient: SealingRecipient::new(certificate_id, "00112233445566778899", spki.as_ref())
                .unwrap(),
            public_key: RsaPublicKey::from_public_key_der(spki.as_ref()).unwrap(),
            spki_der: spki.as_ref().to_vec(),
            pkcs8_der: pkcs8.as_ref().to_vec(),
            keys,
        }
    }

    /// Its private key as a file.
    pub(crate) fn pem(&self) -> String {
        crate::pem::block("PRIVATE KEY", &self.pkcs8_der)
    }
}

/// [`open`], for keys that answer without waiting.
pub(crate) fn open_now(
    content: &EncryptedContent,
    keys: &impl KeyUnwrap,
) -> Result<String, OpenFault> {
    now(open(content, keys)).map(|text| text.as_str().to_owned())
}

/// The output of a future that never waits.
pub(crate) fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("a local key had to be waited for"),
    }
}
