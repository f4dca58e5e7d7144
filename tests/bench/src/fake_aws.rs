//! SQS, EventBridge, Secrets Manager, S3, Entra and Graph, as far as the functions need them, on one
//! port, over TLS.
//!
//! It alone is fast enough that a benchmark measures the functions: it keeps nothing and parses little.

use crate::event::Queued;
use crate::fake_graph::FakeGraph;
use crate::function;
use crate::traffic::Parties;
use crate::trust::Trust;
use anyhow::Context;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header::{ETAG, HeaderValue};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::middleware::map_response;
use axum::response::Response;
use md5::{Digest, Md5};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use teamwire_payload::ClaimCheck;
use teamwire_simulator::Identity;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

/// As SQS and EventBridge bill.
const REQUEST_BYTES: usize = 64 * 1024;
const NO_SUCH_KEY: &[u8] = b"<Error><Code>NoSuchKey</Code><Message>none</Message></Error>";

/// Everything that the functions talk to.
pub(crate) struct FakeAws {
    url: String,
    trust: Trust,
    services: Arc<Services>,
}

/// The requests of the functions, all in all.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Usage {
    /// Calls to SQS.
    pub(crate) sqs: u64,
    /// The requests that SQS bills for them: each begun 64 KiB of a call is one.
    pub(crate) sqs_billed: u64,
    /// Bytes of the messages sent.
    pub(crate) sqs_bytes: u64,
    /// Events that EventBridge bills: each begun 64 KiB of an entry is one.
    pub(crate) bus_billed: u64,
    /// Calls to S3.
    pub(crate) s3: u64,
    /// Calls to Graph, without Entra.
    pub(crate) graph: u64,
    /// Fetches of Entra's keys.
    pub(crate) keys: u64,
}

impl Usage {
    /// The usage since `before`.
    pub(crate) const fn since(self, before: Self) -> Self {
        Self {
            sqs: self.sqs - before.sqs,
            sqs_billed: self.sqs_billed - before.sqs_billed,
            sqs_bytes: self.sqs_bytes - before.sqs_bytes,
            bus_billed: self.bus_billed - before.bus_billed,
            s3: self.s3 - before.s3,
            graph: self.graph - before.graph,
            keys: self.keys - before.keys,
        }
    }
}

struct Services {
    delay_millis: AtomicU64,
    graph_delay_millis: AtomicU64,
    sent: AtomicUsize,
    secrets: HashMap<&'static str, String>,
    signing_keys: Value,
    graph: FakeGraph,
    objects: Mutex<HashMap<String, Bytes>>,
    usage: Mutex<Usage>,
    numbers: AtomicUsize,
    watcher: Mutex<Option<mpsc::UnboundedSender<Sent>>>,
}

/// A message that was sent.
pub(crate) struct Sent {
    /// The name of the queue.
    pub(crate) queue: String,
    pub(crate) message: Queued,
    /// The time until it may be received.
    pub(crate) delay: Duration,
    pub(crate) at: Instant,
}

/// `SendMessageBatch`, as far as the answer needs it.
#[derive(Deserialize)]
struct SendMessageBatch {
    #[serde(rename = "QueueUrl", default)]
    queue_url: String,
    #[serde(rename = "Entries")]
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(rename = "Id")]
    id: String,
    #[serde(rename = "MessageBody")]
    body: String,
    #[serde(rename = "DelaySeconds", default)]
    delay: u64,
    #[serde(rename = "MessageAttributes", default)]
    attributes: HashMap<String, SentAttribute>,
}

#[derive(Deserialize)]
struct SentAttribute {
    #[serde(rename = "StringValue")]
    value: String,
}

/// `PutEvents`, the same.
#[derive(Deserialize)]
struct PutEvents {
    #[serde(rename = "Entries")]
    entries: Vec<BusEntry>,
}

#[derive(Deserialize)]
struct BusEntry {
    #[serde(rename = "Detail")]
    detail: String,
}

impl PutEvents {
    /// Each begun 64 KiB of an entry is an event.
    fn billed(&self) -> u64 {
        let of = |entry: &BusEntry| entry.detail.len().div_ceil(REQUEST_BYTES).max(1) as u64;
        self.entries.iter().map(of).sum()
    }
}

impl FakeAws {
    /// Serves what `parties` know; what makes functions trust it is written below `bin_dir`.
    pub(crate) async fn start(parties: &Parties, bin_dir: &Path) -> anyhow::Result<Self> {
        let services = Arc::new(Services {
            delay_millis: AtomicU64::new(0),
            graph_delay_millis: AtomicU64::new(0),
            sent: AtomicUsize::new(0),
            secrets: parties.secrets()?,
            signing_keys: parties.signing_keys(),
            graph: FakeGraph::default(),
            objects: Mutex::default(),
            usage: Mutex::default(),
            // Beyond those of messages that nobody sent.
            numbers: AtomicUsize::new(1_000_000),
            watcher: Mutex::default(),
        });
        let routes = Router::new()
            .fallback(answer)
            .layer(map_response(with_version))
            .layer(DefaultBodyLimit::disable())
            .with_state(Arc::clone(&services));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let port = listener.local_addr()?.port();
        let url = format!("https://localhost:{port}");
        let identity = Identity::generate()?;
        let folder = bin_dir.join(format!("bench/trust-{port}"));
        let trust = Trust::write(&identity.root, &folder)?;
        let listener = identity.listen(listener)?;
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Ok(Self {
            url,
            trust,
            services,
        })
    }

    /// The environment of a function that talks to it.
    pub(crate) fn settings(&self) -> Vec<(String, String)> {
        let mut settings = function::settings(&self.url);
        settings.extend(self.trust.settings());
        settings
    }

    /// Makes every answer of AWS and Entra take this long.
    pub(crate) fn answer_after(&self, delay: Duration) {
        let millis = u64::try_from(delay.as_millis()).unwrap_or(u64::MAX);
        self.services.delay_millis.store(millis, Ordering::Relaxed);
    }

    /// Makes every answer of Graph take this long.
    pub(crate) fn graph_answers_after(&self, delay: Duration) {
        let millis = u64::try_from(delay.as_millis()).unwrap_or(u64::MAX);
        let graph = &self.services.graph_delay_millis;
        graph.store(millis, Ordering::Relaxed);
    }

    /// The usage so far.
    pub(crate) fn usage(&self) -> Usage {
        *lock(&self.services.usage)
    }

    /// The number of messages sent to queues so far.
    pub(crate) fn sent(&self) -> usize {
        self.services.sent.load(Ordering::Relaxed)
    }

    /// Every message that is sent from now on.
    pub(crate) fn watch(&self) -> mpsc::UnboundedReceiver<Sent> {
        let (watcher, sent) = mpsc::unbounded_channel();
        *lock(&self.services.watcher) = Some(watcher);
        sent
    }

    /// Sets Graph's answer to every GET from now on.
    pub(crate) fn serve_resource(&self, resource: String) {
        self.services.graph.serve_resource(resource);
    }

    /// Graph, for what is more than that.
    pub(crate) fn graph(&self) -> &FakeGraph {
        &self.services.graph
    }

    /// Puts a file into a bucket.
    pub(crate) fn put(&self, path: &str, text: String) {
        lock(&self.services.objects).insert(path.to_owned(), Bytes::from(text));
    }

    /// Leaves `message` in the bucket; the claim that travels in its place.
    pub(crate) fn leave(&self, message: String) -> anyhow::Result<String> {
        let claim = ClaimCheck::to(&message);
        let key = format!("/claims/{}", claim.key());
        lock(&self.services.objects).insert(key, Bytes::from(message));
        claim.to_json().context("a claim has a JSON form")
    }
}

/// S3 says which version of a file it gives. Nobody else writes here, so that it is always the last.
async fn with_version(mut response: Response) -> Response {
    let version = HeaderValue::from_static("\"1\"");
    response.headers_mut().insert(ETAG, version);
    response
}

async fn answer(
    State(services): State<Arc<Services>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, Bytes) {
    let path = uri.path();
    let is_graph = path.starts_with("/v1.0/") || path.starts_with("/beta/");
    let delay = match is_graph {
        true => &services.graph_delay_millis,
        false => &services.delay_millis,
    };
    let delay = delay.load(Ordering::Relaxed);
    if delay > 0 {
        tokio::time::sleep(Duration::from_millis(delay)).await;
    }
    if is_graph {
        lock(&services.usage).graph += 1;
        return services.graph.answer(&method, path, &headers, &body);
    }
    let target = headers
        .get("x-amz-target")
        .and_then(|target| target.to_str().ok())
        .unwrap_or_default();
    let found = match (&method, path, target) {
        (&Method::POST, "/", "AmazonSQS.SendMessageBatch") => services.send(&body),
        (&Method::POST, "/", "AWSEvents.PutEvents") => services.put_events(&body),
        (&Method::POST, "/", "secretsmanager.GetSecretValue") => services.secret(&body),
        (&Method::GET, path, _) if path.ends_with("/keys") => {
            lock(&services.usage).keys += 1;
            text(&services.signing_keys)
        }
        (&Method::POST, path, _) if path.ends_with("/oauth2/v2.0/token") => token(path),
        (&Method::PUT | &Method::GET, path, _) => return services.object(&method, path, body),
        _ => None,
    };
    match found {
        Some(body) => (StatusCode::OK, body),
        None => (StatusCode::NOT_FOUND, Bytes::new()),
    }
}

/// The token is the tenant, so that Graph knows who asks.
fn token(path: &str) -> Option<Bytes> {
    let tenant = path.trim_start_matches('/').split('/').next()?;
    text(&json!({ "access_token": tenant, "expires_in": 3599 }))
}

impl Services {
    fn send(&self, request: &[u8]) -> Option<Bytes> {
        let request: SendMessageBatch = serde_json::from_slice(request).ok()?;
        self.sent
            .fetch_add(request.entries.len(), Ordering::Relaxed);
        let bytes: usize = request.entries.iter().map(|entry| entry.body.len()).sum();
        let mut usage = lock(&self.usage);
        usage.sqs += 1;
        usage.sqs_bytes += bytes as u64;
        usage.sqs_billed += bytes.div_ceil(REQUEST_BYTES).max(1) as u64;
        drop(usage);
        let successful: Vec<Value> = request
            .entries
            .iter()
            .map(|entry| {
                // Some SDKs hold it against what they sent.
                let digest = Md5::digest(entry.body.as_bytes());
                let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
                json!({ "Id": entry.id, "MessageId": "m", "MD5OfMessageBody": digest })
            })
            .collect();
        self.tell(request);
        text(&json!({ "Successful": successful, "Failed": [] }))
    }

    /// Tells who watches, if anybody does.
    fn tell(&self, request: SendMessageBatch) {
        let watcher = lock(&self.watcher);
        let Some(watcher) = watcher.as_ref() else {
            return;
        };
        let name = request.queue_url.rsplit('/').next().unwrap_or_default();
        let at = Instant::now();
        for entry in request.entries {
            let attributes = entry.attributes.into_iter();
            // Nobody may be there any more.
            let _ = watcher.send(Sent {
                queue: name.to_owned(),
                message: Queued {
                    number: self.numbers.fetch_add(1, Ordering::Relaxed),
                    body: entry.body,
                    attributes: attributes.map(|(name, it)| (name, it.value)).collect(),
                },
                delay: Duration::from_secs(entry.delay),
                at,
            });
        }
    }

    fn put_events(&self, request: &[u8]) -> Option<Bytes> {
        let request: PutEvents = serde_json::from_slice(request).ok()?;
        lock(&self.usage).bus_billed += request.billed();
        let accepted: Vec<Value> = request
            .entries
            .iter()
            .map(|_| json!({ "EventId": "e" }))
            .collect();
        text(&json!({ "Entries": accepted, "FailedEntryCount": 0 }))
    }

    fn secret(&self, request: &[u8]) -> Option<Bytes> {
        let request: Value = serde_json::from_slice(request).ok()?;
        let secret = self.secrets.get(request.get("SecretId")?.as_str()?)?;
        text(&json!({ "SecretString": secret }))
    }

    fn object(&self, method: &Method, path: &str, body: Bytes) -> (StatusCode, Bytes) {
        lock(&self.usage).s3 += 1;
        let mut objects = lock(&self.objects);
        if method == Method::GET {
            return match objects.get(path) {
                Some(found) => (StatusCode::OK, found.clone()),
                None => (StatusCode::NOT_FOUND, Bytes::from_static(NO_SUCH_KEY)),
            };
        }
        // Claims that are left for the consumer are never read here.
        if !path.starts_with("/claims/") {
            objects.insert(path.to_owned(), body);
        }
        (StatusCode::OK, Bytes::new())
    }
}

fn text(value: &Value) -> Option<Bytes> {
    Some(Bytes::from(value.to_string()))
}

fn lock<T>(held: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    held.lock().unwrap_or_else(PoisonError::into_inner)
}
