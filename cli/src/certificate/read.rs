//! The certificates of a file.

use anyhow::{Context, bail};
use rustls_pki_types::{CertificateDer, pem::PemObject};
use serde_json::Value;
use teamwire_graph::{CertificateSet, EnvelopeCertificate};

/// A certificate, and what subscriptions call it by where the file says so.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FileCertificate {
    pub(super) id: Option<String>,
    pub(super) certificate: EnvelopeCertificate,
}

/// Reads PEM, DER, base64 of DER, or JSON with certificates in it: subscriptions, what `new`
/// prints, or the certificates document. At least one.
///
/// # Errors
/// There is none, or one can't be read.
pub(super) fn certificates(content: &[u8]) -> anyhow::Result<Vec<FileCertificate>> {
    let text = std::str::from_utf8(content).unwrap_or_default().trim();
    if text.starts_with('{') {
        return from_json(serde_json::from_str(text)?);
    }
    if text.contains("-----BEGIN ") {
        return from_pem(text);
    }
    let certificate = if text.is_empty() {
        EnvelopeCertificate::from_der(content)
    } else {
        let one_line: String = text.split_whitespace().collect();
        EnvelopeCertificate::from_base64(&one_line)
    };
    let certificate = certificate.context("neither PEM nor DER nor base64 of DER nor JSON")?;
    Ok(vec![FileCertificate {
        id: None,
        certificate,
    }])
}

fn from_pem(text: &str) -> anyhow::Result<Vec<FileCertificate>> {
    let mut found = Vec::new();
    for der in CertificateDer::pem_slice_iter(text.as_bytes()) {
        let der = der.ok().context("PEM that can't be read")?;
        let certificate = EnvelopeCertificate::from_der(&der)?;
        let id = None;
        found.push(FileCertificate { id, certificate });
    }
    if found.is_empty() {
        bail!("PEM, but no certificate in it");
    }
    Ok(found)
}

fn from_json(document: Value) -> anyhow::Result<Vec<FileCertificate>> {
    if document.get("certificates").is_some() {
        return from_document(&document);
    }
    let items = match document.get("value") {
        Some(Value::Array(items)) => items.clone(),
        _ => vec![document],
    };
    let mut found = Vec::new();
    for item in &items {
        for (certificate, id) in [
            ("encryptionCertificate", "encryptionCertificateId"),
            ("certificate", "id"),
        ] {
            if let Some(text) = item.get(certificate).and_then(Value::as_str) {
                let id = item.get(id).and_then(Value::as_str).map(str::to_owned);
                let certificate = EnvelopeCertificate::from_base64(text).with_context(|| {
                    format!("{certificate} of {}", id.as_deref().unwrap_or("no id"))
                })?;
                found.push(FileCertificate { id, certificate });
            }
        }
    }
    if found.is_empty() {
        bail!("no encryptionCertificate in it; Graph leaves it out of what it answers");
    }
    Ok(found)
}

fn from_document(document: &Value) -> anyhow::Result<Vec<FileCertificate>> {
    let document = CertificateSet::parse(document.to_string().as_bytes())?;
    let (id, certificate) = document.current();
    let others = document
        .others()
        .iter()
        .map(|(id, other)| (id.as_str(), &other.certificate));
    let all = std::iter::once((id, certificate)).chain(others);
    Ok(all
        .map(|(id, certificate)| FileCertificate {
            id: Some(id.to_owned()),
            certificate: certificate.clone(),
        })
        .collect())
}
