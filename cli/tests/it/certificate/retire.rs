//! Keys that may go, and keys that must stay.

use super::{document, listed};
use crate::fake_aws::FakeAws;
use crate::parties::{Ran, run_with};
use crate::subscriptions::{and_a_fault, change, report};
use serde_json::{Value, json};
use std::sync::Arc;
use teamwire_graph::EnvelopeCertificate;

const SECRET: &str = "teamwire/envelope-keys";
const PAST: Option<&str> = Some("2026-01-01T00:00:00Z");
const FUTURE: Option<&str> = Some("2126-01-01T00:00:00Z");

async fn retire(aws: &FakeAws, id: &str) -> Ran {
    run_with(aws, &["retire", "--id", id, "--secret", SECRET]).await
}

async fn stack() -> (Arc<FakeAws>, [EnvelopeCertificate; 2]) {
    let aws = FakeAws::start().await;
    aws.put_secret(SECRET, None);
    let mut certificates = Vec::new();
    for id in ["old", "new"] {
        let new = ["new", "--secret", SECRET, "--id", id, "--output", "json"];
        certificates.push(run_with(&aws, &new).await.certificate());
    }
    (aws, certificates.try_into().unwrap())
}

fn ids(aws: &FakeAws) -> Vec<String> {
    let keys: Value = serde_json::from_str(&aws.secret(SECRET).unwrap()).unwrap();
    keys.as_object().unwrap().keys().cloned().collect()
}

#[tokio::test]
async fn a_key_whose_time_is_over_and_that_nothing_uses_goes() {
    let (aws, [old, new]) = stack().await;
    let document = document("new", &new, &[("old", &old, PAST)]);
    aws.lambda.answers("certificates", listed(document));
    let mut in_order = change("keep", "chats", "it is as it should be");
    in_order["certificateId"] = json!("new");
    let basic = change("renew", "teams", "half of its life is over");
    aws.lambda
        .answers("plan", report(2, 2, vec![in_order, basic]));
    let ran = retire(&aws, "old").await;
    let says = "the key of old is out of teamwire/envelope-keys\n";
    assert_eq!((ran.status, ran.out.as_str()), (Some(0), says));
    assert_eq!(ids(&aws), ["new"]);

    // It is out already, or never was in this secret.
    let ran = retire(&aws, "old").await;
    assert_eq!(ran.status, Some(2));
    assert!(
        ran.err.contains("holds no key by the id old"),
        "{}",
        ran.err
    );
}

#[tokio::test]
async fn a_key_that_may_be_needed_stays() {
    let (aws, [old, new]) = stack().await;
    let sealed = |action, id: Option<&str>| {
        let mut change = change(action, "chats", "why");
        change["certificateId"] = json!(id);
        report(1, 1, vec![change])
    };
    let in_order = || sealed("keep", Some("new"));
    for (id, after, plan, says) in [
        (
            "new",
            PAST,
            in_order(),
            "it is the current one; `rotate` first",
        ),
        (
            "old",
            None,
            in_order(),
            "no rotation away from it is on record",
        ),
        (
            "old",
            FUTURE,
            in_order(),
            "until 2126-01-01T00:00:00Z, as something may come",
        ),
        (
            "old",
            PAST,
            and_a_fault(in_order()),
            "not every tenant could be looked at",
        ),
        (
            "old",
            PAST,
            sealed("move", Some("old")),
            "1 in use with it; `rotate` again first",
        ),
        (
            "old",
            PAST,
            sealed("foreign", Some("old")),
            "1 in use with it; `rotate` again first",
        ),
        (
            "old",
            PAST,
            sealed("move", None),
            "1 not as wanted, of which it is not known",
        ),
        (
            "old",
            PAST,
            sealed("remove", None),
            "1 not as wanted, of which it is not known",
        ),
        (
            "old",
            PAST,
            sealed("recreate", None),
            "1 not as wanted, of which it is not known",
        ),
    ] {
        let aws_lambda = FakeAws::start().await;
        aws_lambda.put_secret(SECRET, aws.secret(SECRET).as_deref());
        let document = document("new", &new, &[("old", &old, after)]);
        aws_lambda.lambda.answers("certificates", listed(document));
        aws_lambda.lambda.answers("plan", plan);
        let ran = retire(&aws_lambda, id).await;
        assert_eq!(ran.status, Some(1), "{says}");
        let says = format!("teamwire: the key of {id} must stay: {says}");
        assert!(ran.err.starts_with(&says), "{}", ran.err);
        assert_eq!(ids(&aws_lambda), ["new", "old"]);
        assert!(aws_lambda.operations().is_empty());
    }
}

#[tokio::test]
async fn a_key_that_there_is_not_is_wrong_usage() {
    let (aws, [old, new]) = stack().await;
    let document = document("new", &new, &[("old", &old, PAST)]);
    aws.lambda.answers("certificates", listed(document));
    aws.lambda.answers("plan", report(0, 0, Vec::new()));
    let ran = retire(&aws, "nope").await;
    let says = "teamwire: the secret teamwire/envelope-keys holds no key by the id nope\n";
    assert_eq!((ran.status, ran.err.as_str()), (Some(2), says));

    // One that `new` made and nothing was ever sealed for.
    run_with(&aws, &["new", "--secret", SECRET, "--id", "spare"]).await;
    let ran = retire(&aws, "spare").await;
    let says = "teamwire: the key of spare must stay: no rotation away from it is on record\n";
    assert_eq!((ran.status, ran.err.as_str()), (Some(1), says));
    assert_eq!(ids(&aws), ["new", "old", "spare"]);
}

#[tokio::test]
async fn without_a_document_nothing_may_go() {
    let (aws, _) = stack().await;
    aws.lambda
        .answers("certificates", json!({"certificates": null}));
    aws.lambda.answers("plan", report(0, 0, Vec::new()));
    let ran = retire(&aws, "old").await;
    assert_eq!(ran.status, Some(1));
    assert_eq!(ids(&aws), ["new", "old"]);
}
