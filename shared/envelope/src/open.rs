//! From `encryptedContent` to the resource, in the one order that gives nothing away.

use crate::{KeyUnwrap, UnwrapFault};
use aes::Aes256;
use aes::cipher::{BlockModeDecrypt, KeyIvInit, block_padding::Pkcs7};
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::value::RawValue;
use sha2::Sha256;
use std::fmt;
use teamwire_payload::{EncryptedContent, json, limits};
use zeroize::Zeroizing;

const KEY_BYTES: usize = 32;
const BLOCK_BYTES: usize = 16;

/// Opens `content` and returns the resource: a JSON object, byte for byte as it was sealed.
///
/// # Errors
/// [`OpenFault`]. Nothing is decrypted before the signature has been checked.
pub async fn open(
    content: &EncryptedContent,
    keys: &impl KeyUnwrap,
) -> Result<Zeroizing<String>, OpenFault> {
    AuthenticCiphertext::check(content, keys).await?.decrypt()
}

/// The reason why an envelope could not be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenFault {
    /// It is not what Graph sealed for us. The text is the same at every stage; the stage is for
    /// the log of the one who holds the key.
    #[error("the encrypted content is not authentic")]
    Tampered(OpeningStage),
    /// No key is known by its certificate id: not yet, or no longer.
    #[error("no private key is known for the certificate of the encrypted content")]
    UnknownCertificate,
    /// The key is unavailable at the moment.
    #[error("the private key is not available")]
    Unavailable,
}

impl OpenFault {
    /// The stage at which opening stopped, in the words of the command line; `None` where the
    /// content is not to blame.
    pub const fn stage(self) -> Option<&'static str> {
        match self {
            Self::Tampered(stage) => Some(stage.name()),
            Self::UnknownCertificate => Some("unknown-certificate"),
            Self::Unavailable => None,
        }
    }
}

/// The checks, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpeningStage {
    /// `data`, `dataSignature`, `dataKey` or `encryptionCertificateId` is missing.
    MissingField,
    /// One of them is not base64 of the standard alphabet with padding.
    Base64,
    /// The content key was not sealed for our certificate.
    RsaOaep,
    /// The content key is not 32 bytes.
    KeyLength,
    /// The signature does not match the ciphertext.
    Hmac,
    /// The ciphertext is not a whole number of blocks.
    BlockLength,
    /// The padding is wrong.
    Pkcs7,
    /// The plaintext is not UTF-8.
    Utf8,
    /// The plaintext is not one JSON object, or nested deeper than [`limits::JSON_DEPTH`].
    Json,
}

impl OpeningStage {
    /// The stage's name on the command line and in the log.
    pub const fn name(self) -> &'static str {
        match self {
            Self::MissingField => "missing-field",
            Self::Base64 => "base64",
            Self::RsaOaep => "rsa-oaep",
            Self::KeyLength => "key-length",
            Self::Hmac => "hmac",
            Self::BlockLength => "block-length",
            Self::Pkcs7 => "pkcs7",
            Self::Utf8 => "utf8",
            Self::Json => "json",
        }
    }
}

/// Ciphertext whose signature has been checked, with its key. Only this can be decrypted, and
/// [`AuthenticCiphertext::check`] is the only way to it.
pub struct AuthenticCiphertext {
    key: Zeroizing<Vec<u8>>,
    ciphertext: Vec<u8>,
}

impl fmt::Debug for AuthenticCiphertext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authentic")
            .field("bytes", &self.ciphertext.len())
            .finish_non_exhaustive()
    }
}

impl AuthenticCiphertext {
    /// Unseals the content key and checks the signature over the decoded ciphertext (GRAPH-16).
    ///
    /// # Errors
    /// [`OpenFault`], at the first check that fails.
    pub async fn check(
        content: &EncryptedContent,
        keys: &impl KeyUnwrap,
    ) -> Result<Self, OpenFault> {
        let required =
            |member: &'_ Option<String>| member.as_deref().is_some_and(|text| !text.is_empty());
        let members = [
            &content.data,
            &content.data_signature,
            &content.data_key,
            &content.encryption_certificate_id,
        ];
        if !members.into_iter().all(required) {
            return Err(OpenFault::Tampered(OpeningStage::MissingField));
        }
        let ciphertext = decoded(&content.data)?;
        let signature = decoded(&content.data_signature)?;
        let sealed_key = decoded(&content.data_key)?;
        let certificate_id = content
            .encryption_certificate_id
            .as_deref()
            .unwrap_or_default();

        let key =
            keys.unwrap_key(certificate_id, &sealed_key)
                .await
                .map_err(|fault| match fault {
                    UnwrapFault::UnknownCertificate => OpenFault::UnknownCertificate,
                    UnwrapFault::Refused => OpenFault::Tampered(OpeningStage::RsaOaep),
                    UnwrapFault::Unavailable => OpenFault::Unavailable,
                })?;
        if key.len() != KEY_BYTES {
            return Err(OpenFault::Tampered(OpeningStage::KeyLength));
        }

        let mut mac = Hmac::<Sha256>::new_from_slice(&key)
            .map_err(|_| OpenFault::Tampered(OpeningStage::KeyLength))?;
        mac.update(&ciphertext);
        // Compares in constant time.
        mac.verify_slice(&signature)
            .map_err(|_| OpenFault::Tampered(OpeningStage::Hmac))?;
        Ok(Self { key, ciphertext })
    }

    /// Decrypts what has been checked.
    ///
    /// # Errors
    /// [`OpenFault::Tampered`] where the plaintext is not a JSON object.
    pub fn decrypt(self) -> Result<Zeroizing<String>, OpenFault> {
        let Self { key, ciphertext } = self;
        if ciphertext.is_empty() || !ciphertext.len().is_multiple_of(BLOCK_BYTES) {
            return Err(OpenFault::Tampered(OpeningStage::BlockLength));
        }
        // The IV does not travel: it is the first half of the key (GRAPH-17).
        let (iv, _) = key
            .split_at_checked(BLOCK_BYTES)
            .ok_or(OpenFault::Tampered(OpeningStage::KeyLength))?;
        let mut plaintext = Zeroizing::new(ciphertext);
        let length = cbc::Decryptor::<Aes256>::new_from_slices(&key, iv)
            .map_err(|_| OpenFault::Tampered(OpeningStage::KeyLength))?
            .decrypt_padded::<Pkcs7>(&mut plaintext)
            .map_err(|_| OpenFault::Tampered(OpeningStage::Pkcs7))?
            .len();
        plaintext.truncate(length);
        let text = String::from_utf8(std::mem::take(&mut plaintext))
            .map_err(|_| OpenFault::Tampered(OpeningStage::Utf8))?;
        let text = Zeroizing::new(text);
        // `RawValue` alone takes any depth.
        let object = json::within_depth(text.as_bytes(), limits::JSON_DEPTH)
            && serde_json::from_str::<&RawValue>(&text)
                .is_ok_and(|value| value.get().starts_with('{'));
        if object {
            Ok(text)
        } else {
            Err(OpenFault::Tampered(OpeningStage::Json))
        }
    }
}

fn decoded(member: &Option<String>) -> Result<Vec<u8>, OpenFault> {
    STANDARD
        .decode(member.as_deref().unwrap_or_default())
        .map_err(|_| OpenFault::Tampered(OpeningStage::Base64))
}
