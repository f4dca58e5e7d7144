//! `ingest`, from API Gateway's event to the queue.

use super::aws::{Aws, nobody};
use super::events::{TENANT, notification, post};
use super::process::{MARKER, Process, settings};
use super::runtime_api::{Outcome, RuntimeApi, TRACE};
use serde_json::{Value, json};

const STATE: &str = "a static value of ours";

async fn start(aws: &str) -> (RuntimeApi, Process) {
    let runtime = RuntimeApi::start().await;
    let process = Process::start("ingest", settings("ingest"), &runtime.address, aws);
    (runtime, process)
}

async fn aws() -> Aws {
    Aws::start()
        .await
        .with_secret("client-state", &json!({ "values": [STATE] }))
}

fn batch(items: &[Value]) -> Value {
    post("", &json!({ "value": items }).to_string())
}

async fn shakes_hands(runtime: &mut RuntimeApi) -> Value {
    runtime
        .invoke(post("validationToken=Validation%3A+a%2Bb", ""))
        .await
        .response()
}

#[tokio::test]
async fn a_handshake_is_answered_without_any_of_aws() {
    let (mut runtime, _process) = start(&nobody().await).await;
    let answer = shakes_hands(&mut runtime).await;
    assert_eq!(answer["statusCode"], 200);
    assert_eq!(answer["body"], "Validation: a+b");
    assert_eq!(
        answer["headers"]["content-type"],
        "text/plain; charset=utf-8"
    );
    assert_eq!(answer["headers"]["x-content-type-options"], "nosniff");
}

#[tokio::test]
async fn an_event_that_the_framework_panics_at_is_survived() {
    let with = |member: &str, value: Value| {
        let mut event = post("", "{}");
        event[member] = value;
        event
    };
    let host = |host: &str| with("headers", json!({ "host": host }));
    let mut garbage = with("body", json!("*** not base64 ***"));
    garbage["isBase64Encoded"] = json!(true);
    let long = format!("validationToken={}", "a".repeat(70_000));
    let table = [
        ("a raw space in the query", post("validationToken=a b", "")),
        ("a raw quote in the query", post("validationToken=a\"b", "")),
        ("a raw < in the query", post("validationToken=a<b", "")),
        ("a raw > in the query", post("validationToken=a>b", "")),
        ("a query over 64 KiB", post(&long, "")),
        ("a host that is none", host("a b")),
        ("a host with a slash", host("a/../b")),
        ("an empty host", host("")),
        ("a body that is not the base64 it says it is", garbage),
        (
            "a method that is none",
            with("requestContext", json!({ "http": { "method": "P OST" } })),
        ),
        ("an event of another service", json!({ "Records": [] })),
        ("no event at all", json!(null)),
    ];
    let (mut runtime, mut process) = start(&nobody().await).await;
    assert_eq!(table.len(), 12);
    for (name, event) in table {
        if let Outcome::Response(answer) = runtime.invoke(event).await {
            assert_ne!(answer["statusCode"], 202, "{name}");
        }
        assert_eq!(
            shakes_hands(&mut runtime).await["statusCode"],
            200,
            "after {name}"
        );
        assert!(process.is_alive(), "{name}");
    }
}

#[tokio::test]
async fn a_batch_arrives_on_its_queue_with_its_tenant_and_its_trace() {
    let aws = aws().await;
    let (mut runtime, _process) = start(&aws.url).await;
    for round in 1..=2 {
        let items = [1, 2, 3].map(|n| notification(n, STATE));
        let answer = runtime.invoke(batch(&items)).await.response();
        assert_eq!(answer["statusCode"], 202);
        assert_eq!(aws.sent("hydrate").len(), 3 * round);
    }
    assert_eq!(aws.asked("GetSecretValue"), 1, "the secret is kept");
    let entry = &aws.sent("hydrate")[0];
    assert_eq!(entry["MessageGroupId"], TENANT);
    let trace = &entry["MessageSystemAttributes"]["AWSTraceHeader"];
    assert_eq!(trace["StringValue"], TRACE);
    let body: Value = serde_json::from_str(entry["MessageBody"].as_str().unwrap()).unwrap();
    assert_eq!(body["version"], "reference.v1");
    assert!(!entry.to_string().contains(STATE));
}

#[tokio::test]
async fn every_line_of_output_is_json_and_the_counts_are_metrics() {
    let aws = aws().await;
    let (mut runtime, process) = start(&aws.url).await;
    let items = [
        notification(1, STATE),
        notification(2, "a value of somebody else"),
    ];
    assert_eq!(
        runtime.invoke(batch(&items)).await.response()["statusCode"],
        202
    );
    let metrics = process.line(|line| line.contains("_aws")).await;
    let metrics: Value = serde_json::from_str(&metrics).unwrap();
    assert_eq!(metrics["received"], 2);
    assert_eq!(metrics["function"], "ingest");
    assert_eq!(
        metrics["_aws"]["CloudWatchMetrics"][0]["Namespace"],
        "teamwire"
    );
    let output = process.output();
    assert!(
        output.iter().any(|line| line.contains("client-state")),
        "{output:#?}"
    );
    for line in output {
        assert!(serde_json::from_str::<Value>(&line).is_ok(), "{line}");
        assert!(!line.contains(STATE) && !line.contains(MARKER), "{line}");
    }
}

#[tokio::test]
async fn without_its_queue_or_its_secret_graph_is_asked_to_try_again() {
    for aws in [aws().await.with_queues_down(), Aws::start().await] {
        let (mut runtime, process) = start(&aws.url).await;
        let answer = runtime
            .invoke(batch(&[notification(1, STATE)]))
            .await
            .response();
        assert_eq!(answer["statusCode"], 503);
        assert_eq!(aws.sent("hydrate").len(), 0);
        if aws.asked("SendMessageBatch") == 0 {
            process
                .line(|line| line.contains("TEAMWIRE_CLIENT_STATE_SECRET"))
                .await;
        }
        assert_eq!(shakes_hands(&mut runtime).await["statusCode"], 200);
    }
}
