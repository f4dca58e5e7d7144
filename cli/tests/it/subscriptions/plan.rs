//! The plan of the changes to make.

use super::{TENANT, and_a_fault, change, report};
use crate::fake_aws::FakeAws;
use crate::parties::{file, teamwire, text};
use serde_json::json;

#[tokio::test]
async fn a_plan_is_shown_by_one_sign_a_subscription() {
    let aws = FakeAws::start().await;
    let mut plan = report(
        6,
        5,
        vec![
            change("keep", "teams", "it is as it should be"),
            change("foreign", "chats", "its notificationUrl is not ours"),
            change(
                "remove",
                "teams/getAllMembers",
                "it is ours, and not wanted",
            ),
            change(
                "recreate",
                "teams/getAllMessages",
                "it announces other changes",
            ),
            change(
                "move",
                "chats/b/messages",
                "its certificate is not the current one",
            ),
            change("renew", "chats/a/messages", "half of its life is over"),
            change(
                "adopt",
                "chats/c/messages",
                "it is as it should be, and was not known",
            ),
            change("create", "chats/getAllMessages", "there is none"),
        ],
    );
    let other = json!({
        "tenant": "2432b57b-0abd-43db-aa7b-16eadd115d34",
        "at": "2026-11-21T12:00:00Z",
        "wanted": 1,
        "live": 1,
        "changes": [change("keep", "chats", "it is as it should be")],
    });
    plan["tenants"].as_array_mut().unwrap().push(other);
    aws.lambda.answers("plan", plan);
    let ran = teamwire(&aws, &["subscriptions", "plan"]).await;
    let expected = format!(
        "\
tenant {TENANT}: 6 wanted, 5 of them there
    + chats/getAllMessages (created, updated)
      create: there is none
    ~ chats/c/messages (created, updated)
      adopt id-of-chats/c/messages: it is as it should be, and was not known
    ~ chats/a/messages (created, updated)
      renew id-of-chats/a/messages: half of its life is over
    ~ chats/b/messages (created, updated)
      move id-of-chats/b/messages: its certificate is not the current one
  -/+ teams/getAllMessages (created, updated)
      recreate id-of-teams/getAllMessages: it announces other changes
    - teams/getAllMembers (created, updated)
      remove id-of-teams/getAllMembers: it is ours, and not wanted
    = chats (created, updated)
      leave alone id-of-chats: its notificationUrl is not ours

Plan: 1 to create, 1 to adopt, 1 to renew, 1 to move, 1 to recreate, 1 to remove; 2 in order, 1 foreign left alone.
"
    );
    assert_eq!(
        (ran.out.as_str(), ran.err.as_str()),
        (expected.as_str(), "")
    );
    assert_eq!(ran.status, Some(3));
}

#[tokio::test]
async fn the_exit_status_says_whether_there_is_anything_to_do() {
    let keep = || change("keep", "chats", "it is as it should be");
    let foreign = || change("foreign", "chats", "one that is not ours is to the same");
    let create = || change("create", "chats", "there is none");
    for (plan, status, says) in [
        (
            report(1, 1, vec![keep()]),
            0,
            "Nothing to do; 1 in order.\n",
        ),
        (
            report(0, 0, vec![foreign()]),
            0,
            "Nothing to do; 0 in order, 1 foreign left alone.\n",
        ),
        (
            report(1, 0, vec![foreign()]),
            1,
            "1 wanted can't be made: a foreign one is in the way.\n",
        ),
        (
            report(1, 0, vec![create()]),
            3,
            "Plan: 1 to create; 0 in order.\n",
        ),
        (
            and_a_fault(report(1, 0, vec![create()])),
            1,
            "Plan: 1 to create; 0 in order.\n",
        ),
    ] {
        let aws = FakeAws::start().await;
        aws.lambda.answers("plan", plan);
        let ran = teamwire(&aws, &["subscriptions", "plan"]).await;
        assert_eq!(ran.status, Some(status), "{}", ran.out);
        assert!(ran.out.ends_with(says), "{}", ran.out);
    }
}

#[tokio::test]
async fn a_fault_is_told_beside_what_could_be_looked_at() {
    let aws = FakeAws::start().await;
    let mut plan = and_a_fault(report(0, 0, Vec::new()));
    plan["faults"][0]["message"] = json!("Graph says: \u{1b}[2J\nand more");
    aws.lambda.answers("plan", plan);
    let ran = teamwire(&aws, &["subscriptions", "plan"]).await;
    assert_eq!(
        ran.err,
        "teamwire: tenant 2432b57b-0abd-43db-aa7b-16eadd115d34: throttled: Graph says: \\u001b[2J\n  and more\n"
    );
}

#[tokio::test]
async fn a_file_goes_to_the_function_of_the_stack_as_it_stands() {
    let aws = FakeAws::start().await;
    aws.lambda.answers("plan", report(0, 0, Vec::new()));
    let content = format!("# ours\n[[tenants]]\nid = \"{TENANT}\"\n");
    let path = file("subscriptions.toml", &content);
    let plan = ["subscriptions", "plan"];
    for arguments in [
        vec![text(&path)],
        vec!["--stack", "test"],
        vec!["--function", "keeper-7"],
    ] {
        let ran = teamwire(&aws, &[&plan[..], &arguments].concat()).await;
        assert_eq!(ran.status, Some(0), "{}", ran.err);
    }
    assert_eq!(
        aws.lambda.functions(),
        ["teamwire-subscriptions", "test-subscriptions", "keeper-7"]
    );
    let plan = json!({"action": "plan"});
    let with_file = json!({"action": "plan", "desired": content});
    assert_eq!(aws.lambda.orders(), [with_file, plan.clone(), plan]);
}

#[tokio::test]
async fn a_file_with_faults_is_told_by_line_and_field_and_nobody_is_asked() {
    let aws = FakeAws::start().await;
    let path = file(
        "subscriptions.toml",
        "[[tenants]]\nid = \"contoso\"\n[[tenants.subscriptions]]\nresource = \"chat\"\n",
    );
    for command in ["plan", "apply"] {
        let ran = teamwire(&aws, &["subscriptions", command, text(&path)]).await;
        let says = format!(
            "teamwire: {} has faults, and nothing was done:\n\
             \x20 line 2: id must be the tenant's GUID\n\
             \x20 line 4: resource can't be subscribed to: chat is not a path of Teams that can be \
             subscribed to; did you mean chats?\n",
            path.display()
        );
        assert_eq!((ran.status, ran.err), (Some(2), says));
    }
    assert!(aws.lambda.orders().is_empty());
}

#[tokio::test]
async fn a_machine_gets_the_answer_of_the_function() {
    let aws = FakeAws::start().await;
    let plan = report(1, 0, vec![change("create", "chats", "there is none")]);
    aws.lambda.answers("plan", plan.clone());
    let ran = teamwire(&aws, &["subscriptions", "plan", "--output", "json"]).await;
    assert_eq!((ran.status, ran.out), (Some(3), format!("{plan}\n")));
}

#[tokio::test]
async fn a_function_that_is_not_there_or_fails_is_said() {
    let aws = FakeAws::start().await;
    let ran = teamwire(&aws, &["subscriptions", "plan"]).await;
    let of = "teamwire: the function teamwire-subscriptions";
    let says = format!(
        "{of}: there is none by that name in eu-central-1: --stack names the stack, AWS_REGION the region\n"
    );
    assert_eq!((ran.status, ran.err), (Some(2), says));

    aws.lambda.answers(
        "plan",
        json!({"errorMessage": "Task timed out after 300.00 seconds"}),
    );
    let ran = teamwire(&aws, &["subscriptions", "plan"]).await;
    let says = format!("{of}: failed: Task timed out after 300.00 seconds\n");
    assert_eq!((ran.status, ran.err), (Some(2), says));
}
