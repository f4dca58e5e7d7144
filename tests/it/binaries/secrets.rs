//! Secrets of a stack that was just deployed, and secrets that are gone.

use super::aws::Aws;
use super::events::{notification, post, records};
use super::process::{Process, settings};
use super::queues::{change, failures, message, sealed};
use super::runtime_api::{Outcome, RuntimeApi};
use crate::decrypt::keys::CURRENT;
use serde_json::json;

const STATE: &str = "a static value of ours";

async fn start(function: &str, aws: &Aws) -> (RuntimeApi, Process) {
    let runtime = RuntimeApi::start().await;
    let mut settings = settings(function);
    settings.push(("TEAMWIRE_GRAPH_URL", aws.url.clone()));
    let process = Process::start(function, settings, &runtime.address, &aws.url);
    (runtime, process)
}

#[tokio::test]
async fn the_client_state_that_terraform_generated_is_known_before_anybody_put_one_in() {
    let states = json!({ "values": [STATE] });
    let aws = Aws::start().await.with_generated("client-state", &states);
    let (mut runtime, _process) = start("ingest", &aws).await;
    let batch = json!({ "value": [notification(1, STATE)] }).to_string();
    let answer = runtime.invoke(post("", &batch)).await.response();
    assert_eq!(answer["statusCode"], 202);
    assert_eq!(aws.sent("hydrate").len(), 1);
}

#[tokio::test]
async fn what_was_put_in_counts_and_not_what_was_generated_once() {
    let aws = Aws::start()
        .await
        .with_generated(
            "client-state",
            &json!({ "values": ["another value of ours"] }),
        )
        .with_secret("client-state", &json!({ "values": [STATE] }));
    let (mut runtime, _process) = start("ingest", &aws).await;
    let batch = json!({ "value": [notification(1, STATE)] }).to_string();
    runtime.invoke(post("", &batch)).await.response();
    assert_eq!(aws.sent("hydrate").len(), 1);
    assert_eq!(aws.asked("GetSecretValue"), 1);
}

#[tokio::test]
async fn without_a_private_key_yet_a_sealed_change_waits_on_its_queue() {
    let aws = Aws::start().await.with_empty_secret("envelope-keys");
    let (mut runtime, process) = start("decrypt", &aws).await;
    let outcome = runtime.invoke(records(&[sealed(1, &CURRENT)])).await;
    assert!(matches!(outcome, Outcome::Error(_)));
    let known = |line: &str| line.contains("unknown-certificate");
    process.line(known).await;
    assert_eq!(aws.sent("decrypt").len(), 0);
}

#[tokio::test]
async fn while_the_private_keys_are_gone_a_sealed_change_is_put_off() {
    let aws = Aws::start().await;
    let (mut runtime, process) = start("decrypt", &aws).await;
    let outcome = runtime.invoke(records(&[sealed(1, &CURRENT)])).await;
    assert!(failures(outcome).is_empty());
    process.line(|line| line.contains("key-unavailable")).await;
    assert_eq!(aws.sent("decrypt").len(), 1);
}

#[tokio::test]
async fn without_credentials_yet_a_reference_is_put_off() {
    let aws = Aws::start().await.with_empty_secret("credentials");
    let (mut runtime, process) = start("hydrate", &aws).await;
    let outcome = runtime.invoke(records(&[message(change(1))])).await;
    assert!(failures(outcome).is_empty());
    process.line(|line| line.contains("NoValue")).await;
    assert_eq!(aws.sent("hydrate").len(), 1);
    assert_eq!(aws.sent("hydrate-dead-letters").len(), 0);
}
