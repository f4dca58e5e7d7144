//! Certificates over RSA keys.
//!
//! Self-signed where the private key is here. A KMS key for decryption can't sign, so what is
//! over one is signed by a key that exists for that moment only. Graph takes both: it looks at
//! the public key and does not check the issuer.

use crate::certificate::made::NamedCertificate;
use anyhow::Context;
use clap::ValueEnum;
use jiff::{SignedDuration, Timestamp};
use rcgen::{
    CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    PKCS_RSA_SHA256, PublicKeyData, RsaKeySize, SerialNumber, SignatureAlgorithm,
};
use std::time::Duration;
use teamwire_graph::EnvelopeCertificate;
use x509_cert::der::Decode;
use x509_cert::spki::SubjectPublicKeyInfoRef;
use zeroize::Zeroizing;

/// A certificate is valid a little before it is made: clocks differ.
const EARLIER: SignedDuration = SignedDuration::from_mins(5);

/// The order for a certificate.
#[derive(Debug, Clone)]
pub(crate) struct CertificateOrder {
    /// The id that subscriptions use. Not in the certificate. Not in the certificate.
    pub(crate) id: String,
    pub(crate) common_name: String,
    pub(crate) now: Timestamp,
    /// The validity from `now`, in days.
    pub(crate) days: u16,
    /// Random.
    pub(crate) serial: [u8; 16],
}

/// Sizes of RSA keys that Graph and KMS both take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum KeySize {
    #[value(name = "2048")]
    Rsa2048,
    #[value(name = "3072")]
    Rsa3072,
    #[value(name = "4096")]
    Rsa4096,
}

/// A new key pair and the certificate over it, signed by itself. The key is PKCS#8, as PEM.
pub(crate) fn with_a_new_key(
    order: &CertificateOrder,
    size: KeySize,
) -> anyhow::Result<(NamedCertificate, Zeroizing<String>)> {
    let key = generate(size)?;
    let certificate = params(order)?.self_signed(&*key)?;
    let made = made(order, certificate.der())?;
    Ok((made, Zeroizing::new(key.serialize_pem())))
}

/// Another certificate over a key that was made before (PEM), signed by itself.
///
/// # Errors
/// It is no RSA key that Graph takes.
pub(crate) fn with_the_key(
    order: &CertificateOrder,
    pem: &str,
) -> anyhow::Result<NamedCertificate> {
    let key = KeyPair::from_pem_and_sign_algo(pem, &PKCS_RSA_SHA256).map(Zeroizing::new);
    // What is said of a key may quote it.
    let key = key.ok().context("not a private key of RSA")?;
    let certificate = params(order)?.self_signed(&*key)?;
    made(order, certificate.der())
}

/// A certificate over a public key (SubjectPublicKeyInfo, DER) whose private half is elsewhere.
pub(crate) fn over(order: &CertificateOrder, spki_der: &[u8]) -> anyhow::Result<NamedCertificate> {
    let spki = SubjectPublicKeyInfoRef::from_der(spki_der).context("not a public key")?;
    let public_key = spki.subject_public_key.as_bytes();
    let public_key = RsaPublicKey(public_key.context("not a public key")?);
    let throw_away = generate(KeySize::Rsa2048)?;
    let mut nobody = CertificateParams::default();
    nobody.distinguished_name = named("teamwire throw-away issuer");
    let issuer = Issuer::from_params(&nobody, &*throw_away);
    let certificate = params(order)?.signed_by(&public_key, &issuer)?;
    made(order, certificate.der())
}

/// The PKCS#1 form of a public key.
struct RsaPublicKey<'a>(&'a [u8]);

impl PublicKeyData for RsaPublicKey<'_> {
    fn der_bytes(&self) -> &[u8] {
        self.0
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &PKCS_RSA_SHA256
    }
}

fn generate(size: KeySize) -> anyhow::Result<Zeroizing<KeyPair>> {
    let size = match size {
        KeySize::Rsa2048 => RsaKeySize::_2048,
        KeySize::Rsa3072 => RsaKeySize::_3072,
        KeySize::Rsa4096 => RsaKeySize::_4096,
    };
    let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, size).context("no key could be made")?;
    Ok(Zeroizing::new(key))
}

fn params(order: &CertificateOrder) -> anyhow::Result<CertificateParams> {
    let end = order.now + SignedDuration::from_hours(24 * i64::from(order.days));
    let mut params = CertificateParams::default();
    params.distinguished_name = named(&order.common_name);
    params.serial_number = Some(SerialNumber::from_slice(&order.serial));
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![
        KeyUsagePurpose::KeyEncipherment,
        KeyUsagePurpose::DataEncipherment,
    ];
    let epoch = rcgen::date_time_ymd(1970, 1, 1);
    params.not_before = epoch + since_1970(order.now - EARLIER)?;
    params.not_after = epoch + since_1970(end)?;
    Ok(params)
}

fn named(common_name: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, common_name);
    name
}

/// Certificates know whole seconds.
fn since_1970(time: Timestamp) -> anyhow::Result<Duration> {
    let seconds = u64::try_from(time.as_second()).context("a time before 1970")?;
    Ok(Duration::from_secs(seconds))
}

/// Reads an issued certificate again, as its user will; it must be one that Graph takes.
fn made(order: &CertificateOrder, der: &[u8]) -> anyhow::Result<NamedCertificate> {
    let certificate = EnvelopeCertificate::from_der(der)?;
    certificate.suits_graph()?;
    Ok(NamedCertificate {
        id: order.id.clone(),
        certificate,
    })
}
