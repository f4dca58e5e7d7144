//! The key Entra signs with, and the JSON Web Tokens made with it.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{
    KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, UnparsedPublicKey,
};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rsa::pkcs1::DecodeRsaPublicKey;
use rsa::traits::PublicKeyParts;
use rustls_pki_types::{PrivateKeyDer, pem::PemObject};
use serde_json::{Value, json};
use sha1::{Digest, Sha1};
use std::path::{Path, PathBuf};

/// The file in the state directory that keeps the key over restarts.
pub const KEY_FILE: &str = "signing-key.pem";

/// A private RSA key with its name and its public half.
pub struct EntraSigningKey {
    pair: KeyPair,
    kid: String,
    modulus: String,
    exponent: String,
}

/// The reason why there is no signing key, or no signature.
#[derive(Debug, thiserror::Error)]
pub enum EntraKeyFault {
    /// The file can't be read or written.
    #[error("{path}: {source}")]
    File {
        /// The key file or its directory.
        path: PathBuf,
        /// The error of the operating system.
        source: std::io::Error,
    },
    /// Not a PEM private key of 2048 bits or more.
    #[error("not an RSA private key in PEM")]
    NotRsa,
    /// The cryptographic library refused.
    #[error("the signing key could not be used")]
    Failed,
}

impl EntraSigningKey {
    /// The key in `dir`, made and written at the first start. Only its owner can read the file.
    ///
    /// # Errors
    /// [`EntraKeyFault`]
    pub fn load_or_create(dir: &Path) -> Result<Self, EntraKeyFault> {
        let path = dir.join(KEY_FILE);
        match std::fs::read(&path) {
            Ok(pem) => Self::from_pem(&pem),
            Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => {
                let key = Self::generate()?;
                let kept = std::fs::create_dir_all(dir)
                    .and_then(|()| write_private(&path, key.pem()?.as_bytes()));
                kept.map_err(|source| EntraKeyFault::File { path, source })?;
                Ok(key)
            }
            Err(source) => Err(EntraKeyFault::File { path, source }),
        }
    }

    /// A new key of 2048 bits.
    ///
    /// # Errors
    /// [`EntraKeyFault::Failed`]
    pub fn generate() -> Result<Self, EntraKeyFault> {
        KeyPair::generate(KeySize::Rsa2048)
            .map_err(|_| EntraKeyFault::Failed)
            .and_then(Self::new)
    }

    /// Reads PKCS#8 or PKCS#1.
    ///
    /// # Errors
    /// [`EntraKeyFault::NotRsa`]
    pub fn from_pem(pem: &[u8]) -> Result<Self, EntraKeyFault> {
        let pair = match PrivateKeyDer::from_pem_slice(pem) {
            Ok(PrivateKeyDer::Pkcs8(der)) => KeyPair::from_pkcs8(der.secret_pkcs8_der()),
            Ok(PrivateKeyDer::Pkcs1(der)) => KeyPair::from_der(der.secret_pkcs1_der()),
            _ => return Err(EntraKeyFault::NotRsa),
        };
        pair.map_err(|_| EntraKeyFault::NotRsa).and_then(Self::new)
    }

    fn new(pair: KeyPair) -> Result<Self, EntraKeyFault> {
        let public_der = pair.public_key().as_ref();
        let public =
            rsa::RsaPublicKey::from_pkcs1_der(public_der).map_err(|_| EntraKeyFault::NotRsa)?;
        Ok(Self {
            kid: URL_SAFE_NO_PAD.encode(Sha1::digest(public_der)),
            modulus: URL_SAFE_NO_PAD.encode(public.n().to_bytes_be()),
            exponent: URL_SAFE_NO_PAD.encode(public.e().to_bytes_be()),
            pair,
        })
    }

    /// The name of the key in the key set and in token headers.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The key set with this key in it; `issuer` is only in the v2 set.
    pub fn jwks(&self, issuer: Option<&str>) -> Value {
        let mut key = json!({
            "kty": "RSA",
            "use": "sig",
            "kid": self.kid,
            "x5t": self.kid,
            "n": self.modulus,
            "e": self.exponent,
        });
        if let (Some(issuer), Some(members)) = (issuer, key.as_object_mut()) {
            members.insert("issuer".into(), issuer.into());
        }
        json!({ "keys": [key] })
    }

    /// Signs `claims` as a JWT (RS256) that names the key `kid`.
    ///
    /// # Errors
    /// [`EntraKeyFault::Failed`]
    pub fn sign(&self, kid: &str, claims: &Value) -> Result<String, EntraKeyFault> {
        let header = json!({ "typ": "JWT", "alg": "RS256", "x5t": kid, "kid": kid });
        let signed = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(header.to_string()),
            URL_SAFE_NO_PAD.encode(claims.to_string())
        );
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                signed.as_bytes(),
                &mut signature,
            )
            .map_err(|_| EntraKeyFault::Failed)?;
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    /// The claims of a token that this key signed; its dates are for the caller to check.
    pub fn verified_claims(&self, token: &str) -> Option<Value> {
        let (signed, signature) = token.rsplit_once('.')?;
        let (_, claims) = signed.split_once('.')?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, self.pair.public_key().as_ref())
            .verify(signed.as_bytes(), &signature)
            .ok()?;
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
    }

    fn pem(&self) -> std::io::Result<String> {
        let der = AsDer::<Pkcs8V1Der<'_>>::as_der(&self.pair)
            .map_err(|_| std::io::Error::other("the key can't be encoded"))?;
        let text = STANDARD.encode(der.as_ref());
        let mut pem = String::from("-----BEGIN PRIVATE KEY-----\n");
        for (position, character) in text.chars().enumerate() {
            if position > 0 && position % 64 == 0 {
                pem.push('\n');
            }
            pem.push(character);
        }
        pem.push_str("\n-----END PRIVATE KEY-----\n");
        Ok(pem)
    }
}

fn write_private(path: &Path, content: &[u8]) -> std::io::Result<()> {
    use std::io::Write;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    // The command line has this in it, and runs on Windows too.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_restart_signs_with_the_same_key() {
        let dir = std::env::temp_dir().join(format!("teamwire-keys-{}", std::process::id()));
        let first = EntraSigningKey::load_or_create(&dir).unwrap();
        let again = EntraSigningKey::load_or_create(&dir).unwrap();
        std::fs::remove_dir_all(&dir).unwrap();
        assert_eq!(first.kid(), again.kid());
        let token = again.sign(again.kid(), &json!({"tid": "t"})).unwrap();
        assert_eq!(first.verified_claims(&token), Some(json!({"tid": "t"})));
    }

    #[test]
    fn a_token_of_another_key_is_not_verified() {
        let (ours, other) = (
            EntraSigningKey::generate().unwrap(),
            EntraSigningKey::generate().unwrap(),
        );
        let token = other.sign(ours.kid(), &json!({})).unwrap();
        assert_eq!(ours.verified_claims(&token), None);
        assert_eq!(ours.verified_claims("a.b"), None);
    }

    #[test]
    fn what_is_not_a_key_is_refused() {
        assert!(matches!(
            EntraSigningKey::from_pem(b"hello"),
            Err(EntraKeyFault::NotRsa)
        ));
    }
}
