//! The client from outside: what a server, or a connection, can do to it.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that can't go on should stop"
)]

use std::time::{Duration, Instant};
use teamwire_http::{Client, Method, NoResponse, Request, Timeouts, header};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const SHORT: Duration = Duration::from_millis(200);
const LONG: Duration = Duration::from_secs(20);

fn client(connect: Duration, request: Duration) -> Client {
    Client::new(Timeouts { connect, request }).unwrap()
}

/// A listener, and its root.
async fn listener(scheme: &str) -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let root = format!("{scheme}://{}", listener.local_addr().unwrap());
    (listener, root)
}

/// Reads one request, as far as a test can tell: its head, and a body that is named in it.
async fn request_text(stream: &mut TcpStream) -> String {
    let mut text = String::new();
    loop {
        let mut part = [0; 4096];
        let read = stream.read(&mut part).await.unwrap();
        text += std::str::from_utf8(&part[..read]).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("content-length")
                .then(|| value.parse::<usize>().unwrap())
        });
        if read == 0 || text.contains("\r\n\r\n") && body.len() >= length.unwrap_or(0) {
            return text;
        }
    }
}

/// Answers one connection with `answer`, and gives the request. Then the connection is closed.
async fn answer_once(listener: TcpListener, answer: &'static str) -> String {
    let (mut stream, _) = listener.accept().await.unwrap();
    let request = request_text(&mut stream).await;
    stream.write_all(answer.as_bytes()).await.unwrap();
    request
}

async fn exchange(answer: &'static str, request: impl FnOnce(&str) -> Request) -> (String, u16) {
    let (listener, root) = listener("http").await;
    let server = tokio::spawn(answer_once(listener, answer));
    let response = request(&root).send().await.unwrap();
    (server.await.unwrap(), response.status().as_u16())
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    let answer = "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n";
    let (request, status) = exchange(answer, |root| client(LONG, LONG).get(root)).await;
    assert_eq!(status, 302);
    assert!(request.starts_with("GET / HTTP/1.1\r\n"), "{request}");
}

#[tokio::test]
async fn a_form_is_encoded_and_neither_it_nor_a_token_is_printed() {
    let asked = |root: &str| {
        let request = client(LONG, LONG)
            .request(Method::PATCH, root)
            .header(header::ACCEPT, "application/json")
            .bearer_auth("marker")
            .form(&[("a", "b c&d=é"), ("e", "")]);
        let printed = format!("{request:?}");
        assert!(!printed.contains("marker") && !printed.contains("b+c"));
        request
    };
    let (request, _) = exchange("HTTP/1.1 204 No Content\r\n\r\n", asked).await;
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("PATCH / HTTP/1.1\r\n"), "{head}");
    assert!(head.contains("authorization: Bearer marker"), "{head}");
    assert!(
        head.contains("content-type: application/x-www-form-urlencoded"),
        "{head}"
    );
    assert!(head.contains("user-agent: teamwire/"), "{head}");
    assert_eq!(body, "a=b+c%26d%3D%C3%A9&e=");
}

#[tokio::test]
async fn what_can_be_no_request_is_not_sent() {
    let client = client(LONG, LONG);
    for request in [
        client.get("http://127.0.0.1:1/a b"),
        client
            .get("http://127.0.0.1:1/")
            .header(header::ACCEPT, "a\nb: c"),
        client.get("http://127.0.0.1:1/").bearer_auth("a\r\nb: c"),
    ] {
        let fault = request.send().await.unwrap_err();
        assert!(matches!(fault, NoResponse::Invalid(_)), "{fault:?}");
    }
}

#[tokio::test]
async fn where_nobody_listens_the_connection_fails() {
    let (listener, root) = listener("http").await;
    drop(listener);
    let fault = client(LONG, LONG).get(&root).send().await.unwrap_err();
    assert!(matches!(fault, NoResponse::Failed(_)), "{fault:?}");
}

#[tokio::test]
async fn a_server_that_never_shakes_hands_holds_up_no_longer_than_a_connection_may_take() {
    let (listener, root) = listener("https").await;
    let server = tokio::spawn(async move { listener.accept().await.unwrap() });
    let fault = client(SHORT, LONG).get(&root).send().await.unwrap_err();
    assert!(matches!(fault, NoResponse::Failed(_)), "{fault:?}");
    drop(server.await.unwrap());
}

#[tokio::test]
async fn the_time_limit_is_for_the_answer_and_for_all_of_its_body() {
    let (silent, root) = listener("http").await;
    let server = tokio::spawn(async move { silent.accept().await.unwrap() });
    let fault = client(LONG, SHORT).get(&root).send().await.unwrap_err();
    assert!(matches!(fault, NoResponse::TimedOut), "{fault:?}");
    drop(server.await.unwrap());

    let (listener, root) = listener("http").await;
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        request_text(&mut stream).await;
        let head = "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nsome";
        stream.write_all(head.as_bytes()).await.unwrap();
        // The rest never comes.
        tokio::time::sleep(LONG).await;
    });
    let begun = Instant::now();
    let request = client(LONG, LONG).get(&root).timeout(SHORT);
    let mut response = request.send().await.unwrap();
    assert_eq!(response.chunk().await.unwrap().unwrap(), "some");
    assert!(response.chunk().await.is_err());
    assert!(begun.elapsed() < LONG);
}

#[tokio::test]
async fn a_body_that_breaks_off_is_no_body() {
    let (listener, root) = listener("http").await;
    let answer = "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nsome";
    tokio::spawn(answer_once(listener, answer));
    let mut response = client(LONG, LONG).get(&root).send().await.unwrap();
    assert_eq!(response.chunk().await.unwrap().unwrap(), "some");
    assert!(response.chunk().await.is_err());
}

#[tokio::test]
async fn a_connection_that_was_closed_meanwhile_is_replaced_and_one_that_lives_is_kept() {
    let (listener, root) = listener("http").await;
    let server = tokio::spawn(async move {
        let mut requests = Vec::new();
        for answers in [2, 1] {
            let (mut stream, _) = listener.accept().await.unwrap();
            for _ in 0..answers {
                requests.push(request_text(&mut stream).await);
                let answer = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        }
        requests.len()
    });
    let client = client(LONG, LONG);
    for _ in 0..3 {
        let mut response = client.get(&root).send().await.unwrap();
        while response.chunk().await.unwrap().is_some() {}
    }
    assert_eq!(server.await.unwrap(), 3);
}
