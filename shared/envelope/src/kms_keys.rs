//! Private keys that never leave AWS KMS.

use crate::{KeyUnwrap, UnwrapFault};
use aws_sdk_kms::{
    Client, operation::decrypt::DecryptError, primitives::Blob, types::EncryptionAlgorithmSpec,
};
use std::collections::HashMap;
use zeroize::Zeroizing;

/// As long as the modulus: KMS has RSA keys of 2048, 3072 and 4096 bits.
const SEALED_KEY_BYTES: [usize; 3] = [256, 384, 512];

/// KMS keys (`RSA_2048` to `RSA_4096`, usage `ENCRYPT_DECRYPT`) by certificate id.
#[derive(Debug, Clone)]
pub struct KmsKeys {
    client: Client,
    key_ids: HashMap<String, String>,
}

impl KmsKeys {
    /// `key_ids` maps certificate ids to KMS key ids or ARNs.
    pub fn new(client: Client, key_ids: HashMap<String, String>) -> Self {
        Self { client, key_ids }
    }

    /// True if a key has that certificate id.
    pub fn knows(&self, certificate_id: &str) -> bool {
        self.key_ids.contains_key(certificate_id)
    }
}

impl KeyUnwrap for KmsKeys {
    async fn unwrap_key(
        &self,
        certificate_id: &str,
        sealed_key: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, UnwrapFault> {
        let key_id = self
            .key_ids
            .get(certificate_id)
            .ok_or(UnwrapFault::UnknownCertificate)?;
        // KMS calls what is too long a fault of the request, which would look like ours.
        if !SEALED_KEY_BYTES.contains(&sealed_key.len()) {
            return Err(UnwrapFault::Refused);
        }
        let answer = self
            .client
            .decrypt()
            .key_id(key_id)
            .ciphertext_blob(Blob::new(sealed_key))
            .encryption_algorithm(EncryptionAlgorithmSpec::RsaesOaepSha1)
            .send()
            .await
            .map_err(|fault| match fault.as_service_error() {
                Some(DecryptError::InvalidCiphertextException(_)) => UnwrapFault::Refused,
                // Throttling, outages, a disabled key, a missing grant: none of them is the
                // fault of the notification.
                _ => UnwrapFault::Unavailable,
            })?;
        let plaintext = answer.plaintext.ok_or(UnwrapFault::Unavailable)?;
        Ok(Zeroizing::new(plaintext.into_inner()))
    }
}
