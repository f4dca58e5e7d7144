//! Functions that send to the queue they take from, under Lambda's detection of recursive loops.
//!
//! Lambda counts the invocations of each function in one chain of messages, and refuses the one after
//! the 16th (Lambda's guide, "invocation-recursion"). The count is the `Lineage` of the trace header,
//! whether anything is traced or not. The runtime puts that header into the environment, the SDK into
//! its requests, and SQS into each message that brings none of its own (X-Ray's guide, "SQS").

use super::aws::Aws;
use super::events::{TENANT, notification, post, records};
use super::process::{Process, settings};
use super::runtime_api::RuntimeApi;
use axum::Router;
use axum::http::{StatusCode, Uri};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::net::TcpListener;

/// Invocations of a function in one chain that Lambda runs.
const RUNS: u32 = 16;
const PAGES: usize = 40;
const DEFERRALS: usize = 20;
const USER: &str = "b2f5ad2a-8c3c-4b3a-9e34-60ae2a1d1f5e";
/// A chain that has been everywhere, as API Gateway and Lambda would hand it on.
const WORN: &str = "Root=1-67891233-abcdef012345678912345678;Parent=463ac35c9f6413ad;Sampled=1;\
                    Lineage=1:1a2b3c4d:15|2c8e0f1d:7";

/// `RecursiveLoop` of a function.
#[derive(Debug, Clone, Copy, PartialEq)]
enum RecursiveLoop {
    Allow,
    Terminate,
}

impl RecursiveLoop {
    /// The function's in the SAM template; Lambda's own where it has none. infra/contract holds what
    /// CloudFormation gets, and the Terraform module, to the same.
    fn of_the_template(function: &str) -> Self {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../infra/sam/template.yaml");
        let template = std::fs::read_to_string(path).unwrap();
        let (first, rest) = function.split_at(1);
        let mark = format!("\n  {}{rest}Function:\n", first.to_uppercase());
        let (_, own) = template.split_once(&mark).unwrap();
        let own = own
            .lines()
            .take_while(|line| line.is_empty() || line.starts_with("    "));
        let setting = own.filter_map(|line| line.trim().strip_prefix("RecursiveLoop: "));
        match setting.collect::<Vec<_>>()[..] {
            ["Allow"] => Self::Allow,
            [] => Self::Terminate,
            ref other => panic!("{other:?}"),
        }
    }
}

/// A message on a queue in front of a function.
struct Waiting {
    body: String,
    attributes: Value,
    trace: Option<String>,
}

/// Lambda in front of one function and its queue.
struct Lambda {
    function: &'static str,
    setting: RecursiveLoop,
    aws: Aws,
    settings: Vec<(&'static str, String)>,
    /// The number of entries of its own queue that it has taken.
    taken: usize,
    ran: usize,
    dropped: usize,
}

impl Lambda {
    async fn new(function: &'static str, setting: RecursiveLoop, graph: &str) -> Self {
        let credentials = json!({ "*": { "clientId": "app", "clientSecret": "secret" } });
        let aws = Aws::start().await.with_secret("credentials", &credentials);
        let mut settings = settings(function);
        settings.push(("TEAMWIRE_ENTRA_URL", aws.url.clone()));
        settings.push(("TEAMWIRE_GRAPH_URL", graph.to_owned()));
        Self {
            function,
            setting,
            aws,
            settings,
            taken: 0,
            ran: 0,
            dropped: 0,
        }
    }

    /// Until nothing waits any more: each message in a process of its own, as after a scaling.
    async fn drive(&mut self, first: Waiting) {
        let mut waiting = VecDeque::from([first]);
        while let Some(message) = waiting.pop_front() {
            let Some(trace) = self.invocation(message.trace.as_deref()) else {
                // It stays on the queue until SQS moves it to the dead letters, without a reason.
                self.dropped += 1;
                continue;
            };
            let mut runtime = RuntimeApi::start().await;
            let settings = self.settings.clone();
            let _process = Process::start(self.function, settings, &runtime.address, &self.aws.url);
            let mut event = records(&[message.body]);
            event["Records"][0]["messageAttributes"] = message.attributes;
            if let Some(trace) = message.trace {
                event["Records"][0]["attributes"]["AWSTraceHeader"] = json!(trace);
            }
            let outcome = runtime.invoke_in(event, &trace).await.response();
            assert_eq!(outcome["batchItemFailures"], json!([]), "run {}", self.ran);
            self.ran += 1;
            let sent = self.aws.sent(self.function);
            waiting.extend(sent.into_iter().skip(self.taken).map(arrived));
            self.taken = self.aws.sent(self.function).len();
        }
    }

    /// The trace header of the invocation that a message with this one leads to. `None` if Lambda
    /// refuses it.
    fn invocation(&self, trace: Option<&str>) -> Option<String> {
        let trace = trace.unwrap_or("Root=1-67891233-abcdef012345678912345678;Sampled=0");
        let (members, lineages): (Vec<_>, Vec<_>) = trace
            .split(';')
            .partition(|member| !member.starts_with("Lineage="));
        let lineage = lineages
            .first()
            .map_or("", |member| &member["Lineage=1:".len()..]);
        let mut counts: Vec<(String, u32)> = lineage
            .split('|')
            .filter_map(|count| count.split_once(':'))
            .map(|(function, count)| (function.to_owned(), count.parse().unwrap()))
            .collect();
        match counts.iter_mut().find(|(of, _)| *of == self.function) {
            Some((_, count)) => *count += 1,
            None => counts.push((self.function.to_owned(), 0)),
        }
        let (_, count) = counts.iter().find(|(of, _)| *of == self.function).unwrap();
        if *count >= RUNS && self.setting == RecursiveLoop::Terminate {
            return None;
        }
        let counts: Vec<_> = counts.iter().map(|(of, n)| format!("{of}:{n}")).collect();
        Some(format!(
            "{};Lineage=1:{}",
            members.join(";"),
            counts.join("|")
        ))
    }
}

/// The message that SQS delivers for an entry that it took.
fn arrived(entry: Value) -> Waiting {
    let attributes = entry["MessageAttributes"]
        .as_object()
        .cloned()
        .unwrap_or_default();
    let attributes = attributes.into_iter().map(|(name, value)| {
        let value = json!({ "dataType": "String", "stringValue": value["StringValue"] });
        (name, value)
    });
    Waiting {
        body: entry["MessageBody"].as_str().unwrap().to_owned(),
        attributes: attributes.collect(),
        trace: trace(&entry),
    }
}

fn trace(entry: &Value) -> Option<String> {
    let trace = &entry["MessageSystemAttributes"]["AWSTraceHeader"]["StringValue"];
    trace.as_str().map(str::to_owned)
}

/// Graph, which gives page after page of a list, and refuses so many reads before.
async fn graph(refused: usize) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let root = format!("http://{}", listener.local_addr().unwrap());
    let (own, reads) = (root.clone(), Arc::new(AtomicUsize::new(0)));
    let answer = move |uri: Uri| {
        let (own, read) = (own.clone(), reads.fetch_add(1, Ordering::SeqCst));
        async move {
            if read < refused {
                return (StatusCode::SERVICE_UNAVAILABLE, String::new());
            }
            let (page, path) = (read - refused, uri.path());
            let id = (1_795_253_460_000 + page).to_string();
            let message = json!({
                "id": id, "etag": id, "chatId": "19:a@thread.v2",
                "createdDateTime": "2026-11-21T09:31:00Z",
                "lastModifiedDateTime": "2026-11-21T09:31:00Z",
            });
            if !path.ends_with("/getAllMessages") {
                return (StatusCode::OK, message.to_string());
            }
            let mut list = json!({ "value": [message] });
            if page + 1 < PAGES {
                list["@odata.nextLink"] = json!(format!("{own}{path}?$skiptoken={}", page + 1));
            }
            (StatusCode::OK, list.to_string())
        }
    };
    let routes = Router::new().fallback(answer);
    tokio::spawn(async move { axum::serve(listener, routes).await });
    root
}

fn gap() -> Waiting {
    let gap = json!({
        "version": "gap.v1",
        "receivedAt": 1_795_255_200_123_u64,
        "body": {
            "tenantId": TENANT,
            "subscriptionId": "s",
            "resource": format!("users/{USER}/chats/getAllMessages"),
            "changes": ["created", "updated", "deleted"],
            "since": "2026-11-21T09:30:00Z",
            "until": "2026-11-21T10:00:00Z",
            "reason": "removed",
        },
    });
    Waiting {
        body: gap.to_string(),
        attributes: json!({}),
        trace: None,
    }
}

fn reference() -> Waiting {
    let reference = json!({
        "version": "reference.v1",
        "receivedAt": 1_763_715_600_123_u64,
        "body": {
            "tenantId": TENANT,
            "subscriptionId": "s",
            "changeType": "updated",
            "resource": "chats('19:a@thread.v2')/messages('1')",
        },
    });
    Waiting {
        body: reference.to_string(),
        attributes: json!({}),
        trace: None,
    }
}

async fn backfill(setting: RecursiveLoop) -> Lambda {
    let mut lambda = Lambda::new("backfill", setting, &graph(0).await).await;
    lambda.drive(gap()).await;
    lambda
}

#[tokio::test]
async fn forty_pages_of_a_gap_come_through() {
    let lambda = backfill(RecursiveLoop::of_the_template("backfill")).await;
    assert_eq!((lambda.ran, lambda.dropped), (PAGES, 0));
    assert_eq!(lambda.aws.sent("events").len(), PAGES);
    assert_eq!(lambda.aws.sent("backfill-dead-letters").len(), 0);
}

#[tokio::test]
async fn without_the_setting_lambda_ends_a_gap_before_its_17th_page() {
    let lambda = backfill(RecursiveLoop::Terminate).await;
    assert_eq!((lambda.ran, lambda.dropped), (16, 1));
    assert_eq!(lambda.aws.sent("events").len(), 16);
}

#[tokio::test]
async fn twenty_deferrals_come_through() {
    let setting = RecursiveLoop::of_the_template("hydrate");
    let mut lambda = Lambda::new("hydrate", setting, &graph(DEFERRALS).await).await;
    lambda.drive(reference()).await;
    assert_eq!((lambda.ran, lambda.dropped), (DEFERRALS + 1, 0));
    let deferrals = lambda.aws.sent("hydrate");
    let last = &deferrals.last().unwrap()["MessageAttributes"]["deferrals"]["StringValue"];
    assert_eq!((deferrals.len(), last), (DEFERRALS, &json!("20")));
    assert_eq!(lambda.aws.sent("events").len(), 1);
}

#[test]
fn whatever_sends_to_its_own_queue_may() {
    for function in ["decrypt", "hydrate", "subscriptions", "backfill"] {
        let setting = RecursiveLoop::of_the_template(function);
        assert_eq!(setting, RecursiveLoop::Allow, "{function}");
    }
    assert_eq!(
        RecursiveLoop::of_the_template("ingest"),
        RecursiveLoop::Terminate
    );
}

#[tokio::test]
async fn a_gap_that_is_ordered_begins_a_chain_of_its_own() {
    let file = format!(
        "[[tenants]]\nid = \"{TENANT}\"\n[[tenants.subscriptions]]\n\
         resource = \"users/{USER}/chats/getAllMessages\"\npayload = \"basic\"\n"
    );
    let credentials = json!({ "*": { "clientId": "app", "clientSecret": "secret" } });
    let aws = Aws::start().await.with_secret("credentials", &credentials);
    let aws = aws.with_file("config", "subscriptions.toml", &file);
    let mut runtime = RuntimeApi::start().await;
    let mut settings = settings("subscriptions");
    settings.push(("TEAMWIRE_ENTRA_URL", aws.url.clone()));
    settings.push(("TEAMWIRE_GRAPH_URL", aws.url.clone()));
    let process = Process::start("subscriptions", settings, &runtime.address, &aws.url);
    let order = json!({
        "action": "backfill", "tenant": TENANT,
        "since": "2026-11-21T09:30:00Z", "until": "2026-11-21T10:00:00Z",
    });
    let answer = runtime.invoke_in(order, WORN).await.response();
    assert_eq!(
        answer["faults"],
        json!([]),
        "{answer} {:#?}",
        process.output()
    );
    let sent = aws.sent("backfill");
    let (own, _) = WORN.split_once(";Lineage").unwrap();
    assert_eq!(trace(&sent[0]).as_deref(), Some(own));
}

#[tokio::test]
async fn what_ingest_heard_of_begins_a_chain_of_its_own_and_a_change_does_not() {
    let state = "a static value of ours";
    let aws = Aws::start().await;
    let aws = aws.with_secret("client-state", &json!({ "values": [state] }));
    let mut runtime = RuntimeApi::start().await;
    let _process = Process::start("ingest", settings("ingest"), &runtime.address, &aws.url);
    let batch = json!({ "value": [notification(1, state)] });
    let answer = runtime.invoke_in(post("", &batch.to_string()), WORN).await;
    assert_eq!(answer.response()["statusCode"], 202);
    let (own, _) = WORN.split_once(";Lineage").unwrap();
    assert_eq!(trace(&aws.sent("lifecycle")[0]).as_deref(), Some(own));
    assert_eq!(trace(&aws.sent("hydrate")[0]).as_deref(), Some(WORN));
}
