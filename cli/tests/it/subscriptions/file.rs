//! The file by itself: begun, checked, shown.

use super::TENANT;
use crate::fake_aws::FakeAws;
use crate::parties::{Ran, file, folder, teamwire, text};
use serde_json::{Value, json};

async fn subscriptions(aws: &FakeAws, arguments: &[&str]) -> Ran {
    teamwire(aws, &[&["subscriptions"], arguments].concat()).await
}

#[tokio::test]
async fn a_first_file_is_written_once_passes_its_check_and_names_the_permissions() {
    let aws = FakeAws::start().await;
    let folder = folder();
    let path = folder.join("subscriptions.toml");
    let init = ["init", text(&path), "--tenant", TENANT];
    let made = subscriptions(&aws, &init).await;
    assert_eq!((made.status, made.err.as_str()), (Some(0), ""));
    let written = std::fs::read_to_string(&path).unwrap();
    assert!(
        written.starts_with("#:schema ./subscriptions.schema.json\n"),
        "{written}"
    );
    let schema = std::fs::read(folder.join("subscriptions.schema.json")).unwrap();
    let schema: Value = serde_json::from_slice(&schema).unwrap();
    assert_eq!(schema["type"], "object");

    let checked = subscriptions(&aws, &["check", text(&path), "--output", "json"]).await;
    assert_eq!(
        (checked.status, checked.json()),
        (
            Some(0),
            json!({"tenants": 1, "subscriptions": 2, "faults": [],
                "permissions": ["ChannelMessage.Read.All", "Chat.Read.All"]})
        )
    );

    let again = subscriptions(&aws, &init).await;
    assert_eq!(again.status, Some(2));
    assert!(again.err.contains("is there already"), "{}", again.err);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), written);
}

#[tokio::test]
async fn faults_are_told_line_by_line_without_asking_anybody() {
    let aws = FakeAws::start().await;
    let bad = file("bad.toml", "owner = 1\n[[tenants]]\nid = \"x\"\n");
    let ran = subscriptions(&aws, &["check", text(&bad)]).await;
    assert_eq!(
        (ran.status, ran.out.as_str()),
        (
            Some(1),
            "line 1: owner is not a field\nline 3: id must be the tenant's GUID\n"
        )
    );
    assert!(aws.lambda.orders().is_empty());
}

#[tokio::test]
async fn the_stored_file_is_shown_as_it_was_given() {
    let aws = FakeAws::start().await;
    let stored = "# ours\n[[tenants]]\n";
    aws.lambda.answers("show", json!({"desired": stored}));
    let ran = subscriptions(&aws, &["show"]).await;
    assert_eq!((ran.status, ran.out.as_str()), (Some(0), stored));
    aws.lambda.now_answers("show", json!({"desired": null}));
    let ran = subscriptions(&aws, &["show"]).await;
    assert_eq!((ran.status, ran.out.as_str()), (Some(1), ""));
    assert!(ran.err.contains("no file is stored"), "{}", ran.err);
}
