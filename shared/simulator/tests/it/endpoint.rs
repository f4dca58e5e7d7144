//! An endpoint that can be made to misbehave, and that remembers what it got.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header::CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// The answer to the handshake.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Handshake {
    Right,
    /// The token as it stood in the query.
    StillEncoded,
    Accepted202,
    Html,
    Other,
    Late,
}

#[derive(Clone)]
pub(crate) struct Endpoint {
    pub(crate) url: String,
    shared: Arc<Shared>,
}

struct Shared {
    handshake: Mutex<Handshake>,
    handshakes: Mutex<Vec<String>>,
    /// The answers to the next notifications; 202 when there is nothing.
    answers: Mutex<VecDeque<u16>>,
    bodies: Mutex<Vec<Value>>,
}

impl Endpoint {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook?code=a%20b", listener.local_addr().unwrap());
        let shared = Arc::new(Shared {
            handshake: Mutex::new(Handshake::Right),
            handshakes: Mutex::default(),
            answers: Mutex::default(),
            bodies: Mutex::default(),
        });
        let router = Router::new()
            .fallback(answer)
            .with_state(Arc::clone(&shared));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, shared }
    }

    pub(crate) fn shake(&self, handshake: Handshake) {
        *self.shared.handshake.lock().unwrap() = handshake;
    }

    pub(crate) fn answer_next(&self, statuses: &[u16]) {
        self.shared.answers.lock().unwrap().extend(statuses);
    }

    /// The raw queries of the handshakes so far.
    pub(crate) fn handshakes(&self) -> Vec<String> {
        self.shared.handshakes.lock().unwrap().clone()
    }

    /// The bodies of the notifications so far.
    pub(crate) fn bodies(&self) -> Vec<Value> {
        self.shared.bodies.lock().unwrap().clone()
    }

    /// The notifications so far.
    pub(crate) fn items(&self) -> Vec<Value> {
        let items = |body: &Value| body["value"].as_array().unwrap().clone();
        self.bodies().iter().flat_map(items).collect()
    }
}

async fn answer(
    State(shared): State<Arc<Shared>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let query = query.unwrap_or_default();
    if let Some((_, token)) = query.split_once("validationToken=") {
        assert_eq!(headers[CONTENT_TYPE], "text/plain; charset=utf-8");
        shared.handshakes.lock().unwrap().push(query.clone());
        let handshake = *shared.handshake.lock().unwrap();
        let decoded = token.replace('+', " ").replace("%3a", ":");
        return match handshake {
            Handshake::Right => decoded.into_response(),
            Handshake::StillEncoded => token.to_owned().into_response(),
            Handshake::Accepted202 => (StatusCode::ACCEPTED, decoded).into_response(),
            Handshake::Html => ([(CONTENT_TYPE, "text/html")], decoded).into_response(),
            Handshake::Other => "hello".into_response(),
            Handshake::Late => {
                tokio::time::sleep(Duration::from_secs(60)).await;
                decoded.into_response()
            }
        };
    }
    let status = shared.answers.lock().unwrap().pop_front().unwrap_or(202);
    if status == 202 {
        let body = serde_json::from_slice(&body).unwrap();
        shared.bodies.lock().unwrap().push(body);
    }
    StatusCode::from_u16(status).unwrap().into_response()
}
