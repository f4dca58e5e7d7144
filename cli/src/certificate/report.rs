//! The report of a new certificate: where its key is, and what to do next.

use crate::certificate::key_home::KeyHome;
use crate::certificate::made::NamedCertificate;
use crate::terminal::plain;
use serde::Serialize;
use std::path::Path;
use teamwire_graph::EnvelopeCertificate;
use x509_cert::der::pem::LineEnding;
use x509_cert::der::{Decode, EncodePem};

/// A certificate as PEM.
///
/// # Errors
/// None of a certificate that was read.
pub(super) fn pem(certificate: &EnvelopeCertificate) -> anyhow::Result<String> {
    let certificate = x509_cert::Certificate::from_der(certificate.der())?;
    Ok(certificate.to_pem(LineEnding::LF)?)
}

/// One line for machines.
///
/// # Errors
/// None: all of it has JSON.
pub(super) fn json(made: &NamedCertificate, home: &KeyHome) -> anyhow::Result<String> {
    let line = RotationLine {
        id: &made.id,
        thumbprint: made.certificate.thumbprint(),
        not_after: made.certificate.not_after().to_string(),
        bits: made.certificate.rsa_bits(),
        certificate: made.certificate.base64(),
        kept_in: home,
    };
    Ok(serde_json::to_string(&line)?)
}

/// The same for people.
pub(super) fn text(made: &NamedCertificate, home: &KeyHome) -> String {
    let NamedCertificate { id, certificate } = made;
    format!(
        "id           {id}\n\
         certificate  RSA {bits}, valid until {not_after}\n\
         thumbprint   {thumbprint}\n\
         private key  {home}\n\n\
         Next:\n{next}\
         - Subscriptions that are made by other means get encryptionCertificateId {id}, and as\n  \
           encryptionCertificate what `teamwire certificate show --output json` has as certificate:\n  \
           base64 in one line.\n\
         - Keep the key before it for as long as something may come that was sealed for it: until\n  \
           no subscription names it, and 3 days more.\n",
        bits = certificate.rsa_bits().unwrap_or_default(),
        not_after = certificate.not_after(),
        thumbprint = certificate.thumbprint(),
        next = next(made, home),
    )
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RotationLine<'a> {
    id: &'a str,
    thumbprint: String,
    not_after: String,
    bits: Option<usize>,
    certificate: String,
    kept_in: &'a KeyHome,
}

/// Commands that put a key file into KMS: wrapped with a key that is wrapped with KMS's.
const IMPORT: &str = include_str!("import_to_kms.txt");

fn next(made: &NamedCertificate, home: &KeyHome) -> String {
    let id = &made.id;
    match home {
        KeyHome::Secret(secret) => format!(
            "- Nothing for decrypt, if TEAMWIRE_ENVELOPE_KEYS_SECRET names {secret}: it reads the\n  \
               secret again when it meets an id that it does not know, at most every 30 s.\n\
             - To make it the current one, and move every subscription to it:\n    \
                 teamwire certificate rotate --id {id} --secret {secret}\n"
        ),
        KeyHome::KmsKey(arn) => format!(
            "- Before any subscription has the id, add to TEAMWIRE_ENVELOPE_KMS_KEYS (EnvelopeKmsKeys\n  \
               of the template; the ARN to EnvelopeKmsKeyArns too):\n    {id}={arn}\n\
             - Then, to make it the current one, and move every subscription to it:\n    \
                 teamwire certificate rotate --id {id} --kms-key {arn} --yes\n",
            arn = plain(arn)
        ),
        KeyHome::File(key) => format!(
            "- Put the key where decrypt finds it: into the secret that TEAMWIRE_ENVELOPE_KEYS_SECRET\n  \
               names, as {{\"{id}\": \"<PEM>\"}} next to the others, or into KMS:\n\n{}\n  \
               and {id}=<ARN of the key> into TEAMWIRE_ENVELOPE_KMS_KEYS. Then delete the file.\n\
             - Then `teamwire certificate rotate --id {id}` with --secret or --kms-key makes it the\n  \
               current one, and moves every subscription to it.\n",
            import(key, made)
        ),
    }
}

fn import(key: &Path, made: &NamedCertificate) -> String {
    let bits = made.certificate.rsa_bits().unwrap_or_default().to_string();
    // In single quotes for the shell.
    let key = key.to_string_lossy().replace('\'', r"'\''");
    IMPORT.replace("{key}", &key).replace("{bits}", &bits)
}
