//! The meaning of Graph's status codes and headers.

use super::server::{RESOURCE, Seen, Server, TENANT, answer, path, read_one};
use crate::log::Log;
use serde_json::json;
use std::time::Duration;
use teamwire_graph::ReadFault;
use teamwire_graph::answers::{ErrorCode, GraphDenial};

fn throttled(seconds: u64) -> ReadFault {
    ReadFault::Throttled(Duration::from_secs(seconds))
}

fn down_for(seconds: u64) -> ReadFault {
    ReadFault::Unavailable(Some(Duration::from_secs(seconds)))
}

async fn fault(status: u16, headers: &'static [&'static str]) -> ReadFault {
    said(status, headers, "{\"error\":{}}").await
}

async fn said(status: u16, headers: &'static [&'static str], body: &str) -> ReadFault {
    let body = body.to_owned();
    let server = Server::graph(move |_| answer(status, headers, &body)).await;
    read_one(&server.reader()).await.unwrap_err()
}

fn error(code: &str, inner_code: &str, message: &str) -> String {
    let inner = json!({"code": inner_code, "request-id": "r"});
    json!({"error": {"code": code, "message": message, "innerError": inner}}).to_string()
}

#[tokio::test]
async fn every_status_has_its_meaning() {
    let down = ReadFault::Unavailable(None);
    let table: [(u16, ReadFault); 20] = [
        (201, ReadFault::TryAgain(201)),
        (202, ReadFault::TryAgain(202)),
        (206, ReadFault::TryAgain(206)),
        (300, ReadFault::TryAgain(300)),
        (400, ReadFault::Refused(400, None)),
        (401, ReadFault::TryAgain(401)),
        (402, ReadFault::Refused(402, None)),
        (403, ReadFault::Refused(403, None)),
        (404, ReadFault::NotFound),
        (405, ReadFault::Refused(405, None)),
        (409, ReadFault::TryAgain(409)),
        (410, ReadFault::NotFound),
        (423, ReadFault::TryAgain(423)),
        (451, ReadFault::Refused(451, None)),
        (500, down.clone()),
        (501, ReadFault::Refused(501, None)),
        (502, down.clone()),
        (503, down.clone()),
        (504, down.clone()),
        (509, down),
    ];
    for (status, expected) in table {
        assert_eq!(fault(status, &[]).await, expected, "{status}");
    }
    let nothing = Server::graph(|_| super::server::Act::Say(b"HTTP/1.1 204 None\r\n\r\n".to_vec()));
    let nothing = nothing.await;
    assert_eq!(
        read_one(&nothing.reader()).await,
        Err(ReadFault::TryAgain(204))
    );
}

#[tokio::test]
async fn a_page_that_graph_did_not_write_is_no_resource_and_passes() {
    for body in [
        "",
        "<html><body>Sign in</body></html>",
        "{",
        "{\"id\":\"1\"",
        "{}{}",
    ] {
        assert_eq!(
            said(200, &[], body).await,
            ReadFault::TryAgain(200),
            "{body}"
        );
    }
    assert!(ReadFault::TryAgain(200).passes().is_some());
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(200), "]".repeat(200));
    let server = Server::graph(move |_| answer(200, &[], &deep)).await;
    assert!(
        read_one(&server.reader()).await.is_ok(),
        "it is Graph's, whatever it is"
    );
}

#[tokio::test]
async fn what_is_not_found_is_deleted_only_where_graph_says_so_of_what_it_announces() {
    let not_found = error("NotFound", "", "Not Found");
    let unknown = error("UnknownError", "", "");
    for (resource, body, expected) in [
        ("teams('t')", &*not_found, ReadFault::Gone),
        ("teams('t')/channels('c')", &not_found, ReadFault::Gone),
        ("teams('t')/members('m')", &not_found, ReadFault::Gone),
        ("teams('t')", &unknown, ReadFault::NotFound),
        ("teams('t')", "<html>", ReadFault::NotFound),
        ("chats('c')", &not_found, ReadFault::NotFound),
        ("chats('c')/messages('m')", &not_found, ReadFault::NotFound),
        ("chats('c')/members('m')", &not_found, ReadFault::NotFound),
    ] {
        for status in [404, 410] {
            let body = body.to_owned();
            let server = Server::graph(move |_| answer(status, &[], &body)).await;
            let get = path(resource).get().unwrap();
            let read = server.reader().read(&TENANT.parse().unwrap(), &get).await;
            assert_eq!(read, Err(expected.clone()), "{resource}, {status}");
        }
    }
}

#[tokio::test]
async fn a_setting_that_keeps_the_app_out_of_meetings_is_told_from_a_missing_permission() {
    for (body, expected) in [
        (
            error(
                "General",
                "",
                "No application access policy found for this app.",
            ),
            ReadFault::Denied(GraphDenial::NoAccessPolicy),
        ),
        (
            error(
                "Forbidden",
                "",
                "Application is not allowed to perform operations on the user 'u', neither is \
                 allowed access through RSC permission evaluation.",
            ),
            ReadFault::Denied(GraphDenial::NoAccessPolicy),
        ),
        (
            error("Forbidden", "GraphAccessToTranscriptsDisabled", "x"),
            ReadFault::Denied(GraphDenial::TranscriptsDisabled),
        ),
        (
            error("Forbidden", "SpeakerAttributionNotAllowed", "x"),
            ReadFault::Denied(GraphDenial::NoSpeakers),
        ),
        (
            error("Forbidden", "", "Forbidden"),
            ReadFault::Refused(403, ErrorCode::parse("Forbidden")),
        ),
    ] {
        assert_eq!(said(403, &[], &body).await, expected, "{body}");
        assert_eq!(expected.passes(), None);
    }
}

#[tokio::test]
async fn what_graph_says_of_a_read_is_logged_without_ids() {
    let log = Log::default();
    let listening = log.listen();
    let body = error(
        "Forbidden",
        "",
        "No application access policy found for this app 7f105c7d-2dc5-4530-97cd-4e7ae6534c07.",
    );
    said(403, &[], &body).await;
    drop(listening);
    let lines = log.lines("No application access policy found for this app ..");
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].contains("no-access-policy"), "{lines:?}");
    assert_eq!(log.lines("7f105c7d"), Vec::<String>::new());
}

#[tokio::test]
async fn what_the_service_behind_graph_answered_counts() {
    let extension = |inner: &str| {
        error(
            "ExtensionError",
            "",
            &format!("Operation: Read; Exception: [{inner}]"),
        )
    };
    for (status, inner, expected) in [
        (
            403,
            "Status Code: ServiceUnavailable; Reason: x",
            ReadFault::Unavailable(None),
        ),
        (
            500,
            "Status Code: BadRequest; Reason: x",
            ReadFault::Refused(400, ErrorCode::parse("ExtensionError")),
        ),
        (
            500,
            "Specified method is not supported.",
            ReadFault::Refused(500, ErrorCode::parse("ExtensionError")),
        ),
    ] {
        assert_eq!(
            said(status, &[], &extension(inner)).await,
            expected,
            "{inner}"
        );
    }
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
        assert_eq!(read, Err(ReadFault::TryAgain(status)));
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
        Err(ReadFault::TryAgain(401))
    );
    assert_eq!(
        (server.reads().len(), server.token_requests().len()),
        (2, 2)
    );
}
