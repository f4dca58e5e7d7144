//! Plaintext that is sealed in every way as it should be, and is no resource.

use super::{CONTENT_KEY, Row, row};
use crate::parties::{US, open_now};
use teamwire_envelope::OpeningStage;
use teamwire_payload::limits::JSON_DEPTH;

pub(super) fn rows() -> Vec<Row> {
    let not_text = not_utf8()
        .into_iter()
        .map(|(name, bytes)| sealed(name, &bytes, OpeningStage::Utf8));
    let not_an_object = [other_values(), other_grammars(), other_encodings(), deep()];
    let not_an_object = not_an_object
        .into_iter()
        .flatten()
        .map(|(name, text)| sealed(name, text.as_bytes(), OpeningStage::Json));
    not_text.chain(not_an_object).collect()
}

fn sealed(name: &str, plaintext: &[u8], stage: OpeningStage) -> Row {
    let content = US.recipient.seal_with_key(&CONTENT_KEY, plaintext);
    row(format!("plaintext: {name}"), content.unwrap(), stage)
}

fn not_utf8() -> Vec<(&'static str, Vec<u8>)> {
    let in_a_string = |bytes: &[u8]| [br#"{"id":""#, bytes, br#""}"#].concat();
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    vec![
        ("Latin-1", in_a_string(b"Gr\xfc\xdfe")),
        ("Windows-1252 quotes", in_a_string(b"\x93\x94")),
        ("lone continuation byte", in_a_string(b"\x80")),
        ("two-byte character cut", in_a_string(b"\xc3")),
        ("three-byte character cut", in_a_string(b"\xe2\x82")),
        ("four-byte character cut", in_a_string(b"\xf0\x9f\x94")),
        ("overlong NUL", in_a_string(b"\xc0\x80")),
        ("overlong slash", in_a_string(b"\xc0\xaf")),
        (
            "overlong slash in three bytes",
            in_a_string(b"\xe0\x80\xaf"),
        ),
        (
            "overlong slash in four bytes",
            in_a_string(b"\xf0\x80\x80\xaf"),
        ),
        ("overlong quotation mark", in_a_string(b"\xc0\xa2")),
        ("high surrogate", in_a_string(b"\xed\xa0\x80")),
        ("low surrogate", in_a_string(b"\xed\xbf\xbf")),
        ("surrogate pair", in_a_string(b"\xed\xa0\xbd\xed\xb4\x91")),
        ("past the last code point", in_a_string(b"\xf4\x90\x80\x80")),
        ("five-byte form", in_a_string(b"\xf8\x88\x80\x80\x80")),
        ("byte 0xfe", in_a_string(b"\xfe")),
        ("byte 0xff", in_a_string(b"\xff")),
        ("byte 0xff behind the object", b"{}\xff".to_vec()),
        ("byte 0xff before the object", b"\xff{}".to_vec()),
        ("UTF-16 with its mark", utf16("\u{feff}{}")),
        ("gzip", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03".to_vec()),
        ("CBOR", b"\xa1\x62id\x61a".to_vec()),
    ]
}

type Texts = Vec<(&'static str, String)>;

fn texts(texts: &[(&'static str, &str)]) -> Texts {
    let owned = texts.iter().map(|(name, text)| (*name, (*text).to_owned()));
    owned.collect()
}

fn other_values() -> Texts {
    texts(&[
        ("nothing", ""),
        ("a space", " "),
        ("line ends", "\r\n\r\n"),
        ("null", "null"),
        ("true", "true"),
        ("false", "false"),
        ("zero", "0"),
        ("a negative number", "-1.5e3"),
        ("a string", r#""{}""#),
        ("an empty array", "[]"),
        ("an array of an object", r#"[{"id":"a"}]"#),
        ("two objects", r#"{"id":"a"}{"id":"b"}"#),
        ("two objects and a space", r#"{"id":"a"} {"id":"b"}"#),
        ("two lines of objects", "{\"id\":\"a\"}\n{\"id\":\"b\"}\n"),
        ("two objects and a comma", "{},{}"),
        ("an object and null", "{}null"),
        ("an object and a quotation mark", "{}\""),
        ("an object and a letter", "{}x"),
        ("an object and a NUL", "{}\0"),
        ("an object and its end again", "{}}"),
        ("a member without its object", r#""id":"a""#),
    ])
}

fn other_grammars() -> Texts {
    texts(&[
        ("object not closed", r#"{"id":"a""#),
        ("string not closed", r#"{"id":"a}"#),
        ("array not closed", r#"{"a":[1}"#),
        ("end only", "}"),
        ("comma behind the last member", r#"{"id":"a",}"#),
        ("comma before the first member", r#"{,"id":"a"}"#),
        ("no comma", r#"{"a":1 "b":2}"#),
        ("no value", r#"{"id":}"#),
        ("no colon", r#"{"id"}"#),
        ("no name", r#"{:"a"}"#),
        ("number as a name", r#"{1:"a"}"#),
        ("bare name", r#"{id:"a"}"#),
        ("single quotes", "{'id':'a'}"),
        ("comment", r#"{"id":"a"/* b */}"#),
        ("line comment behind it", "{} // a"),
        ("NaN", r#"{"a":NaN}"#),
        ("infinity", r#"{"a":Infinity}"#),
        ("undefined", r#"{"a":undefined}"#),
        ("True of Python", r#"{"a":True}"#),
        ("number with a zero before it", r#"{"a":01}"#),
        ("number with a plus sign", r#"{"a":+1}"#),
        ("number that ends in a point", r#"{"a":1.}"#),
        ("number that starts with a point", r#"{"a":.1}"#),
        ("hexadecimal number", r#"{"a":0x1}"#),
        ("number without its exponent", r#"{"a":1e}"#),
        ("line end in a string", "{\"a\":\"\n\"}"),
        ("NUL in a string", "{\"a\":\"\0\"}"),
        ("unknown escape", r#"{"a":"\x41"}"#),
        ("escape cut", r#"{"a":"\u12"}"#),
        ("escape of letters", r#"{"a":"\uzzzz"}"#),
        ("XML", "<chatMessage/>"),
        ("HTML", "<!DOCTYPE html><html></html>"),
        ("form", "id=a&etag=b"),
        ("YAML", "id: a"),
        ("base64 of an object", "e30="),
        ("percent-encoded object", "%7B%7D"),
        ("guard of an AJAX answer", ")]}',\n{}"),
    ])
}

fn other_encodings() -> Texts {
    let utf16: String = "{}".chars().flat_map(|letter| [letter, '\0']).collect();
    let mut rows = texts(&[
        ("byte order mark", "\u{feff}{}"),
        ("byte order mark behind it", "{}\u{feff}"),
        ("no-break space before it", "\u{a0}{}"),
        ("line separator before it", "\u{2028}{}"),
        ("form feed before it", "\u{c}{}"),
        ("vertical tab behind it", "{}\u{b}"),
        ("zero-width space before it", "\u{200b}{}"),
        ("full-width braces", "｛｝"),
        ("NUL before it", "\0{}"),
        ("UTF-7", "+AHs-+AH0-"),
    ]);
    rows.push(("UTF-16 without its mark", utf16));
    rows
}

fn deep() -> Texts {
    let arrays = |depth: usize| format!(r#"{{"a":{}{}}}"#, "[".repeat(depth), "]".repeat(depth));
    let objects = |depth: usize| format!("{}{{}}{}", r#"{"a":"#.repeat(depth), "}".repeat(depth));
    vec![
        ("arrays one level too deep", arrays(JSON_DEPTH)),
        ("arrays 128 levels deep", arrays(128)),
        ("arrays 10,000 levels deep", arrays(10_000)),
        ("arrays 1,000,000 levels deep", arrays(1_000_000)),
        ("objects one level too deep", objects(JSON_DEPTH)),
        ("objects 128 levels deep", objects(128)),
        ("objects 100,000 levels deep", objects(100_000)),
        (
            "arrays without an end",
            r#"{"a":"#.to_owned() + &"[".repeat(100_000),
        ),
        ("objects without an end", r#"{"a":"#.repeat(100_000)),
        ("arrays only", "[".repeat(100_000)),
    ]
}

#[test]
fn every_object_is_returned_byte_for_byte() {
    let deepest = format!(
        r#"{{"a":{}{}}}"#,
        "[".repeat(JSON_DEPTH - 1),
        "]".repeat(JSON_DEPTH - 1)
    );
    let large = format!(r#"{{"content":"{}"}}"#, "ß".repeat(1 << 20));
    let mut objects = vec![
        "{}".to_owned(),
        " \t\r\n{ } \t\r\n".to_owned(),
        r#"{"id":"a","id":"b"}"#.to_owned(),
        r#"{"a":1E400,"b":-0,"c":0.10}"#.to_owned(),
        r#"{"a":"\u0000\/\ud83d\udd11","🔑":"\"{[\\"}"#.to_owned(),
        "{\"a\":\"\u{feff}\u{2028}\u{7f}\"}".to_owned(),
        deepest,
        large,
    ];
    // Every length of padding, and more than one whole block of it.
    objects.extend((0..33).map(|length| format!(r#"{{"a":"{}"}}"#, "x".repeat(length))));
    for object in objects {
        let content = US.recipient.seal(object.as_bytes()).unwrap();
        let opened = open_now(&content, &US.keys);
        assert_eq!(opened.as_deref(), Ok(object.as_str()));
    }
}
