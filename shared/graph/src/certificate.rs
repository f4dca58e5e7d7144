//! One certificate that Graph seals resource data for: what its DER says.
//!
//! A subscription carries it in `encryptionCertificate`, as base64 of the DER in one line. Graph
//! takes RSA keys of 2048 to 4096 bits (GRAPH-18) and does not check who signed it.

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::{SignedDuration, Timestamp};
use sha1::{Digest, Sha1};
use std::{fmt, ops::RangeInclusive};
use x509_cert::der::asn1::UintRef;
use x509_cert::der::{Decode, Encode, Reader, SliceReader};
use x509_cert::spki::{ObjectIdentifier, SubjectPublicKeyInfoOwned};
use x509_cert::time::Time;

/// The key sizes that Graph accepts for a certificate, in bits.
const KEY_BITS: RangeInclusive<usize> = 2048..=4096;

const RSA_ENCRYPTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

/// An X.509 certificate. Whether Graph would take it is [`suits_graph`](Self::suits_graph).
#[derive(Clone, PartialEq, Eq)]
pub struct EnvelopeCertificate {
    der: Vec<u8>,
    subject: String,
    not_before: Timestamp,
    not_after: Timestamp,
    spki_der: Vec<u8>,
    rsa_bits: Option<usize>,
}

/// The reason why something is not a certificate for Graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CertificateFault {
    /// Not the standard alphabet with padding, or more than one line.
    #[error("not base64 in one line")]
    NotBase64,
    /// Not exactly one DER-encoded X.509 certificate.
    #[error("not an X.509 certificate")]
    NotX509,
    /// An elliptic curve, say.
    #[error("its key is not an RSA key")]
    NotRsa,
    /// Too small or too large.
    #[error("its RSA key has {0} bits; Graph takes 2048 to 4096")]
    KeySize(usize),
}

impl EnvelopeCertificate {
    /// Reads DER. Any kind and size of key is read, so that it can be shown.
    ///
    /// # Errors
    /// [`CertificateFault::NotX509`]
    pub fn from_der(der: &[u8]) -> Result<Self, CertificateFault> {
        read(der).map_err(|_| CertificateFault::NotX509)
    }

    /// Reads what a subscription carries in `encryptionCertificate`.
    ///
    /// # Errors
    /// [`CertificateFault::NotBase64`], [`CertificateFault::NotX509`]
    pub fn from_base64(text: &str) -> Result<Self, CertificateFault> {
        let der = STANDARD
            .decode(text)
            .map_err(|_| CertificateFault::NotBase64)?;
        Self::from_der(&der)
    }

    /// Checks that Graph accepts it as `encryptionCertificate`. Its dates are not looked at.
    ///
    /// # Errors
    /// [`CertificateFault::NotRsa`], [`CertificateFault::KeySize`]
    pub fn suits_graph(&self) -> Result<(), CertificateFault> {
        match self.rsa_bits {
            None => Err(CertificateFault::NotRsa),
            Some(bits) if !KEY_BITS.contains(&bits) => Err(CertificateFault::KeySize(bits)),
            Some(_) => Ok(()),
        }
    }

    /// The certificate itself.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// As a subscription carries it.
    pub fn base64(&self) -> String {
        STANDARD.encode(&self.der)
    }

    /// The `encryptionCertificateThumbprint` that Graph repeats: the SHA-1 of the DER, 40 digits of
    /// hex in upper case.
    pub fn thumbprint(&self) -> String {
        Sha1::digest(&self.der)
            .iter()
            .map(|byte| format!("{byte:02X}"))
            .collect()
    }

    /// Its SubjectPublicKeyInfo, as DER.
    pub fn spki_der(&self) -> &[u8] {
        &self.spki_der
    }

    /// The size of its key, if that is an RSA key.
    pub fn rsa_bits(&self) -> Option<usize> {
        self.rsa_bits
    }

    /// The subject, by RFC 4514: `CN=teamwire`.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The start of its validity.
    pub fn not_before(&self) -> Timestamp {
        self.not_before
    }

    /// The end of its validity.
    pub fn not_after(&self) -> Timestamp {
        self.not_after
    }

    /// Remaining validity at `now`; negative once it has ended.
    pub fn time_left(&self, now: Timestamp) -> SignedDuration {
        self.not_after.duration_since(now)
    }
}

impl fmt::Debug for EnvelopeCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Certificate")
            .field(&self.thumbprint())
            .finish()
    }
}

fn read(der: &[u8]) -> x509_cert::der::Result<EnvelopeCertificate> {
    let certificate = x509_cert::Certificate::from_der(der)?;
    let fields = certificate.tbs_certificate();
    let spki = fields.subject_public_key_info();
    Ok(EnvelopeCertificate {
        der: der.to_vec(),
        subject: fields.subject().to_string(),
        not_before: timestamp(fields.validity().not_before),
        not_after: timestamp(fields.validity().not_after),
        spki_der: spki.to_der()?,
        rsa_bits: rsa_bits(spki),
    })
}

/// X.509 has years 1970 to 9999; what jiff can't hold of the last one is its last second.
fn timestamp(time: Time) -> Timestamp {
    i64::try_from(time.to_unix_duration().as_secs())
        .ok()
        .and_then(|seconds| Timestamp::from_second(seconds).ok())
        .unwrap_or(Timestamp::MAX)
}

fn rsa_bits(spki: &SubjectPublicKeyInfoOwned) -> Option<usize> {
    if spki.algorithm.oid != RSA_ENCRYPTION {
        return None;
    }
    let modulus = |mut fields: SliceReader<'_>| {
        fields.sequence(|fields| {
            let modulus = UintRef::decode(fields)?.as_bytes();
            let _exponent = UintRef::decode(fields)?;
            let unused = modulus.first().map_or(0, |byte| byte.leading_zeros());
            Ok(modulus.len() * 8 - unused as usize)
        })
    };
    SliceReader::new(spki.subject_public_key.as_bytes()?)
        .and_then(modulus)
        .ok()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use rcgen::{CertificateParams, KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_RSA_SHA256, RsaKeySize};

    /// A certificate that ends with the day before `year` begins.
    pub(crate) fn until(year: i32) -> EnvelopeCertificate {
        let key = KeyPair::generate_for(&PKCS_RSA_SHA256).unwrap();
        certified(&key, year)
    }

    pub(crate) fn with_a_curve() -> EnvelopeCertificate {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
        certified(&key, 2030)
    }

    fn certified(key: &KeyPair, year: i32) -> EnvelopeCertificate {
        let mut params = CertificateParams::default();
        params.not_before = rcgen::date_time_ymd(2026, 1, 1);
        params.not_after = rcgen::date_time_ymd(year, 1, 1);
        let der = params.self_signed(key).unwrap();
        EnvelopeCertificate::from_der(der.der()).unwrap()
    }

    #[test]
    fn a_certificate_says_how_large_its_key_is() {
        for (size, bits) in [
            (RsaKeySize::_2048, 2048),
            (RsaKeySize::_3072, 3072),
            (RsaKeySize::_4096, 4096),
        ] {
            let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, size).unwrap();
            let certificate = certified(&key, 2030);
            assert_eq!(certificate.rsa_bits(), Some(bits));
            assert_eq!(certificate.suits_graph(), Ok(()));
        }
    }

    #[test]
    fn a_certificate_over_a_curve_is_read_and_does_not_suit() {
        let certificate = with_a_curve();
        assert_eq!(certificate.rsa_bits(), None);
        assert_eq!(certificate.suits_graph(), Err(CertificateFault::NotRsa));
    }

    #[test]
    fn keys_that_are_too_small_or_too_large_do_not_suit() {
        for bits in [1024, 2047, 4097, 8192] {
            let certificate = EnvelopeCertificate {
                rsa_bits: Some(bits),
                ..until(2030)
            };
            let fault = Err(CertificateFault::KeySize(bits));
            assert_eq!(certificate.suits_graph(), fault);
        }
    }

    #[test]
    fn what_openssl_says_of_a_certificate_we_say_too() {
        // openssl req -x509 -newkey rsa:2048 -subj "/O=Example/CN=teamwire" -days 30
        // openssl x509 -noout -fingerprint -sha1 -dates -subject -nameopt RFC2253
        let certificate = EnvelopeCertificate::from_base64(OPENSSL).unwrap();
        assert_eq!(certificate.subject(), "CN=teamwire,O=Example");
        assert_eq!(certificate.rsa_bits(), Some(2048));
        assert_eq!(certificate.thumbprint(), OPENSSL_SHA1);
        assert_eq!(certificate.not_before().to_string(), OPENSSL_DATES.0);
        assert_eq!(certificate.not_after().to_string(), OPENSSL_DATES.1);
        assert_eq!(certificate.base64(), OPENSSL);
    }

    #[test]
    fn what_is_no_certificate_is_told_apart() {
        for (text, fault) in [
            ("", CertificateFault::NotX509),
            ("AAAA", CertificateFault::NotX509),
            ("%", CertificateFault::NotBase64),
            ("-----BEGIN CERTIFICATE-----", CertificateFault::NotBase64),
            (&format!("{OPENSSL}\n"), CertificateFault::NotBase64),
        ] {
            assert_eq!(EnvelopeCertificate::from_base64(text), Err(fault), "{text}");
        }
        let two = [until(2030).der(), until(2031).der()].concat();
        let fault = Err(CertificateFault::NotX509);
        assert_eq!(EnvelopeCertificate::from_der(&two), fault);
    }

    #[test]
    fn the_time_left_is_negative_once_it_has_ended() {
        let certificate = until(2030);
        let last: Timestamp = "2030-01-01T00:00:00Z".parse().unwrap();
        let second = SignedDuration::from_secs(1);
        assert_eq!(certificate.time_left(last - second), second);
        assert_eq!(certificate.time_left(last + second), -second);
    }

    const OPENSSL_SHA1: &str = "A3295CAAF645804BAA145B1AA1A51D2220934B56";
    const OPENSSL_DATES: (&str, &str) = ("2026-11-21T11:50:43Z", "2026-12-21T11:50:43Z");
    const OPENSSL: &str = concat!(
        "MIIDKzCCAhOgAwIBAgIUSrqPVH2m0Frs4SJdjoU1VcFxQ7gwDQYJKoZIhvcNAQELBQAwJTEQMA4GA1UECgwHRXhhbX",
        "BsZTERMA8GA1UEAwwIdGVhbXdpcmUwHhcNMjYxMTIxMTE1MDQzWhcNMjYxMjIxMTE1MDQzWjAlMRAwDgYDVQQKDAdF",
        "eGFtcGxlMREwDwYDVQQDDAh0ZWFtd2lyZTCCASIwDQYJKoZIhvcNAQEBBQADggEPADCCAQoCggEBAL4Zw/yEOkjTBZ",
        "ViIy29AVAx70VjebnYl3iVg9YS64GOnIOx14Un++fkPAC900/Bpc+5aEvsCteHgoOR7hV+G/qq7oONFDcBHL9Z+omu",
        "lhUHN48s5CMo0Tj/G67cmWMZTwqmU6n/PMEKV5D5Hltmpmie6HeON11GD/3De2AWBIs1QGi4c8QllG3wmwNaOiTXC/",
        "YEWFcaic4XuVIrfkrGTSz4CWcyO6aonHUc/mNU2eZI6gQLTmC4bPbnFutnqa38u3zNJuLIgfXaLMajzRIW24oeDB17",
        "udutI/PlK1I6jzxWM2ePe6zwX5NUR+9H8dT8o4pKKUdg5mLMQA+EFYohH00CAwEAAaNTMFEwHQYDVR0OBBYEFJOxRa",
        "6b6EqJc6piNJt1bg62ZxstMB8GA1UdIwQYMBaAFJOxRa6b6EqJc6piNJt1bg62ZxstMA8GA1UdEwEB/wQFMAMBAf8w",
        "DQYJKoZIhvcNAQELBQADggEBADmw073iCx0m++AVhjP+WsxzdgK6POdg+IkeBW34artcS2e5HMIAULaw1A6Dg95aN9",
        "tjn94uL/sHaMhg6+4Ty26ltPXlgg4Fco6jLMCcAddAQ15AkZp6l40pqXemTO7HvBlpEZOtdnYNsGDsXSRnvAcE5iwp",
        "EGZy6RpCLpZO5+8oTqyslIZb12N4sJIGz0F1AyqPXrPRee8l0q9pZuS57YFtIyc109WO88VVUv0cjTlmz+aAbdmiVe",
        "BBMPvyVd6+H3HytY+t+KgA2gphNF1uHTfG5KKMiKTyuX5wAsQRX7NAPqzW0t/OpG23kUlC6RU01H32Jt11kmT8iKI/",
        "cO7vCnc=",
    );
}
