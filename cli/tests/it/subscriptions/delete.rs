//! Removing by id.

use super::TENANT;
use crate::fake_aws::FakeAws;
use crate::parties::{Ran, teamwire};
use serde_json::json;

async fn delete(aws: &FakeAws, arguments: &[&str]) -> Ran {
    let delete = ["subscriptions", "delete", "--tenant"];
    teamwire(aws, &[&delete[..], arguments].concat()).await
}

#[tokio::test]
async fn those_that_are_named_go() {
    let aws = FakeAws::start().await;
    let answer = json!({"tenant": TENANT, "deleted": ["a"], "faults": []});
    aws.lambda.answers("delete", answer);
    let ran = delete(&aws, &[TENANT, "a", "--yes"]).await;
    assert_eq!((ran.status, ran.out.as_str()), (Some(0), "removed a\n"));
    let order = json!({"action": "delete", "tenant": TENANT, "ids": ["a"]});
    assert_eq!(aws.lambda.orders(), [order]);
}

#[tokio::test]
async fn one_that_stays_is_said() {
    let aws = FakeAws::start().await;
    let faults = json!([{"tenant": TENANT, "reason": "throttled", "message": "wait"}]);
    let answer = json!({"tenant": TENANT, "deleted": ["a"], "faults": faults});
    aws.lambda.answers("delete", answer);
    let ran = delete(&aws, &[TENANT, "a", "b", "--yes"]).await;
    assert_eq!((ran.status, ran.out.as_str()), (Some(1), "removed a\n"));
    assert_eq!(
        ran.err,
        format!("teamwire: tenant {TENANT}: throttled: wait\n")
    );
}

#[tokio::test]
async fn without_a_yes_nothing_goes() {
    let aws = FakeAws::start().await;
    for arguments in [
        &[TENANT, "a"][..],
        &["contoso", "a", "--yes"],
        &[TENANT, "--yes"],
    ] {
        assert_eq!(delete(&aws, arguments).await.status, Some(2));
    }
    assert!(aws.lambda.orders().is_empty());
}
