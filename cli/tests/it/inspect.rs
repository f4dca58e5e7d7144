//! `teamwire inspect`

use crate::parties::{Ran, file, text};
use serde_json::{Value, json};
use std::path::Path;
use tokio::process::Command;

async fn inspect(path: &Path) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_teamwire"));
    command.env_clear().args(["inspect", text(path)]);
    command.output().await.unwrap().into()
}

#[tokio::test]
async fn a_subscription_is_told_from_a_notification() {
    let batch = json!({"value": [{"subscriptionId": "s", "changeType": "created",
        "resource": "users('u')/chats('c')/messages('1')"}]});
    let line = inspect(&file("batch.json", &batch.to_string()))
        .await
        .json();
    assert_eq!(line["kind"], "basic");
    assert_eq!(line["canonical"], "chats('c')/messages('1')");
    assert_eq!(line["view"], "of a user");

    let request = json!({"resource": "chats/getAllMessages", "changeType": "created",
        "notificationUrl": "https://a.example", "expirationDateTime": "2016-11-20T18:23:45Z"});
    let line = inspect(&file("request.json", &request.to_string()))
        .await
        .json();
    assert_eq!(line["kind"], "subscription");
    assert_eq!(line["permissions"]["application"], json!(["Chat.Read.All"]));
    let problems = line["problems"].as_array().unwrap();
    assert!(problems.contains(&json!("expirationDateTime has passed")));
}

#[tokio::test]
async fn people_get_a_line_a_member_and_programs_a_line_an_item() {
    let item = json!({"subscriptionId": "s", "changeType": "created",
        "resource": "chats('\u{1b}[2J')/messages('1')"});
    let item = file("item.json", &item.to_string());
    let mut command = Command::new(env!("CARGO_BIN_EXE_teamwire"));
    command
        .env_clear()
        .args(["inspect", "--output", "text", text(&item)]);
    let ran: Ran = command.output().await.unwrap().into();
    assert_eq!((ran.status, ran.err.as_str()), (Some(0), ""));
    assert!(ran.out.contains("kind             basic\n"), "{}", ran.out);
    assert!(ran.out.contains("\nproblem "), "{}", ran.out);
    // What others wrote does not command the terminal.
    assert!(!ran.out.contains('\u{1b}'), "{}", ran.out);
}

#[tokio::test]
async fn every_subscription_of_the_documents_can_be_inspected() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus");
    let Ok(entries) = std::fs::read_dir(corpus) else {
        return;
    };
    let mut seen = 0;
    for entry in entries {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if !name.starts_with("subscription_") {
            continue;
        }
        seen += 1;
        assert_eq!(
            inspect(&path).await.json()["kind"],
            "subscription",
            "{name}"
        );

        // With keys in the place of `{id}`.
        let mut item: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let resource = item["resource"].as_str().unwrap().replace(['{', '}'], "");
        item["resource"] = json!(resource);
        let line = inspect(&file(name, &item.to_string())).await.json();
        // The name of the file says what it is to.
        let kind = name.split("__").nth(1).unwrap();
        let of_teams = !["callRecord", "presence", "message"].contains(&kind);
        let expected = (of_teams && !resource.is_empty()).then_some(kind);
        assert_eq!(line["resourceType"], json!(expected), "{name}: {line}");
    }
    assert!(seen > 40, "{seen}");
}
