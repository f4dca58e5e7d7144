//! Texts that some decoders take for base64. They differ in what they make of them, so that
//! one envelope would have several readings.

#![expect(clippy::string_slice, reason = "base64 is ASCII")]

use super::{GENUINE, Part, Row, row};
use base64::{Engine, engine::general_purpose::STANDARD};
use teamwire_envelope::OpeningStage;

pub(super) fn rows() -> Vec<Row> {
    Part::ALL
        .into_iter()
        .flat_map(|part| {
            let spoilt = spoilt(part.of(&GENUINE))
                .into_iter()
                .map(move |(name, text)| {
                    let content = part.set(GENUINE.clone(), &text);
                    row(format!("{part:?}: {name}"), content, OpeningStage::Base64)
                });
            spoilt.chain(other_readings(part))
        })
        .collect()
}

/// `text` and its padding, made into what the standard does not allow.
fn spoilt(text: &str) -> Vec<(&'static str, String)> {
    let bare = text.trim_end_matches('=');
    let padding = &text[bare.len()..];
    let (head, tail) = text.split_at(64.min(text.len() / 2));
    let first_replaced = |letter: &str| format!("{letter}{}", &text[1..]);
    vec![
        ("minus of the URL-safe alphabet", first_replaced("-")),
        ("underscore of the URL-safe alphabet", first_replaced("_")),
        ("dot", first_replaced(".")),
        ("comma of the IMAP alphabet", first_replaced(",")),
        ("asterisk", first_replaced("*")),
        ("percent", first_replaced("%")),
        ("NUL", first_replaced("\0")),
        ("letter with an umlaut", first_replaced("ä")),
        ("full-width letter", first_replaced("Ａ")),
        ("Cyrillic letter", first_replaced("А")),
        ("emoji", first_replaced("🔑")),
        ("no padding", bare.to_owned()),
        ("one padding character too many", format!("{text}=")),
        ("padding for a whole group more", format!("{text}====")),
        ("padding only", "====".to_owned()),
        ("one padding character only", "=".to_owned()),
        ("padding in front", format!("={}", &text[1..])),
        ("padding in the middle", format!("{head}=={tail}")),
        ("text behind the padding", format!("{text}AAAA")),
        ("itself behind the padding", format!("{text}{text}")),
        ("garbage behind the padding", format!("{text}!")),
        ("percent-encoded padding", text.replace('=', "%3D")),
        ("bits behind the last byte", with_trailing_bits(text)),
        ("first letter lost", text[1..].to_owned()),
        (
            "last letter lost",
            format!("{}{padding}", &bare[..bare.len() - 1]),
        ),
        ("one letter only", "A".to_owned()),
        ("space before it", format!(" {text}")),
        ("space behind it", format!("{text} ")),
        ("spaces only", "    ".to_owned()),
        ("space within it", format!("{head} {tail}")),
        ("space for a plus sign", first_replaced(" ")),
        ("tab behind it", format!("{text}\t")),
        ("line end behind it", format!("{text}\n")),
        ("Windows line end behind it", format!("{text}\r\n")),
        ("line end within it", format!("{head}\n{tail}")),
        ("MIME line end within it", format!("{head}\r\n{tail}")),
        ("byte order mark", format!("\u{feff}{text}")),
        ("no-break space behind it", format!("{text}\u{a0}")),
        ("NUL behind it", format!("{text}\0")),
        ("in quotes", format!("\"{text}\"")),
        ("as a data URI", format!("data:;base64,{text}")),
        ("as a PEM block", crate::pem::block("DATA", text.as_bytes())),
        ("its name", "encryptedContent.data".to_owned()),
        ("hexadecimal prefix", format!("0x{text}")),
    ]
}

/// A last letter that says more than the bytes it stands for.
fn with_trailing_bits(text: &str) -> String {
    let bare = text.trim_end_matches('=');
    let (rest, last) = bare.split_at(bare.len() - 1);
    let letter = last.as_bytes()[0];
    let canonical = if text.ends_with("==") {
        b"AQgw".as_slice()
    } else {
        b"AEIMQUYcgkosw048".as_slice()
    };
    assert!(canonical.contains(&letter), "the letter before the padding");
    format!("{rest}{}{}", char::from(letter + 1), &text[bare.len()..])
}

/// Texts that are base64, of other bytes than they were made from.
fn other_readings(part: Part) -> Vec<Row> {
    let text = part.of(&GENUINE);
    let bytes = part.bytes();
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    [
        ("case of its letters exchanged", swapped_case(text)),
        ("hexadecimal", hex),
        ("base64 twice", STANDARD.encode(text)),
    ]
    .into_iter()
    .map(|(name, text)| {
        let content = part.set(GENUINE.clone(), &text);
        row(format!("{part:?}: {name}"), content, part.stage())
    })
    .collect()
}

/// Only in the part before the last group, whose bits behind the last byte would not stay zero.
fn swapped_case(text: &str) -> String {
    let (head, tail) = text.split_at(text.len() - 4);
    let swapped = head.chars().map(|letter| match letter {
        'a'..='z' => letter.to_ascii_uppercase(),
        _ => letter.to_ascii_lowercase(),
    });
    swapped.chain(tail.chars()).collect()
}
