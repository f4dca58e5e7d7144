//! The handshake: what is repeated, what is refused, and that it touches nothing.

use super::proxies::{Call, Payload};
use super::site::{Plan, Told, basic, batch};
use crate::mint;

const REFUSED: &str = "the validation token is not acceptable";
const NOT_A_BATCH: &str = "the body is not a change notification collection";

/// Answers are the same from every proxy, and nothing is asked for.
async fn assert_answers(rows: Vec<(&'static str, Call, Told)>, count: usize) {
    let mut names: Vec<&str> = rows.iter().map(|(name, ..)| *name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count, "rows with names of their own");
    let site = Plan {
        unavailable: Some("must not be asked for"),
        ..Plan::default()
    }
    .open();
    for (name, call, expected) in rows {
        for (proxy, request) in call.requests() {
            assert_eq!(site.answer(request).await, expected, "{name}, {proxy}");
        }
        assert_eq!(site.asked(), 0, "{name}");
    }
}

fn repeated() -> Vec<(&'static str, String, String)> {
    let graph = "Validation%3a+Testing+client+application+reachability+for+subscription\
        +Request-Id%3a+60f6d1ce-1b5a-4a8f-a7e5-6a2bd2f0a3a9";
    let graphs = "Validation: Testing client application reachability for subscription \
        Request-Id: 60f6d1ce-1b5a-4a8f-a7e5-6a2bd2f0a3a9";
    let is = |name, query: &str, token: &str| {
        (name, format!("validationToken={query}"), token.to_owned())
    };
    let among = |name, query: &str| (name, query.to_owned(), "abc".to_owned());
    vec![
        is("as Graph sends it", graph, graphs),
        is("plain", "abc", "abc"),
        is("a plus is a space", "a+b", "a b"),
        is("%20 is a space", "a%20b", "a b"),
        is("%2B is a plus", "a%2Bb", "a+b"),
        is("%2b is a plus", "a%2bb", "a+b"),
        is("%3a in lower case", "a%3ab", "a:b"),
        is("%25 is a percent", "a%25b", "a%b"),
        is("decoded once only", "a%2520b%252Bc", "a%20b%2Bc"),
        is(
            "%26 does not end it",
            "a%26validationToken%3Db",
            "a&validationToken=b",
        ),
        is("%3D", "a%3Db", "a=b"),
        is("a raw equals sign", "a=b==", "a=b=="),
        is("quotes", "%22a%27", "\"a'"),
        is("a backslash", "a%5Cb", "a\\b"),
        is("path and query characters", "a/b:c?d@e,f", "a/b:c?d@e,f"),
        is("a semicolon", "a;b", "a;b"),
        is("braces", "%7B%7B7*7%7D%7D", "{{7*7}}"),
        is(
            "an ampersand entity",
            "%26lt%3Bscript%26gt%3B",
            "&lt;script&gt;",
        ),
        is("two bytes of UTF-8", "%C3%A9", "é"),
        is("four bytes of UTF-8", "%F0%9F%98%80", "😀"),
        is("text from right to left", "%D7%A9", "ש"),
        is("a single space", "+", " "),
        is("a percent at the end", "a%", "a%"),
        is("a percent without hex", "a%zz", "a%zz"),
        is("4096 bytes", &"a".repeat(4096), &"a".repeat(4096)),
        is(
            "4096 bytes, escaped",
            &"%61".repeat(4096),
            &"a".repeat(4096),
        ),
        is(
            "4096 bytes of UTF-8",
            &"%C3%A9".repeat(2048),
            &"é".repeat(2048),
        ),
        among(
            "behind the URL's own parameter",
            "code=7&validationToken=abc",
        ),
        among("before another parameter", "validationToken=abc&code=7"),
        among(
            "between parameters that repeat",
            "x=1&validationToken=abc&x=2",
        ),
        among("beside a parameter without value", "x&validationToken=abc"),
        among(
            "beside its name in other letters",
            "validationtoken=x&validationToken=abc",
        ),
        among("its name escaped", "validation%54oken=abc"),
        among("empty pairs around it", "&&validationToken=abc&&"),
    ]
}

#[tokio::test]
async fn a_token_is_repeated_form_decoded() {
    let rows = repeated()
        .into_iter()
        .map(|(name, query, token)| (name, Call::asking(query), Told::of(200, &token)));
    assert_answers(rows.collect(), 34).await;
}

fn refused() -> Vec<(&'static str, String)> {
    let is = |name, query: &str| (name, format!("validationToken={query}"));
    vec![
        is("empty", ""),
        ("without an equals sign", "validationToken".to_owned()),
        ("empty among others", "x=1&validationToken=&y=2".to_owned()),
        is("4097 bytes", &"a".repeat(4097)),
        is("4097 bytes, escaped", &"%61".repeat(4097)),
        is("4098 bytes of UTF-8", &"%C3%A9".repeat(2049)),
        is("12 KiB", &"a".repeat(12 * 1024)),
        is("a zero byte", "a%00"),
        is("a line feed", "a%0ab"),
        is("a line feed in upper case", "a%0Ab"),
        is("a carriage return", "a%0db"),
        is("another header", "a%0d%0aSet-Cookie:%20a=b"),
        is("a tab", "a%09b"),
        is("a bell", "a%07"),
        is("an escape sequence", "%1b%5b31m"),
        is("delete", "a%7f"),
        is("a control character of UTF-8", "a%c2%85b"),
        is("less-than", "a%3Cb"),
        is("less-than in lower case", "a%3cb"),
        is("greater-than", "a%3Eb"),
        is("a script", "%3Cscript%3Ealert(1)%3C/script%3E"),
        is("an image", "%3cimg+src%3dx+onerror%3dalert(1)%3e"),
        is("not UTF-8", "a%ff"),
        is("UTF-8 cut", "a%c3"),
        is("a surrogate", "%ed%a0%80"),
        is("an overlong slash", "%c0%af"),
        is("a replacement character", "%EF%BF%BD"),
        ("twice", "validationToken=a&validationToken=b".to_owned()),
        (
            "twice the same",
            "validationToken=a&validationToken=a".to_owned(),
        ),
        (
            "twice, once empty",
            "validationToken=a&validationToken=".to_owned(),
        ),
        (
            "twice, once escaped",
            "validationToken=a&validation%54oken=b".to_owned(),
        ),
        (
            "three times",
            "validationToken=a&x=1&validationToken=b&validationToken=c".to_owned(),
        ),
    ]
}

#[tokio::test]
async fn a_token_that_graph_would_not_send_is_refused() {
    let rows = refused()
        .into_iter()
        .map(|(name, query)| (name, Call::asking(query), Told::of(400, REFUSED)));
    assert_answers(rows.collect(), 32).await;
}

#[tokio::test]
async fn only_post_is_answered() {
    let methods = [
        "GET",
        "HEAD",
        "PUT",
        "PATCH",
        "DELETE",
        "OPTIONS",
        "TRACE",
        "CONNECT",
        "post",
        "RequestContext",
        "POSTS",
        "PROPFIND",
    ];
    let mut rows = Vec::new();
    for method in methods {
        let call = Call {
            method: method.to_owned(),
            ..Call::asking("validationToken=abc")
        };
        rows.push((method, call, Told::of(405, "only POST is answered")));
    }
    let batch = Call {
        method: "PUT".to_owned(),
        ..Call::posting(batch(&[basic()], &[]))
    };
    rows.push((
        "PUT with a batch",
        batch,
        Told::of(405, "only POST is answered"),
    ));
    let bare = Call {
        method: "GET".to_owned(),
        ..Call::asking("")
    };
    rows.push((
        "GET without a token",
        bare,
        Told::of(405, "only POST is answered"),
    ));
    assert_answers(rows, 14).await;
}

#[tokio::test]
async fn what_only_looks_like_a_handshake_is_an_empty_batch() {
    let queries = [
        "",
        "x=1",
        "validationtoken=abc",
        "ValidationToken=abc",
        "VALIDATIONTOKEN=abc",
        "validationToken%20=abc",
        "validationToken[]=abc",
        "xvalidationToken=abc",
        "validation-token=abc",
        "token=abc",
        "x=validationToken=abc",
    ];
    let rows = queries.map(|query| (query, Call::asking(query), Told::of(400, NOT_A_BATCH)));
    assert_answers(rows.into(), 11).await;
}

#[tokio::test]
async fn a_handshake_is_one_whatever_its_body_and_headers_say() {
    let token = mint::Draft::v2().signed();
    let asking = || Call::asking("validationToken=abc");
    let rows = vec![
        (
            "a batch",
            Call {
                body: Payload::Text(batch(&[basic()], &[token])),
                ..asking()
            },
        ),
        (
            "garbage",
            Call {
                body: Payload::Text("{".to_owned()),
                ..asking()
            },
        ),
        (
            "bytes",
            Call {
                body: Payload::Base64(vec![0xff; 1000]),
                ..asking()
            },
        ),
        (
            "an empty text",
            Call {
                body: Payload::Text(String::new()),
                ..asking()
            },
        ),
        (
            "JSON by its type",
            Call {
                headers: vec![("content-type", "application/json")],
                ..asking()
            },
        ),
        (
            "no type",
            Call {
                headers: vec![],
                ..asking()
            },
        ),
        (
            "a cookie",
            Call {
                headers: vec![("cookie", "a=b")],
                ..asking()
            },
        ),
        (
            "another origin",
            Call {
                headers: vec![("origin", "https://evil.example")],
                ..asking()
            },
        ),
        (
            "HTML wanted",
            Call {
                headers: vec![("accept", "text/html")],
                ..asking()
            },
        ),
        (
            "a method override",
            Call {
                headers: vec![("x-http-method-override", "DELETE")],
                ..asking()
            },
        ),
    ];
    let rows = rows
        .into_iter()
        .map(|(name, call)| (name, call, Told::of(200, "abc")));
    assert_answers(rows.collect(), 10).await;
}
