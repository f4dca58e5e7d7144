//! `teamwire tail`

use crate::parties::Ran;
use crate::replay::fake_sqs::FakeSqs;
use crate::replay::letters::{OTHER_TENANT, TENANT, bodies, command, run, sealed};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use std::process::Stdio;
use std::sync::{Arc, Mutex};

const TAIL: &str = "teamwire-tail";
const EVENTS: &str = "teamwire-events";

/// A stack with a tail queue.
async fn stack(seed: u64) -> Arc<FakeSqs> {
    let sqs = FakeSqs::start(seed).await;
    sqs.make(&[TAIL, EVENTS]);
    sqs
}

fn event(number: usize, tenant: &str, kind: &str, subject: &str) -> Value {
    json!({
        "specversion": "1.0",
        "id": format!("event-{number}"),
        "source": format!("https://graph.microsoft.com/{tenant}"),
        "type": kind,
        "subject": subject,
        "time": "2026-11-21T09:00:00.000Z",
        "datacontenttype": "application/json",
        "tenantid": tenant,
        "subscriptionid": "s",
        "origin": "decrypted",
        "receivedat": "2026-11-21T09:00:00.000Z",
        "data": {"id": "1", "body": {"content": "words of somebody"}},
    })
}

/// A message in a chat.
fn said(number: usize) -> Value {
    let subject = format!("chats('19:a')/messages('{number}')");
    event(
        number,
        TENANT,
        "microsoft.graph.chatMessage.created",
        &subject,
    )
}

/// Puts an event there that came so many seconds after nine.
fn put(sqs: &FakeSqs, queue: &str, event: &Value, after: i64) {
    let came: jiff::Timestamp = "2026-11-21T09:00:00Z".parse().unwrap();
    let came = (came + jiff::SignedDuration::from_secs(after)).as_millisecond();
    let system = [
        ("SentTimestamp", &*came.to_string()),
        ("MessageGroupId", TENANT),
    ];
    sqs.put(queue, &event.to_string(), &[], &system);
}

/// `teamwire tail ..` in the time of Greenwich.
async fn tail(sqs: &FakeSqs, arguments: &[&str]) -> Ran {
    let mut command = command(sqs, &[&["tail"], arguments].concat());
    command.env("TZ", "UTC").output().await.unwrap().into()
}

/// The last member of each line of JSON.
fn subjects(ran: &Ran) -> Vec<String> {
    let subject = |line: &str| {
        let event: Value = serde_json::from_str(line).unwrap();
        event["subject"].as_str().unwrap().to_owned()
    };
    ran.out.lines().map(subject).collect()
}

#[tokio::test]
async fn each_event_is_a_line_without_what_people_wrote() {
    let sqs = stack(1).await;
    put(&sqs, TAIL, &said(1), 2);
    let ran = tail(&sqs, &["--max", "1"]).await;
    assert_eq!((ran.status, ran.err.as_str()), (Some(0), ""));
    assert_eq!(
        ran.out,
        "09:00:02.000  chatMessage.created         9f4ebab6  decrypted     2.0s  \
         chats('19:a')/messages('1')\n"
    );
    put(&sqs, TAIL, &said(2), 3);
    let ran = tail(&sqs, &["--max", "1", "--data"]).await;
    assert_eq!(ran.out.lines().nth(1), Some("    words of somebody"));
}

#[tokio::test]
async fn what_was_shown_is_gone_and_the_rest_is_still_there() {
    let sqs = stack(2).await;
    for number in 0..9 {
        put(&sqs, TAIL, &said(number), 1);
    }
    for (max, left) in [("4", 5), ("2", 3)] {
        let ran = tail(&sqs, &["--max", max, "--output", "json"]).await;
        assert_eq!(subjects(&ran).len().to_string(), max);
        assert_eq!((sqs.messages(TAIL).len(), sqs.visible(TAIL)), (left, left));
    }
    assert!(
        sqs.asked("ReceiveMessage")
            .iter()
            .all(|one| one["QueueUrl"].as_str().unwrap().ends_with(TAIL))
    );
}

#[tokio::test]
async fn json_is_the_event_as_it_came_on_one_line() {
    let sqs = stack(3).await;
    let body = said(1)
        .to_string()
        .replacen(':', ":\n\t", 1)
        .replacen("somebody", "\u{9b}2J", 1);
    sqs.put(TAIL, &body, &[], &[]);
    let ran = tail(&sqs, &["--max", "1", "--output", "json"]).await;
    assert_eq!(ran.json(), serde_json::from_str::<Value>(&body).unwrap());
    assert!(ran.out.contains("\\u009b2J"), "{}", ran.out);
}

#[tokio::test]
async fn each_filter_shows_what_it_says_and_the_rest_is_taken_off() {
    let kind = |resource: &str, change: &str| format!("microsoft.graph.{resource}.{change}");
    let team = "teams('7c0d')/channels('19:b')";
    for (filter, expected) in [
        (&[][..], 5),
        (&["--tenant", TENANT], 4),
        (&["--tenant", OTHER_TENANT, "--tenant", TENANT], 5),
        (&["--resource-type", "channel"], 2),
        (&["--resource-type", "gap"], 1),
        (&["--change", "created"], 2),
        (&["--change", "Deleted", "--change", "updated"], 2),
        (&["--subject", "teams('7c0d')"], 2),
        (&["--resource-type", "channel", "--change", "deleted"], 1),
    ] {
        let sqs = stack(4).await;
        for (number, event) in [
            said(1),
            event(
                2,
                OTHER_TENANT,
                &kind("chatMessage", "created"),
                "chats('c')/messages('1')",
            ),
            event(3, TENANT, &kind("channel", "updated"), team),
            event(4, TENANT, &kind("channel", "deleted"), team),
            event(5, TENANT, "teamwire.gap", "chats/getAllMessages"),
        ]
        .iter()
        .enumerate()
        {
            put(&sqs, TAIL, event, i64::try_from(number).unwrap());
        }
        let shown = shown_until_empty(&sqs, filter).await;
        assert_eq!(subjects(&shown).len(), expected, "{filter:?}");
    }
}

/// The output until nothing is left on the queue, and Ctrl-C then.
async fn shown_until_empty(sqs: &FakeSqs, arguments: &[&str]) -> Ran {
    let arguments = [&["tail", "--output", "json"], arguments].concat();
    let mut run = command(sqs, &arguments);
    let run = run.stdout(Stdio::piped()).stderr(Stdio::piped());
    let run = run.spawn().unwrap();
    while !sqs.messages(TAIL).is_empty() {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    interrupt(run).await
}

#[cfg(unix)]
async fn interrupt(run: tokio::process::Child) -> Ran {
    crate::parties::signal("INT", &run).await;
    let ran: Ran = run.wait_with_output().await.unwrap().into();
    assert_eq!(ran.status, Some(0));
    ran
}

#[tokio::test]
async fn what_came_before_is_taken_off_unseen_where_only_the_new_is_wanted() {
    let sqs = stack(5).await;
    for number in 0..5 {
        put(&sqs, TAIL, &said(number), 0);
    }
    let ran = shown_until_empty(&sqs, &["--new"]).await;
    assert_eq!(ran.out, "");
    assert_eq!(
        ran.err,
        "teamwire: 5 events from before were taken off unseen\n"
    );
    for number in 0..5 {
        put(
            &sqs,
            TAIL,
            &said(number),
            60 * i64::try_from(number).unwrap(),
        );
    }
    let ran = shown_until_empty(&sqs, &["--since", "2026-11-21T09:03:00Z"]).await;
    let mut shown = subjects(&ran);
    shown.sort();
    assert_eq!(
        shown,
        ["chats('19:a')/messages('3')", "chats('19:a')/messages('4')"]
    );
    assert!(ran.err.contains("3 events"));
}

#[tokio::test]
async fn a_message_that_is_no_event_is_said_and_is_not_in_the_way() {
    let sqs = stack(6).await;
    for body in ["", "hello \u{1b}[2J", "[1]", &sealed(TENANT, 1)] {
        sqs.put(TAIL, body, &[], &[]);
    }
    let ran = shown_until_empty(&sqs, &[]).await;
    assert_eq!((ran.out.as_str(), ran.err.lines().count()), ("", 4));
    assert!(ran.err.contains("is no event, 10 bytes"), "{}", ran.err);
    assert!(!ran.err.contains("hello"));

    sqs.put(TAIL, "hello", &[], &[("SentTimestamp", "1000")]);
    put(&sqs, TAIL, &said(1), 0);
    let ran = tail(&sqs, &["--max", "1"]).await;
    assert!(ran.out.ends_with("messages('1')\n"), "{}", ran.out);
    if sqs.messages(TAIL).is_empty() {
        assert!(ran.out.starts_with("00:00:01.000  no event, 5 bytes\n"));
    }
}

#[tokio::test]
async fn whoever_has_seen_enough_ends_it_and_what_was_not_shown_stays() {
    let sqs = stack(7).await;
    for number in 0..30 {
        put(&sqs, TAIL, &said(number), 1);
    }
    let mut run = command(&sqs, &["tail"]);
    let mut run = run
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(run.stdout.take());
    let ran: Ran = run.wait_with_output().await.unwrap().into();
    assert_eq!((ran.status, ran.err.as_str()), (Some(0), ""));
    assert_eq!((sqs.messages(TAIL).len(), sqs.visible(TAIL)), (30, 30));
}

#[tokio::test]
async fn without_a_tail_queue_it_says_how_to_have_one() {
    let sqs = FakeSqs::start(8).await;
    sqs.make(&[EVENTS]);
    let ran = tail(&sqs, &[]).await;
    assert_eq!(ran.status, Some(2));
    for part in [
        "no queue teamwire-tail",
        "TailQueue=true",
        "tail_queue = true",
        "--peek",
    ] {
        assert!(ran.err.contains(part), "{part}: {}", ran.err);
    }
    let ran = tail(&sqs, &["--from-url", &sqs.url_of(EVENTS)]).await;
    assert_eq!(ran.status, Some(2));
    assert!(ran.err.contains("does not end in -tail"), "{}", ran.err);
    assert!(sqs.asked("ReceiveMessage").is_empty());
}

#[tokio::test]
async fn a_queue_that_can_not_be_deleted_from_ends_it_with_the_reason() {
    let sqs = stack(9).await;
    put(&sqs, TAIL, &said(1), 1);
    let denied = ("DeleteMessageBatch".to_owned(), "AccessDenied".to_owned());
    sqs.account().denied.extend([denied]);
    let ran = tail(&sqs, &[]).await;
    assert_eq!(ran.status, Some(2));
    assert!(
        ran.err.contains("can't be deleted from teamwire-tail"),
        "{}",
        ran.err
    );
}

/// A consumer that answers with one status after the other, the last one ever more.
struct Consumer {
    url: String,
    /// Content type and body of each request.
    asked: Mutex<Vec<(String, Value)>>,
    statuses: Mutex<Vec<u16>>,
}

impl Consumer {
    async fn start(statuses: &[u16]) -> Arc<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self::on(listener, statuses)
    }

    fn on(listener: tokio::net::TcpListener, statuses: &[u16]) -> Arc<Self> {
        let consumer = Arc::new(Self {
            url: format!("http://{}/events", listener.local_addr().unwrap()),
            asked: Mutex::default(),
            statuses: Mutex::new(statuses.iter().rev().copied().collect()),
        });
        let take = |State(consumer): State<Arc<Self>>, headers: HeaderMap, body: String| async move {
            let kind = headers["content-type"].to_str().unwrap().to_owned();
            let event = serde_json::from_str(&body).unwrap();
            consumer.asked.lock().unwrap().push((kind, event));
            let mut statuses = consumer.statuses.lock().unwrap();
            let status = match statuses.len() {
                1 => statuses[0],
                _ => statuses.pop().unwrap(),
            };
            StatusCode::from_u16(status).unwrap()
        };
        let router = axum::Router::new()
            .route("/events", axum::routing::post(take))
            .with_state(Arc::clone(&consumer));
        tokio::spawn(async move { axum::serve(listener, router).await });
        consumer
    }

    /// The number of the message of each event that came.
    fn subjects(&self) -> Vec<String> {
        let asked = self.asked.lock().unwrap();
        let subject = |(_, event): &(String, Value)| event["subject"].as_str().unwrap().to_owned();
        asked.iter().map(subject).collect()
    }
}

#[tokio::test]
async fn each_event_is_posted_to_the_consumer_and_then_gone_from_the_tail_queue() {
    let sqs = stack(20).await;
    let consumer = Consumer::start(&[204]).await;
    for number in 0..3 {
        put(&sqs, TAIL, &said(number), number.try_into().unwrap());
    }
    let other = event(
        7,
        OTHER_TENANT,
        "microsoft.graph.chat.updated",
        "chats('19:b')",
    );
    put(&sqs, TAIL, &other, 9);
    let to = [
        "--forward-to",
        &consumer.url,
        "--tenant",
        TENANT,
        "--max",
        "3",
    ];
    let ran = tail(&sqs, &to).await;
    assert_eq!((ran.status, ran.err.as_str()), (Some(0), ""));
    assert_eq!(ran.out.matches("  204 ").count(), 3, "{}", ran.out);
    let mut came = consumer.subjects();
    came.sort();
    assert_eq!(
        came,
        [0, 1, 2].map(|n| format!("chats('19:a')/messages('{n}')"))
    );
    for (kind, event) in &*consumer.asked.lock().unwrap() {
        assert_eq!(kind, "application/cloudevents+json; charset=utf-8");
        assert_eq!(event["data"]["body"]["content"], "words of somebody");
    }
    assert!(bodies(&sqs, TAIL).iter().all(|body| body.contains("19:b")));
    // Each at once, however long the consumer takes for the next one.
    assert!(sqs.asked("DeleteMessageBatch").len() >= 3);
}

#[tokio::test]
async fn what_the_consumer_refuses_stays_on_the_tail_queue_and_holds_up_nothing() {
    let sqs = stack(21).await;
    let consumer = Consumer::start(&[500, 503, 302, 200]).await;
    put(&sqs, TAIL, &said(1), 1);
    put(&sqs, TAIL, &said(2), 2);
    let ran = tail(&sqs, &["--forward-to", &consumer.url, "--max", "1"]).await;
    assert_eq!(ran.status, Some(0), "{}", ran.err);
    assert!(
        ran.err.contains("answers 302, 3 times: message "),
        "{}",
        ran.err
    );
    assert_eq!(consumer.subjects().len(), 4);
    assert_eq!(bodies(&sqs, TAIL).len(), 1);
    // Not at once: its consumer is in trouble.
    assert_eq!(sqs.visible(TAIL), 0);
}

#[tokio::test]
async fn a_consumer_that_does_not_run_is_waited_for() {
    let sqs = stack(22).await;
    put(&sqs, TAIL, &said(1), 1);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let url = format!("http://localhost:{}/events", address.port());
    let mut command = command(&sqs, &["tail", "--forward-to", &url, "--max", "1"]);
    // Nothing for this machine goes through it.
    command.env("HTTP_PROXY", "http://127.0.0.1:9");
    command.env("NO_PROXY", "127.0.0.1");
    let child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(700)).await;
    let listener = tokio::net::TcpListener::bind(address).await.unwrap();
    let consumer = Consumer::on(listener, &[200]);
    let ran: Ran = child.wait_with_output().await.unwrap().into();
    assert_eq!(ran.status, Some(0), "{}", ran.err);
    assert!(
        ran.err.contains("can't be reached: waiting for it"),
        "{}",
        ran.err
    );
    assert_eq!(consumer.subjects().len(), 1);
    assert!(bodies(&sqs, TAIL).is_empty());
}

#[tokio::test]
async fn what_people_wrote_goes_over_no_network_in_the_clear() {
    let sqs = stack(23).await;
    for url in [
        "http://consumer.example/events",
        "ftp://127.0.0.1/",
        "events",
    ] {
        let ran = tail(&sqs, &["--forward-to", url]).await;
        assert_eq!(ran.status, Some(2), "{url}");
    }
    assert!(sqs.asked("ReceiveMessage").is_empty());
}

fn allow(sqs: &FakeSqs, receives: &Value) {
    let policy = json!({"deadLetterTargetArn": "arn", "maxReceiveCount": receives});
    sqs.account().redrive.insert(EVENTS.to_owned(), policy);
}

#[tokio::test]
async fn a_peek_shows_each_event_once_and_gives_it_back() {
    let sqs = stack(10).await;
    allow(&sqs, &json!(25));
    for number in 0..3 {
        put(&sqs, EVENTS, &said(number), 1);
    }
    let ran = tail(&sqs, &["--peek", "--max", "3", "--output", "json"]).await;
    assert_eq!(ran.status, Some(0));
    let mut shown = subjects(&ran);
    shown.sort();
    let all = [0, 1, 2].map(|n| format!("chats('19:a')/messages('{n}')"));
    assert_eq!(shown, all);
    assert!(
        ran.err.contains("counts as a receive, of 25"),
        "{}",
        ran.err
    );
    assert_eq!((bodies(&sqs, EVENTS).len(), sqs.visible(EVENTS)), (3, 3));
    assert!(sqs.asked("DeleteMessageBatch").is_empty());
    for request in sqs.asked("ReceiveMessage") {
        assert!(request["VisibilityTimeout"].as_u64().unwrap() <= 5);
    }
}

#[tokio::test]
async fn a_peek_wears_out_no_event() {
    let sqs = stack(11).await;
    allow(&sqs, &json!("4"));
    put(&sqs, EVENTS, &said(1), 1);
    let ran = tail(&sqs, &["--peek", "--output", "json"]).await;
    assert_eq!(ran.status, Some(1));
    assert_eq!(subjects(&ran).len(), 1);
    assert!(
        ran.err.contains("received 2 times, and after 4"),
        "{}",
        ran.err
    );
    assert_eq!(
        (sqs.messages(EVENTS)[0].receives, sqs.visible(EVENTS)),
        (2, 1)
    );
}

#[tokio::test]
async fn a_queue_that_a_look_would_harm_is_not_looked_at() {
    let sqs = FakeSqs::start(12).await;
    sqs.make(&[EVENTS, "ordered-events.fifo"]);
    allow(&sqs, &json!(3));
    for (stack, says) in [("teamwire", "3 times only"), ("ordered", "is a FIFO queue")] {
        let ran = tail(&sqs, &["--peek", "--stack", stack]).await;
        assert_eq!(ran.status, Some(2));
        assert!(ran.err.contains(says), "{}", ran.err);
    }
    assert!(sqs.asked("ReceiveMessage").is_empty());
}

#[tokio::test]
async fn wrong_usage_is_said() {
    let sqs = stack(13).await;
    for wrong in [
        &["--tenant", "t"][..],
        &["--change", "renamed"],
        &["--resource-type", "fooo"],
        &["--max", "0"],
        &["--new", "--since", "1m"],
        &["--from-url", "http://q/1/q-tail", "--stack", "s"],
    ] {
        let ran = run(&sqs, &[&["tail"], wrong].concat()).await;
        assert_eq!(ran.status, Some(2), "{wrong:?}");
    }
    assert!(sqs.account().requests.is_empty());
}
