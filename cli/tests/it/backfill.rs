//! `teamwire backfill`

use crate::fake_aws::FakeAws;
use crate::parties::{Ran, teamwire};
use crate::subscriptions::TENANT;
use serde_json::json;

async fn backfill(aws: &FakeAws, arguments: &[&str]) -> Ran {
    let backfill = ["backfill", "--tenant", TENANT];
    teamwire(aws, &[&backfill[..], arguments].concat()).await
}

#[tokio::test]
async fn a_time_is_ordered_to_be_read_again() {
    let aws = FakeAws::start().await;
    let (since, until) = ("2026-11-20T08:00:00Z", "2026-11-20T12:00:00Z");
    let gap = json!({
        "tenantId": TENANT,
        "subscriptionId": "",
        "resource": "chats/getAllMessages",
        "changes": ["created"],
        "since": since,
        "until": until,
        "reason": "asked",
    });
    let answer = json!({"tenant": TENANT, "gaps": [gap], "faults": []});
    aws.lambda.answers("backfill", answer.clone());
    let time = ["--since", since, "--until", until];
    let resource = ["--resource", "chats/getAllMessages"];
    let ran = backfill(&aws, &[&time[..], &resource].concat()).await;
    let says = "chats/getAllMessages  from 2026-11-20T08:00:00Z to 2026-11-20T12:00:00Z\n\
                Ordered to be read again: 1.\n";
    assert_eq!((ran.status, ran.out.as_str()), (Some(0), says));
    let order = json!({
        "action": "backfill",
        "tenant": TENANT,
        "resource": "chats/getAllMessages",
        "since": since,
        "until": until,
    });
    assert_eq!(aws.lambda.orders(), [order]);

    let ran = backfill(&aws, &[&time[..], &["--output", "json"]].concat()).await;
    assert_eq!(ran.json(), answer);
}

#[tokio::test]
async fn hours_are_counted_back_from_now() {
    let aws = FakeAws::start().await;
    aws.lambda.answers(
        "backfill",
        json!({"tenant": TENANT, "gaps": [], "faults": []}),
    );
    let ran = backfill(&aws, &["--since", "36h"]).await;
    // Nothing that is wanted has a gap to read.
    assert_eq!(
        (ran.status, ran.out.as_str()),
        (Some(1), "Ordered to be read again: 0.\n")
    );
    let order = aws.lambda.order("backfill");
    let since: jiff::Timestamp = order["since"].as_str().unwrap().parse().unwrap();
    let ago = jiff::Timestamp::now().duration_since(since).as_hours();
    assert_eq!((ago, &order["until"]), (36, &json!(null)));
}

#[tokio::test]
async fn a_tenant_that_is_not_kept_is_said() {
    let aws = FakeAws::start().await;
    let fault =
        json!({"reason": "unknown-tenant", "message": "the tenant is not in subscriptions.toml"});
    aws.lambda
        .answers("backfill", json!({"tenants": [], "faults": [fault]}));
    let ran = backfill(&aws, &["--since", "1h"]).await;
    let says = "teamwire: unknown-tenant: the tenant is not in subscriptions.toml\n";
    assert_eq!((ran.status, ran.err.as_str()), (Some(1), says));
}

#[tokio::test]
async fn a_resource_that_there_is_not_is_said_once() {
    let aws = FakeAws::start().await;
    let message = "not an order: resource: nope is not a path that can be subscribed to";
    let fault = json!({"reason": "not-an-order", "message": message});
    aws.lambda
        .answers("backfill", json!({"tenants": [], "faults": [fault]}));
    let ran = backfill(&aws, &["--since", "1h", "--resource", "nope"]).await;
    let says = "teamwire: not-an-order: resource: nope is not a path that can be subscribed to\n";
    assert_eq!((ran.status, ran.err.as_str()), (Some(1), says));
    assert_eq!(ran.out, "");
}

#[tokio::test]
async fn a_time_that_is_none_is_wrong_usage() {
    let aws = FakeAws::start().await;
    for time in [
        &["--since", "yesterday"][..],
        &["--since", "1h", "--until", "2h"],
        &["--since", "-1h"],
        &[],
    ] {
        assert_eq!(backfill(&aws, time).await.status, Some(2), "{time:?}");
    }
    assert!(aws.lambda.orders().is_empty());
}
