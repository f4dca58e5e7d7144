//! The certificates there are, and their use.

use super::{document, listed};
use crate::fake_aws::FakeAws;
use crate::parties::run_with;
use crate::subscriptions::{and_a_fault, change, report};
use serde_json::{Value, json};
use teamwire_graph::EnvelopeCertificate;

async fn certificate(aws: &FakeAws, id: &str) -> EnvelopeCertificate {
    aws.put_secret(id, None);
    let new = ["new", "--secret", id, "--id", id, "--days", "100"];
    let new = [&new[..], &["--output", "json"]].concat();
    run_with(aws, &new).await.certificate()
}

#[tokio::test]
async fn each_certificate_has_its_role_its_days_and_its_subscriptions() {
    let aws = FakeAws::start().await;
    let (old, new) = (
        certificate(&aws, "old").await,
        certificate(&aws, "new").await,
    );
    let others = [
        ("old", &old, Some("2126-01-01T00:00:00Z")),
        ("older", &old, Some("2026-01-01T00:00:00Z")),
        ("to-come", &old, None),
    ];
    aws.lambda
        .answers("certificates", listed(document("new", &new, &others)));
    let sealed = |action, id| {
        let mut change = change(action, "chats", "why");
        change["certificateId"] = json!(id);
        change
    };
    let changes = vec![
        sealed("keep", "new"),
        sealed("renew", "new"),
        sealed("move", "old"),
        change("keep", "teams", "it has no content"),
        change("move", "chats", "nobody knows"),
    ];
    aws.lambda.answers("plan", report(5, 5, changes));
    let ran = run_with(&aws, &["status"]).await;
    let says = |id: &str, role: &str, certificate: &EnvelopeCertificate, count: usize| {
        format!(
            "{id}\n  {role}\n  valid until {}, 99 days left\n  thumbprint {}\n  subscriptions: {count}\n",
            certificate.not_after(),
            certificate.thumbprint(),
        )
    };
    let expected = [
        says("new", "current", &new, 2),
        says(
            "old",
            "its key must stay until 2126-01-01T00:00:00Z",
            &old,
            1,
        ),
        says(
            "older",
            "its key may go since 2026-01-01T00:00:00Z",
            &old,
            0,
        ),
        says("to-come", "not in use", &old, 0),
        "of 1 it is not known which they use, if any\n".to_owned(),
    ];
    assert_eq!((ran.status, ran.out), (Some(0), expected.concat()));

    let ran = run_with(&aws, &["status", "--output", "json"]).await;
    let lines: Vec<Value> = ran
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let expected = json!({
        "id": "old",
        "current": false,
        "thumbprint": old.thumbprint(),
        "notAfter": old.not_after().to_string(),
        "daysLeft": 99,
        "retireAfter": "2126-01-01T00:00:00Z",
        "subscriptions": 1,
    });
    assert_eq!((lines.len(), &lines[1]), (4, &expected));
}

#[tokio::test]
async fn no_certificate_and_a_tenant_that_can_not_be_looked_at_fail() {
    let aws = FakeAws::start().await;
    aws.lambda
        .answers("certificates", json!({"certificates": null}));
    let ran = run_with(&aws, &["status"]).await;
    assert_eq!((ran.status, ran.out.as_str()), (Some(1), ""));
    assert!(ran.err.contains("there is no certificate"), "{}", ran.err);

    let aws = FakeAws::start().await;
    let new = certificate(&aws, "new").await;
    aws.lambda
        .answers("certificates", listed(document("new", &new, &[])));
    aws.lambda
        .answers("plan", and_a_fault(report(0, 0, Vec::new())));
    let ran = run_with(&aws, &["status"]).await;
    assert_eq!(ran.status, Some(1));
    assert!(ran.err.contains("throttled"), "{}", ran.err);
}
