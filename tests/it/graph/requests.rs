//! The form of our requests, and their hosts.

use super::server::{RESOURCE, Seen, Server, TENANT, answer, path, read_one};
use std::process::Stdio;
use tokio::process::Command;

#[tokio::test]
async fn a_read_is_a_get_with_a_bearer_token_and_nothing_that_was_not_meant() {
    let server = Server::graph(|_| answer(200, &[], RESOURCE)).await;
    read_one(&server.reader()).await.unwrap();
    let read = server.reads().remove(0);
    assert_eq!(read.line, "GET /v1.0/chats/a/messages/1 HTTP/1.1");
    assert_eq!(read.header("authorization"), Some("Bearer t1"));
    assert_eq!(read.header("accept"), Some("application/json"));
    // Else what an enum was given later would be `unknownFutureValue`.
    assert_eq!(read.header("prefer"), Some("include-unknown-enum-members"));
    assert!(read.header("user-agent").unwrap().starts_with("teamwire/"));
    assert_eq!(read.header("host"), server.url.strip_prefix("http://"));
    for unwanted in ["accept-encoding", "cookie", "content-length"] {
        assert_eq!(read.header(unwanted), None, "{unwanted}");
    }
    assert_eq!(read.body, "");
}

#[tokio::test]
async fn the_url_is_made_of_percent_encoded_keys() {
    let server = Server::graph(|_| answer(200, &[], RESOURCE)).await;
    let reader = server.reader();
    for (resource, target) in [
        (
            "chats('19:a_b@unq.gbl.spaces')",
            "/v1.0/chats/19%3Aa_b%40unq.gbl.spaces",
        ),
        ("chats('o''hara')", "/v1.0/chats/o%27hara"),
        (
            "chats('x')/members('MCMjMA==')",
            "/v1.0/chats/x/members/MCMjMA%3D%3D",
        ),
        (
            "teams('t')/channels('19:c@thread.tacv2')/messages('1')/replies('2')",
            "/v1.0/teams/t/channels/19%3Ac%40thread.tacv2/messages/1/replies/2",
        ),
    ] {
        reader
            .read(&TENANT.parse().unwrap(), &path(resource).get().unwrap())
            .await
            .unwrap();
        let line = server.reads().pop().unwrap().line;
        assert_eq!(line, format!("GET {target} HTTP/1.1"), "{resource}");
    }
}

#[tokio::test]
async fn a_request_for_a_token_carries_the_secret_in_its_body_alone() {
    let server = Server::graph(|_| answer(200, &[], RESOURCE)).await;
    read_one(&server.reader()).await.unwrap();
    let request = server.token_requests().remove(0);
    assert_eq!(
        request.line,
        format!("POST /{TENANT}/oauth2/v2.0/token HTTP/1.1")
    );
    assert_eq!(
        request.header("content-type"),
        Some("application/x-www-form-urlencoded")
    );
    assert_eq!(request.header("authorization"), None);
    assert_eq!(
        request.body,
        "grant_type=client_credentials&client_id=app&client_secret=s%2Fe%2Bc+r%26e%3Dt\
         &scope=https%3A%2F%2Fgraph.microsoft.com%2F.default"
    );
}

/// Set for the process that reads with proxies in its environment.
const CHILD: &str = "TEAMWIRE_IT_READS_FROM";

#[tokio::test]
async fn a_proxy_in_the_environment_is_not_used() {
    if let Ok(url) = std::env::var(CHILD) {
        let reader = super::server::reader(&url, &url, std::time::Duration::from_secs(8));
        read_one(&reader).await.unwrap();
        return;
    }
    let server = Server::graph(|_| answer(200, &[], RESOURCE)).await;
    let proxy = Server::start(|_: &Seen| answer(200, &[], RESOURCE)).await;
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args([
        "--exact",
        "graph::requests::a_proxy_in_the_environment_is_not_used",
    ]);
    child
        .env(CHILD, &server.url)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    for variable in [
        "http_proxy",
        "HTTP_PROXY",
        "https_proxy",
        "HTTPS_PROXY",
        "ALL_PROXY",
    ] {
        child.env(variable, &proxy.url);
    }
    assert!(child.status().await.unwrap().success());
    assert_eq!(server.reads().len(), 1);
    assert_eq!((proxy.reads().len(), proxy.token_requests().len()), (0, 0));
}
