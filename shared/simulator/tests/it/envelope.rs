//! Opens sealed content with nothing of the product's own: aws-lc for RSA, RustCrypto for the rest.

use aes::Aes256;
use aes::cipher::{BlockModeDecrypt, KeyIvInit, block_padding::Pkcs7};
use aws_lc_rs::rsa::{OAEP_SHA1_MGF1SHA1, OaepPrivateDecryptingKey, PrivateDecryptingKey};
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256};
use serde_json::Value;
use sha2::Sha256;

pub(crate) struct Certificate {
    der: Vec<u8>,
    key: OaepPrivateDecryptingKey,
}

impl Certificate {
    pub(crate) fn new() -> Self {
        let key = KeyPair::generate_for(&PKCS_RSA_SHA256).unwrap();
        let private = PrivateDecryptingKey::from_pkcs8(&key.serialize_der()).unwrap();
        Self {
            der: CertificateParams::default()
                .self_signed(&key)
                .unwrap()
                .der()
                .to_vec(),
            key: OaepPrivateDecryptingKey::new(private).unwrap(),
        }
    }

    pub(crate) fn base64(&self) -> String {
        STANDARD.encode(&self.der)
    }

    /// The sealed resource, or the name of the step that failed.
    pub(crate) fn open(&self, content: &Value) -> Result<Value, &'static str> {
        serde_json::from_slice(&self.open_bytes(content)?).map_err(|_| "json")
    }

    /// The same as it was sealed.
    pub(crate) fn open_bytes(&self, content: &Value) -> Result<Vec<u8>, &'static str> {
        let bytes = |name: &str| STANDARD.decode(content[name].as_str().unwrap()).unwrap();
        let mut key = vec![0; self.key.min_output_size()];
        let key = self
            .key
            .decrypt(&OAEP_SHA1_MGF1SHA1, &bytes("dataKey"), &mut key, None)
            .map_err(|_| "oaep")?;
        assert_eq!(key.len(), 32);
        let data = bytes("data");
        Hmac::<Sha256>::new_from_slice(key)
            .unwrap()
            .chain_update(&data)
            .verify_slice(&bytes("dataSignature"))
            .map_err(|_| "hmac")?;
        cbc::Decryptor::<Aes256>::new_from_slices(key, &key[..16])
            .unwrap()
            .decrypt_padded_vec::<Pkcs7>(&data)
            .map_err(|_| "padding")
    }
}

/// The sealed content of a notification, however its member is spelt.
pub(crate) fn content(item: &Value) -> Option<&Value> {
    item.get("encryptedContent")
        .or_else(|| item.get("EncryptedContent"))
}
