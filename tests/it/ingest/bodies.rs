//! Bodies that are batches, and bodies that are not.

use super::proxies::{Call, Payload};
use super::site::{Plan, Told, basic, batch};
use crate::mint::Draft;
use teamwire_payload::limits;

const NOT_A_BATCH: &str = "the body is not a change notification collection";
const TOO_LARGE: &str = "the body is too large";

type Row = (&'static str, Call);

fn text(name: &'static str, body: impl Into<String>) -> Row {
    (name, Call::posting(body))
}

fn bytes(name: &'static str, body: impl Into<Vec<u8>>) -> Row {
    (name, Call::carrying(Payload::Base64(body.into())))
}

fn headed(name: &'static str, headers: &[(&'static str, &'static str)]) -> Row {
    (
        name,
        Call {
            headers: headers.to_vec(),
            ..Call::posting(batch(&[basic()], &[]))
        },
    )
}

/// Arrays in an unknown member: `levels` in all, with the batch's own object.
fn nested(levels: usize) -> String {
    let arrays = levels - 1;
    format!(
        r#"{{"value":[],"x":{}{}}}"#,
        "[".repeat(arrays),
        "]".repeat(arrays)
    )
}

fn items(count: usize) -> String {
    format!(r#"{{"value":[{}]}}"#, vec!["{}"; count].join(","))
}

fn tokens(count: usize) -> String {
    format!(
        r#"{{"value":[],"validationTokens":[{}]}}"#,
        vec!["\"x\""; count].join(",")
    )
}

/// A batch that is exactly this long.
fn padded(bytes: usize) -> String {
    let body = r#"{"value":[]}"#;
    format!("{body}{}", " ".repeat(bytes - body.len()))
}

/// `gzip` of `{"value":[]}`, stored without compression.
fn gzipped() -> Vec<u8> {
    let data = br#"{"value":[]}"#;
    let mut stream = b"\x1f\x8b\x08\0\0\0\0\0\0\xff\x01\x0c\0\xf3\xff".to_vec();
    stream.extend_from_slice(data);
    stream.extend_from_slice(b"\0\0\0\0\x0c\0\0\0");
    stream
}

fn utf_16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn batches() -> Vec<Row> {
    let one = batch(&[basic()], &[Draft::v2().signed()]);
    vec![
        text("no item", r#"{"value":[]}"#),
        text(
            "no item, tokens null",
            r#"{"value":[],"validationTokens":null}"#,
        ),
        text(
            "no item, no tokens",
            r#"{"value":[],"validationTokens":[]}"#,
        ),
        text("one item and a token", one.clone()),
        text("white space around", format!(" \r\n\t{one}\n ")),
        text("tokens first", r#"{"validationTokens":[],"value":[]}"#),
        text(
            "unknown members",
            r#"{"@odata.context":"x","value":[],"later":{"a":[null]}}"#,
        ),
        text("an unknown member twice", r#"{"x":1,"x":2,"value":[]}"#),
        text("its name escaped", "{\"\\u0076alue\":[]}"),
        text(
            "a huge number in an unknown member",
            r#"{"value":[],"x":1e99999}"#,
        ),
        text(
            "half a surrogate in an unknown member",
            r#"{"value":[],"x":"\ud800"}"#,
        ),
        text(
            "items that are none",
            r#"{"value":[null,7,"x",[],{},true,1e99]}"#,
        ),
        text("64 levels", nested(64)),
        text(
            "64 brackets in a text",
            format!(r#"{{"value":[],"x":"{}"}}"#, "[".repeat(65)),
        ),
        text("one item of nothing", items(1)),
        text("1000 items", items(limits::BATCH_ITEMS)),
        text("200 tokens", tokens(limits::BATCH_TOKENS)),
        text("6 MiB", padded(limits::BODY_BYTES)),
        bytes("base64", one.clone()),
        bytes("base64, 6 MiB", padded(limits::BODY_BYTES)),
        headed("no content type", &[]),
        headed("content type text", &[("content-type", "text/plain")]),
        headed("content type XML", &[("content-type", "application/xml")]),
        headed(
            "content type form",
            &[("content-type", "application/x-www-form-urlencoded")],
        ),
        headed("content type garbage", &[("content-type", ";;;")]),
        headed(
            "another charset",
            &[("content-type", "application/json; charset=utf-16")],
        ),
        headed("a wrong length", &[("content-length", "1")]),
        headed("gzip claimed", &[("content-encoding", "gzip")]),
        headed("an Authorization", &[("authorization", "Bearer x")]),
        headed("100 wanted first", &[("expect", "100-continue")]),
        (
            "a query of the URL's own",
            Call {
                query: "code=7".to_owned(),
                ..Call::posting(one)
            },
        ),
    ]
}

#[tokio::test]
async fn a_batch_in_any_form_is_accepted() {
    let rows = batches();
    assert_eq!(rows.len(), 31);
    for (name, call) in rows {
        for (proxy, request) in call.requests() {
            let site = Plan::default().open();
            assert_eq!(
                site.answer(request).await,
                Told::accepted(),
                "{name}, {proxy}"
            );
            assert_eq!(site.asked(), 1, "{name}, {proxy}");
        }
    }
}

async fn assert_refused(rows: Vec<Row>, count: usize, expected: Told) {
    assert_eq!(rows.len(), count);
    let site = Plan {
        unavailable: Some("must not be asked for"),
        ..Plan::default()
    }
    .open();
    for (name, call) in rows {
        for (proxy, request) in call.requests() {
            assert_eq!(site.answer(request).await, expected, "{name}, {proxy}");
        }
        assert_eq!(site.asked(), 0, "{name}: nothing is asked for");
    }
}

fn garbage() -> Vec<Row> {
    vec![
        ("nothing", Call::carrying(Payload::Nothing)),
        text("an empty text", ""),
        text("a space", " "),
        bytes("no bytes", []),
        text("null", "null"),
        text("true", "true"),
        text("a number", "7"),
        text("a text", "\"value\""),
        text("an array", "[]"),
        text("an array of an array", "[[]]"),
        text("an array by position", r#"[[{"subscriptionId":"s"}],null]"#),
        text("an array of a batch", r#"[{"value":[]}]"#),
        text("an item alone", basic().to_string()),
        text("an empty object", "{}"),
        text("value null", r#"{"value":null}"#),
        text("value an object", r#"{"value":{}}"#),
        text("value a text", r#"{"value":"[]"}"#),
        text("value a number", r#"{"value":0}"#),
        text("value true", r#"{"value":true}"#),
        text("value in upper case", r#"{"Value":[]}"#),
        text("value twice", r#"{"value":[],"value":[]}"#),
        text(
            "value twice, once escaped",
            "{\"value\":[],\"\\u0076alue\":[]}",
        ),
        text(
            "tokens twice",
            r#"{"value":[],"validationTokens":[],"validationTokens":null}"#,
        ),
        text("tokens a text", r#"{"value":[],"validationTokens":"x"}"#),
        text("tokens an object", r#"{"value":[],"validationTokens":{}}"#),
        text(
            "a token that is a number",
            r#"{"value":[],"validationTokens":[7]}"#,
        ),
        text(
            "a token that is null",
            r#"{"value":[],"validationTokens":[null]}"#,
        ),
        text(
            "a token that is an array",
            r#"{"value":[],"validationTokens":[[]]}"#,
        ),
        text(
            "half a surrogate in a token",
            r#"{"value":[],"validationTokens":["\ud800"]}"#,
        ),
        text("a byte order mark", "\u{feff}{\"value\":[]}"),
        bytes(
            "a byte order mark, base64",
            &b"\xef\xbb\xbf{\"value\":[]}"[..],
        ),
        text("cut", r#"{"value":["#),
        text("cut in a text", r#"{"value":["a"#),
        text("a trailing comma", r#"{"value":[],}"#),
        text("a trailing comma in value", r#"{"value":[{},]}"#),
        text("more behind it", r#"{"value":[]}x"#),
        text("two batches", r#"{"value":[]}{"value":[]}"#),
        text("a comment", r#"{"value":[]/**/}"#),
        text("single quotes", "{'value':[]}"),
        text("no quotes", "{value:[]}"),
        text("NaN", r#"{"value":[],"x":NaN}"#),
        text("a hex number", r#"{"value":[],"x":0x10}"#),
        text("a number with a leading zero", r#"{"value":[],"x":01}"#),
        text(
            "a bare line feed in a text",
            "{\"value\":[],\"x\":\"a\nb\"}",
        ),
        text("a zero byte in a text", "{\"value\":[],\"x\":\"a\0b\"}"),
        text("a zero byte behind", "{\"value\":[]}\0"),
        text("an unknown escape", r#"{"value":[],"x":"\q"}"#),
        text("an escape cut", r#"{"value":[],"x":"\u12"}"#),
        text("XML", "<value/>"),
        text("HTML", "<!doctype html><html></html>"),
        text("a form", "value=[]"),
        text("a form with a token", "validationToken=abc"),
        text("base64 without the flag", "eyJ2YWx1ZSI6W119"),
        text(
            "multipart",
            "--x\r\nContent-Disposition: form-data\r\n\r\n{\"value\":[]}\r\n--x--",
        ),
        bytes("gzip", gzipped()),
        bytes("UTF-16", utf_16(r#"{"value":[]}"#)),
        bytes("not UTF-8 in a text", &b"{\"value\":[],\"x\":\"\xff\"}"[..]),
        bytes(
            "not UTF-8 in an item",
            &b"{\"value\":[{\"x\":\"\xff\"}]}"[..],
        ),
        bytes("zero bytes", vec![0; 64]),
        text("65 levels", nested(65)),
        text(
            "65 levels in an item",
            format!(r#"{{"value":[{}{}]}}"#, "[".repeat(63), "]".repeat(63)),
        ),
        text("100 000 levels", "[".repeat(100_000)),
        text("100 000 levels of objects", r#"{"value":"#.repeat(100_000)),
        text("only brackets that close", "]]]]}}}}"),
    ]
}

#[tokio::test]
async fn what_is_not_a_batch_is_refused_before_anything_is_asked_for() {
    assert_refused(garbage(), 64, Told::of(400, NOT_A_BATCH)).await;
}

#[tokio::test]
async fn what_is_over_a_limit_is_refused_before_anything_is_asked_for() {
    let over = limits::BODY_BYTES + 1;
    let rows = vec![
        text("1001 items", items(limits::BATCH_ITEMS + 1)),
        text("201 tokens", tokens(limits::BATCH_TOKENS + 1)),
        text("a byte over 6 MiB", padded(over)),
        bytes("a byte over 6 MiB, base64", padded(over)),
        text("6 MiB of garbage and a byte", "x".repeat(over)),
        text("100 000 items", items(100_000)),
    ];
    assert_refused(rows, 6, Told::of(413, TOO_LARGE)).await;
}
