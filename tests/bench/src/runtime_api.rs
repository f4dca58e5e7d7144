//! Lambda, as a function's process sees it: the Runtime API on a loopback port.

use anyhow::{Context, bail};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::routing::{get, post};
use axum::serve::ListenerExt;
use serde_json::Value;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::net::TcpListener;
use tokio::sync::{Notify, mpsc, oneshot};

/// The time that a function may take until it asks for its first event.
const START: Duration = Duration::from_secs(30);

/// Hands events to whoever asks at its address, one after another.
pub(crate) struct RuntimeApi {
    pub(crate) address: SocketAddr,
    timeout: Duration,
    events: mpsc::UnboundedSender<Invocation>,
    shared: Arc<Shared>,
}

/// An answer, and when it was there.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) body: Bytes,
    /// From handing out the event to the last byte of the answer.
    pub(crate) latency: Duration,
    pub(crate) received: Instant,
}

impl Answer {
    /// True if all went well: a success, or a list of failures that is empty.
    pub(crate) fn is_well(&self) -> bool {
        let Ok(answer) = serde_json::from_slice::<Value>(&self.body) else {
            return false;
        };
        let is_success = |status: &Value| matches!(status.as_u64(), Some(200..=299));
        let none = |member| {
            let list = answer.get(member).and_then(Value::as_array);
            list.is_some_and(Vec::is_empty)
        };
        answer.get("statusCode").is_some_and(is_success)
            || none("batchItemFailures")
            || none("faults")
    }
}

type Reply = oneshot::Sender<Option<Answer>>;

struct Invocation {
    event: Bytes,
    reply: Reply,
}

struct Shared {
    timeout: Duration,
    events: tokio::sync::Mutex<mpsc::UnboundedReceiver<Invocation>>,
    under_way: Mutex<HashMap<String, (Instant, Reply)>>,
    asked: Notify,
}

impl RuntimeApi {
    /// For invocations that have `timeout` each.
    pub(crate) async fn start(timeout: Duration) -> anyhow::Result<Self> {
        let (events, waiting) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared {
            timeout,
            events: tokio::sync::Mutex::new(waiting),
            under_way: Mutex::default(),
            asked: Notify::new(),
        });
        let routes = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route(
                "/2018-06-01/runtime/invocation/{id}/response",
                post(response),
            )
            .route("/2018-06-01/runtime/invocation/{id}/error", post(error))
            .layer(DefaultBodyLimit::disable())
            .with_state(Arc::clone(&shared));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let listener = listener.tap_io(|stream| {
            // A socket that can't be told is only slower.
            let _ = stream.set_nodelay(true);
        });
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Ok(Self {
            address,
            timeout,
            events,
            shared,
        })
    }

    /// Resolves once a function has asked for an event: it is started and idle.
    pub(crate) async fn until_asked(&self) -> anyhow::Result<()> {
        tokio::time::timeout(START, self.shared.asked.notified())
            .await
            .context("the function did not ask for an event")
    }

    /// The answer of whoever serves `event`.
    pub(crate) async fn invoke(&self, event: &Bytes) -> anyhow::Result<Answer> {
        let (reply, answer) = oneshot::channel();
        let invocation = Invocation {
            event: event.clone(),
            reply,
        };
        self.events
            .send(invocation)
            .map_err(|_| anyhow::anyhow!("the Runtime API has stopped"))?;
        match tokio::time::timeout(self.timeout, answer).await {
            Ok(Ok(Some(answer))) => Ok(answer),
            Ok(_) => bail!("the function answered with an error"),
            Err(_) => bail!("the function did not answer"),
        }
    }
}

async fn next(State(shared): State<Arc<Shared>>) -> (StatusCode, HeaderMap, Bytes) {
    shared.asked.notify_one();
    let invocation = shared.events.lock().await.recv().await;
    let Some(Invocation { event, reply }) = invocation else {
        return (StatusCode::GONE, HeaderMap::new(), Bytes::new());
    };
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let id = format!("{:032x}", now.as_nanos());
    let headers = [
        ("lambda-runtime-aws-request-id", id.clone()),
        (
            "lambda-runtime-deadline-ms",
            (now + shared.timeout).as_millis().to_string(),
        ),
        (
            "lambda-runtime-invoked-function-arn",
            "arn:aws:lambda:us-east-1:000000000000:function:bench".to_owned(),
        ),
        (
            "lambda-runtime-trace-id",
            "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0".to_owned(),
        ),
    ];
    let headers = headers
        .into_iter()
        .filter_map(|(name, value)| {
            Some((
                HeaderName::from_static(name),
                HeaderValue::try_from(value).ok()?,
            ))
        })
        .collect();
    let entry = (Instant::now(), reply);
    under_way(&shared).insert(id, entry);
    (StatusCode::OK, headers, event)
}

async fn response(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    body: Bytes,
) -> StatusCode {
    let received = Instant::now();
    if let Some((handed_out, reply)) = under_way(&shared).remove(&id) {
        // Nobody waits any more after a time-out.
        let _ = reply.send(Some(Answer {
            body,
            latency: received - handed_out,
            received,
        }));
    }
    StatusCode::ACCEPTED
}

async fn error(State(shared): State<Arc<Shared>>, Path(id): Path<String>) -> StatusCode {
    if let Some((_, reply)) = under_way(&shared).remove(&id) {
        let _ = reply.send(None);
    }
    StatusCode::ACCEPTED
}

fn under_way(shared: &Shared) -> std::sync::MutexGuard<'_, HashMap<String, (Instant, Reply)>> {
    shared
        .under_way
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
}

/// Serves events by sending them back, on a thread of its own: what the harness itself takes.
pub(crate) fn start_echo(address: SocketAddr) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let client = reqwest::Client::builder().no_proxy().build()?;
    let root = format!("http://{address}/2018-06-01/runtime/invocation");
    std::thread::Builder::new()
        .name("echo".to_owned())
        .spawn(move || runtime.block_on(echo(&client, &root)))?;
    Ok(())
}

/// Until the Runtime API has nothing more to hand out.
async fn echo(client: &reqwest::Client, root: &str) -> Option<()> {
    loop {
        let event = client.get(format!("{root}/next")).send().await.ok()?;
        let id = event
            .headers()
            .get("lambda-runtime-aws-request-id")?
            .to_str()
            .ok()?
            .to_owned();
        let body = event.bytes().await.ok()?;
        let answer = client.post(format!("{root}/{id}/response")).body(body);
        answer.send().await.ok()?.bytes().await.ok()?;
    }
}
