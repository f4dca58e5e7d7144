//! Ciphertext with the right signature that Graph would not have made: what is left to check
//! once the signature is.

use super::{BLOCK, CONTENT_KEY, Part, RESOURCE, Row, row};
use crate::parties::US;
use aes::cipher::block_padding::NoPadding;
use aes::cipher::{BlockModeEncrypt, KeyIvInit};
use aes::{Aes128, Aes256};
use std::collections::BTreeSet;
use teamwire_envelope::OpeningStage;

pub(super) fn rows() -> Vec<Row> {
    [
        parts_of_a_block(),
        last_bytes_that_are_no_padding(),
        padding_with_one_byte_off(),
        other_paddings(),
        other_ciphers(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Signed and sealed as it is.
fn sealed(name: impl Into<String>, ciphertext: &[u8], stage: OpeningStage) -> Row {
    let content = US.recipient.seal_ciphertext(&CONTENT_KEY, ciphertext);
    row(
        format!("ciphertext: {}", name.into()),
        content.unwrap(),
        stage,
    )
}

fn encrypted(blocks: &[u8]) -> Vec<u8> {
    encrypted_from(&CONTENT_KEY[..BLOCK], blocks)
}

fn encrypted_from(iv: &[u8], blocks: &[u8]) -> Vec<u8> {
    cbc::Encryptor::<Aes256>::new_from_slices(&CONTENT_KEY, iv)
        .unwrap()
        .encrypt_padded_vec::<NoPadding>(blocks)
}

/// The resource with `padding` behind what leaves exactly that much room in its last block.
fn padded(padding: &[u8]) -> Vec<u8> {
    let whole = RESOURCE.len().next_multiple_of(BLOCK) + BLOCK;
    let text = RESOURCE.bytes().chain(std::iter::repeat(b' '));
    text.take(whole - padding.len())
        .chain(padding.iter().copied())
        .collect()
}

fn parts_of_a_block() -> Vec<Row> {
    let bytes = Part::Data.bytes();
    (1..BLOCK)
        .chain([17, 31, 33, 47, 100, 191, 193, 207])
        .map(|length| {
            let name = format!("{length} bytes, signed");
            sealed(name, &bytes[..length], OpeningStage::BlockLength)
        })
        .collect()
}

fn last_bytes_that_are_no_padding() -> Vec<Row> {
    (17..=33)
        .chain([0, 0x3f, 0x40, 0x7f, 0x80, 0xf0, 0xff])
        .map(|last: u8| {
            let filled = [last; 2 * BLOCK];
            let name = format!("last bytes {last:#04x}");
            sealed(name, &encrypted(&padded(&filled)), OpeningStage::Pkcs7)
        })
        .collect()
}

fn padding_with_one_byte_off() -> Vec<Row> {
    let mut rows = Vec::new();
    for length in 2..=16_u8 {
        let padding = vec![length; usize::from(length)];
        for at in BTreeSet::from([0, (padding.len() - 1) / 2, padding.len() - 2]) {
            let mut padding = padding.clone();
            padding[at] ^= 1;
            let name = format!("padding of {length} with byte {at} off");
            rows.push((name, padding));
        }
    }
    rows.into_iter()
        .map(|(name, padding)| sealed(name, &encrypted(&padded(&padding)), OpeningStage::Pkcs7))
        .collect()
}

fn other_paddings() -> Vec<Row> {
    let paddings: [(&str, &[u8]); 8] = [
        ("zero padding", &[0; 5]),
        ("zero padding of a block", &[0; BLOCK]),
        ("ISO 7816-4 padding", &[0x80, 0, 0, 0, 0]),
        ("ANSI X.923 padding", &[0, 0, 0, 0, 5]),
        ("ISO 10126 padding", &[0x9c, 0x11, 0xe3, 0x42, 5]),
        ("padding of spaces", b"     "),
        ("ascending padding", &[1, 2, 3, 4, 5]),
        ("padding that counts from zero", &[4, 4, 4]),
    ];
    paddings
        .into_iter()
        .map(|(name, padding)| sealed(name, &encrypted(&padded(padding)), OpeningStage::Pkcs7))
        .collect()
}

/// The right padding, so that it is the text that gives them away; or a cipher that leaves no
/// padding to be found.
fn other_ciphers() -> Vec<Row> {
    let text = padded(&[7; 7]);
    let (iv, second_half) = CONTENT_KEY.split_at(BLOCK);
    let reversed: Vec<u8> = iv.iter().rev().copied().collect();
    let by_half_key = cbc::Encryptor::<Aes128>::new_from_slices(iv, iv).unwrap();
    let by_blocks = text
        .chunks(BLOCK)
        .flat_map(|block| encrypted_from(&[0; BLOCK], block));
    let with_iv = [iv, &encrypted(&text)].concat();
    vec![
        sealed(
            "IV of zeros",
            &encrypted_from(&[0; BLOCK], &text),
            OpeningStage::Json,
        ),
        sealed(
            "IV of ones",
            &encrypted_from(&[0xff; BLOCK], &text),
            OpeningStage::Utf8,
        ),
        sealed(
            "second half of the key as IV",
            &encrypted_from(second_half, &text),
            OpeningStage::Json,
        ),
        sealed(
            "IV reversed",
            &encrypted_from(&reversed, &text),
            OpeningStage::Json,
        ),
        sealed("IV in front", &with_iv, OpeningStage::Utf8),
        sealed(
            "AES-128 with half the key",
            &by_half_key.encrypt_padded_vec::<NoPadding>(&text),
            OpeningStage::Pkcs7,
        ),
        sealed("ECB", &by_blocks.collect::<Vec<u8>>(), OpeningStage::Pkcs7),
        sealed(
            "no padding",
            &encrypted(&RESOURCE.as_bytes()[..2 * BLOCK]),
            OpeningStage::Pkcs7,
        ),
        sealed("not encrypted", &text, OpeningStage::Pkcs7),
    ]
}
