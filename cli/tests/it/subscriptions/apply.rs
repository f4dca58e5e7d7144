//! Doing it.

use super::{TENANT, and_a_fault, change, report, with_outcome};
use crate::fake_aws::FakeAws;
use crate::parties::{Ran, file, teamwire, text};
use serde_json::{Value, json};

fn remove() -> Value {
    change("remove", "teams", "it is ours, and not wanted")
}

fn create() -> Value {
    change("create", "chats", "there is none")
}

async fn apply(aws: &FakeAws, arguments: &[&str]) -> Ran {
    teamwire(aws, &[&["subscriptions", "apply"], arguments].concat()).await
}

#[tokio::test]
async fn what_is_planned_is_done_and_the_file_stored() {
    let aws = FakeAws::start().await;
    let renew = change("renew", "teams", "half of its life is over");
    aws.lambda
        .answers("plan", report(2, 1, vec![create(), renew.clone()]));
    let done = vec![with_outcome(create(), "done"), with_outcome(renew, "done")];
    aws.lambda.answers("apply", report(2, 2, done));
    let content = format!("[[tenants]]\nid = \"{TENANT}\"\n");
    let path = file("subscriptions.toml", &content);
    let ran = apply(&aws, &[text(&path)]).await;
    assert_eq!((ran.status, ran.err.as_str()), (Some(0), ""));
    assert!(
        ran.out.ends_with("Done: 1 created, 1 renewed.\n"),
        "{}",
        ran.out
    );
    let expected = json!({"action": "apply", "desired": content, "remove": false});
    assert_eq!(aws.lambda.order("apply"), expected);
}

#[tokio::test]
async fn nothing_is_done_where_something_would_be_removed_and_may_not_be() {
    let aws = FakeAws::start().await;
    aws.lambda
        .answers("plan", report(1, 0, vec![create(), remove()]));
    let ran = apply(&aws, &[]).await;
    assert_eq!(ran.status, Some(3));
    let says = "Nothing was done: something would be removed: --remove if it may.\n";
    assert!(ran.out.ends_with(says), "{}", ran.out);

    // Nobody can be asked.
    let ran = apply(&aws, &["--remove"]).await;
    let says = "teamwire: nobody is there to be asked: Remove 1 for good? Say --yes if so\n";
    assert_eq!((ran.status, ran.err.as_str()), (Some(2), says));
    assert_eq!(aws.lambda.actions(), ["plan", "plan"]);
}

#[tokio::test]
async fn what_may_be_removed_is() {
    let aws = FakeAws::start().await;
    aws.lambda.answers("plan", report(0, 0, vec![remove()]));
    let done = report(0, 0, vec![with_outcome(remove(), "done")]);
    aws.lambda.answers("apply", done.clone());
    let ran = apply(&aws, &["--remove", "--yes", "--output", "json"]).await;
    let mut expected = done;
    expected["applied"] = json!(true);
    assert_eq!(ran.json(), expected);
    let order = json!({"action": "apply", "remove": true});
    assert_eq!(aws.lambda.order("apply"), order);
}

#[tokio::test]
async fn what_is_not_seen_is_not_removed() {
    let aws = FakeAws::start().await;
    aws.lambda
        .answers("plan", and_a_fault(report(0, 0, vec![remove()])));
    let ran = apply(&aws, &["--remove", "--yes"]).await;
    assert_eq!(ran.status, Some(1));
    assert!(ran.out.ends_with("not every tenant could be looked at.\n"));
    assert_eq!(aws.lambda.actions(), ["plan"]);
}

#[tokio::test]
async fn a_file_is_not_stored_while_it_might_remove_what_is_not_seen() {
    let aws = FakeAws::start().await;
    aws.lambda
        .answers("plan", and_a_fault(report(1, 0, vec![create()])));
    let done = vec![with_outcome(create(), "done")];
    aws.lambda.answers("apply", and_a_fault(report(1, 1, done)));
    let content = format!("[[tenants]]\nid = \"{TENANT}\"\n");
    let path = file("subscriptions.toml", &content);
    let ran = apply(&aws, &[text(&path)]).await;
    assert_eq!(ran.status, Some(1));
    let says = "Nothing was done: not every tenant could be looked at.\n";
    assert!(ran.out.ends_with(says), "{}", ran.out);
    assert_eq!(aws.lambda.actions(), ["plan"]);

    // What may be removed may be removed there too, later.
    let ran = apply(&aws, &[text(&path), "--remove"]).await;
    assert_eq!(ran.status, Some(1));
    assert_eq!(aws.lambda.order("apply")["desired"], json!(content));
}

#[tokio::test]
async fn one_tenant_that_can_not_be_looked_at_does_not_hold_up_the_others() {
    let aws = FakeAws::start().await;
    aws.lambda
        .answers("plan", and_a_fault(report(1, 0, vec![create()])));
    let done = vec![with_outcome(create(), "done")];
    aws.lambda.answers("apply", and_a_fault(report(1, 1, done)));
    let ran = apply(&aws, &["--remove", "--yes"]).await;
    assert_eq!(ran.status, Some(1));
    assert!(ran.out.ends_with("Done: 1 created.\n"), "{}", ran.out);
    assert_eq!(aws.lambda.order("apply")["remove"], false);
}

#[tokio::test]
async fn what_is_in_order_is_left_in_peace() {
    let aws = FakeAws::start().await;
    let keep = change("keep", "chats", "it is as it should be");
    aws.lambda.answers("plan", report(1, 1, vec![keep]));
    let ran = apply(&aws, &[]).await;
    let says = "Nothing to do; 1 in order.\nNothing was done: it is as it should be.\n";
    assert_eq!((ran.status, ran.out.as_str()), (Some(0), says));
    assert_eq!(aws.lambda.actions(), ["plan"]);
}

#[tokio::test]
async fn what_is_refused_is_said_and_fails() {
    let aws = FakeAws::start().await;
    aws.lambda.answers("plan", report(1, 0, vec![create()]));
    let mut answer = report(1, 0, vec![with_outcome(create(), "no-consent")]);
    answer["faults"] = json!([
        {"tenant": TENANT, "reason": "no-consent", "message": "Graph answers 403"}
    ]);
    aws.lambda.answers("apply", answer);
    let ran = apply(&aws, &[]).await;
    assert_eq!(ran.status, Some(1));
    let says = "chats: create failed: no-consent\nNothing was changed.\n";
    assert!(ran.out.ends_with(says), "{}", ran.out);
    let says = format!("teamwire: tenant {TENANT}: no-consent: Graph answers 403\n");
    assert_eq!(ran.err, says);
}

#[tokio::test]
async fn a_stored_file_that_can_not_be_used_is_said() {
    let aws = FakeAws::start().await;
    let faults = json!([{"reason": "desired-invalid", "message": "subscriptions.toml has faults:\nline 1: x"}]);
    aws.lambda
        .answers("plan", json!({"tenants": [], "faults": faults}));
    let ran = apply(&aws, &[]).await;
    assert_eq!(ran.status, Some(1));
    let says = "teamwire: desired-invalid: subscriptions.toml has faults:\n  line 1: x\n";
    assert_eq!(ran.err, says);
    assert_eq!(aws.lambda.actions(), ["plan"]);
}
