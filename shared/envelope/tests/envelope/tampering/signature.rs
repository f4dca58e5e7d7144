//! Signatures by somebody who has the content key and makes something else with it, or has not.

use super::{BLOCK, CONTENT_KEY, GENUINE, Part, RESOURCE, Row, row};
use aws_lc_rs::{digest, hmac};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use teamwire_envelope::OpeningStage;

pub(super) fn rows() -> Vec<Row> {
    let signatures = [
        over_other_bytes(),
        with_other_keys(),
        by_other_functions(),
        of_other_shape(),
    ];
    signatures
        .into_iter()
        .flatten()
        .map(|(name, signature)| {
            let content = Part::Signature.replaced(&signature);
            row(format!("signature: {name}"), content, OpeningStage::Hmac)
        })
        .collect()
}

type Signatures = Vec<(&'static str, Vec<u8>)>;

fn sign(key: &[u8], message: &[u8]) -> Vec<u8> {
    sign_by(hmac::HMAC_SHA256, key, message)
}

fn sign_by(algorithm: hmac::Algorithm, key: &[u8], message: &[u8]) -> Vec<u8> {
    let key = hmac::Key::new(algorithm, key);
    hmac::sign(&key, message).as_ref().to_vec()
}

fn over_other_bytes() -> Signatures {
    let data = Part::Data.bytes();
    let text = Part::Data.of(&GENUINE);
    let iv = &CONTENT_KEY[..BLOCK];
    let sealed_key = Part::Key.bytes();
    let others: [(&str, &[u8]); 15] = [
        ("over the base64 text", text.as_bytes()),
        (
            "over the base64 text without its padding",
            text.trim_end_matches('=').as_bytes(),
        ),
        (
            "over the URL-safe text",
            &URL_SAFE.encode(&data).into_bytes(),
        ),
        ("over the text as UTF-16", &utf16(text)),
        ("over the plaintext", RESOURCE.as_bytes()),
        ("over nothing", b""),
        ("over the key", &CONTENT_KEY),
        ("over the sealed key", &sealed_key),
        ("over IV and ciphertext", &[iv, &data].concat()),
        ("over ciphertext and IV", &[&data, iv].concat()),
        (
            "over ciphertext and sealed key",
            &[&data[..], &sealed_key].concat(),
        ),
        (
            "over sealed key and ciphertext",
            &[&sealed_key[..], &data].concat(),
        ),
        ("over all but the first block", &data[BLOCK..]),
        ("over all but the last block", &data[..data.len() - BLOCK]),
        ("over the ciphertext twice", &data.repeat(2)),
    ];
    others
        .map(|(name, message)| (name, sign(&CONTENT_KEY, message)))
        .to_vec()
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn with_other_keys() -> Signatures {
    let data = Part::Data.bytes();
    let reversed: Vec<u8> = CONTENT_KEY.iter().rev().copied().collect();
    let one_bit_off = |at: usize| {
        let mut key = CONTENT_KEY;
        key[at] ^= 1;
        key
    };
    let text = STANDARD.encode(CONTENT_KEY);
    let hash = digest::digest(&digest::SHA256, &CONTENT_KEY);
    let others: [(&str, &[u8]); 13] = [
        ("with a key of zeros", &[0; 32]),
        ("with the first half of the key", &CONTENT_KEY[..BLOCK]),
        ("with the second half of the key", &CONTENT_KEY[BLOCK..]),
        ("with the key reversed", &reversed),
        ("with the key twice", &CONTENT_KEY.repeat(2)),
        ("with the key and a one", &[&CONTENT_KEY[..], &[1]].concat()),
        ("with the key's base64 text", text.as_bytes()),
        ("with the key's first bit changed", &one_bit_off(0)),
        ("with the key's last bit changed", &one_bit_off(31)),
        ("with the sealed key", &Part::Key.bytes()),
        ("with the certificate id", crate::parties::OUR_ID.as_bytes()),
        ("with the key's hash", hash.as_ref()),
        ("with the data", &data),
    ];
    others.map(|(name, key)| (name, sign(key, &data))).to_vec()
}

fn by_other_functions() -> Signatures {
    let data = Part::Data.bytes();
    let by = |algorithm| sign_by(algorithm, &CONTENT_KEY, &data);
    let hash = |algorithm, message: &[u8]| digest::digest(algorithm, message).as_ref().to_vec();
    let sha256 = |message: &[u8]| hash(&digest::SHA256, message);
    let sha512 = by(hmac::HMAC_SHA512);
    vec![
        ("HMAC-SHA1", by(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY)),
        ("HMAC-SHA224", by(hmac::HMAC_SHA224)),
        ("HMAC-SHA384", by(hmac::HMAC_SHA384)),
        ("HMAC-SHA512, the first half", sha512[..32].to_vec()),
        ("HMAC-SHA512, the second half", sha512[32..].to_vec()),
        ("HMAC-SHA512", sha512),
        ("SHA-256 of the ciphertext", sha256(&data)),
        (
            "SHA-256 of key and ciphertext",
            sha256(&[&CONTENT_KEY[..], &data].concat()),
        ),
        (
            "SHA-256 of ciphertext and key",
            sha256(&[&data[..], &CONTENT_KEY].concat()),
        ),
        (
            "SHA-512/256 of the ciphertext",
            hash(&digest::SHA512_256, &data),
        ),
        ("SHA3-256 of the ciphertext", hash(&digest::SHA3_256, &data)),
        (
            "HMAC of the HMAC",
            sign(&CONTENT_KEY, &by(hmac::HMAC_SHA256)),
        ),
        (
            "last block of the ciphertext, twice",
            data[data.len() - BLOCK..].repeat(2),
        ),
    ]
}

fn of_other_shape() -> Signatures {
    let signature = Part::Signature.bytes();
    let hex: String = signature.iter().map(|byte| format!("{byte:02x}")).collect();
    vec![
        ("as hexadecimal text", hex.clone().into_bytes()),
        (
            "as upper-case hexadecimal text",
            hex.to_uppercase().into_bytes(),
        ),
        (
            "with its length before it",
            [&[32], &signature[..]].concat(),
        ),
        ("as an octet string", [&[4, 32], &signature[..]].concat()),
        (
            "with its words reversed",
            signature.chunks(4).rev().flatten().copied().collect(),
        ),
        ("one zero byte", vec![0]),
    ]
}
