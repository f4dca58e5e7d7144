//! The certificate content is sealed for.

use base64::{Engine, engine::general_purpose::STANDARD};
use rsa::RsaPublicKey;
use rsa::pkcs8::DecodePublicKey;
use rsa::traits::PublicKeyParts;
use rustls_pki_types::{CertificateDer, pem::PemObject};
use sha1::{Digest, Sha1};
use teamwire_envelope::seal::SealingRecipient;
use x509_cert::Certificate;
use x509_cert::der::{Decode, Encode};

/// Key sizes Graph accepts, in bits.
const KEY_BITS: std::ops::RangeInclusive<usize> = 2048..=4096;

/// The reason why a certificate can't be sealed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SimulatedCertificateFault {
    /// Not base64, or not one X.509 certificate.
    #[error("not an X.509 certificate")]
    NotACertificate,
    /// Not RSA.
    #[error("the key of the certificate is not an RSA key")]
    NotRsa,
    /// Too small or too large.
    #[error("the RSA key of the certificate is not of 2048 to 4096 bits")]
    KeySize,
}

/// Reads what a subscription carries in `encryptionCertificate`: the DER in base64.
///
/// # Errors
/// [`SimulatedCertificateFault`]
pub fn from_base64(id: &str, text: &str) -> Result<SealingRecipient, SimulatedCertificateFault> {
    let der = STANDARD
        .decode(text)
        .map_err(|_| SimulatedCertificateFault::NotACertificate)?;
    from_der(id, &der)
}

/// Reads a certificate file, PEM or DER.
///
/// # Errors
/// [`SimulatedCertificateFault`]
pub fn from_file_content(
    id: &str,
    content: &[u8],
) -> Result<SealingRecipient, SimulatedCertificateFault> {
    match CertificateDer::from_pem_slice(content) {
        Ok(der) => from_der(id, &der),
        Err(_) => from_der(id, content),
    }
}

fn from_der(id: &str, der: &[u8]) -> Result<SealingRecipient, SimulatedCertificateFault> {
    let certificate =
        Certificate::from_der(der).map_err(|_| SimulatedCertificateFault::NotACertificate)?;
    let spki = certificate
        .tbs_certificate()
        .subject_public_key_info()
        .to_der()
        .map_err(|_| SimulatedCertificateFault::NotACertificate)?;
    let key =
        RsaPublicKey::from_public_key_der(&spki).map_err(|_| SimulatedCertificateFault::NotRsa)?;
    if !KEY_BITS.contains(&key.n().bits()) {
        return Err(SimulatedCertificateFault::KeySize);
    }
    let thumbprint: String = Sha1::digest(der)
        .iter()
        .map(|byte| format!("{byte:02X}"))
        .collect();
    SealingRecipient::new(id, &thumbprint, &spki).map_err(|_| SimulatedCertificateFault::NotRsa)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{CertificateParams, KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_RSA_SHA256};

    fn certificate(key: &KeyPair) -> rcgen::Certificate {
        CertificateParams::new(vec!["teamwire.test".into()])
            .unwrap()
            .self_signed(key)
            .unwrap()
    }

    #[test]
    fn pem_der_and_base64_of_an_rsa_certificate_are_read() {
        let key = KeyPair::generate_for(&PKCS_RSA_SHA256).unwrap();
        let certificate = certificate(&key);
        assert!(from_file_content("id", certificate.pem().as_bytes()).is_ok());
        assert!(from_file_content("id", certificate.der()).is_ok());
        assert!(from_base64("id", &STANDARD.encode(certificate.der())).is_ok());
    }

    #[test]
    fn other_keys_and_other_things_are_refused() {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
        let der = certificate(&key).der().to_vec();
        assert_eq!(
            from_file_content("id", &der).err(),
            Some(SimulatedCertificateFault::NotRsa)
        );
        for text in ["", "%", "AAAA"] {
            assert_eq!(
                from_base64("id", text).err(),
                Some(SimulatedCertificateFault::NotACertificate),
                "{text}"
            );
        }
    }
}
