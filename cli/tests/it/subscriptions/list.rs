//! The list of the subscriptions there are.

use super::{TENANT, and_a_fault, change, report};
use crate::fake_aws::FakeAws;
use crate::parties::teamwire;
use serde_json::json;

#[tokio::test]
async fn ours_and_others_are_listed_with_what_they_are_to() {
    let aws = FakeAws::start().await;
    let mut ours = change("keep", "teams", "its notificationUrl is ours");
    ours["certificateId"] = json!("2026a");
    let odd = change(
        "foreign",
        "me/messages\u{7}",
        "its notificationUrl is not ours",
    );
    aws.lambda.answers("list", report(2, 1, vec![odd, ours]));
    let ran = teamwire(&aws, &["subscriptions", "list"]).await;
    let expected = format!(
        "\
tenant {TENANT}: 2 wanted, 1 ours
  teams (created, updated)
      id-of-teams  until 2026-11-22T12:00:00Z
      certificate 2026a
  foreign: me/messages\\u0007 (created, updated)
      id-of-me/messages\\u0007  until 2026-11-22T12:00:00Z
"
    );
    assert_eq!((ran.status, ran.out), (Some(0), expected));
    let order = json!({"action": "list"});
    assert_eq!(aws.lambda.orders(), [order]);
}

#[tokio::test]
async fn one_tenant_alone_can_be_listed() {
    let aws = FakeAws::start().await;
    aws.lambda.answers("list", report(0, 0, Vec::new()));
    let list = ["subscriptions", "list", "--tenant"];
    let ran = teamwire(&aws, &[&list[..], &[&TENANT.to_uppercase()]].concat()).await;
    assert_eq!(ran.status, Some(0), "{}", ran.err);
    let order = json!({"action": "list", "tenant": TENANT});
    assert_eq!(aws.lambda.orders(), [order]);
}

#[tokio::test]
async fn a_tenant_that_can_not_be_listed_fails() {
    let aws = FakeAws::start().await;
    let list = and_a_fault(report(0, 0, Vec::new()));
    aws.lambda.answers("list", list.clone());
    let ran = teamwire(&aws, &["subscriptions", "list", "--output", "json"]).await;
    assert_eq!((ran.status, ran.out), (Some(1), format!("{list}\n")));
    assert!(ran.err.contains("throttled"), "{}", ran.err);
}
