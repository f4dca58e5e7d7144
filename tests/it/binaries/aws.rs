//! SQS, S3, EventBridge, Secrets Manager, Entra and Graph, as far as the functions need them, on one port.
//!
//! It alone answers as a test says, request by request: slow secrets, lost answers, lineage of traces.

use super::process::{MARKER, queue};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;

/// Everything that the functions talk to.
#[derive(Clone)]
pub(super) struct Aws {
    pub(super) url: String,
    services: Arc<Mutex<Services>>,
}

#[derive(Default)]
struct Services {
    /// By the path of bucket and key.
    files: BTreeMap<String, String>,
    /// The content of the secrets; none, where nobody put anything in.
    secrets: BTreeMap<String, Option<String>>,
    /// The values that the deployment put in, by label.
    generated: BTreeMap<String, String>,
    queues_are_down: bool,
    /// Entries that the bus took.
    on_bus: Vec<Value>,
    /// Answers of the bus that are not to take everything.
    bus_answers: VecDeque<BusAnswer>,
    sent: Vec<(String, Value)>,
    asked: Vec<String>,
    /// The delay of an answer of Secrets Manager.
    slowness: Duration,
    /// The number of answers that Secrets Manager has given.
    secrets_read: usize,
}

/// How the bus answers a request.
pub(super) enum BusAnswer {
    /// It takes all but the entries at these positions, of which it says this.
    AllBut(Vec<usize>, &'static str),
    /// It refuses the request as a whole.
    Fault(&'static str),
}

impl Aws {
    pub(super) async fn start() -> Self {
        let services = Arc::<Mutex<Services>>::default();
        let routes = Router::new()
            .fallback(answer)
            .with_state(Arc::clone(&services));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { url, services }
    }

    /// Keeps a secret under the name that the settings give it.
    pub(super) fn with_secret(self, name: &str, text: &Value) -> Self {
        self.put_secret(name, text);
        self
    }

    /// Keeps a file in the bucket that the settings name.
    pub(super) fn with_file(self, bucket: &str, key: &str, text: &str) -> Self {
        let path = format!("/{MARKER}-{bucket}/{key}");
        let mut services = self.services.lock().unwrap();
        services.files.insert(path, text.to_owned());
        drop(services);
        self
    }

    /// Keeps a secret that nobody put anything into.
    pub(super) fn with_empty_secret(self, name: &str) -> Self {
        let name = format!("{MARKER}-{name}");
        self.services.lock().unwrap().secrets.insert(name, None);
        self
    }

    /// Keeps a secret that has a version of the deployment's alone.
    pub(super) fn with_generated(self, name: &str, text: &Value) -> Self {
        let this = self.with_empty_secret(name);
        let name = format!("{MARKER}-{name}");
        let mut services = this.services.lock().unwrap();
        services.generated.insert(name, text.to_string());
        drop(services);
        this
    }

    /// Puts another value into a secret.
    pub(super) fn put_secret(&self, name: &str, text: &Value) {
        let name = format!("{MARKER}-{name}");
        let mut services = self.services.lock().unwrap();
        services.secrets.insert(name, Some(text.to_string()));
    }

    /// From now on an answer of Secrets Manager takes this long.
    pub(super) fn slow_secrets(&self, slowness: Duration) {
        self.services.lock().unwrap().slowness = slowness;
    }

    /// The number of answers that Secrets Manager has given.
    pub(super) fn secrets_read(&self) -> usize {
        self.services.lock().unwrap().secrets_read
    }

    pub(super) fn with_queues_down(self) -> Self {
        self.services.lock().unwrap().queues_are_down = true;
        self
    }

    /// The bus answers its first requests so.
    pub(super) fn with_bus_answers(self, answers: impl IntoIterator<Item = BusAnswer>) -> Self {
        let mut services = self.services.lock().unwrap();
        services.bus_answers.extend(answers);
        drop(services);
        self
    }

    /// The entries that the bus took.
    pub(super) fn on_bus(&self) -> Vec<Value> {
        self.services.lock().unwrap().on_bus.clone()
    }

    /// A file, by the path of bucket and key.
    pub(super) fn file(&self, path: &str) -> Option<String> {
        self.services.lock().unwrap().files.get(path).cloned()
    }

    /// The entries that came to one queue, as SQS keeps them.
    pub(super) fn sent(&self, name: &str) -> Vec<Value> {
        let services = self.services.lock().unwrap();
        let entries = services.sent.iter().filter(|(url, _)| *url == queue(name));
        entries.map(|(_, entry)| entry.clone()).collect()
    }

    /// The number of requests whose target or path contains `what`.
    pub(super) fn asked(&self, what: &str) -> usize {
        let services = self.services.lock().unwrap();
        services
            .asked
            .iter()
            .filter(|asked| asked.contains(what))
            .count()
    }
}

/// An address where nobody listens.
pub(super) async fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

async fn answer(
    State(services): State<Arc<Mutex<Services>>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, String) {
    let target = headers
        .get("x-amz-target")
        .map_or("", |target| target.to_str().unwrap());
    let slowness = {
        let mut services = services.lock().unwrap();
        services.asked.push(format!("{target}{}", uri.path()));
        services.slowness
    };
    if target == "secretsmanager.GetSecretValue" {
        tokio::time::sleep(slowness).await;
    }
    let mut services = services.lock().unwrap();
    let request: Value = serde_json::from_slice(&body).unwrap_or(Value::Null);
    match target {
        "AmazonSQS.SendMessageBatch" if services.queues_are_down => {
            (StatusCode::SERVICE_UNAVAILABLE, "{}".to_owned())
        }
        "AmazonSQS.SendMessageBatch" => {
            let trace = headers.get("x-amzn-trace-id");
            let trace = trace.map(|trace| trace.to_str().unwrap());
            (StatusCode::OK, services.send(&request, trace).to_string())
        }
        "secretsmanager.GetSecretValue" => {
            services.secrets_read += 1;
            let id = request["SecretId"].as_str().unwrap();
            let label = request["VersionStage"].as_str().unwrap_or("AWSCURRENT");
            let text = match label {
                "teamwire-generated" => services.generated.get(id),
                _ => services.secrets.get(id).and_then(Option::as_ref),
            };
            let missing = match services.secrets.contains_key(id) {
                true => format!("secret value for staging label: {label}"),
                false => "secret.".to_owned(),
            };
            match text {
                Some(text) => (StatusCode::OK, json!({ "SecretString": text }).to_string()),
                None => {
                    let message = format!("Secrets Manager can't find the specified {missing}");
                    let kind = "ResourceNotFoundException";
                    let fault = json!({ "__type": kind, "message": message });
                    (StatusCode::BAD_REQUEST, fault.to_string())
                }
            }
        }
        "AWSEvents.PutEvents" => services.put_events(&request),
        _ if method == Method::PUT => {
            let text = String::from_utf8_lossy(&body).into_owned();
            services.files.insert(uri.path().to_owned(), text);
            (StatusCode::OK, String::new())
        }
        _ if services.files.contains_key(uri.path()) => {
            (StatusCode::OK, services.files[uri.path()].clone())
        }
        _ if uri.path().ends_with("/oauth2/v2.0/token") => {
            let token = json!({ "access_token": "t", "expires_in": 3600 });
            (StatusCode::OK, token.to_string())
        }
        _ if uri.path() == "/v1.0/subscriptions" => {
            (StatusCode::OK, json!({ "value": [] }).to_string())
        }
        _ if uri.path().starts_with("/v1.0/") => (
            StatusCode::OK,
            json!({ "id": "1", "etag": "1" }).to_string(),
        ),
        _ => (StatusCode::NOT_FOUND, String::new()),
    }
}

impl Services {
    fn put_events(&mut self, request: &Value) -> (StatusCode, String) {
        let (refused, code) = match self.bus_answers.pop_front() {
            Some(BusAnswer::Fault(code)) => {
                return (
                    StatusCode::BAD_REQUEST,
                    json!({ "__type": code }).to_string(),
                );
            }
            Some(BusAnswer::AllBut(refused, code)) => (refused, code),
            None => (Vec::new(), ""),
        };
        let entries = request["Entries"].as_array().unwrap().iter().enumerate();
        let results = entries.map(|(at, entry)| match refused.contains(&at) {
            true => json!({ "ErrorCode": code, "ErrorMessage": "said" }),
            false => {
                self.on_bus.push(entry.clone());
                json!({ "EventId": format!("e{at}") })
            }
        });
        let results: Vec<_> = results.collect();
        let answer = json!({ "FailedEntryCount": refused.len(), "Entries": results });
        (StatusCode::OK, answer.to_string())
    }

    /// The trace of the request is that of each message, unless it has its own.
    fn send(&mut self, request: &Value, trace: Option<&str>) -> Value {
        let url = request["QueueUrl"].as_str().unwrap();
        let entries = request["Entries"].as_array().unwrap();
        let successful: Vec<Value> = entries
            .iter()
            .map(|entry| {
                let mut kept = entry.clone();
                let own = &mut kept["MessageSystemAttributes"]["AWSTraceHeader"]["StringValue"];
                if let (Value::Null, Some(trace)) = (&own, trace) {
                    *own = json!(trace);
                }
                self.sent.push((url.to_owned(), kept));
                json!({ "Id": entry["Id"], "MessageId": "m", "MD5OfMessageBody": "0" })
            })
            .collect();
        json!({ "Successful": successful, "Failed": [] })
    }
}
