//! Lambda, as a function's process sees it.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::routing::{get, post};
use serde_json::Value;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};

/// The trace of an invocation, unless a test says otherwise.
pub(super) const TRACE: &str = "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0";
const TIMEOUT: Duration = Duration::from_secs(30);

/// The end of an invocation.
#[derive(Debug, PartialEq)]
pub(super) enum Outcome {
    Response(Value),
    Error(Value),
}

impl Outcome {
    /// The response, where it is one.
    pub(super) fn response(self) -> Value {
        match self {
            Self::Response(response) => response,
            Self::Error(error) => panic!("{error}"),
        }
    }
}

/// Hands out events, one after another.
pub(super) struct RuntimeApi {
    pub(super) address: String,
    events: UnboundedSender<(Value, String)>,
    outcomes: UnboundedReceiver<Outcome>,
}

#[derive(Clone)]
struct Shared {
    events: Arc<tokio::sync::Mutex<UnboundedReceiver<(Value, String)>>>,
    outcomes: Arc<Mutex<UnboundedSender<Outcome>>>,
}

impl RuntimeApi {
    pub(super) async fn start() -> Self {
        let (events, waiting) = mpsc::unbounded_channel();
        let (ended, outcomes) = mpsc::unbounded_channel();
        let shared = Shared {
            events: Arc::new(tokio::sync::Mutex::new(waiting)),
            outcomes: Arc::new(Mutex::new(ended)),
        };
        let routes = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route("/2018-06-01/runtime/invocation/{id}/{end}", post(end))
            .layer(DefaultBodyLimit::disable())
            .with_state(shared);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self {
            address,
            events,
            outcomes,
        }
    }

    /// Invokes the function with `event`.
    pub(super) async fn invoke(&mut self, event: Value) -> Outcome {
        self.invoke_in(event, TRACE).await
    }

    /// The same, with this trace header.
    pub(super) async fn invoke_in(&mut self, event: Value, trace: &str) -> Outcome {
        self.events.send((event, trace.to_owned())).unwrap();
        let outcome = tokio::time::timeout(TIMEOUT, self.outcomes.recv()).await;
        outcome.expect("the function does not answer").unwrap()
    }
}

async fn next(State(shared): State<Shared>) -> (StatusCode, HeaderMap, String) {
    let Some((event, trace)) = shared.events.lock().await.recv().await else {
        return (StatusCode::GONE, HeaderMap::new(), String::new());
    };
    let deadline = SystemTime::now().duration_since(UNIX_EPOCH).unwrap() + TIMEOUT;
    let headers = [
        ("lambda-runtime-aws-request-id", "request".to_owned()),
        (
            "lambda-runtime-deadline-ms",
            deadline.as_millis().to_string(),
        ),
        ("lambda-runtime-invoked-function-arn", "arn".to_owned()),
        ("lambda-runtime-trace-id", trace),
    ];
    let headers = headers.map(|(name, value)| {
        (
            HeaderName::from_static(name),
            HeaderValue::try_from(value).unwrap(),
        )
    });
    (
        StatusCode::OK,
        headers.into_iter().collect(),
        event.to_string(),
    )
}

async fn end(
    State(shared): State<Shared>,
    Path((_, end)): Path<(String, String)>,
    body: Bytes,
) -> StatusCode {
    let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
    let outcome = match end.as_str() {
        "response" => Outcome::Response(body),
        _ => Outcome::Error(body),
    };
    // Nobody may be waiting any more.
    let _ = shared.outcomes.lock().unwrap().send(outcome);
    StatusCode::ACCEPTED
}
