//! Entra's words when it refuses, and the part of them that is kept.

use super::server::{Act, Server, TENANT, answer, token};
use crate::log::Log;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use teamwire_graph::{AccessFault, AccessTokens, AppCredentials, ServiceEndpoints, TokenSource};
use teamwire_graph::{endpoints, http};
use teamwire_payload::cloud::MicrosoftCloud;

const CREDENTIALS: &str = r#"{"*":{"clientId":"app","clientSecret":"x"}}"#;

fn tokens(server: &Server) -> AccessTokens {
    let entra = endpoints::root(&server.url).unwrap();
    AccessTokens::new(
        http::client(Duration::from_secs(5)).unwrap(),
        &ServiceEndpoints::new(MicrosoftCloud::Global, Some(entra), None),
        AppCredentials::parse(CREDENTIALS).unwrap(),
    )
}

async fn fault(act: impl Fn() -> Act + Send + Sync + 'static) -> AccessFault {
    let server = Server::start(move |_| act()).await;
    let answer = tokens(&server).token(&TENANT.parse().unwrap()).await;
    answer.unwrap_err()
}

fn refusal(code: u32) -> String {
    json!({
        "error": "invalid_client",
        "error_description": format!("AADSTS{code}: the words of Entra"),
        "error_codes": [code],
    })
    .to_string()
}

#[tokio::test]
async fn a_refusal_keeps_entra_s_number() {
    for (status, code) in [
        (401, 7_000_215),
        (401, 700_027),
        (401, 700_213),
        (400, 70_021),
        (400, 7_000_112),
        (400, 700_016),
    ] {
        let body = refusal(code);
        let fault = fault(move || answer(status, &[], &body)).await;
        assert_eq!(fault, AccessFault::Refused { code: Some(code) });
        assert_eq!(
            fault.to_string(),
            format!("Entra refused the credentials, AADSTS{code}")
        );
    }
}

#[tokio::test]
async fn a_refusal_without_a_number_is_one_all_the_same() {
    let large = format!(r#"{{"error_codes":[1],"x":"{}"}}"#, "y".repeat(65 * 1024));
    for body in [
        "",
        "<html>",
        "{}",
        r#"{"error":"invalid_client"}"#,
        r#"{"error_codes":[]}"#,
        r#"{"error_codes":7000215}"#,
        r#"{"error_codes":["7000215"]}"#,
        r#"{"error_codes":[-1]}"#,
        r#"{"error_codes":[99999999999]}"#,
        &large,
    ] {
        let owned = body.to_owned();
        let fault = fault(move || answer(401, &[], &owned)).await;
        assert_eq!(fault, AccessFault::Refused { code: None }, "{body:.40}");
    }
}

#[tokio::test]
async fn a_refusal_is_told_once_and_by_its_number_alone() {
    let log = Log::default();
    let watch = log.listen();
    let server = Server::start(|_| answer(401, &[], &refusal(7_000_215))).await;
    let (tokens, tenant) = (tokens(&server), TENANT.parse().unwrap());
    for _ in 0..20 {
        assert!(tokens.token(&tenant).await.is_err());
    }
    drop(watch);
    let told = log.lines("refused");
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains(r#""aadsts":7000215"#), "{told:?}");
    assert!(told[0].contains(TENANT), "{told:?}");
    assert_eq!(log.lines("the words of Entra"), Vec::<String>::new());
}

#[tokio::test]
async fn an_app_that_is_refused_in_one_tenant_keeps_its_tokens_in_another() {
    const REFUSING: &str = "9f4ebab6-520d-49c0-85cc-7b25c78d4a95";
    let given = AtomicUsize::new(0);
    let server = Server::start(move |request| {
        if request.line.contains(REFUSING) {
            return answer(400, &[], &refusal(700_016));
        }
        token(&format!("t{}", given.fetch_add(1, Ordering::SeqCst)), 3600)
    })
    .await;
    let (tokens, good) = (tokens(&server), TENANT.parse().unwrap());
    let first = tokens.token(&good).await.unwrap();
    assert!(tokens.token(&REFUSING.parse().unwrap()).await.is_err());
    assert!(Arc::ptr_eq(&first, &tokens.token(&good).await.unwrap()));
}
