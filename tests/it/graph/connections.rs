//! Faults of sockets during an answer.

use super::server::{Act, RESOURCE, Server, answer, read_one, reader};
use std::time::Duration;
use teamwire_graph::{ReadFault, resource_reader::READ_TIMEOUT};
use teamwire_payload::limits;
use tokio::net::TcpListener;

const DOWN: Result<String, ReadFault> = Err(ReadFault::Unavailable(None));
/// Long enough for whoever answers at all.
const LONG: Duration = READ_TIMEOUT;
/// For those who never will.
const SHORT: Duration = Duration::from_millis(400);

fn say(text: &str) -> Act {
    Act::Say(text.as_bytes().to_vec())
}

/// As large as allowed.
fn large() -> String {
    format!("\"{}\"", "x".repeat(limits::RESOURCE_BYTES - 2))
}

fn ok(body: &str) -> Result<String, ReadFault> {
    Ok(body.to_owned())
}

type Row = (
    &'static str,
    Duration,
    fn() -> Act,
    Result<String, ReadFault>,
);

fn broken() -> Vec<Row> {
    vec![
        ("closed without a word", LONG, || say(""), DOWN),
        ("reset without a word", LONG, || Act::Reset(vec![]), DOWN),
        (
            "reset within the header",
            LONG,
            || Act::Reset(b"HTTP/1.1 200 OK\r\ncont".to_vec()),
            DOWN,
        ),
        (
            "closed within the header",
            LONG,
            || say("HTTP/1.1 200 OK\r\ncontent-le"),
            DOWN,
        ),
        ("half open", SHORT, || Act::Silence, DOWN),
        (
            "header that drips for ever",
            SHORT,
            || Act::Drip(format!("HTTP/1.1 200 OK\r\nx: {}", "y".repeat(10_000)).into()),
            DOWN,
        ),
        (
            "body that drips for ever",
            SHORT,
            || {
                Act::Drip(
                    format!(
                        "HTTP/1.1 200 OK\r\ncontent-length: 10000\r\n\r\n{}",
                        "y".repeat(10_000)
                    )
                    .into(),
                )
            },
            DOWN,
        ),
        (
            "body shorter than its length",
            LONG,
            || say("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{}"),
            DOWN,
        ),
        (
            "reset within the body",
            LONG,
            || Act::Reset(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{".to_vec()),
            DOWN,
        ),
        (
            "chunks without their end",
            LONG,
            || say("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n"),
            DOWN,
        ),
        (
            "a chunk size that is none",
            LONG,
            || say("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n"),
            DOWN,
        ),
        ("not HTTP", LONG, || say("SSH-2.0-OpenSSH_9.6\r\n"), DOWN),
        (
            "a TLS alert",
            LONG,
            || Act::Say(vec![0x15, 3, 1, 0, 2, 2, 40]),
            DOWN,
        ),
        (
            "a status that is no number",
            LONG,
            || say("HTTP/1.1 OK\r\n\r\n"),
            DOWN,
        ),
        (
            "two lengths",
            LONG,
            || say("HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}"),
            DOWN,
        ),
        (
            "a length below zero",
            LONG,
            || say("HTTP/1.1 200 OK\r\ncontent-length: -2\r\n\r\n{}"),
            DOWN,
        ),
        (
            "a megabyte of headers",
            LONG,
            || {
                say(&format!(
                    "HTTP/1.1 200 OK\r\n{}\r\n",
                    format!("x: {}\r\n", "y".repeat(1000)).repeat(1000)
                ))
            },
            DOWN,
        ),
    ]
}

fn whole() -> Vec<Row> {
    vec![
        (
            "a body with its length",
            LONG,
            || answer(200, &[], RESOURCE),
            ok(RESOURCE),
        ),
        (
            "a body that drips in time",
            LONG,
            || Act::Drip(format!("HTTP/1.1 200 OK\r\ncontent-length: 21\r\n\r\n{RESOURCE}").into()),
            ok(RESOURCE),
        ),
        (
            "a body in chunks",
            LONG,
            || {
                say(
                    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n",
                )
            },
            ok("{}"),
        ),
        (
            "a body up to the close",
            LONG,
            || say("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{}"),
            ok("{}"),
        ),
        (
            "an interim answer first",
            LONG,
            || {
                say(
                    "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}",
                )
            },
            ok("{}"),
        ),
        (
            "HTTP/1.0",
            LONG,
            || say("HTTP/1.0 200 OK\r\n\r\n{}"),
            ok("{}"),
        ),
        (
            "a body as large as allowed",
            LONG,
            || answer(200, &[], &large()),
            Ok(large()),
        ),
        (
            "a byte more",
            LONG,
            || answer(200, &[], &"x".repeat(limits::RESOURCE_BYTES + 1)),
            Err(ReadFault::Unreadable),
        ),
        (
            "chunks without number or end",
            LONG,
            || Act::Flood(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec()),
            Err(ReadFault::Unreadable),
        ),
        (
            "a body that is no text",
            LONG,
            || {
                Act::Say(
                    [
                        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n".as_slice(),
                        &[0xff, 0xfe],
                    ]
                    .concat(),
                )
            },
            Err(ReadFault::Unreadable),
        ),
        (
            "gzip, which nobody asked for",
            LONG,
            || {
                Act::Say(
                    [
                        b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 10\r\n\r\n"
                            .as_slice(),
                        &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 0xff],
                    ]
                    .concat(),
                )
            },
            Err(ReadFault::Unreadable),
        ),
        (
            "text that says it is gzip",
            LONG,
            || answer(200, &["content-encoding: gzip"], RESOURCE),
            ok(RESOURCE),
        ),
        (
            "text that says it is brotli",
            LONG,
            || answer(200, &["content-encoding: br"], RESOURCE),
            ok(RESOURCE),
        ),
        (
            "HTML",
            LONG,
            || answer(200, &["content-type: text/html"], "<html>"),
            Err(ReadFault::TryAgain(200)),
        ),
        (
            "nothing",
            LONG,
            || answer(200, &[], ""),
            Err(ReadFault::TryAgain(200)),
        ),
    ]
}

#[tokio::test]
async fn whatever_the_socket_does_the_read_ends_as_it_should() {
    let mut rows = 0;
    for (name, timeout, act, expected) in broken().into_iter().chain(whole()) {
        let server = Server::graph(move |_| act()).await;
        let read = read_one(&server.reader_within(timeout)).await;
        assert!(read == expected, "{name}: {:.100}", format!("{read:?}"));
        rows += 1;
    }
    assert_eq!(rows, 32);
}

#[tokio::test]
async fn a_refused_connection_is_an_outage() {
    let vacant = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap();
    let server = Server::graph(|_| answer(200, &[], RESOURCE)).await;
    let nobody = format!("http://{vacant}");
    assert_eq!(read_one(&reader(&server.url, &nobody, LONG)).await, DOWN);
    assert_eq!(read_one(&reader(&nobody, &server.url, LONG)).await, DOWN);
}

#[tokio::test]
async fn after_an_outage_the_next_read_succeeds() {
    let times = std::sync::atomic::AtomicUsize::new(0);
    let server =
        Server::graph(
            move |_| match times.fetch_add(1, std::sync::atomic::Ordering::SeqCst) {
                0 => Act::Reset(vec![]),
                _ => answer(200, &[], RESOURCE),
            },
        )
        .await;
    let reader = server.reader();
    assert_eq!(read_one(&reader).await, DOWN);
    assert_eq!(read_one(&reader).await, ok(RESOURCE));
}
