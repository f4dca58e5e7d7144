//! A stack with letters, and a person who replays them.

use crate::parties::Ran;
use crate::replay::fake_sqs::FakeSqs;
use serde_json::{Value, json};
use std::process::Stdio;
use std::sync::Arc;
use tokio::process::Command;

pub(crate) const TENANT: &str = "9f4ebab6-520d-49c0-85cc-7b25c78d4a93";
pub(crate) const OTHER_TENANT: &str = "3f6c1d9e-52ab-4c07-9e1b-7d2a0b8c4e15";
pub(super) const DEAD: &str = "teamwire-decrypt-dead-letters";
pub(super) const WORKING: &str = "teamwire-decrypt";

/// A stack whose decrypt queue has no letters yet.
pub(super) async fn stack(seed: u64) -> Arc<FakeSqs> {
    let sqs = FakeSqs::start(seed).await;
    sqs.make(&[DEAD, WORKING, "teamwire-quarantine"]);
    sqs.make(&["teamwire-hydrate", "teamwire-events", "teamwire-lifecycle"]);
    sqs
}

pub(crate) fn sealed(tenant: &str, number: usize) -> String {
    let body = json!({
        "tenantId": tenant,
        "subscriptionId": "s",
        "changeType": "created",
        "resource": format!("chats('19:secret_chat')/messages('{number}')"),
        "content": {"data": "c2VjcmV0", "dataSignature": "c2ln", "dataKey": "a2V5"},
    });
    json!({"version": "sealed.v1", "receivedAt": 1, "body": body}).to_string()
}

/// A dead letter of decrypt; its id.
pub(super) fn dead(
    sqs: &FakeSqs,
    tenant: &str,
    number: usize,
    reason: Option<&str>,
    hours: i64,
) -> String {
    let sent = jiff::Timestamp::now() - jiff::SignedDuration::from_hours(hours);
    let sent = sent.as_millisecond().to_string();
    let mut attributes = vec![("deferrals", "3"), ("deferredSince", "1"), ("mark", "kept")];
    if let Some(reason) = reason {
        attributes.extend([("reason", reason), ("source", "decrypt")]);
    }
    let system = [
        ("SentTimestamp", sent.as_str()),
        ("MessageGroupId", tenant),
        ("AWSTraceHeader", "Root=1-a;Lineage=1:2c8e0f1d:16"),
    ];
    sqs.put(DEAD, &sealed(tenant, number), &attributes, &system)
}

/// A quarantined letter of a subscription; its id.
pub(super) fn quarantined(sqs: &FakeSqs, subscription: &str, number: usize) -> String {
    let body = sealed(TENANT, number).replace(r#""s""#, &format!("{subscription:?}"));
    let attributes = [("reason", "client-state"), ("route", "decrypt")];
    let sent = jiff::Timestamp::now() - jiff::SignedDuration::from_hours(1);
    let sent = sent.as_millisecond().to_string();
    let system = [("SentTimestamp", sent.as_str()), ("MessageGroupId", TENANT)];
    sqs.put("teamwire-quarantine", &body, &attributes, &system)
}

pub(crate) fn command(sqs: &FakeSqs, arguments: &[&str]) -> Command {
    within(sqs, &[], arguments)
}

/// The same, run by another program.
pub(super) fn within(sqs: &FakeSqs, program: &[&str], arguments: &[&str]) -> Command {
    let words = [program, &[env!("CARGO_BIN_EXE_teamwire")], arguments].concat();
    let mut command = Command::new(words[0]);
    command.env_clear().args(&words[1..]).stdin(Stdio::null());
    command.kill_on_drop(true);
    command.envs([
        ("AWS_ENDPOINT_URL", sqs.url.as_str()),
        ("AWS_REGION", "eu-central-1"),
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("XDG_STATE_HOME", env!("CARGO_TARGET_TMPDIR")),
    ]);
    command
}

pub(crate) async fn run(sqs: &FakeSqs, arguments: &[&str]) -> Ran {
    command(sqs, arguments).output().await.unwrap().into()
}

/// `teamwire replay --queue decrypt ..`
pub(super) async fn replay(sqs: &FakeSqs, arguments: &[&str]) -> Ran {
    run(
        sqs,
        &[&["replay", "--queue", "decrypt"], arguments].concat(),
    )
    .await
}

/// The last line of standard output.
pub(super) fn summary(ran: &Ran) -> Value {
    serde_json::from_str(ran.out.lines().last().unwrap()).unwrap()
}

/// The bodies on a queue, in order.
pub(crate) fn bodies(sqs: &FakeSqs, queue: &str) -> Vec<String> {
    let messages = sqs.messages(queue).into_iter();
    let mut bodies: Vec<_> = messages.map(|message| message.body).collect();
    bodies.sort();
    bodies
}
