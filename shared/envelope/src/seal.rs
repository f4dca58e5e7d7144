//! The sender's side, as Microsoft Graph does it. For the simulator and for tests.

use aes::Aes256;
use aes::cipher::{BlockModeEncrypt, KeyIvInit, block_padding::Pkcs7};
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use rsa::rand_core::{OsRng, RngCore};
use rsa::{Oaep, RsaPublicKey, pkcs8::DecodePublicKey};
use sha2::Sha256;
use teamwire_payload::EncryptedContent;

/// Someone content can be sealed for: the public half of a certificate.
#[derive(Debug, Clone)]
pub struct SealingRecipient {
    certificate_id: String,
    thumbprint: String,
    public_key: RsaPublicKey,
}

/// The reason why content could not be sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealFault {
    /// Not an RSA public key.
    #[error("not an RSA public key")]
    NotRsa,
    /// The operating system gave no random bytes, or a cipher refused its input.
    #[error("sealing failed")]
    Failed,
}

impl SealingRecipient {
    /// `thumbprint` is the SHA-1 of the certificate in upper-case hex, `spki_der` its
    /// SubjectPublicKeyInfo.
    ///
    /// # Errors
    /// [`SealFault::NotRsa`]
    pub fn new(certificate_id: &str, thumbprint: &str, spki_der: &[u8]) -> Result<Self, SealFault> {
        let public_key =
            RsaPublicKey::from_public_key_der(spki_der).map_err(|_| SealFault::NotRsa)?;
        Ok(Self {
            certificate_id: certificate_id.to_owned(),
            thumbprint: thumbprint.to_owned(),
            public_key,
        })
    }

    /// Seals `plaintext` with a content key of its own.
    ///
    /// # Errors
    /// [`SealFault::Failed`]
    pub fn seal(&self, plaintext: &[u8]) -> Result<EncryptedContent, SealFault> {
        let mut key = [0_u8; 32];
        OsRng
            .try_fill_bytes(&mut key)
            .map_err(|_| SealFault::Failed)?;
        self.seal_with_key(&key, plaintext)
    }

    /// Seals `plaintext` with the given content key; one that is not 32 bytes gives an envelope
    /// whose key is sealed well and useless.
    ///
    /// # Errors
    /// [`SealFault::Failed`]
    pub fn seal_with_key(
        &self,
        key: &[u8],
        plaintext: &[u8],
    ) -> Result<EncryptedContent, SealFault> {
        let mut padded_key = [0_u8; 32];
        padded_key
            .iter_mut()
            .zip(key)
            .for_each(|(to, from)| *to = *from);
        let (iv, _) = padded_key.split_at(16);
        let ciphertext = cbc::Encryptor::<Aes256>::new_from_slices(&padded_key, iv)
            .map_err(|_| SealFault::Failed)?
            .encrypt_padded_vec::<Pkcs7>(plaintext);
        self.seal_ciphertext(key, &ciphertext)
    }

    /// Signs `ciphertext` and seals its key, whatever `ciphertext` is.
    ///
    /// # Errors
    /// [`SealFault::Failed`]
    pub fn seal_ciphertext(
        &self,
        key: &[u8],
        ciphertext: &[u8],
    ) -> Result<EncryptedContent, SealFault> {
        let mut mac = Hmac::<Sha256>::new_from_slice(key).map_err(|_| SealFault::Failed)?;
        mac.update(ciphertext);
        let sealed_key = self
            .public_key
            .encrypt(&mut OsRng, Oaep::new::<sha1::Sha1>(), key)
            .map_err(|_| SealFault::Failed)?;
        Ok(EncryptedContent {
            data: Some(STANDARD.encode(ciphertext)),
            data_signature: Some(STANDARD.encode(mac.finalize().into_bytes())),
            data_key: Some(STANDARD.encode(sealed_key)),
            encryption_certificate_id: Some(self.certificate_id.clone()),
            encryption_certificate_thumbprint: Some(self.thumbprint.clone()),
        })
    }
}
