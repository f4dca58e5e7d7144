//! `teamwire trace`

use crate::parties::Ran;
use crate::replay::fake_sqs::FakeSqs;
use crate::replay::letters::{TENANT, bodies, run, sealed};
use serde_json::{Value, json};
use std::sync::Arc;

const TAIL: &str = "teamwire-tail";
const LETTERS: &str = "teamwire-decrypt-dead-letters";
const LOG: &str = "/aws/lambda/teamwire-hydrate";

async fn stack(seed: u64) -> Arc<FakeSqs> {
    let sqs = FakeSqs::start(seed).await;
    sqs.make(&[TAIL, LETTERS]);
    sqs
}

async fn trace(sqs: &FakeSqs, arguments: &[&str]) -> Ran {
    run(sqs, &[&["trace"], arguments].concat()).await
}

/// The place of each trace.
fn places(ran: &Ran) -> Vec<String> {
    let place = |line: &str| {
        let trace: Value = serde_json::from_str(line).unwrap();
        trace["where"].as_str().unwrap().to_owned()
    };
    ran.out.lines().map(place).collect()
}

fn system() -> [(&'static str, &'static str); 2] {
    [
        ("SentTimestamp", "1700000000000"),
        ("MessageGroupId", TENANT),
    ]
}

#[tokio::test]
async fn a_dead_letter_is_found_by_its_id_and_by_what_stands_in_it_and_stays() {
    let sqs = stack(1).await;
    let id = sqs.put(
        LETTERS,
        &sealed(TENANT, 1),
        &[("reason", "tampered")],
        &system(),
    );
    sqs.put(
        LETTERS,
        &sealed(TENANT, 2),
        &[("reason", "tampered")],
        &system(),
    );
    let ran = trace(&sqs, &[&id]).await;
    assert_eq!(
        (ran.status, places(&ran)),
        (Some(0), vec!["dead-letter".to_owned()])
    );
    let text = trace(&sqs, &[&id, "--output", "text"]).await.out;
    let command = format!("`teamwire dead-letters show --stack teamwire --queue decrypt {id}`");
    assert!(
        text.contains("dead letter of decrypt: tampered") && text.contains(&command),
        "{text}"
    );
    let all = trace(&sqs, &[TENANT]).await;
    assert_eq!(places(&all), ["dead-letter", "dead-letter"]);
    assert_eq!((bodies(&sqs, LETTERS).len(), sqs.visible(LETTERS)), (2, 2));
}

#[tokio::test]
async fn an_event_on_its_way_and_lines_of_faults_are_found_in_order() {
    let sqs = stack(2).await;
    let event = json!({"specversion": "1.0", "id": "event-12", "type": "microsoft.graph.chat.updated",
        "subject": "chats('19:a')", "origin": "hydrated", "tenantid": TENANT});
    sqs.put(TAIL, &event.to_string(), &[], &system());
    for fault in ["http-500", "http-403"] {
        let line = json!({"level": "WARN", "message": "record not forwarded", "event": "event-12",
            "fault": fault});
        sqs.log(LOG, &line.to_string());
    }
    sqs.log(LOG, "of something else");
    let ran = trace(&sqs, &["event-12"]).await;
    assert_eq!((ran.status, ran.err.as_str()), (Some(0), ""));
    assert_eq!(places(&ran), ["tail", "log", "log"]);
    let text = trace(&sqs, &["event-12", "--output", "text"]).await.out;
    assert!(
        text.contains("log of hydrate: record not forwarded (event event-12, fault http-403)"),
        "{text}"
    );
    assert_eq!((bodies(&sqs, TAIL).len(), sqs.visible(TAIL)), (1, 1));
}

#[tokio::test]
async fn a_stack_that_is_busy_is_read_to_an_end() {
    let sqs = stack(5).await;
    let event = |number: u32| {
        json!({"specversion": "1.0", "id": format!("event-{number}"), "subject": "chats('19:a')",
            "type": "microsoft.graph.chat.updated", "origin": "hydrated", "tenantid": TENANT})
        .to_string()
    };
    let later = (jiff::Timestamp::now() + jiff::SignedDuration::from_secs(3_600)).as_millisecond();
    let later = later.to_string();
    sqs.put(TAIL, &event(12), &[], &system());
    let feeding = std::sync::Arc::clone(&sqs);
    let feeder = tokio::spawn(async move {
        for number in 1_000.. {
            feeding.put(TAIL, &event(number), &[], &[("SentTimestamp", &*later)]);
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    });
    let traced = trace(&sqs, &["event-12"]);
    let ran = tokio::time::timeout(std::time::Duration::from_secs(30), traced).await;
    feeder.abort();
    assert_eq!(places(&ran.unwrap()), ["tail"]);
}

#[tokio::test]
async fn what_left_no_trace_is_said_to_have_left_none() {
    let sqs = stack(3).await;
    let ran = trace(&sqs, &["event-12", "--since", "2026-11-28T00:00:00Z"]).await;
    assert_eq!((ran.status, ran.out.as_str()), (Some(1), ""));
    assert!(ran.err.contains("no trace of event-12 in "), "{}", ran.err);
    assert!(
        ran.err
            .contains("since 2026-11-28T00:00:00Z of teamwire, in eu-central-1"),
        "{}",
        ran.err
    );
    // Everything has a chat in it.
    let short = trace(&sqs, &["chat"]).await;
    assert_eq!(short.status, Some(2));
}

#[tokio::test]
async fn a_stack_that_is_not_there_is_said_to_be_none() {
    let sqs = stack(4).await;
    let ran = trace(&sqs, &["event-12", "--stack", "other"]).await;
    assert_eq!(ran.status, Some(2));
    assert!(
        ran.err
            .contains("there is no queue other-decrypt-dead-letters"),
        "{}",
        ran.err
    );
}
