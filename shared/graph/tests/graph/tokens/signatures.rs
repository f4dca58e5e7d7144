//! Signatures that are missing, cut, bent or somebody else's.

use super::mint::{Draft, ENTRA, STRANGER, part};
use super::{Row, assert_refused, judge};
use aws_lc_rs::signature::RSA_PKCS1_SHA256;
use base64::{Engine, engine::general_purpose as base64_of};
use teamwire_graph::ValidationTokenFault as F;

const S: F = F::Signature;

/// A valid token taken apart: what is signed, and the signature's bytes.
fn taken_apart() -> (String, Vec<u8>) {
    let token = Draft::v2().signed();
    let (signed, signature) = token.rsplit_once('.').unwrap();
    (
        signed.to_owned(),
        base64_of::URL_SAFE_NO_PAD.decode(signature).unwrap(),
    )
}

/// A valid token with another signature.
fn with(change: impl FnOnce(Vec<u8>) -> Vec<u8>) -> String {
    let (signed, signature) = taken_apart();
    format!("{signed}.{}", part(change(signature)))
}

/// A valid token with its signature written in another way.
fn written(write: impl FnOnce(&[u8]) -> String) -> String {
    let (signed, signature) = taken_apart();
    format!("{signed}.{}", write(&signature))
}

fn flipped(at: usize, bit: u8) -> String {
    with(|mut signature| {
        signature[at] ^= 1 << bit;
        signature
    })
}

/// A valid token whose signature has its unused last bits set.
fn loose_bits() -> String {
    let (signed, signature) = taken_apart();
    let mut text = part(signature).into_bytes();
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let last = text.pop().unwrap();
    let value = alphabet.iter().position(|letter| *letter == last).unwrap();
    text.push(alphabet[value | 1]);
    format!("{signed}.{}", String::from_utf8(text).unwrap())
}

fn rows() -> Vec<Row> {
    let other = Draft::v1().signed();
    let (_, others_signature) = other.rsplit_once('.').unwrap();
    let (signed, _) = taken_apart();
    vec![
        ("signature empty", with(|_| Vec::new()), S),
        ("signature of one byte", with(|s| s[..1].to_vec()), S),
        ("signature cut by a byte", with(|s| s[..255].to_vec()), S),
        ("signature cut in half", with(|s| s[..128].to_vec()), S),
        (
            "signature without its first byte",
            with(|s| s[1..].to_vec()),
            S,
        ),
        (
            "signature longer by a byte",
            with(|s| [s, vec![0]].concat()),
            S,
        ),
        (
            "signature with a zero before it",
            with(|s| [vec![0], s].concat()),
            S,
        ),
        ("signature twice", with(|s| [s.clone(), s].concat()), S),
        ("signature of zeros", with(|s| vec![0; s.len()]), S),
        ("signature of ones", with(|s| vec![255; s.len()]), S),
        (
            "signature one",
            with(|s| {
                let mut one = vec![0; s.len()];
                one[255] = 1;
                one
            }),
            S,
        ),
        (
            "signature backwards",
            with(|mut s| {
                s.reverse();
                s
            }),
            S,
        ),
        ("first bit flipped", flipped(0, 7), S),
        ("a bit in the middle flipped", flipped(128, 3), S),
        ("last bit flipped", flipped(255, 0), S),
        (
            "signature of another token",
            format!("{signed}.{others_signature}"),
            S,
        ),
        (
            "signed by somebody else",
            STRANGER.sign(&RSA_PKCS1_SHA256, &Draft::v2().unsigned()),
            S,
        ),
        (
            "signature is the public key",
            with(|_| ENTRA.public_der().to_vec()),
            S,
        ),
        (
            "signature with padding",
            written(|s| base64_of::URL_SAFE.encode(s)),
            S,
        ),
        (
            "signature in the standard alphabet",
            written(|s| {
                // Both alphabets agree on most signatures: one character tells them apart for sure.
                format!(
                    "+{}",
                    base64_of::STANDARD_NO_PAD.encode(s).get(1..).unwrap()
                )
            }),
            S,
        ),
        (
            "signature in hex",
            written(|s| s.iter().map(|b| format!("{b:02x}")).collect()),
            S,
        ),
        (
            "signature with a space",
            written(|s| format!("{} ", part(s))),
            S,
        ),
        (
            "signature with a line feed",
            written(|s| format!("{}\n", part(s))),
            S,
        ),
        ("signature with unused bits set", loose_bits(), S),
        (
            "signature with a percent escape",
            written(|s| format!("{}%3D", part(s))),
            S,
        ),
    ]
}

#[tokio::test]
async fn no_signature_but_entras_own_is_accepted() {
    assert_refused(rows(), 25).await;
}

#[tokio::test]
async fn no_flip_of_a_bit_in_header_or_claims_goes_unnoticed() {
    let token = Draft::v2().signed();
    let end = token.rfind('.').unwrap();
    for at in 0..end {
        let mut bytes = token.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        let bent = String::from_utf8(bytes).unwrap();
        assert!(judge(&bent).await.is_err(), "position {at}");
    }
}
