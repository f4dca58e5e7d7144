//! `teamwire certificate show`: what a certificate says, and whether Graph would take it.

use crate::certificate::OutputFormat;
use crate::certificate::read::{self, FileCertificate};
use crate::certificate::status::left;
use crate::input;
use crate::terminal::{file_name, plain};
use anyhow::Context;
use base64::{Engine, engine::general_purpose::STANDARD};
use clap::Args;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use teamwire_envelope::LocalKeys;
use teamwire_envelope::seal::SealingRecipient;
use teamwire_graph::EnvelopeCertificate;

/// Say what a certificate holds, how long it is valid, and whether Graph would take it
///
/// Exit status 0: Graph would take each; 1: one would not do, as its key is not RSA of 2048 to 4096 bits,
/// it is not valid now, or the private key of --key is not its own; 2: wrong usage, or a file that can't
/// be read.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  teamwire certificate show certificate.pem --key key.pem\n  teamwire certificate show --output json subscriptions.json"
)]
pub(super) struct ShowCertificateArgs {
    /// PEM, DER, base64 of DER, or JSON: subscriptions with encryptionCertificate, what `new`
    /// prints, or the certificates document; - for standard input
    file: PathBuf,
    /// A private key (PEM, PKCS#8 or PKCS#1): say whether it is the certificate's
    #[arg(long, value_name = "PEM")]
    key: Option<PathBuf>,
    /// Output format: json prints one line per certificate
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    output: OutputFormat,
}

impl ShowCertificateArgs {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let now = Timestamp::now();
        let content = input::text_or_bytes(&self.file)?;
        let found = read::certificates(&content).with_context(|| file_name(&self.file))?;
        let key = self.key.as_deref().map(PrivateKey::read).transpose()?;
        let mut out = self.output.stdout();
        let mut all_do = true;
        for (index, found) in found.iter().enumerate() {
            let line = CertificateLine::of(found, key.as_ref(), now)?;
            all_do &= line.problems.is_empty();
            match self.output {
                OutputFormat::Json => writeln!(out, "{}", serde_json::to_string(&line)?)?,
                OutputFormat::Text => {
                    let gap = if index > 0 { "\n" } else { "" };
                    write!(out, "{gap}{}", line.text())?;
                }
            }
        }
        Ok(if all_do {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }
}

/// The line of one certificate.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct CertificateLine {
    id: Option<String>,
    subject: String,
    thumbprint: String,
    bits: Option<usize>,
    not_before: String,
    not_after: String,
    /// Whole days; negative once it has ended.
    days_left: i64,
    #[serde(skip)]
    time_left: SignedDuration,
    /// `None` without a private key to try.
    key_matches: Option<bool>,
    problems: Vec<String>,
    /// As a subscription carries it.
    certificate: String,
}

impl CertificateLine {
    fn of(
        found: &FileCertificate,
        key: Option<&PrivateKey>,
        now: Timestamp,
    ) -> anyhow::Result<Self> {
        let FileCertificate { id, certificate } = found;
        let suits = certificate.suits_graph();
        let key_matches = match key {
            Some(key) if suits.is_ok() => Some(key.opens_what_is_sealed_for(certificate)?),
            // What is too large or no RSA key at all is no key of ours either.
            Some(_) => Some(false),
            None => None,
        };
        let mut problems = Vec::new();
        problems.extend(suits.err().map(|fault| fault.to_string()));
        if now < certificate.not_before() {
            problems.push("it is not valid yet".to_owned());
        }
        if now > certificate.not_after() {
            problems.push("it has expired".to_owned());
        }
        if key_matches == Some(false) {
            problems.push("the private key is not its own".to_owned());
        }
        Ok(Self {
            id: id.clone(),
            subject: certificate.subject().to_owned(),
            thumbprint: certificate.thumbprint(),
            bits: certificate.rsa_bits(),
            not_before: certificate.not_before().to_string(),
            not_after: certificate.not_after().to_string(),
            days_left: certificate.time_left(now).as_hours().div_euclid(24),
            time_left: certificate.time_left(now),
            key_matches,
            problems,
            certificate: certificate.base64(),
        })
    }

    fn text(&self) -> String {
        let mut rows = Vec::new();
        rows.extend(self.id.clone().map(|id| ("id", id)));
        rows.push(("subject", self.subject.clone()));
        rows.push(("thumbprint", self.thumbprint.clone()));
        let key = self.bits.map(|bits| format!("RSA {bits}"));
        rows.push(("key", key.unwrap_or_else(|| "not RSA".to_owned())));
        let (from, to) = (&self.not_before, &self.not_after);
        let left = left(self.time_left);
        rows.push(("valid", format!("{from} to {to}, {left}")));
        if self.key_matches == Some(true) {
            rows.push(("private key", "its own".to_owned()));
        }
        if self.problems.is_empty() {
            rows.push(("Graph", "takes it".to_owned()));
        }
        for problem in &self.problems {
            rows.push(("problem", problem.clone()));
        }
        rows.iter()
            .map(|(name, value)| format!("{name:<12} {}\n", plain(value)))
            .collect()
    }
}

/// A private key to try.
struct PrivateKey(LocalKeys);

/// The only certificate id that [`PrivateKey`] knows.
const TRIED: &str = "tried";

impl PrivateKey {
    fn read(path: &Path) -> anyhow::Result<Self> {
        let pem = input::secret_text(path)?;
        let mut keys = LocalKeys::new();
        keys.insert_pem(TRIED, &pem)
            .with_context(|| file_name(path))?;
        Ok(Self(keys))
    }

    /// The one thing that the key is for.
    fn opens_what_is_sealed_for(&self, certificate: &EnvelopeCertificate) -> anyhow::Result<bool> {
        let recipient =
            SealingRecipient::new(TRIED, &certificate.thumbprint(), certificate.spki_der())?;
        let sealed = recipient.seal(b"{}")?.data_key.unwrap_or_default();
        let sealed = STANDARD.decode(sealed)?;
        Ok(self.0.unwrap_now(TRIED, &sealed).is_ok())
    }
}
