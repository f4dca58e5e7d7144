//! `teamwire inspect`

use crate::parties::{Ran, file, jwks, text};
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

/// `path` with ids in the place of `{id}`.
fn with_ids(path: &str) -> String {
    let mut above = "";
    let filled = path.split('/').map(|segment| {
        let id = match above {
            "chats" | "channels" => "19:a@thread.v2",
            "onlineMeetings" => "MSo1N2Y5ZGFjYy03MWJmLTQ3NDMtYjQxMy01M2EdFGkdRWHJlQ",
            _ => "976f4b31-fd01-4e0b-9178-29cc40c14438",
        };
        above = segment;
        match (segment.starts_with('{'), segment.split_once('}')) {
            (true, Some((_, rest))) => format!("{id}{rest}"),
            _ => segment.to_owned(),
        }
    });
    filled.collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn what_is_nothing_is_said_to_be_nothing() {
    for (document, status) in [
        (json!({}), 2),
        (json!([]), 2),
        (json!("hello"), 2),
        (json!({"id": "1", "displayName": "a chat"}), 2),
        (json!({"value": [{}]}), 1),
        (json!({"subscriptionId": "s", "changeType": "created"}), 1),
        (json!({"specversion": "1.0"}), 1),
    ] {
        let ran = inspect(&file("item.json", &document.to_string())).await;
        assert_eq!(
            ran.status,
            Some(status),
            "{document}: {}{}",
            ran.out,
            ran.err
        );
        assert!(status == 1 || ran.out.is_empty(), "{document}: {}", ran.out);
    }
}

#[tokio::test]
async fn an_event_is_an_event_and_a_message_a_message() {
    let event = json!({"specversion": "1.0", "id": "i", "source": "s", "subject": "chats('a')",
        "type": "microsoft.graph.chat.updated", "time": "t", "datacontenttype": "application/json",
        "tenantid": "9f4ebab6-520d-49c0-85cc-7b25c78d4a93", "subscriptionid": "s",
        "origin": "hydrated", "receivedat": "r"});
    let line = inspect(&file("event.json", &event.to_string()))
        .await
        .json();
    assert_eq!(
        (&line["kind"], &line["resourceType"]),
        (&json!("event"), &json!("chat"))
    );
    let message = json!({"version": "gap.v1", "receivedAt": 1, "body": {}});
    let line = inspect(&file("gap.json", &message.to_string()))
        .await
        .json();
    assert_eq!(
        (&line["kind"], &line["queue"]),
        (&json!("message"), &json!("backfill"))
    );
}

/// As PowerShell writes it.
#[tokio::test]
async fn a_file_in_utf_16_or_with_a_mark_is_read_by_every_command_that_reads_one() {
    let item = json!({"subscriptionId": "s", "changeType": "created", "resource": "chats('a')"});
    let jwks = jwks();
    let wide = |text: &str| -> Vec<u8> {
        let units = std::iter::once(0xfeff).chain(text.encode_utf16());
        units.flat_map(u16::to_le_bytes).collect()
    };
    let marked = |text: &str| [b"\xef\xbb\xbf", text.as_bytes()].concat();
    for encoded in [&wide as &dyn Fn(&str) -> Vec<u8>, &marked] {
        let path = file("item.json", "");
        for (arguments, content, says) in [
            (&["inspect"][..], item.to_string(), "basic"),
            (
                &["verify", "--app-id", "a", "--jwks", text(&jwks)],
                item.to_string(),
                "accepted",
            ),
            (
                &["decrypt", "--key", text(&path)],
                item.to_string(),
                "private key in PEM form",
            ),
            (
                &["certificate", "show"],
                r#"{"certificate":"AA=="}"#.to_owned(),
                "certificate of no id",
            ),
            (&["subscriptions", "plan"], "x = 1".to_owned(), "line 1"),
        ] {
            std::fs::write(&path, encoded(&content)).unwrap();
            let mut command = Command::new(env!("CARGO_BIN_EXE_teamwire"));
            command.env_clear().args(arguments).arg(&path);
            let ran: Ran = command.output().await.unwrap().into();
            let said = format!("{}{}", ran.out, ran.err);
            assert!(said.contains(says), "{arguments:?}: {said}");
        }
    }
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
        let resource = with_ids(item["resource"].as_str().unwrap());
        item["resource"] = json!(resource);
        let line = inspect(&file(name, &item.to_string())).await.json();
        // The name of the file says what it is to.
        let kind = name.split("__").nth(1).unwrap();
        let of_a_user = resource.trim_start_matches('/').starts_with("me/")
            || resource.starts_with("/chats/") && resource.contains("UserSpecific");
        let is_taken = !["presence", "message"].contains(&kind) && !of_a_user;
        let expected = (is_taken && !resource.is_empty()).then_some(kind);
        assert_eq!(line["resourceType"], json!(expected), "{name}: {line}");
    }
    assert!(seen > 40, "{seen}");
}
