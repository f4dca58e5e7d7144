//! The answer of a URL.

use crate::http;
use reqwest::{Client, RequestBuilder};
use std::error::Error;
use std::time::{Duration, Instant};

/// A handshake's token as it is sent: with what is easily mangled on the way.
pub(super) const SENT: &str = "Validation%3a+teamwire%20doctor%2B%C3%BC%E2%82%AC%26%3D";
/// The same as it must come back.
pub(super) const TOKEN: &str = "Validation: teamwire doctor+ü€&=";
/// No notification.
const GARBAGE: &str = "teamwire doctor";
/// Handshakes after the first.
const WARM: usize = 5;
/// Longer than Graph waits, to tell slow from silent.
const PATIENCE: Duration = Duration::from_secs(11);
/// Longest body that is read; of a right answer it is the token.
const BODY_BYTES: usize = 4_096;

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ProbeAnswer {
    pub(super) status: u16,
    pub(super) content_type: String,
    /// The address that it redirects to.
    pub(super) location: Option<String>,
    pub(super) body: String,
    /// Until the last byte.
    pub(super) took: Duration,
}

/// The reason why no answer came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ProbeFault {
    Tls(String),
    Unreachable(String),
    TooSlow,
}

pub(super) type Garbage = Result<ProbeAnswer, ProbeFault>;

/// The answers of a URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct UrlProbe {
    /// The first, which may have met a cold function, and those after it.
    pub(super) handshakes: Result<(ProbeAnswer, Vec<ProbeAnswer>), ProbeFault>,
    pub(super) garbage: Garbage,
}

impl UrlProbe {
    /// Asks a URL.
    pub(super) async fn of(url: &str) -> Self {
        let client = match http::client(PATIENCE) {
            Ok(client) => client,
            Err(fault) => {
                let unanswered = ProbeFault::Tls(fault.to_string());
                let (handshakes, garbage) = (Err(unanswered.clone()), Err(unanswered));
                return Self {
                    handshakes,
                    garbage,
                };
            }
        };
        let handshakes = shake(&client, url).await;
        let garbage = match &handshakes {
            Ok(_) => answer(client.post(url).body(GARBAGE)).await,
            Err(unanswered) => Err(unanswered.clone()),
        };
        Self {
            handshakes,
            garbage,
        }
    }
}

async fn shake(client: &Client, url: &str) -> Result<(ProbeAnswer, Vec<ProbeAnswer>), ProbeFault> {
    // By hand, so that nothing encodes it otherwise.
    let url = format!("{url}?validationToken={SENT}");
    let first = answer(client.post(&url)).await?;
    let mut warm = Vec::new();
    // What is wrong is wrong five times more.
    if first.status == 200 {
        for _ in 0..WARM {
            warm.push(answer(client.post(&url)).await?);
        }
    }
    Ok((first, warm))
}

async fn answer(request: RequestBuilder) -> Result<ProbeAnswer, ProbeFault> {
    let started = Instant::now();
    let response = request.send().await.map_err(unanswered)?;
    let header = |name: &str| {
        let value = response.headers().get(name)?.to_str().ok()?;
        Some(value.to_owned())
    };
    let status = response.status().as_u16();
    let content_type = header("content-type").unwrap_or_default();
    let location = header("location");
    let body = http::read_body(response, BODY_BYTES).await;
    Ok(ProbeAnswer {
        status,
        content_type,
        location,
        body: String::from_utf8_lossy(&body.unwrap_or_default()).into_owned(),
        took: started.elapsed(),
    })
}

fn unanswered(fault: reqwest::Error) -> ProbeFault {
    // The innermost says what it was; the outer ones repeat the URL.
    let mut inner: &dyn Error = &fault;
    while let Some(source) = inner.source() {
        inner = source;
    }
    let why = inner.to_string();
    if fault.is_timeout() && !fault.is_connect() {
        ProbeFault::TooSlow
    } else if why.contains("certificate") || why.contains("TLS") {
        ProbeFault::Tls(why)
    } else {
        ProbeFault::Unreachable(why)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::body::Bytes;
    use axum::extract::Query;
    use axum::http::StatusCode;
    use axum::routing::post;
    use std::collections::HashMap;
    use tokio::net::TcpListener;

    async fn serve(router: Router) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await });
        format!("http://{address}/notifications")
    }

    #[tokio::test]
    async fn a_token_with_all_that_is_easily_mangled_comes_back() {
        let echo = |Query(query): Query<HashMap<String, String>>, body: Bytes| async move {
            match query.get("validationToken") {
                Some(token) => (StatusCode::OK, token.clone()),
                None => (
                    StatusCode::BAD_REQUEST,
                    String::from_utf8_lossy(&body).into(),
                ),
            }
        };
        let probe =
            UrlProbe::of(&serve(Router::new().route("/notifications", post(echo))).await).await;
        let (first, warm) = probe.handshakes.unwrap();
        assert_eq!((first.status, first.body.as_str()), (200, TOKEN));
        assert!(first.content_type.starts_with("text/plain"));
        assert_eq!(warm.len(), WARM);
        let garbage = probe.garbage.unwrap();
        assert_eq!((garbage.status, garbage.body.as_str()), (400, GARBAGE));
    }

    #[tokio::test]
    async fn a_redirect_is_not_followed() {
        let away = || async { (StatusCode::PERMANENT_REDIRECT, [("location", "/elsewhere")]) };
        let probe =
            UrlProbe::of(&serve(Router::new().route("/notifications", post(away))).await).await;
        let (first, warm) = probe.handshakes.unwrap();
        assert_eq!(
            (first.status, first.location.as_deref()),
            (308, Some("/elsewhere"))
        );
        assert!(warm.is_empty());
    }

    #[tokio::test]
    async fn a_port_where_nobody_listens_can_not_be_reached() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        drop(listener);
        let probe = UrlProbe::of(&format!("http://{address}/")).await;
        assert!(
            matches!(probe.handshakes, Err(ProbeFault::Unreachable(_))),
            "{probe:?}"
        );
    }
}
