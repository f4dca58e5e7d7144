//! A notification that Microsoft Graph itself sealed.

use crate::parties::open_now;
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use teamwire_envelope::{LocalKeys, OpenFault, OpeningStage};
use teamwire_payload::EncryptedContent;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    encrypted_content: EncryptedContent,
}

#[derive(Deserialize)]
struct Expected {
    plaintext_utf8: String,
    plaintext_sha256: Vec<String>,
}

/// `../shared/vectors/graph-real`, beside the checkout. It is no part of it, so the tests here
/// have nothing to say where it is absent.
fn folder() -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors/graph-real");
    path.is_dir().then_some(path)
}

fn read(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).unwrap()
}

fn sealed_by_graph(folder: &Path) -> (EncryptedContent, LocalKeys) {
    let item: Item = serde_json::from_str(&read(folder, "notification.json")).unwrap();
    let der: String = read(folder, "private-key.pkcs8.der.b64")
        .split_whitespace()
        .collect();
    let der = STANDARD.decode(der).unwrap();
    let mut keys = LocalKeys::new();
    let certificate_id = item.encrypted_content.encryption_certificate_id.as_deref();
    keys.insert_pem(
        certificate_id.unwrap(),
        &crate::pem::block("PRIVATE KEY", &der),
    )
    .unwrap();
    (item.encrypted_content, keys)
}

#[test]
fn what_graph_sealed_opens_byte_for_byte() {
    let Some(folder) = folder() else { return };
    let (content, keys) = sealed_by_graph(&folder);
    let expected: Expected = serde_json::from_str(&read(&folder, "expected.json")).unwrap();

    let text = open_now(&content, &keys).unwrap();

    assert_eq!(text, expected.plaintext_utf8);
    let digest: String = Sha256::digest(&text)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert!(expected.plaintext_sha256.contains(&digest));
}

#[test]
fn what_graph_sealed_does_not_open_once_its_signature_is_gone() {
    let Some(folder) = folder() else { return };
    let (mut content, keys) = sealed_by_graph(&folder);
    content.data_signature = None;
    let fault = OpenFault::Tampered(OpeningStage::MissingField);
    assert_eq!(open_now(&content, &keys), Err(fault));
}
