//! Subscriptions that people and the documents have.

use super::*;
use serde_json::json;

fn now() -> Timestamp {
    "2026-11-21T12:00:00Z".parse().unwrap()
}

fn good() -> Value {
    json!({
        "changeType": "created,Updated",
        "notificationUrl": "https://a.example/n",
        "lifecycleNotificationUrl": "https://a.example/l",
        "resource": "/chats/19:a@thread.v2/messages?$search=Hello",
        "expirationDateTime": "2026-11-24T12:00:00Z",
        "clientState": "state",
    })
}

fn with(name: &str, value: Value) -> Value {
    let mut item = good();
    item[name] = value;
    item
}

fn problems(item: &Value) -> Vec<String> {
    line(0, item, now()).problems
}

#[test]
fn a_request_that_is_in_order_has_its_row_and_no_problem() {
    let line = line(7, &good(), now());
    let expected = json!({
        "index": 7,
        "kind": "subscription",
        "path": "chats/{chat-id}/messages",
        "resourceType": "chatMessage",
        "api": "v1.0",
        "keys": {"chat-id": "19:a@thread.v2"},
        "options": ["$search"],
        "changes": ["created", "updated"],
        "permissions": {
            "delegated": ["Chat.Read"],
            "application": ["Chat.Read.All"],
            "resourceSpecificConsent": ["ChatMessage.Read.Chat"],
        },
        "rich": false,
        "minutes": 4320,
        "problems": [],
    });
    assert_eq!(json!(line), expected);
}

#[test]
fn each_thing_that_is_wrong_is_said() {
    let long = "x".repeat(129);
    for (name, value, says) in [
        (
            "resource",
            json!("chats/getAllSecrets"),
            "resource: chats/getAllSecrets is not a path",
        ),
        (
            "resource",
            json!("chats?$search=a"),
            "resource: chats does not take $search",
        ),
        ("resource", json!(""), "resource is missing"),
        (
            "changeType",
            json!("created,renamed"),
            "changeType: renamed is not one",
        ),
        ("changeType", Value::Null, "changeType is missing"),
        ("changeType", json!(1), "changeType is not text"),
        (
            "notificationUrl",
            json!("http://a.example"),
            "notificationUrl is not an https URL",
        ),
        (
            "notificationUrl",
            json!("EventHub:https://a"),
            "notificationUrl is not an https URL",
        ),
        (
            "lifecycleNotificationUrl",
            json!("http://a"),
            "lifecycleNotificationUrl is not",
        ),
        (
            "lifecycleNotificationUrl",
            Value::Null,
            "lifecycleNotificationUrl is missing",
        ),
        ("clientState", Value::Null, "clientState is missing"),
        (
            "clientState",
            json!(long),
            "clientState is over 128 characters",
        ),
        (
            "expirationDateTime",
            json!("2026-11-24T12:01:00Z"),
            "expirationDateTime is over 4320",
        ),
        (
            "expirationDateTime",
            json!("2026-11-21T11:59:59Z"),
            "expirationDateTime has passed",
        ),
        (
            "expirationDateTime",
            json!("soon"),
            "expirationDateTime is not a time",
        ),
        (
            "expirationDateTime",
            Value::Null,
            "expirationDateTime is missing",
        ),
        (
            "includeResourceData",
            json!("true"),
            "includeResourceData is neither",
        ),
        (
            "encryptionCertificateId",
            json!(long),
            "encryptionCertificateId is over 128",
        ),
        (
            "encryptionCertificate",
            json!("{base64}"),
            "encryptionCertificate: ",
        ),
    ] {
        let problems = problems(&with(name, value));
        assert!(problems[0].starts_with(says), "{problems:?}: {says}");
    }
}

#[test]
fn changes_that_the_path_does_not_have_are_named_with_those_that_it_has() {
    let mut item = with("resource", json!("chats"));
    item["changeType"] = json!("created,deleted");
    assert_eq!(
        problems(&item),
        ["changeType: deleted is not among those offered: created, updated"]
    );
}

#[test]
fn an_hour_needs_no_lifecycle_url() {
    let mut item = with("expirationDateTime", json!("2026-11-21T13:00:00Z"));
    item["lifecycleNotificationUrl"] = Value::Null;
    assert_eq!(problems(&item), [""; 0]);
    item["expirationDateTime"] = json!("2026-11-21T13:01:00Z");
    assert_eq!(problems(&item).len(), 1);
}

#[test]
fn content_needs_a_certificate_of_which_graph_answers_the_name_alone() {
    let rich = with("includeResourceData", json!(true));
    assert_eq!(
        problems(&rich),
        [
            "includeResourceData needs an encryptionCertificateId",
            "includeResourceData needs an encryptionCertificate"
        ]
    );
    let mut answer = rich;
    answer["id"] = json!("1");
    answer["clientState"] = Value::Null;
    answer["encryptionCertificateId"] = json!("a");
    assert_eq!(problems(&answer), [""; 0]);
}

#[test]
fn a_subscription_is_told_from_a_notification() {
    let found = |json: Value| find(json.to_string().as_bytes()).map(|found| found.len());
    for (document, count) in [
        (good(), Some(1)),
        (json!({"value": [good(), good()]}), Some(2)),
        (
            json!({"resource": "chats", "changeType": "created"}),
            Some(1),
        ),
        (json!({"value": []}), None),
        (
            json!({"subscriptionId": "s", "resource": "chats('a')", "changeType": "created"}),
            None,
        ),
        (
            json!({"value": [{"resource": "chats('a')", "changeType": "created", "tenantId": "t"}]}),
            None,
        ),
        (json!([good()]), None),
        (json!("x"), None),
    ] {
        assert_eq!(found(document.clone()), count, "{document}");
    }
    assert_eq!(find(b"not JSON"), None);
}
