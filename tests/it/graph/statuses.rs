//! What Graph's status codes and headers mean.

use super::server::{RESOURCE, Seen, Server, answer, read_one};
use std::time::Duration;
use teamwire_graph::ReadFault;

fn throttled(seconds: u64) -> ReadFault {
    ReadFault::Throttled(Duration::from_secs(seconds))
}

fn down_for(seconds: u64) -> ReadFault {
    ReadFault::Unavailable(Some(Duration::from_secs(seconds)))
}

async fn fault(status: u16, headers: &'static [&'static str]) -> ReadFault {
    let server = Server::graph(move |_| answer(status, headers, "{\"error\":{}}")).await;
    read_one(&server.reader()).await.unwrap_err()
}

#[tokio::test]
async fn every_status_has_its_meaning() {
    let down = ReadFault::Unavailable(None);
    let table: [(u16, ReadFault); 20] = [
        (201, ReadFault::Refused(201)),
        (202, ReadFault::Refused(202)),
        (206, ReadFault::Refused(206)),
        (300, ReadFault::Refused(300)),
        (400, ReadFault::Refused(400)),
        (401, ReadFault::Refused(401)),
        (402, ReadFault::Refused(402)),
        (403, ReadFault::Refused(403)),
        (404, ReadFault::Gone),
        (405, ReadFault::Refused(405)),
        (409, ReadFault::Refused(409)),
        (410, ReadFault::Gone),
        (423, ReadFault::Refused(423)),
        (451, ReadFault::Refused(451)),
        (500, down),
        (501, down),
        (502, down),
        (503, down),
        (504, down),
        (509, down),
    ];
    for (status, expected) in table {
        assert_eq!(fault(status, &[]).await, expected, "{status}");
    }
    let nothing = Server::graph(|_| super::server::Act::Say(b"HTTP/1.1 204 None\r\n\r\n".to_vec()));
    let nothing = nothing.await;
    assert_eq!(
        read_one(&nothing.reader()).await,
        Err(ReadFault::Refused(204))
    );
}

#[tokio::test]
async fn every_form_of_retry_after_is_understood_or_replaced() {
    let table: [(&'static [&'static str], u64); 15] = [
        (&["retry-after: 7"], 7),
        (&["Retry-After:   7  "], 7),
        (&["retry-after: 0"], 1),
        (&["retry-after: 1"], 1),
        (&["retry-after: 3600"], 3600),
        (&["retry-after: 86400"], 3600),
        (&["retry-after: Wed, 21 Oct 2015 07:28:00 GMT"], 1),
        (&["retry-after: Wed, 21 Oct 2099 07:28:00 GMT"], 3600),
        (&[], 10),
        (&["retry-after:"], 10),
        (&["retry-after: -1"], 10),
        (&["retry-after: 1.5"], 10),
        (&["retry-after: soon"], 10),
        (&["retry-after: 99999999999999999999"], 10),
        (&["retry-after: 7", "retry-after: 900"], 7),
    ];
    for (headers, seconds) in table {
        assert_eq!(fault(429, headers).await, throttled(seconds), "{headers:?}");
    }
}

#[tokio::test]
async fn an_outage_may_say_how_long_it_takes() {
    assert_eq!(fault(503, &["retry-after: 30"]).await, down_for(30));
    assert_eq!(fault(500, &["retry-after: 120"]).await, down_for(120));
    assert_eq!(
        fault(503, &["retry-after: soon"]).await,
        ReadFault::Unavailable(None)
    );
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    for status in [301, 302, 303, 307, 308] {
        let elsewhere = Server::start(|_| answer(200, &[], RESOURCE)).await;
        let location = format!("location: {}/v1.0/chats/a/messages/1", elsewhere.url);
        let server = Server::graph(move |_| answer(status, &[&location], "")).await;
        let read = read_one(&server.reader()).await;
        assert_eq!(read, Err(ReadFault::Refused(status)));
        assert_eq!(
            (elsewhere.reads().len(), elsewhere.token_requests().len()),
            (0, 0)
        );
    }
}

fn bearer(request: &Seen) -> &str {
    request.header("authorization").unwrap_or_default()
}

#[tokio::test]
async fn a_token_that_was_revoked_is_replaced_once() {
    let server = Server::graph(|request| match bearer(request) {
        "Bearer t1" => answer(401, &[], ""),
        _ => answer(200, &[], RESOURCE),
    })
    .await;
    let reader = server.reader();
    assert_eq!(read_one(&reader).await, Ok(RESOURCE.to_owned()));
    assert_eq!(read_one(&reader).await, Ok(RESOURCE.to_owned()));
    let tokens = server
        .reads()
        .iter()
        .map(|read| bearer(read).to_owned())
        .collect::<Vec<_>>();
    assert_eq!(tokens, ["Bearer t1", "Bearer t2", "Bearer t2"]);
    assert_eq!(server.token_requests().len(), 2);
}

#[tokio::test]
async fn a_second_401_is_not_a_matter_of_the_token() {
    let server = Server::graph(|_| answer(401, &[], "")).await;
    assert_eq!(
        read_one(&server.reader()).await,
        Err(ReadFault::Refused(401))
    );
    assert_eq!(
        (server.reads().len(), server.token_requests().len()),
        (2, 2)
    );
}
