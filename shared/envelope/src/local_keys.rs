//! Private keys held in memory.

use crate::{KeyUnwrap, UnwrapFault};
use aws_lc_rs::rsa::{OAEP_SHA1_MGF1SHA1, OaepPrivateDecryptingKey, PrivateDecryptingKey};
use pkcs8::PrivateKeyInfoRef;
use pkcs8::der::asn1::{OctetStringRef, SequenceRef, UintRef};
use pkcs8::der::{Decode, Encode, SliceReader};
use rustls_pki_types::{PrivateKeyDer, pem::PemObject};
use std::{collections::HashMap, fmt, ops::RangeInclusive};
use zeroize::Zeroizing;

/// The key sizes that Graph accepts, in bits.
const KEY_BITS: RangeInclusive<usize> = 2048..=4096;

/// RSA private keys by certificate id. Several may be live at once.
#[derive(Default)]
pub struct LocalKeys(HashMap<String, OaepPrivateDecryptingKey>);

/// The reason why a text is not a private key that can be used here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyFileFault {
    /// No PEM block with a private key in it, or with an encrypted one.
    #[error("not an unencrypted private key in PEM form (PKCS#8 or PKCS#1)")]
    NotPem,
    /// Another algorithm, or a damaged key.
    #[error("not an RSA private key")]
    NotRsa,
    /// Graph takes certificates of 2048 to 4096 bits.
    #[error("an RSA key of {0} bits; it must have 2048 to 4096")]
    Size(usize),
}

impl LocalKeys {
    /// No keys.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the key in `pem` (PKCS#8 or PKCS#1) under a certificate id, in place of an earlier
    /// one by that id.
    ///
    /// # Errors
    /// [`KeyFileFault`]; nothing of the key is in it.
    pub fn insert_pem(&mut self, certificate_id: &str, pem: &str) -> Result<(), KeyFileFault> {
        let key = parse_pem(pem)?;
        self.0.insert(certificate_id.to_owned(), key);
        Ok(())
    }

    /// True if a key has that certificate id.
    pub fn knows(&self, certificate_id: &str) -> bool {
        self.0.contains_key(certificate_id)
    }

    /// True if there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// [`KeyUnwrap::unwrap_key`] without a future: it neither waits nor fails for want of a key
    /// service.
    ///
    /// # Errors
    /// [`UnwrapFault`]
    pub fn unwrap_now(
        &self,
        certificate_id: &str,
        sealed_key: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, UnwrapFault> {
        let key = self
            .0
            .get(certificate_id)
            .ok_or(UnwrapFault::UnknownCertificate)?;
        let mut buffer = Zeroizing::new(vec![0; key.min_output_size()]);
        let length = key
            .decrypt(&OAEP_SHA1_MGF1SHA1, sealed_key, &mut buffer, None)
            .map_err(|_| UnwrapFault::Refused)?
            .len();
        buffer.truncate(length);
        Ok(buffer)
    }
}

impl KeyUnwrap for LocalKeys {
    async fn unwrap_key(
        &self,
        certificate_id: &str,
        sealed_key: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, UnwrapFault> {
        self.unwrap_now(certificate_id, sealed_key)
    }
}

impl fmt::Debug for LocalKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LocalKeys").field(&self.0.len()).finish()
    }
}

fn parse_pem(pem: &str) -> Result<OaepPrivateDecryptingKey, KeyFileFault> {
    let der = PrivateKeyDer::from_pem_slice(pem.as_bytes()).map_err(|_| KeyFileFault::NotPem)?;
    match &der {
        PrivateKeyDer::Pkcs8(pkcs8) => parse_pkcs8(pkcs8.secret_pkcs8_der()),
        PrivateKeyDer::Pkcs1(pkcs1) => parse_pkcs8(&pkcs8_of(pkcs1.secret_pkcs1_der())?),
        _ => Err(KeyFileFault::NotRsa),
    }
}

fn parse_pkcs8(pkcs8: &[u8]) -> Result<OaepPrivateDecryptingKey, KeyFileFault> {
    let fault = || match modulus_bits(pkcs8) {
        Ok(bits) if !KEY_BITS.contains(&bits) => KeyFileFault::Size(bits),
        _ => KeyFileFault::NotRsa,
    };
    let key = PrivateDecryptingKey::from_pkcs8(pkcs8).map_err(|_| fault())?;
    if !KEY_BITS.contains(&key.key_size_bits()) {
        return Err(fault());
    }
    OaepPrivateDecryptingKey::new(key).map_err(|_| fault())
}

/// The size of an RSA key. aws-lc-rs does not tell it of a key that it finds too small.
fn modulus_bits(pkcs8: &[u8]) -> pkcs8::der::Result<usize> {
    let info = PrivateKeyInfoRef::from_der(pkcs8)?;
    let fields = <&SequenceRef>::from_der(info.private_key.as_bytes())?;
    let mut fields = SliceReader::new(fields.as_bytes())?;
    let _version = u8::decode(&mut fields)?;
    let modulus = UintRef::decode(&mut fields)?.as_bytes();
    let unused = modulus.first().map_or(0, |byte| byte.leading_zeros());
    Ok(modulus.len() * 8 - unused as usize)
}

/// aws-lc-rs reads decrypting keys as PKCS#8 only; a PKCS#1 key is one without its wrapper.
fn pkcs8_of(pkcs1: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyFileFault> {
    let algorithm = pkcs8::spki::AlgorithmIdentifierRef {
        oid: pkcs8::ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1"),
        parameters: Some(pkcs8::der::asn1::AnyRef::NULL),
    };
    let key = OctetStringRef::new(pkcs1).map_err(|_| KeyFileFault::NotRsa)?;
    PrivateKeyInfoRef::new(algorithm, key)
        .to_der()
        .map(Zeroizing::new)
        .map_err(|_| KeyFileFault::NotRsa)
}
