//! What Graph sealed, or somebody who has the public half of our certificate.

use base64::{Engine, engine::general_purpose::STANDARD};
use futures::FutureExt;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use teamwire_envelope::{KeyUnwrap, UnwrapFault, open};
use teamwire_payload::{EncryptedContent, json, limits, version};
use zeroize::Zeroizing;

const KEY: [u8; 32] = [7; 32];

/// Unseals the same key from everything.
struct OneKey;

impl KeyUnwrap for OneKey {
    async fn unwrap_key(&self, _: &str, _: &[u8]) -> Result<Zeroizing<Vec<u8>>, UnwrapFault> {
        Ok(Zeroizing::new(KEY.to_vec()))
    }
}

fn opened(content: &EncryptedContent) -> Option<Zeroizing<String>> {
    open(content, &OneKey).now_or_never().and_then(Result::ok)
}

fn tag(data: &[u8]) -> Vec<u8> {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(&KEY).unwrap_or_else(|_| panic!("a key of 32 bytes"));
    mac.update(data);
    mac.finalize().into_bytes().to_vec()
}

/// The members of an envelope. One that opens was signed with its key.
pub(crate) fn as_it_came(bytes: &[u8]) -> bool {
    let Ok(content) = serde_json::from_slice::<EncryptedContent>(bytes) else {
        return false;
    };
    if opened(&content).is_some() {
        let decoded =
            |member: &Option<String>| STANDARD.decode(member.as_deref().unwrap_or_default());
        let data = decoded(&content.data).unwrap_or_default();
        assert_eq!(decoded(&content.data_signature), Ok(tag(&data)));
    }
    true
}

/// Ciphertext that is signed well: it opens to one JSON object, or not at all.
pub(crate) fn well_signed(bytes: &[u8]) -> bool {
    let content = EncryptedContent {
        data: Some(STANDARD.encode(bytes)),
        data_signature: Some(STANDARD.encode(tag(bytes))),
        data_key: Some(STANDARD.encode([1])),
        encryption_certificate_id: Some("k".to_owned()),
        encryption_certificate_thumbprint: None,
    };
    if let Some(text) = opened(&content) {
        assert!(bytes.len().is_multiple_of(16));
        assert!(json::within_depth(text.as_bytes(), limits::JSON_DEPTH));
    }
    bytes.len().is_multiple_of(16)
}

/// What was opened or read: a resource has a version and a type, or is none.
pub(crate) fn plaintext(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return false;
    };
    let within = json::within_depth(bytes, limits::JSON_DEPTH);
    let is_resource = version::ContentVersion::of(text).is_ok();
    assert!(!is_resource || within && json::is_object(bytes));
    let shown = teamwire_payload::printable(text);
    assert!(!shown.contains(['\u{1b}', '\u{7}', '\u{202e}', '\u{feff}']));
    is_resource
}
