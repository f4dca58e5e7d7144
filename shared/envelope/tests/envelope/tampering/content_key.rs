//! Content keys that were sealed well and are not ours.

use super::{CONTENT_KEY, GENUINE, Part, RESOURCE, Row, row};
use crate::parties::US;
use base64::{Engine, engine::general_purpose::STANDARD};
use teamwire_envelope::OpeningStage;

pub(super) fn rows() -> Vec<Row> {
    let lengths = of_other_lengths().into_iter().map(|(name, key)| {
        let sealed = US.recipient.seal_with_key(&key, RESOURCE.as_bytes());
        row(
            format!("content key: {name}"),
            sealed.unwrap(),
            OpeningStage::KeyLength,
        )
    });
    let wrong = of_the_right_length().into_iter().map(|(name, key)| {
        let sealed = US.recipient.seal_with_key(&key, RESOURCE.as_bytes());
        let content = Part::Key.set(GENUINE.clone(), Part::Key.of(&sealed.unwrap()));
        row(format!("content key: {name}"), content, OpeningStage::Hmac)
    });
    lengths.chain(wrong).collect()
}

fn of_other_lengths() -> Vec<(String, Vec<u8>)> {
    // 214 bytes are the most a key of 2048 bits takes.
    let lengths = [
        0, 1, 8, 15, 16, 17, 24, 31, 33, 40, 48, 63, 64, 65, 128, 213, 214,
    ];
    let mut keys: Vec<_> = lengths
        .into_iter()
        .map(|length| {
            let key = CONTENT_KEY.iter().copied().cycle().take(length).collect();
            (format!("{length} bytes"), key)
        })
        .collect();
    let hex: String = CONTENT_KEY
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    keys.extend([
        (
            "its base64 text".to_owned(),
            STANDARD.encode(CONTENT_KEY).into_bytes(),
        ),
        ("its hexadecimal text".to_owned(), hex.into_bytes()),
        (
            "a line end behind it".to_owned(),
            [&CONTENT_KEY[..], b"\n"].concat(),
        ),
        (
            "a zero before it".to_owned(),
            [&[0], &CONTENT_KEY[..]].concat(),
        ),
        (
            "an IV behind it".to_owned(),
            [&CONTENT_KEY[..], &[0; 16]].concat(),
        ),
        (
            "as an octet string".to_owned(),
            [&[4, 32], &CONTENT_KEY[..]].concat(),
        ),
    ]);
    keys
}

fn of_the_right_length() -> Vec<(&'static str, Vec<u8>)> {
    let mut one_bit_off = CONTENT_KEY;
    one_bit_off[31] ^= 1;
    let mut halves_exchanged = CONTENT_KEY;
    halves_exchanged.rotate_left(16);
    vec![
        ("zeros", vec![0; 32]),
        ("one bit off", one_bit_off.to_vec()),
        ("halves exchanged", halves_exchanged.to_vec()),
        ("reversed", CONTENT_KEY.iter().rev().copied().collect()),
        ("first half twice", CONTENT_KEY[..16].repeat(2)),
    ]
}
