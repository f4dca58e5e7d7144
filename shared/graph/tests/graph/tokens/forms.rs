//! Texts that are not a JWT at all.

use super::mint::{Draft, ENTRA, KID, join, part, signed_texts};
use super::{Row, assert_refused};
use aws_lc_rs::signature::RSA_PKCS1_SHA256;
use teamwire_graph::ValidationTokenFault as F;
use teamwire_payload::limits;

fn header() -> String {
    Draft::v2().header.to_string()
}

fn claims() -> String {
    Draft::v2().claims.to_string()
}

/// Signed by Entra over exactly these parts.
fn signed(parts: &str) -> String {
    ENTRA.sign(&RSA_PKCS1_SHA256, parts)
}

fn parts() -> Vec<Row> {
    let token = Draft::v2().signed();
    let of = |parts: &[&str]| parts.join(".");
    let split: Vec<&str> = token.split('.').collect();
    let (head, body, tail) = (split[0], split[1], split[2]);
    vec![
        ("empty", String::new(), F::Malformed),
        ("a space", " ".to_owned(), F::Malformed),
        ("one dot", ".".to_owned(), F::Malformed),
        ("two dots", "..".to_owned(), F::Malformed),
        ("one part", head.to_owned(), F::Malformed),
        ("two parts", of(&[head, body]), F::Malformed),
        ("the first part empty", of(&["", body, tail]), F::Malformed),
        ("the second part empty", of(&[head, "", tail]), F::Malformed),
        (
            "the second part empty, signed",
            signed(&of(&[head, ""])),
            F::Malformed,
        ),
        ("the third part empty", of(&[head, body, ""]), F::Signature),
        ("four parts", of(&[head, body, tail, tail]), F::Malformed),
        (
            "four parts, signed",
            signed(&of(&[head, body, body])),
            F::Malformed,
        ),
        (
            "five parts, as an encrypted token",
            of(&[head, body, tail, tail, tail]),
            F::Malformed,
        ),
        ("a dot behind", format!("{token}."), F::Malformed),
        ("a dot before", format!(".{token}"), F::Malformed),
        ("Bearer before", format!("Bearer {token}"), F::Malformed),
        ("a space before", format!(" {token}"), F::Malformed),
        ("a line feed before", format!("\n{token}"), F::Malformed),
        (
            "a space in the claims",
            of(&[head, &format!("{body} "), tail]),
            F::Malformed,
        ),
        ("quotes around", format!("\"{token}\""), F::Malformed),
        ("two tokens", format!("{token},{token}"), F::Malformed),
        (
            "the placeholder of the documents",
            "<<--ValidationTokens-->>".to_owned(),
            F::Malformed,
        ),
        (
            "JSON instead",
            r#"{"protected":"","payload":"","signature":""}"#.to_owned(),
            F::Malformed,
        ),
        ("not ASCII", "é.é.é".to_owned(), F::Malformed),
        ("zero bytes", "\0.\0.\0".to_owned(), F::Malformed),
    ]
}

#[tokio::test]
async fn a_token_has_three_parts() {
    assert_refused(parts(), 25).await;
}

fn encodings() -> Vec<Row> {
    let of = |header: &str, claims: &str| signed_texts(header, claims);
    let (head, body) = (header(), claims());
    let padded = |text: &str| {
        let text = part(text);
        // Where none is due, four are as wrong as any.
        format!("{text}{}", "=".repeat(4 - text.len() % 4))
    };
    let array = format!(r#"["JWT","RS256","{KID}"]"#);
    let long = limits::TOKEN_BYTES;
    let fill = |extra: usize| Draft::v2().claim("fill", "x".repeat(extra)).signed();
    vec![
        (
            "header with padding",
            signed(&format!("{}.{}", padded(&head), part(&body))),
            F::Malformed,
        ),
        (
            "claims with padding",
            signed(&format!("{}.{}", part(&head), padded(&body))),
            F::Malformed,
        ),
        (
            "header not base64",
            signed(&format!("{head}.{}", part(&body))),
            F::Malformed,
        ),
        (
            "claims not base64",
            signed(&format!("{}.{body}", part(&head))),
            F::Malformed,
        ),
        ("header empty text", of("", &body), F::Malformed),
        ("header not JSON", of("alg=RS256", &body), F::Malformed),
        ("header null", of("null", &body), F::Malformed),
        ("header an array", of(&array, &body), F::Malformed),
        ("header a text", of("\"RS256\"", &body), F::Malformed),
        (
            "header cut",
            of(head.strip_suffix('}').unwrap(), &body),
            F::Malformed,
        ),
        (
            "header with a BOM",
            of(&format!("\u{feff}{head}"), &body),
            F::Malformed,
        ),
        (
            "header with more behind",
            of(&format!("{head}{head}"), &body),
            F::Malformed,
        ),
        (
            "header very deep",
            of(&format!("{{\"a\":{}", "[".repeat(2_000)), &body),
            F::Malformed,
        ),
        ("claims a text", of(&head, "\"exp\""), F::Malformed),
        ("claims null", of(&head, "null"), F::Malformed),
        (
            "claims an array",
            of(&head, "[1763744100,1763715000]"),
            F::Malformed,
        ),
        ("claims a number", of(&head, "7"), F::Malformed),
        ("claims an empty object", of(&head, "{}"), F::Expired),
        (
            "claims cut",
            of(&head, body.strip_suffix('}').unwrap()),
            F::Malformed,
        ),
        (
            "claims with a BOM",
            of(&head, &format!("\u{feff}{body}")),
            F::Malformed,
        ),
        (
            "claims with more behind",
            of(&head, &format!("{body}0")),
            F::Malformed,
        ),
        (
            "claims not UTF-8",
            signed(&format!(
                "{}.{}",
                part(&head),
                part([&b"{\"a\":\"\xff\"}"[..]].concat())
            )),
            F::Malformed,
        ),
        (
            "claims a token themselves",
            of(&head, &Draft::v2().signed()),
            F::Malformed,
        ),
        (
            "claims compressed",
            {
                let gzip = [&b"\x1f\x8b\x08\0\0\0\0\0"[..], body.as_bytes()].concat();
                signed(&format!("{}.{}", part(&head), part(gzip)))
            },
            F::Malformed,
        ),
        ("longer than any token", fill(long), F::Malformed),
        (
            "longer by far",
            format!("{}.{}", join(&head, &body), "A".repeat(8 * long)),
            F::Malformed,
        ),
    ]
}

#[tokio::test]
async fn its_parts_are_json_objects() {
    assert_refused(encodings(), 26).await;
}

#[tokio::test]
async fn the_longest_token_is_read_and_one_byte_more_is_not() {
    let of_length = |length: usize| {
        // The signature does not matter: what is too long is refused before it is read.
        let token = format!("{}.", join(&header(), &claims()));
        let fill = "A".repeat(length - token.len());
        token + &fill
    };
    for (length, fault) in [
        (limits::TOKEN_BYTES, F::Signature),
        (limits::TOKEN_BYTES + 1, F::Malformed),
    ] {
        assert_eq!(
            super::judge(&of_length(length)).await,
            Err(fault),
            "{length} bytes"
        );
    }
}
