//! `ingest`, from API Gateway's event to the queue.

use super::aws::{Aws, nobody};
use super::events::{TENANT, notification, post};
use super::process::{MARKER, Process, settings};
use super::runtime_api::{Outcome, RuntimeApi, TRACE};
use serde_json::{Value, json};
use std::time::Duration;

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

/// `event` with its members, those of its headers among them, bent in ways that a URL or a header
/// can't be.
fn hostile() -> Vec<(&'static str, Value)> {
    let with = |member: &str, value: Value| {
        let mut event = post("", "{}");
        event[member] = value;
        event
    };
    let host = |host: &str| with("headers", json!({ "host": host }));
    let mut garbage = with("body", json!("*** not base64 ***"));
    garbage["isBase64Encoded"] = json!(true);
    let long = format!("validationToken={}", "a".repeat(70_000));
    vec![
        ("a raw space in the query", post("validationToken=a b", "")),
        ("a raw quote in the query", post("validationToken=a\"b", "")),
        ("a raw < in the query", post("validationToken=a<b", "")),
        ("a raw > in the query", post("validationToken=a>b", "")),
        ("a NUL in the query", post("validationToken=a\0b", "")),
        ("a query over 64 KiB", post(&long, "")),
        ("a raw space in the path", with("rawPath", json!("/a b"))),
        ("a NUL in the path", with("rawPath", json!("/a\0b"))),
        ("a host that is none", host("a b")),
        ("a host with a slash", host("a/../b")),
        ("an empty host", host("")),
        ("a host with a NUL", host("a\0b")),
        (
            "a header that is none",
            with("headers", json!({ "a b": "c\r\nd" })),
        ),
        ("cookies", with("cookies", json!(["a=\0", "b=\r\n"]))),
        ("a body that is not the base64 it says it is", garbage),
        ("a body that is no text", with("body", json!(7))),
        (
            "a method that is none",
            with("requestContext", json!({ "http": { "method": "P OST" } })),
        ),
    ]
}

#[tokio::test]
async fn what_a_stranger_writes_into_a_request_is_a_bad_request() {
    let (mut runtime, process) = start(&nobody().await).await;
    for (name, event) in hostile() {
        let answer = runtime.invoke(event).await.response();
        assert_eq!(answer["statusCode"], 400, "{name}");
        assert_eq!(shakes_hands(&mut runtime).await["statusCode"], 200);
    }
    let output = process.output();
    let panicked = |line: &&String| line.contains("panic");
    assert_eq!(output.iter().find(panicked), None);
}

#[tokio::test]
async fn an_event_of_another_service_is_an_error_and_survived() {
    let (mut runtime, mut process) = start(&nobody().await).await;
    for event in [json!({ "Records": [] }), json!(null)] {
        let outcome = runtime.invoke(event).await;
        assert!(matches!(outcome, Outcome::Error(_)), "{outcome:?}");
        assert_eq!(shakes_hands(&mut runtime).await["statusCode"], 200);
        assert!(process.is_alive());
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

/// A process that read the secret before a value was added to it.
async fn warm_before(value: &str) -> (Aws, RuntimeApi, Process) {
    let aws = aws().await;
    let (mut runtime, process) = start(&aws.url).await;
    let warm = runtime.invoke(batch(&[notification(1, STATE)])).await;
    assert_eq!(warm.response()["statusCode"], 202);
    aws.put_secret("client-state", &json!({ "values": [STATE, value] }));
    (aws, runtime, process)
}

#[tokio::test]
async fn an_item_of_a_value_that_was_just_added_is_taken_however_slow_the_secret_is_to_read() {
    for milliseconds in [0, 400, 1_000] {
        let (aws, mut runtime, process) = warm_before("the value of today").await;
        aws.slow_secrets(Duration::from_millis(milliseconds));
        let items = [notification(2, "the value of today")];
        let answer = runtime.invoke(batch(&items)).await.response();
        assert_eq!(answer["statusCode"], 202, "{milliseconds} ms");
        assert_eq!(aws.sent("hydrate").len(), 2, "{milliseconds} ms");
        if milliseconds > 300 {
            process.line(|line| line.contains("slow to read")).await;
        }
    }
}

#[tokio::test]
async fn a_secret_slower_than_the_answer_is_read_to_its_end_and_no_item_is_lost_meanwhile() {
    let (aws, mut runtime, process) = warm_before("the value of today").await;
    aws.slow_secrets(Duration::from_secs(3));
    let items = [
        notification(2, "the value of today"),
        notification(3, STATE),
    ];
    let answer = runtime.invoke(batch(&items)).await.response();
    assert_eq!(answer["statusCode"], 503);
    // What is known did not wait.
    assert_eq!(aws.sent("hydrate").len(), 2);
    process.line(|line| line.contains("slow to read")).await;
    assert_eq!(aws.secrets_read(), 2);
    let answer = runtime.invoke(batch(&items)).await.response();
    assert_eq!(answer["statusCode"], 202);
    assert_eq!(aws.sent("hydrate").len(), 4);
    assert_eq!(
        aws.asked("GetSecretValue"),
        2,
        "no further reading is needed"
    );
}

#[tokio::test]
async fn who_makes_up_client_states_causes_no_fault_and_few_readings() {
    let aws = aws().await;
    let (mut runtime, _process) = start(&aws.url).await;
    let mut answers = [0, 0];
    for n in 0..200 {
        let states = [
            format!("v1.k{n}.a.b.c{n:020}"),
            format!("made up as number {n}"),
        ];
        for state in states {
            let answer = runtime.invoke(batch(&[notification(n, &state)])).await;
            match answer.response()["statusCode"].as_u64().unwrap() {
                202 => answers[0] += 1,
                429 => answers[1] += 1,
                other => panic!("{other}"),
            }
        }
    }
    assert_eq!(answers.iter().sum::<usize>(), 400);
    // What was dropped was dropped by a reading of its own; the others cost none.
    assert!(aws.asked("GetSecretValue") <= answers[0] + 1, "{answers:?}");
    assert_eq!(aws.sent("hydrate").len(), 0);
}
