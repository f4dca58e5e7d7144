//! `teamwire certificate new`: a key pair, and the certificate over it.

use crate::certificate::files::NewFile;
use crate::certificate::issue::{CertificateOrder, KeySize};
use crate::certificate::place::KeyStorage;
use crate::certificate::{OutputFormat, report};
use clap::Args;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::path::PathBuf;
use std::process::ExitCode;
use teamwire_payload::limits::CERTIFICATE_ID_CHARS;

/// Longest common name, in characters: X.509's own limit.
const COMMON_NAME_CHARS: usize = 64;

/// Make a key pair and the certificate over it, for Graph to seal rich notifications for
///
/// The private key is never printed. It is kept in one of four ways: in the secret that decrypt
/// reads, as a KMS key that is there or a new one, or in a file.
///
/// A KMS key for decryption can't sign, so the certificate over one is signed by a key that exists
/// for that moment only, and has an issuer that nobody can check. Graph does not check it.
///
/// AWS is reached as its own command line does: AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL, ..
/// Needed are GetSecretValue and PutSecretValue of the secret, or GetPublicKey of the key, for a
/// new one with CreateKey and CreateAlias.
///
/// Exit status 0: it was made; 2: wrong usage, or the key can't be made or kept, and nothing was written
/// over.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  teamwire certificate new --secret teamwire/envelope-keys --certificate-out certificate.pem\n  teamwire certificate new --kms-key alias/teamwire --output json\n  teamwire certificate new --bits 3072 --out keys"
)]
pub(super) struct NewCertificateArgs {
    /// encryptionCertificateId: what subscriptions call it by. Without, tw-YYYYMMDD-XXXX of today
    #[arg(long, value_name = "ID", value_parser = certificate_id)]
    id: Option<String>,
    /// Size of the RSA key; 2048 without
    #[arg(long, value_name = "BITS", conflicts_with = "kms_key")]
    bits: Option<KeySize>,
    /// How long the certificate is valid
    #[arg(long, value_name = "DAYS", default_value_t = 730, value_parser = clap::value_parser!(u16).range(1..=3650))]
    days: u16,
    /// Whom the certificate names
    #[arg(long, value_name = "NAME", default_value = "teamwire", value_parser = common_name)]
    common_name: String,
    #[command(flatten)]
    keep: KeyStorageArgs,
    /// Write the certificate there, as PEM
    #[arg(long, value_name = "FILE", conflicts_with = "out")]
    certificate_out: Option<PathBuf>,
    /// Output format: json prints one document
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    output: OutputFormat,
}

#[derive(Args)]
#[group(required = true, multiple = false)]
struct KeyStorageArgs {
    /// Put the private key into this secret, next to those in it; one person at a time
    #[arg(long, value_name = "NAME|ARN")]
    secret: Option<String>,
    /// Use this KMS key: RSA, for ENCRYPT_DECRYPT
    #[arg(long, value_name = "ID|ARN|ALIAS")]
    kms_key: Option<String>,
    /// Make a KMS key and call it this
    #[arg(long, value_name = "ALIAS", value_parser = alias)]
    kms_create: Option<String>,
    /// Write key.pem and certificate.pem into this folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

impl NewCertificateArgs {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let order = self.order(Timestamp::now(), rand::random(), rand::random());
        let size = self.bits.unwrap_or(KeySize::Rsa2048);
        let place = self.keep.place().await?;
        let file = self.certificate_out.as_deref().map(NewFile::public);
        let file = file.transpose()?;

        let (made, home) = place.make(&order, size).await?;

        let mut out = self.output.stdout();
        match self.output {
            OutputFormat::Json => writeln!(out, "{}", report::json(&made, &home)?)?,
            OutputFormat::Text => write!(out, "{}", report::text(&made, &home))?,
        }
        let pem = report::pem(&made.certificate)?;
        match file {
            Some(file) => file.write(&pem)?,
            None if self.output == OutputFormat::Text && self.keep.out.is_none() => {
                write!(out, "\n{pem}")?;
            }
            None => {}
        }
        Ok(ExitCode::SUCCESS)
    }

    fn order(&self, now: Timestamp, unique: u16, serial: [u8; 16]) -> CertificateOrder {
        let id = self.id.clone().unwrap_or_else(|| {
            let date = now.to_zoned(TimeZone::UTC).date();
            format!("tw-{}-{unique:04x}", date.strftime("%Y%m%d"))
        });
        CertificateOrder {
            id,
            common_name: self.common_name.clone(),
            now,
            days: self.days,
            serial,
        }
    }
}

impl KeyStorageArgs {
    /// Files need no AWS.
    async fn place(&self) -> anyhow::Result<KeyStorage> {
        if let Some(folder) = &self.out {
            return Ok(KeyStorage::Folder(folder.clone()));
        }
        let [secret, kms_key, kms_create] = [&self.secret, &self.kms_key, &self.kms_create];
        KeyStorage::in_aws(secret.clone(), kms_key.clone(), kms_create.clone()).await
    }
}

/// A certificate id, which may stand in `TEAMWIRE_ENVELOPE_KMS_KEYS` too, where commas and equals
/// signs separate.
pub(super) fn certificate_id(text: &str) -> Result<String, String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if text.is_empty() || text.len() > CERTIFICATE_ID_CHARS || !text.chars().all(plain) {
        return Err(format!(
            "1 to {CERTIFICATE_ID_CHARS} letters, digits, '-', '_' and '.'"
        ));
    }
    Ok(text.to_owned())
}

pub(super) fn common_name(text: &str) -> Result<String, String> {
    if text.trim().is_empty() || text.chars().count() > COMMON_NAME_CHARS {
        return Err(format!("1 to {COMMON_NAME_CHARS} characters"));
    }
    Ok(text.to_owned())
}

/// KMS wants `alias/` before the name.
pub(super) fn alias(text: &str) -> Result<String, String> {
    match text.strip_prefix("alias/").unwrap_or(text) {
        "" => Err("an alias has a name".to_owned()),
        name => Ok(format!("alias/{name}")),
    }
}
