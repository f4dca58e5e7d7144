//! Key files, as the tools that make them write them.

use base64::{Engine, engine::general_purpose::STANDARD};

/// One block, 64 characters a line.
pub(crate) fn block(label: &str, der: &[u8]) -> String {
    let body = STANDARD.encode(der);
    let mut text = format!("-----BEGIN {label}-----\n");
    for line in body.as_bytes().chunks(64) {
        text.push_str(std::str::from_utf8(line).unwrap());
        text.push('\n');
    }
    text.push_str(&format!("-----END {label}-----\n"));
    text
}

/// The PKCS#1 key inside a PKCS#8 one.
pub(crate) fn pkcs1_of(pkcs8_der: &[u8]) -> Vec<u8> {
    pkcs8::PrivateKeyInfoRef::try_from(pkcs8_der)
        .unwrap()
        .private_key
        .as_bytes()
        .to_vec()
}
