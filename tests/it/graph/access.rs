//! Tokens for Graph: asked for once, kept, and what it means when there is none.

use super::server::{
    Act, OTHER_TENANT, RESOURCE, Seen, Server, TENANT, answer, read_at_once, read_for, read_in,
    read_one, reader, reader_with, token,
};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use teamwire_graph::{ReadFault, resource_reader::READ_TIMEOUT};

const DOWN: ReadFault = ReadFault::Unavailable(None);
const NINE_SECONDS: ReadFault = ReadFault::Unavailable(Some(Duration::from_secs(9)));
const REFUSED: ReadFault = ReadFault::CredentialsRefused;

fn json(body: &str) -> Act {
    answer(200, &["content-type: application/json"], body)
}

/// Answers requests for tokens by `entra` and every read with a resource.
async fn server(entra: impl Fn(&Seen) -> Act + Send + Sync + 'static) -> Server {
    Server::start(move |request| {
        if request.is_for_a_token() {
            entra(request)
        } else {
            answer(200, &[], RESOURCE)
        }
    })
    .await
}

#[tokio::test]
async fn without_a_token_nothing_is_read() {
    type Entra = fn() -> Act;
    let table: Vec<(&str, Entra, ReadFault)> = vec![
        (
            "400",
            || answer(400, &[], r#"{"error":"invalid_request"}"#),
            REFUSED,
        ),
        (
            "401",
            || answer(401, &[], r#"{"error":"invalid_client"}"#),
            REFUSED,
        ),
        ("403", || answer(403, &[], ""), REFUSED),
        ("404", || answer(404, &[], ""), REFUSED),
        ("429", || answer(429, &["retry-after: 9"], ""), NINE_SECONDS),
        ("429, no word when", || answer(429, &[], ""), DOWN),
        ("500", || answer(500, &[], ""), DOWN),
        ("503", || answer(503, &["retry-after: 9"], ""), NINE_SECONDS),
        (
            "302 to elsewhere",
            || answer(302, &["location: http://127.0.0.1:9/"], ""),
            DOWN,
        ),
        ("closed", || Act::Say(vec![]), DOWN),
        ("reset", || Act::Reset(b"HTTP/1.1 2".to_vec()), DOWN),
        ("nothing", || json(""), DOWN),
        (
            "HTML",
            || answer(200, &["content-type: text/html"], "<html>"),
            DOWN,
        ),
        ("an empty object", || json("{}"), DOWN),
        ("no token", || json(r#"{"expires_in":3600}"#), DOWN),
        ("no lifetime", || json(r#"{"access_token":"t"}"#), DOWN),
        (
            "a lifetime below zero",
            || json(r#"{"access_token":"t","expires_in":-1}"#),
            DOWN,
        ),
        (
            "a token that is a number",
            || json(r#"{"access_token":1,"expires_in":3600}"#),
            DOWN,
        ),
        (
            "a token with a line break",
            || token("t\r\nx: y", 3600),
            DOWN,
        ),
        (
            "an answer of 65 KiB",
            || token(&"t".repeat(65 * 1024), 3600),
            DOWN,
        ),
        (
            "a body cut short",
            || Act::Say(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{".to_vec()),
            DOWN,
        ),
    ];
    assert_eq!(table.len(), 21);
    for (name, act, expected) in table {
        let server = server(move |_| act()).await;
        assert_eq!(read_one(&server.reader()).await, Err(expected), "{name}");
        assert_eq!(server.reads().len(), 0, "{name}");
    }
}

#[tokio::test]
async fn an_entra_that_never_answers_is_an_outage() {
    let server = server(|_| Act::Silence).await;
    let reader = server.reader_within(Duration::from_millis(300));
    assert_eq!(read_one(&reader).await, Err(DOWN));
}

#[tokio::test]
async fn reads_at_once_ask_for_one_token() {
    let server = server(|_| token("t1", 3600)).await;
    let reads = read_at_once(server.reader(), 4).await;
    assert!(reads.iter().all(Result::is_ok));
    assert_eq!(
        (server.token_requests().len(), server.reads().len()),
        (1, 4)
    );
}

#[tokio::test]
async fn reads_whose_token_was_revoked_ask_for_one_new_one() {
    let server = Server::graph(|request| match request.header("authorization") {
        Some("Bearer t1") => answer(401, &[], ""),
        _ => answer(200, &[], RESOURCE),
    })
    .await;
    let reads = read_at_once(server.reader(), 4).await;
    assert!(reads.iter().all(Result::is_ok));
    assert_eq!(server.token_requests().len(), 2);
}

#[tokio::test]
async fn a_token_is_kept_until_five_minutes_before_it_expires() {
    for (lifetime, asked) in [(3600, 1), (301, 1), (300, 3), (0, 3), (u64::MAX, 1)] {
        let server = server(move |_| token("t1", lifetime)).await;
        let reader = server.reader();
        for chat in ["chats('a')", "chats('b')", "chats('c')"] {
            assert!(read_in(&reader, TENANT, chat).await.is_ok(), "{lifetime}");
        }
        assert_eq!(server.token_requests().len(), asked, "{lifetime}");
    }
}

#[tokio::test]
async fn a_refusal_is_remembered_and_an_outage_is_not() {
    for (status, fault, asked) in [(401, REFUSED, 1), (503, DOWN, 3)] {
        let server = server(move |_| answer(status, &[], "")).await;
        let reader = server.reader();
        for _ in 0..3 {
            assert_eq!(read_one(&reader).await, Err(fault.clone()));
        }
        assert_eq!(server.token_requests().len(), asked, "{status}");
    }
}

#[tokio::test]
async fn an_entra_that_says_when_is_left_alone_until_then() {
    for (status, seconds) in [(429, 40), (503, 20)] {
        let when = format!("retry-after: {seconds}");
        let server = server(move |_| answer(status, &[&when], "")).await;
        let reader = server.reader();
        let mut least = Duration::from_secs(seconds);
        for _ in 0..3 {
            // As long as it said, and then what is left of that.
            match read_one(&reader).await {
                Err(ReadFault::Unavailable(Some(wait))) if wait <= least => least = wait,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(server.token_requests().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn once_entra_is_back_the_next_read_succeeds() {
    let times = AtomicUsize::new(0);
    let server = server(move |_| match times.fetch_add(1, Ordering::SeqCst) {
        0 => answer(500, &[], ""),
        _ => token("t1", 3600),
    })
    .await;
    let reader = server.reader();
    assert_eq!(read_one(&reader).await, Err(DOWN));
    assert!(read_one(&reader).await.is_ok());
}

#[tokio::test]
async fn each_tenant_has_a_token_of_its_own() {
    let server = server(|request| match request.line.contains(TENANT) {
        true => token("mine", 3600),
        false => token("yours", 3600),
    })
    .await;
    let reader = server.reader();
    for (tenant, bearer) in [(TENANT, "Bearer mine"), (OTHER_TENANT, "Bearer yours")] {
        assert!(read_for(&reader, tenant).await.is_ok());
        let read = server.reads().pop().unwrap();
        assert_eq!(read.header("authorization"), Some(bearer));
    }
}

#[tokio::test]
async fn a_tenant_without_credentials_is_told_apart_and_nobody_is_asked() {
    let server = server(|_| token("t1", 3600)).await;
    let only = format!(r#"{{"{OTHER_TENANT}":{{"clientId":"a","clientSecret":"b"}}}}"#);
    let reader = reader_with(&server.url, &server.url, READ_TIMEOUT, &only);
    assert_eq!(
        read_for(&reader, TENANT).await,
        Err(ReadFault::NoCredentials)
    );
    assert!(read_for(&reader, OTHER_TENANT).await.is_ok());
    assert_eq!(server.token_requests().len(), 1);
}

#[tokio::test]
async fn tokens_come_from_entra_and_go_to_graph_only() {
    let entra = server(|_| token("t1", 3600)).await;
    let graph = server(|_| token("t2", 3600)).await;
    let reader = reader(&entra.url, &graph.url, READ_TIMEOUT);
    assert!(read_one(&reader).await.is_ok());
    assert_eq!((entra.token_requests().len(), entra.reads().len()), (1, 0));
    assert_eq!((graph.token_requests().len(), graph.reads().len()), (0, 1));
}
