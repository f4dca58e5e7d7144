//! A new key, and every subscription moved to it.

use super::{document, listed};
use crate::fake_aws::FakeAws;
use crate::parties::{Ran, opens, run_with, with};
use crate::subscriptions::{and_a_fault, change, report};
use serde_json::{Value, json};
use std::process::Stdio;
use teamwire_graph::EnvelopeCertificate;
use tokio::io::{AsyncBufReadExt, BufReader};

const SECRET: &str = "teamwire/envelope-keys";

async fn rotate(aws: &FakeAws, arguments: &[&str]) -> Ran {
    let rotate = ["rotate", "--id", "new", "--pause", "0s", "--settle", "0s"];
    run_with(aws, &[&rotate[..], arguments].concat()).await
}

async fn rotate_in_the_secret(aws: &FakeAws) -> Ran {
    rotate(aws, &["--secret", SECRET]).await
}

/// A stack whose current certificate is `old`, and what its function answers once asked for
/// another.
async fn stack() -> (std::sync::Arc<FakeAws>, EnvelopeCertificate) {
    let aws = FakeAws::start().await;
    aws.put_secret(SECRET, Some(r#"{"old":"its key"}"#));
    let old = certificate(&aws, "another-secret", "old").await;
    aws.lambda
        .answers("certificates", listed(document("old", &old, &[])));
    let mut answer = report(2, 2, Vec::new());
    let new = certificate(&aws, "another-secret", "new").await;
    let after = Some("2026-11-24T12:00:00Z");
    answer["certificates"] = document("new", &new, &[("old", &old, after)]);
    aws.lambda.answers("use-certificate", answer);
    aws.lambda.answers("apply", report(2, 2, Vec::new()));
    (aws, old)
}

async fn certificate(aws: &FakeAws, secret: &str, id: &str) -> EnvelopeCertificate {
    if secret != SECRET {
        aws.put_secret(secret, None);
    }
    let new = ["new", "--secret", secret, "--id", id, "--output", "json"];
    run_with(aws, &new).await.certificate()
}

fn to_move(count: usize) -> Value {
    let moved = || change("move", "chats", "its certificate is not the current one");
    report(2, 2, (0..count).map(|_| moved()).collect())
}

fn key(aws: &FakeAws) -> String {
    let keys: Value = serde_json::from_str(&aws.secret(SECRET).unwrap()).unwrap();
    keys["new"].as_str().unwrap().to_owned()
}

fn used(aws: &FakeAws) -> EnvelopeCertificate {
    let order = aws.lambda.order("use-certificate");
    assert_eq!(order["id"], "new");
    EnvelopeCertificate::from_base64(order["certificate"].as_str().unwrap()).unwrap()
}

#[tokio::test]
async fn a_new_key_is_made_and_every_subscription_moved_to_it() {
    let (aws, _) = stack().await;
    for left in [2, 1, 0] {
        aws.lambda.answers("plan", to_move(left));
    }
    let ran = rotate_in_the_secret(&aws).await;
    assert_eq!(ran.status, Some(0), "{}", ran.err);
    assert_eq!(ran.err, "to be moved: 2\nto be moved: 1\n");
    for part in [
        "current      new, valid until ",
        "moved        every subscription\n",
        "must stay    the key of old, until 2026-11-24T12:00:00Z\n",
        "teamwire certificate retire --id <ID> --secret teamwire/envelope-keys\n",
    ] {
        assert!(ran.out.contains(part), "{part} is missing in {}", ran.out);
    }
    assert!(opens(&used(&aws), &key(&aws)));
    assert_eq!(aws.lambda.order("use-certificate")["keepHours"], 72);
    assert_eq!(
        aws.lambda.actions(),
        [
            "certificates",
            "use-certificate",
            "plan",
            "apply",
            "plan",
            "apply",
            "plan"
        ]
    );
    assert_eq!(
        aws.lambda.order("apply"),
        json!({"action": "apply", "remove": false})
    );
}

#[tokio::test]
async fn a_key_before_it_that_is_in_kms_goes_another_way() {
    let (aws, _) = stack().await;
    aws.put_secret(SECRET, None);
    aws.lambda.answers("plan", to_move(0));
    let ran = rotate_in_the_secret(&aws).await;
    assert_eq!(ran.status, Some(0), "{}", ran.err);
    assert!(!ran.out.contains("certificate retire"), "{}", ran.out);
    let says = "Not in teamwire/envelope-keys: old. A key in KMS goes by taking it out of";
    assert!(ran.out.contains(says), "{}", ran.out);
}

#[tokio::test]
async fn a_machine_gets_what_is_current_and_what_must_stay() {
    let (aws, _) = stack().await;
    aws.lambda.answers("plan", to_move(0));
    let json = ["--secret", SECRET, "--output", "json", "--keep", "4d"];
    let line = rotate(&aws, &json).await.json();
    assert_eq!(
        (&line["current"], &line["left"]),
        (&json!("new"), &json!(0))
    );
    let retire = json!([{"id": "old", "after": "2026-11-24T12:00:00Z"}]);
    assert_eq!(line["retire"], retire);
    assert_eq!(aws.lambda.order("use-certificate")["keepHours"], 96);
}

#[tokio::test]
async fn a_key_that_was_made_and_not_used_is_used() {
    let (aws, _) = stack().await;
    aws.lambda.answers("plan", to_move(0));
    certificate(&aws, SECRET, "new").await;
    let before = key(&aws);
    assert_eq!(rotate_in_the_secret(&aws).await.status, Some(0));
    assert_eq!(key(&aws), before);
    assert!(opens(&used(&aws), &before));
}

#[tokio::test]
async fn a_rotation_that_was_interrupted_goes_on_with_its_certificate() {
    let (aws, old) = stack().await;
    let new = certificate(&aws, SECRET, "new").await;
    let document = document("new", &new, &[("old", &old, None)]);
    aws.lambda.now_answers("certificates", listed(document));
    aws.lambda.answers("plan", to_move(0));
    let before = key(&aws);
    assert_eq!(rotate_in_the_secret(&aws).await.status, Some(0));
    assert_eq!(used(&aws), new);
    assert_eq!(key(&aws), before);
}

#[tokio::test]
async fn the_id_of_another_certificate_is_refused() {
    for held in [Some("another key"), None] {
        let (aws, old) = stack().await;
        let new = certificate(&aws, "another-secret", "third").await;
        let document = document("new", &new, &[("old", &old, None)]);
        aws.lambda.now_answers("certificates", listed(document));
        let says = match held {
            Some(_) => {
                certificate(&aws, SECRET, "new").await;
                "is the id of a certificate over another key"
            }
            None => "its key is not there",
        };
        let before = aws.secret(SECRET);
        let ran = rotate_in_the_secret(&aws).await;
        assert_eq!(ran.status, Some(2));
        assert!(ran.err.contains(says), "{}", ran.err);
        assert_eq!(aws.secret(SECRET), before);
        assert!(!aws.lambda.actions().contains(&"use-certificate".to_owned()));
    }
}

#[tokio::test]
async fn nothing_is_sealed_for_a_new_key_before_decrypt_can_have_read_it() {
    let (aws, _) = stack().await;
    let rotate = [
        "certificate",
        "rotate",
        "--id",
        "new",
        "--secret",
        SECRET,
        "--settle",
        "1h",
    ];
    let mut command = with(&aws, &rotate);
    command.stderr(Stdio::piped()).kill_on_drop(true);
    let mut waiting = command.spawn().unwrap();
    let mut said = BufReader::new(waiting.stderr.take().unwrap()).lines();
    let says = "waiting 3600 s: decrypt may have read teamwire/envelope-keys just before the key \
                came, and reads it again after 30 s at the earliest";
    assert_eq!(said.next_line().await.unwrap().as_deref(), Some(says));
    assert!(!key(&aws).is_empty());
    assert_eq!(aws.lambda.actions(), ["certificates"]);
}

#[tokio::test]
async fn a_key_that_is_on_record_is_not_waited_for() {
    let (aws, old) = stack().await;
    let new = certificate(&aws, SECRET, "new").await;
    let document = document("new", &new, &[("old", &old, None)]);
    aws.lambda.now_answers("certificates", listed(document));
    aws.lambda.answers("plan", to_move(0));
    let rotate = ["rotate", "--id", "new", "--secret", SECRET];
    let ran = run_with(&aws, &rotate).await;
    assert_eq!((ran.status, ran.err.as_str()), (Some(0), ""));
}

#[tokio::test]
async fn one_that_waits_to_be_made_anew_is_not_moved() {
    let is_rich = |action, certificate_id: Option<&str>| {
        let mut change = change(action, "chats", "why");
        change["rich"] = json!(true);
        change["certificateId"] = json!(certificate_id);
        change
    };
    for (change, left) in [
        (is_rich("recreate", Some("old")), 1),
        (is_rich("recreate", None), 1),
        (is_rich("create", None), 1),
        (is_rich("recreate", Some("new")), 0),
        (is_rich("renew", Some("new")), 0),
        (is_rich("foreign", None), 0),
        (change("create", "chats", "it has no content"), 0),
    ] {
        let (aws, _) = stack().await;
        aws.lambda
            .answers("plan", report(1, 1, vec![change.clone()]));
        let ran = rotate_in_the_secret(&aws).await;
        let (status, says) = match left {
            0 => (0, "moved        every subscription\n"),
            _ => (1, "not moved    1; the same command goes on\n"),
        };
        assert_eq!(ran.status, Some(status), "{change}: {}", ran.err);
        assert!(ran.out.contains(says), "{change}: {}", ran.out);
    }
}

#[tokio::test]
async fn what_can_not_be_moved_is_said_in_the_end() {
    let (aws, _) = stack().await;
    aws.lambda.answers("plan", and_a_fault(to_move(1)));
    aws.lambda
        .now_answers("apply", and_a_fault(report(2, 2, Vec::new())));
    let ran = rotate_in_the_secret(&aws).await;
    assert_eq!(ran.status, Some(1));
    assert!(
        ran.out
            .contains("not moved    1; the same command goes on\n"),
        "{}",
        ran.out
    );
    assert!(
        ran.err.ends_with("throttled: Graph asks to wait\n"),
        "{}",
        ran.err
    );
}

#[tokio::test]
async fn a_tenant_that_can_not_be_looked_at_may_have_some_left() {
    let (aws, _) = stack().await;
    aws.lambda.answers("plan", and_a_fault(to_move(0)));
    let ran = rotate_in_the_secret(&aws).await;
    assert_eq!(ran.status, Some(1));
    let says = "not moved    nobody knows; the same command goes on\n";
    assert!(ran.out.contains(says), "{}", ran.out);
    assert!(
        ran.err.ends_with("throttled: Graph asks to wait\n"),
        "{}",
        ran.err
    );
}

#[tokio::test]
async fn nothing_is_sealed_for_a_kms_key_that_decrypt_does_not_know() {
    let (aws, _) = stack().await;
    aws.lambda.answers("plan", to_move(0));
    let arn = aws.put_key("alias/a", "RSA_2048", "ENCRYPT_DECRYPT");
    let ran = rotate(&aws, &["--kms-key", "alias/a"]).await;
    assert_eq!(ran.status, Some(2));
    assert!(ran.err.contains(&format!("\n  new={arn}\n")), "{}", ran.err);
    assert_eq!(aws.lambda.actions(), ["certificates"]);

    let ran = rotate(&aws, &["--kms-key", &arn, "--yes"]).await;
    assert_eq!(ran.status, Some(0), "{}", ran.err);
    assert!(opens(&used(&aws), &aws.private_pem(&arn)));
}

#[tokio::test]
async fn a_kms_key_that_is_on_record_and_not_current_is_asked_about() {
    let (aws, old) = stack().await;
    aws.lambda.answers("plan", to_move(0));
    let arn = aws.put_key("alias/a", "RSA_2048", "ENCRYPT_DECRYPT");
    let new = ["new", "--id", "new", "--kms-key", &arn, "--output", "json"];
    let new = run_with(&aws, &new).await.certificate();
    let back = document("old", &old, &[("new", &new, Some("2026-01-01T00:00:00Z"))]);
    aws.lambda.now_answers("certificates", listed(back));
    let ran = rotate(&aws, &["--kms-key", &arn]).await;
    assert_eq!(ran.status, Some(2));
    assert!(ran.err.contains(&format!("\n  new={arn}\n")), "{}", ran.err);
    assert_eq!(aws.lambda.actions(), ["certificates"]);

    let ran = rotate(&aws, &["--kms-key", &arn, "--yes"]).await;
    assert_eq!(ran.status, Some(0), "{}", ran.err);
    assert_eq!(used(&aws), new);

    let document = document("new", &new, &[("old", &old, None)]);
    aws.lambda.now_answers("certificates", listed(document));
    let ran = rotate(&aws, &["--kms-key", &arn]).await;
    assert_eq!((ran.status, ran.err.as_str()), (Some(0), ""));
}

#[tokio::test]
async fn a_function_that_does_not_take_it_is_said() {
    let (aws, _) = stack().await;
    let fault = json!({"reason": "certificates-invalid", "message": "certificates.json: not JSON"});
    aws.lambda
        .now_answers("use-certificate", json!({"tenants": [], "faults": [fault]}));
    let ran = rotate_in_the_secret(&aws).await;
    assert_eq!(ran.status, Some(2));
    assert!(ran.err.contains("certificates-invalid: "), "{}", ran.err);
    assert_eq!(aws.lambda.actions(), ["certificates", "use-certificate"]);
}

#[tokio::test]
async fn a_time_to_keep_that_is_none_is_wrong_usage() {
    let aws = FakeAws::start().await;
    for keep in ["0h", "59m", "366d", "soon"] {
        let ran = rotate(&aws, &["--secret", SECRET, "--keep", keep]).await;
        assert_eq!(ran.status, Some(2), "{keep}");
    }
    assert!(aws.lambda.orders().is_empty());
}
