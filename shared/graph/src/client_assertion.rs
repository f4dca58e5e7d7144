//! A signed assertion by which our app proves itself with a certificate.
//!
//! A JWT as Entra documents it under "certificate credentials": PS256, the certificate named by
//! its SHA-256 in `x5t#S256`, our app as issuer and subject, the token endpoint as audience.

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::{KeyPair as _, RSA_PSS_SHA256};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::fmt;
use std::time::{Duration, SystemTime};
use teamwire_payload::Redacted;
use zeroize::Zeroizing;

/// The lifetime of an assertion. Entra advises five to ten minutes.
pub const LIFETIME: Duration = Duration::from_secs(300);

/// A private key and the certificate that is registered for it.
pub struct CertificateKey {
    key: KeyPair,
    thumbprint: String,
}

/// The reason why a key and a certificate can't be used together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AssertionKeyFault {
    /// No PEM, encrypted, not RSA, or under 2048 bits.
    #[error("not an unencrypted RSA private key of 2048 bits or more, in PEM")]
    PrivateKey,
    /// No PEM.
    #[error("not a certificate in PEM")]
    Certificate,
    /// The certificate is another key's.
    #[error("the certificate is not one of this private key")]
    Unrelated,
}

/// The claims of one assertion.
#[derive(Debug, Clone, Copy)]
pub struct AssertionClaims<'a> {
    /// Our app.
    pub client_id: &'a str,
    /// The token endpoint's URL.
    pub audience: &'a str,
    /// The time at which it is made.
    pub now: SystemTime,
    /// Names this assertion, and no other.
    pub id: [u8; 16],
}

/// No signature could be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the assertion could not be signed")]
pub struct NotSigned;

/// A token that takes the place of a client secret.
pub type ClientAssertion = Redacted<Zeroizing<String>>;

impl CertificateKey {
    /// Reads a key (PKCS#8 or PKCS#1) and its certificate, both in PEM. Of a chain, the first
    /// certificate counts.
    ///
    /// # Errors
    /// [`AssertionKeyFault`]; nothing of either is in it.
    pub fn from_pem(private_key: &str, certificate: &str) -> Result<Self, AssertionKeyFault> {
        let key = PrivateKeyDer::from_pem_slice(private_key.as_bytes());
        let key = match key.map_err(|_| AssertionKeyFault::PrivateKey)? {
            PrivateKeyDer::Pkcs8(der) => KeyPair::from_pkcs8(der.secret_pkcs8_der()),
            PrivateKeyDer::Pkcs1(der) => KeyPair::from_der(der.secret_pkcs1_der()),
            _ => return Err(AssertionKeyFault::PrivateKey),
        };
        let key = key.map_err(|_| AssertionKeyFault::PrivateKey)?;
        let certificate = CertificateDer::from_pem_slice(certificate.as_bytes())
            .map_err(|_| AssertionKeyFault::Certificate)?;
        // A certificate holds the key as PKCS#1 writes it, which is how it is given here.
        let public = key.public_key().as_ref();
        if !certificate.windows(public.len()).any(|part| part == public) {
            return Err(AssertionKeyFault::Unrelated);
        }
        Ok(Self {
            thumbprint: URL_SAFE_NO_PAD.encode(Sha256::digest(&certificate)),
            key,
        })
    }

    /// The signed assertion.
    ///
    /// # Errors
    /// [`NotSigned`]
    pub fn sign(&self, claims: &AssertionClaims<'_>) -> Result<ClientAssertion, NotSigned> {
        let header = json!({ "alg": "PS256", "typ": "JWT", "x5t#S256": self.thumbprint });
        let part = |json: &serde_json::Value| URL_SAFE_NO_PAD.encode(json.to_string());
        let mut token = Zeroizing::new(format!("{}.{}", part(&header), part(&claims.to_json())));
        let mut signature = vec![0; self.key.public_modulus_len()];
        self.key
            .sign(
                &RSA_PSS_SHA256,
                &SystemRandom::new(),
                token.as_bytes(),
                &mut signature,
            )
            .map_err(|_| NotSigned)?;
        token.push('.');
        token.push_str(&URL_SAFE_NO_PAD.encode(signature));
        Ok(Redacted::new(token))
    }
}

/// 16 bytes at random, for the id of an assertion.
///
/// # Errors
/// [`NotSigned`], if the system has no randomness to give.
pub fn random_id() -> Result<[u8; 16], NotSigned> {
    let mut id = [0; 16];
    SystemRandom::new().fill(&mut id).map_err(|_| NotSigned)?;
    Ok(id)
}

impl AssertionClaims<'_> {
    fn to_json(self) -> serde_json::Value {
        let since = |at: SystemTime| {
            at.duration_since(SystemTime::UNIX_EPOCH)
                .map_or(0, |since| since.as_secs())
        };
        json!({
            "aud": self.audience,
            "iss": self.client_id,
            "sub": self.client_id,
            "jti": guid(self.id),
            "iat": since(self.now),
            "nbf": since(self.now),
            "exp": since(self.now + LIFETIME),
        })
    }
}

/// As a GUID of version 4.
fn guid(bytes: [u8; 16]) -> String {
    let opaque = u128::from_be_bytes(bytes) & !((0xf << 76) | (0x3 << 62));
    let number = opaque | (4 << 76) | (2 << 62);
    let hex = format!("{number:032x}");
    let mut guid = String::with_capacity(36);
    for (position, digit) in hex.chars().enumerate() {
        if matches!(position, 8 | 12 | 16 | 20) {
            guid.push('-');
        }
        guid.push(digit);
    }
    guid
}

impl fmt::Debug for CertificateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CertificateKey")
            .field(&self.thumbprint)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::guid;

    #[test]
    fn an_id_is_a_guid_of_version_four() {
        assert_eq!(guid([0; 16]), "00000000-0000-4000-8000-000000000000");
        assert_eq!(guid([0xff; 16]), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    }
}
