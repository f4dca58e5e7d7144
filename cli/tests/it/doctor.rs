//! `teamwire doctor` where AWS says little.

use crate::parties::Ran;
use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode};
use serde_json::Value;
use std::collections::BTreeSet;
use std::process::Stdio;
use tokio::net::TcpListener;
use tokio::process::Command;

const WHO: &str = "<GetCallerIdentityResponse><GetCallerIdentityResult>\
    <Arn>arn:aws:iam::123456789012:user/ada</Arn><UserId>AIDA</UserId><Account>123456789012</Account>\
    </GetCallerIdentityResult></GetCallerIdentityResponse>";

/// An AWS that knows who asks, and answers everything else with that status and error.
async fn answers(status: StatusCode, error: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let answer = move |headers: HeaderMap, _: Request| async move {
        let signed = headers
            .get("authorization")
            .map(|value| value.to_str().unwrap().to_owned());
        if signed.is_some_and(|signed| signed.contains("/sts/aws4_request")) {
            return (StatusCode::OK, HeaderMap::new(), WHO.to_owned());
        }
        let mut headers = HeaderMap::new();
        headers.insert("x-amzn-errortype", error.parse().unwrap());
        let body = format!(r#"{{"__type":"{error}","message":"said so"}}"#);
        (status, headers, body)
    };
    let router = Router::new().fallback(answer);
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

async fn doctor(url: &str) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_teamwire"));
    command
        .env_clear()
        .args(["doctor", "--output", "json"])
        .stdin(Stdio::null());
    command.envs([
        ("AWS_ENDPOINT_URL", url),
        ("AWS_REGION", "eu-central-1"),
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
    ]);
    command.output().await.unwrap().into()
}

#[tokio::test]
async fn who_may_look_at_nothing_is_told_so_of_every_station() {
    let ran = doctor(&answers(StatusCode::FORBIDDEN, "AccessDeniedException").await).await;
    assert_eq!(ran.status, Some(0), "{}{}", ran.out, ran.err);
    let document: Value = serde_json::from_str(&ran.out).unwrap();
    let findings = document["findings"].as_array().unwrap();
    let mut stations = BTreeSet::new();
    for finding in findings {
        assert_eq!(finding["verdict"], "unknown", "{finding}");
        stations.insert(finding["station"].as_str().unwrap());
    }
    let all = [
        "functions",
        "url",
        "queues",
        "keys",
        "tenants",
        "client-state",
        "alarms",
        "clock",
    ];
    assert_eq!(stations, all.into_iter().collect());
    assert!(
        ran.out.contains("lambda:GetFunctionConfiguration"),
        "{}",
        ran.out
    );
}

#[tokio::test]
async fn a_stack_that_is_not_there_is_one_fault() {
    let ran = doctor(&answers(StatusCode::NOT_FOUND, "ResourceNotFoundException").await).await;
    assert_eq!(ran.status, Some(1), "{}", ran.err);
    let document: Value = serde_json::from_str(&ran.out).unwrap();
    let findings = document["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0]["code"], "stack-missing");
}
