//! SQS, Secrets Manager, S3, Entra and Graph, as far as the functions need them, on one port.

use anyhow::Context;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::serve::ListenerExt;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use teamwire_payload::Claim;
use tokio::net::TcpListener;

/// Everything that the functions talk to.
pub(crate) struct FakeAws {
    url: String,
    services: Arc<Services>,
}

struct Services {
    delay_millis: AtomicU64,
    sent: AtomicUsize,
    secrets: HashMap<&'static str, String>,
    signing_keys: Value,
    resource: Mutex<Bytes>,
    objects: Mutex<HashMap<String, Bytes>>,
}

/// `SendMessageBatch`, as far as the answer needs it.
#[derive(Deserialize)]
struct SendMessageBatch {
    #[serde(rename = "Entries")]
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(rename = "Id")]
    id: String,
}

impl FakeAws {
    /// Serves `secrets` by id, and `signing_keys` as Entra's.
    pub(crate) async fn start(
        secrets: HashMap<&'static str, String>,
        signing_keys: Value,
    ) -> anyhow::Result<Self> {
        let services = Arc::new(Services {
            delay_millis: AtomicU64::new(0),
            sent: AtomicUsize::new(0),
            secrets,
            signing_keys,
            resource: Mutex::default(),
            objects: Mutex::default(),
        });
        let routes = Router::new()
            .fallback(answer)
            .layer(DefaultBodyLimit::disable())
            .with_state(Arc::clone(&services));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let listener = listener.tap_io(|stream| {
            let _ = stream.set_nodelay(true);
        });
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Ok(Self { url, services })
    }

    /// Where it is.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Makes every answer take this long.
    pub(crate) fn answer_after(&self, delay: Duration) {
        let millis = u64::try_from(delay.as_millis()).unwrap_or(u64::MAX);
        self.services.delay_millis.store(millis, Ordering::Relaxed);
    }

    /// How many messages were sent to queues so far.
    pub(crate) fn sent(&self) -> usize {
        self.services.sent.load(Ordering::Relaxed)
    }

    /// What Graph answers to every GET from now on.
    pub(crate) fn serve_resource(&self, resource: String) {
        *lock(&self.services.resource) = Bytes::from(resource);
    }

    /// Leaves `message` in the bucket; the claim that travels in its place.
    pub(crate) fn leave(&self, message: String) -> anyhow::Result<String> {
        let claim = Claim::to(&message);
        let key = format!("/claims/{}", claim.key());
        lock(&self.services.objects).insert(key, Bytes::from(message));
        claim.to_json().context("a claim has a JSON form")
    }
}

async fn answer(
    State(services): State<Arc<Services>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, Bytes) {
    let delay = services.delay_millis.load(Ordering::Relaxed);
    if delay > 0 {
        tokio::time::sleep(Duration::from_millis(delay)).await;
    }
    let target = headers
        .get("x-amz-target")
        .and_then(|target| target.to_str().ok())
        .unwrap_or_default();
    let found = match (&method, uri.path(), target) {
        (&Method::POST, "/", "AmazonSQS.SendMessageBatch") => services.send(&body),
        (&Method::POST, "/", "secretsmanager.GetSecretValue") => services.secret(&body),
        // What is left for the consumer is never read here.
        (&Method::PUT, path, _) if path.starts_with("/claims/") => Some(Bytes::new()),
        (&Method::GET, path, _) if path.starts_with("/claims/") => {
            lock(&services.objects).get(path).cloned()
        }
        (&Method::GET, path, _) if path.ends_with("/keys") => text(&services.signing_keys),
        (&Method::POST, path, _) if path.ends_with("/oauth2/v2.0/token") => {
            text(&json!({ "access_token": "bench", "expires_in": 3599 }))
        }
        (&Method::GET, path, _) if path.starts_with("/v1.0/") => {
            Some(lock(&services.resource).clone())
        }
        _ => None,
    };
    match found {
        Some(body) => (StatusCode::OK, body),
        None => (StatusCode::NOT_FOUND, Bytes::new()),
    }
}

impl Services {
    fn send(&self, request: &[u8]) -> Option<Bytes> {
        let request: SendMessageBatch = serde_json::from_slice(request).ok()?;
        self.sent
            .fetch_add(request.entries.len(), Ordering::Relaxed);
        let successful: Vec<Value> = request
            .entries
            .iter()
            .map(|entry| json!({ "Id": entry.id, "MessageId": "m", "MD5OfMessageBody": "" }))
            .collect();
        text(&json!({ "Successful": successful, "Failed": [] }))
    }

    fn secret(&self, request: &[u8]) -> Option<Bytes> {
        let request: Value = serde_json::from_slice(request).ok()?;
        let secret = self.secrets.get(request.get("SecretId")?.as_str()?)?;
        text(&json!({ "SecretString": secret }))
    }
}

fn text(value: &Value) -> Option<Bytes> {
    Some(Bytes::from(value.to_string()))
}

fn lock<T>(held: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    held.lock().unwrap_or_else(PoisonError::into_inner)
}
