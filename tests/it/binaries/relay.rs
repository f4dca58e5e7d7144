//! `relay`, from a batch of the events queue to the bus.

use super::aws::{Aws, BusAnswer};
use super::events::{TENANT, records};
use super::process::{MARKER, Process, queue, settings};
use super::queues::failures;
use super::runtime_api::{Outcome, RuntimeApi};
use serde_json::{Value, json};

/// Every other one is from before events named their schema.
fn event(n: usize, data: &Value) -> String {
    let mut event = json!({
        "specversion": "1.0",
        "id": format!("e{n}"),
        "source": format!("https://graph.microsoft.com/{TENANT}"),
        "type": "microsoft.graph.chatMessage.created",
        "subject": format!("chats('a')/messages('{n}')"),
        "time": "2026-11-28T10:00:00.123Z",
        "datacontenttype": "application/json",
        "tenantid": TENANT,
        "subscriptionid": "s",
        "origin": "decrypted",
        "receivedat": "2026-11-28T10:00:01.000Z",
        "data": data,
    });
    if n % 2 == 1 {
        event["dataschema"] = json!("urn:teamwire:event:v1:chatMessage");
    }
    event.to_string()
}

fn events(count: usize) -> Vec<String> {
    (0..count).map(|n| event(n, &json!({ "id": n }))).collect()
}

async fn relay(aws: &Aws) -> (RuntimeApi, Process) {
    let runtime = RuntimeApi::start().await;
    let process = Process::start("relay", settings("relay"), &runtime.address, &aws.url);
    (runtime, process)
}

fn ids(aws: &Aws) -> Vec<String> {
    let entries = aws.on_bus().into_iter();
    let details = entries
        .map(|entry| -> Value { serde_json::from_str(entry["Detail"].as_str().unwrap()).unwrap() });
    details
        .map(|detail| detail["id"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_batch_of_events_is_one_request_to_the_bus_and_poison_is_a_dead_letter() {
    let aws = Aws::start().await;
    let (mut runtime, process) = relay(&aws).await;
    let mut bodies = events(9);
    bodies.insert(3, "poison".to_owned());
    let mut batch = records(&bodies);
    batch["Records"][0]["attributes"]["AWSTraceHeader"] = json!("Root=1-a");
    assert!(failures(runtime.invoke(batch).await).is_empty());
    assert_eq!(aws.asked("PutEvents"), 1);

    let entries = aws.on_bus();
    assert_eq!(entries.len(), 9);
    for (entry, event) in entries.iter().zip(events(9)) {
        assert_eq!(entry["EventBusName"], format!("{MARKER}-bus"));
        assert_eq!(entry["Source"], "teamwire");
        assert_eq!(entry["DetailType"], "microsoft.graph.chatMessage.created");
        let detail: Value = serde_json::from_str(entry["Detail"].as_str().unwrap()).unwrap();
        assert_eq!(detail, serde_json::from_str::<Value>(&event).unwrap());
        assert!((entry["Time"].as_f64().unwrap() - 1_795_860_000.123).abs() < 0.001);
    }
    assert_eq!(entries[0]["TraceHeader"], "Root=1-a");

    let dead = aws.sent("events-dead-letters");
    assert_eq!(dead.len(), 1);
    let attribute = |name: &str| &dead[0]["MessageAttributes"][name]["StringValue"];
    assert_eq!(
        (attribute("reason"), attribute("source")),
        (&json!("malformed"), &json!("events"))
    );
    let metrics = process
        .line(|line| line.contains("_aws") && line.contains("taken"))
        .await;
    let metrics: Value = serde_json::from_str(&metrics).unwrap();
    for (name, count) in [("taken", 10), ("forwarded", 9), ("dead", 1)] {
        assert_eq!(metrics[name], count, "{name}");
    }
}

#[tokio::test]
async fn what_the_bus_does_not_take_is_asked_once_more_and_then_comes_again() {
    let code = "ThrottlingException";
    let answers = [
        BusAnswer::AllBut(vec![1, 4], code),
        BusAnswer::AllBut(vec![1], code),
    ];
    let aws = Aws::start().await.with_bus_answers(answers);
    let (mut runtime, process) = relay(&aws).await;
    let outcome = runtime.invoke(records(&events(6))).await;
    assert_eq!(failures(outcome), ["m4"]);
    assert_eq!(ids(&aws), ["e0", "e2", "e3", "e5", "e1"]);
    assert!(aws.sent("events-dead-letters").is_empty());
    let line = process.line(|line| line.contains("did not take")).await;
    assert!(line.contains(code), "{line}");
}

#[tokio::test]
async fn a_request_that_one_entry_spoils_is_made_for_each_by_itself() {
    let answers = [
        BusAnswer::Fault("ValidationException"),
        BusAnswer::AllBut(Vec::new(), ""),
        BusAnswer::Fault("ValidationException"),
    ];
    let aws = Aws::start().await.with_bus_answers(answers);
    let (mut runtime, _process) = relay(&aws).await;
    let outcome = runtime.invoke(records(&events(3))).await;
    assert_eq!(failures(outcome).len(), 1);
    assert_eq!((ids(&aws).len(), aws.asked("PutEvents")), (2, 4));
}

#[tokio::test]
async fn without_the_bus_the_whole_batch_comes_again() {
    for code in ["AccessDeniedException", "ResourceNotFoundException"] {
        let faults = [BusAnswer::Fault(code), BusAnswer::Fault(code)];
        let aws = Aws::start().await.with_bus_answers(faults);
        let (mut runtime, mut process) = relay(&aws).await;
        let outcome = runtime.invoke(records(&events(2))).await;
        assert!(matches!(outcome, Outcome::Error(_)), "{code}");
        assert!(process.is_alive() && aws.on_bus().is_empty());
        assert!(failures(runtime.invoke(records(&events(2))).await).is_empty());
    }
}

#[tokio::test]
async fn no_request_holds_more_than_the_bus_takes_and_what_is_larger_is_left_in_the_bucket() {
    let aws = Aws::start().await;
    let (mut runtime, _process) = relay(&aws).await;
    let mut bodies: Vec<_> = (0..4)
        .map(|n| event(n, &json!("a".repeat(300_000))))
        .collect();
    bodies.push(event(4, &json!("a".repeat(1_040_000))));
    assert!(failures(runtime.invoke(records(&bodies)).await).is_empty());
    assert_eq!((aws.on_bus().len(), aws.asked("PutEvents")), (5, 2));
    let last = aws.on_bus().into_iter();
    let mut last = last.filter(|entry| entry["Detail"].as_str().unwrap().contains("dataref"));
    let detail = last.next().unwrap()["Detail"].as_str().unwrap().to_owned();
    let detail: Value = serde_json::from_str(&detail).unwrap();
    assert_eq!(
        detail["dataref"],
        format!("s3://{MARKER}-claims/events/e4.json")
    );
    let kept = aws
        .file(&format!("/{MARKER}-claims/events/e4.json"))
        .unwrap();
    assert!(kept.len() >= 1_040_002, "{}", kept.len());
}

#[tokio::test]
async fn a_dead_letter_of_a_fifo_queue_is_what_a_fifo_queue_takes() {
    let aws = Aws::start().await;
    let mut runtime = RuntimeApi::start().await;
    let mut settings = settings("relay");
    let letters = "events-dead-letters.fifo";
    settings.push(("TEAMWIRE_EVENTS_DEAD_LETTER_QUEUE_URL", queue(letters)));
    let _process = Process::start("relay", settings, &runtime.address, &aws.url);
    let poison = ["poison".to_owned()];
    assert!(failures(runtime.invoke(records(&poison)).await).is_empty());
    let dead = aws.sent(letters);
    assert_eq!(dead[0]["MessageGroupId"], TENANT);
    assert_eq!(dead[0]["MessageDeduplicationId"], "m0");
}
