use super::*;
use crate::doctor::check::tests::{EXCHANGE, but};
use crate::doctor::functions::tests::healthy;
use serde_json::{Value, json};
use teamwire_contract::FileFault;
use teamwire_contract::check::CheckFault;

const APP: &str = "925bff9f-f6e2-4a69-b858-f71ea2b9b6d0";
const TENANT: &str = "9f4ebab6-520d-49c0-85cc-7b25c78d4a93";

fn stack(apps: &str, tenants: &str) -> DeployedStack {
    let mut stack = healthy();
    let ingest = stack.functions.get_mut(&StackFunction::Ingest).unwrap();
    let crate::doctor::ask::Observation::Seen(ingest) = ingest else {
        panic!("seen")
    };
    let set = [("TEAMWIRE_APP_IDS", apps), ("TEAMWIRE_TENANTS", tenants)];
    let set = set.map(|(name, value)| (name.to_owned(), value.to_owned()));
    ingest.variables.extend(set);
    stack
}

fn findings(place: &str, value: Value) -> Vec<Finding> {
    let asked = CheckOutcome::Answered(Box::new(but(place, value)), EXCHANGE);
    judge(&stack(APP, ""), &asked)
}

fn codes(place: &str, value: Value) -> Vec<Code> {
    let findings = findings(place, value).into_iter();
    findings.map(|finding| finding.code).collect()
}

#[test]
fn a_tenant_in_order_is_in_order() {
    assert_eq!(codes("/tenantsLeftOut", json!(0)), [Code::TenantInOrder]);
}

#[test]
fn an_entry_that_no_app_may_read_leaves_the_rest_in_order() {
    let forbidden = json!({"fault": "forbidden", "said": "needs Application.Read.All"});
    let found = codes("/tenants/0/servicePrincipal", forbidden);
    assert_eq!(found, [Code::TenantInOrder, Code::AssignmentUnseen]);
}

#[test]
fn each_fault_of_the_file_has_its_code() {
    for (file, code) in [
        (json!({"state": "missing"}), Code::DesiredMissing),
        (
            json!({"fault": "desired-invalid", "said": "..", "lines": [{"line": 3, "field": "owner", "problem": "is not a field"}]}),
            Code::DesiredInvalid,
        ),
        (
            json!({"fault": "config-unavailable", "said": ".."}),
            Code::ConfigUnavailable,
        ),
        (
            json!({"state": "present", "tenants": 1, "subscriptions": 0}),
            Code::NothingWanted,
        ),
    ] {
        assert_eq!(codes("/file", file)[0], code);
    }
}

#[test]
fn a_fault_of_the_file_is_said_with_its_line_and_field_as_the_function_answers_it() {
    let line = FileFault {
        line: 5,
        field: "owner".to_owned(),
        problem: "is not a field".to_owned(),
    };
    let invalid = CheckFault {
        lines: vec![line],
        ..CheckFault::new(reason::DESIRED_INVALID, "..")
    };
    let found = findings("/file", json!(invalid));
    let says = "subscriptions.toml, line 5: owner is not a field";
    assert!(
        found.iter().any(|finding| finding.what == says),
        "{found:?}"
    );
}

#[test]
fn each_fault_of_a_permission_has_its_code() {
    let roles = "/tenants/0/token/roles";
    assert_eq!(
        codes(roles, json!(["Chat.ReadWrite.All", "User.Read.All"])),
        [Code::TenantInOrder]
    );
    assert_eq!(codes(roles, json!([])), [Code::PermissionMissing]);
    assert_eq!(
        codes(roles, json!(["User.Read.All"])),
        [Code::PermissionMissing]
    );
    let remedy = findings(roles, json!([]))[0].remedy();
    assert!(
        remedy.contains(&format!("/{TENANT}/adminconsent?client_id={APP}")),
        "{remedy}"
    );
    // What a team or a chat may consent to itself.
    let wanted = json!([{"resource": "chats/19:a/messages", "row": "chats/{chat-id}/messages",
        "changes": ["created"], "payload": "rich", "lifecycle": true, "state": "live"}]);
    let mut check = but(roles, json!([]));
    check.tenants[0].wanted = serde_json::from_value(wanted).unwrap();
    let asked = CheckOutcome::Answered(Box::new(check), EXCHANGE);
    let found = judge(&stack(APP, ""), &asked);
    assert_eq!(found[0].code, Code::PermissionByResource);
}

#[test]
fn a_gap_whose_users_or_teams_can_not_be_listed_is_told_once_for_each() {
    let row = |row: &str| {
        json!({"resource": row, "row": row, "changes": ["created"], "payload": "basic",
            "lifecycle": true, "state": "live"})
    };
    let wanted = [
        "chats/getAllMessages",
        "chats/getAllMembers",
        "teams/getAllMessages",
    ];
    let found = |roles: Value| {
        let mut check = but("/tenants/0/token/roles", roles);
        let wanted = wanted.map(row).to_vec();
        check.tenants[0].wanted = serde_json::from_value(json!(wanted)).unwrap();
        let asked = CheckOutcome::Answered(Box::new(check), EXCHANGE);
        let found = judge(&stack(APP, ""), &asked).into_iter();
        let found = found.filter(|finding| finding.code == Code::GapPermissionMissing);
        found.map(|finding| finding.remedy()).collect::<Vec<_>>()
    };
    let subscribed = ["Chat.Read.All", "ChannelMessage.Read.All"];
    let remedies = found(json!(subscribed));
    assert_eq!(remedies.len(), 2, "{remedies:?}");
    for (remedy, least) in remedies
        .iter()
        .zip(["Team.ReadBasic.All", "User.ReadBasic.All"])
    {
        assert!(remedy.contains(least), "{remedy}");
    }
    let listing = ["TeamSettings.Read.All", "Directory.Read.All"];
    assert!(found(json!([subscribed, listing].concat())).is_empty());
    // Who can't subscribe needs nothing for gaps yet.
    assert!(found(json!([])).is_empty());
}

#[test]
fn what_ingest_does_not_know_is_told() {
    let asked = CheckOutcome::Answered(Box::new(but("/tenantsLeftOut", json!(0))), EXCHANGE);
    let of = |apps: &str, tenants: &str| {
        let found = judge(&stack(apps, tenants), &asked).into_iter();
        found.map(|finding| finding.code).collect::<Vec<_>>()
    };
    let another = "76222963-cc7b-42d2-882d-8aaa69cb2ba3";
    assert_eq!(
        of(&APP.to_uppercase(), &TENANT.to_uppercase()),
        [Code::TenantInOrder]
    );
    assert_eq!(of("", ""), [Code::AppIdUnexpected]);
    assert_eq!(of(another, ""), [Code::AppIdUnexpected]);
    assert_eq!(of(APP, another), [Code::TenantNotServed]);
    let basic = but("/tenants/0/wanted/0/payload", json!("basic"));
    let asked = CheckOutcome::Answered(Box::new(basic), EXCHANGE);
    assert_eq!(judge(&stack("", ""), &asked)[0].code, Code::TenantInOrder);
}

#[test]
fn each_state_of_a_subscription_has_its_code() {
    for (state, code) in [
        ("live", Code::TenantInOrder),
        ("expiring", Code::SubscriptionEnding),
        ("other-certificate", Code::SubscriptionOutdated),
        ("to-replace", Code::SubscriptionOutdated),
        ("other-url", Code::SubscriptionElsewhere),
        ("missing", Code::SubscriptionMissing),
    ] {
        assert_eq!(
            codes("/tenants/0/wanted/0/state", json!(state)),
            [code],
            "{state}"
        );
    }
    let required = json!({"appRoleAssignmentRequired": true});
    assert_eq!(
        codes("/tenants/0/servicePrincipal", required),
        [Code::AssignmentRequired]
    );
    let another = json!("76222963-cc7b-42d2-882d-8aaa69cb2ba3");
    let place = "/tenants/0/subscriptions/ours/0/applicationId";
    assert_eq!(codes(place, another), [Code::SubscriptionOtherApp]);
}

#[test]
fn a_subscription_that_nothing_was_heard_of_is_told() {
    let mut check = but("/tenantsLeftOut", json!(0));
    check.tenants[0].wanted[0].silent = true;
    let asked = CheckOutcome::Answered(Box::new(check), EXCHANGE);
    assert_eq!(
        judge(&stack(APP, ""), &asked)[0].code,
        Code::SubscriptionSilent
    );
}

#[test]
fn a_tenant_without_a_token_is_told_once() {
    let mut check = but("/tenantsLeftOut", json!(0));
    let fault = |fault: &str| json!({"fault": fault, "said": "..", "aadsts": 7_000_215});
    let tenant = &mut check.tenants[0];
    tenant.token = serde_json::from_value(fault("credentials-refused")).unwrap();
    tenant.service_principal = serde_json::from_value(fault("no-token")).unwrap();
    tenant.subscriptions = serde_json::from_value(fault("no-token")).unwrap();
    let asked = CheckOutcome::Answered(Box::new(check), EXCHANGE);
    let found = judge(&stack(APP, ""), &asked);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].code, Code::AppSecretWrong);
}

#[test]
fn each_fault_of_the_list_has_its_code() {
    for (fault, code) in [
        ("no-consent", Code::SubscriptionsRefused),
        ("throttled", Code::SubscriptionsUnseen),
        ("graph-unavailable", Code::SubscriptionsUnseen),
    ] {
        let value = json!({"fault": fault, "said": ".."});
        assert!(
            codes("/tenants/0/subscriptions", value).contains(&code),
            "{fault}"
        );
    }
}

#[test]
fn a_function_that_does_not_answer_is_a_fault_and_one_not_asked_is_not() {
    let failed = CheckOutcome::Failed("exit status 1".to_owned());
    assert_eq!(judge(&healthy(), &failed)[0].code, Code::CheckFailed);
    let remedy = "Do this.".to_owned();
    let unseen = CheckOutcome::Unseen {
        why: "AccessDenied".to_owned(),
        remedy,
    };
    let found = judge(&healthy(), &unseen);
    assert_eq!(
        (found[0].code, found[0].remedy().as_str()),
        (Code::CheckUnseen, "Do this.")
    );
}

#[test]
fn subscriptions_for_which_the_answer_had_no_room_are_unseen_beside_what_is_in_order() {
    for place in [
        "/tenants/0/subscriptions/leftOut",
        "/tenants/0/wantedLeftOut",
    ] {
        let expected = [Code::TenantInOrder, Code::SubscriptionsUnseen];
        assert_eq!(codes(place, json!(7)), expected, "{place}");
    }
}
