//! Microsoft's own resources: the examples of its documents, and one that Graph sealed.

use super::{TYPES, there_and_back};
use serde_json::Value;
use std::fs;
use std::path::PathBuf;
use teamwire_events::TeamsResource;
use teamwire_payload::ResourceType;

/// A folder beside the checkout, which is no part of it.
fn beside(name: &str) -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared")
        .join(name);
    path.is_dir().then_some(path)
}

#[test]
fn every_resource_of_the_examples_is_read_whole() {
    let Some(corpus) = beside("corpus") else {
        return;
    };
    let mut read = 0;
    for entry in fs::read_dir(corpus).unwrap() {
        let path = entry.unwrap().path();
        let file = path.file_name().unwrap().to_str().unwrap();
        let Some(rest) = file.strip_prefix("decrypted_resource__") else {
            continue;
        };
        let (name, _) = rest.split_once("__").unwrap();
        let Some(resource_type) = TYPES.into_iter().find(|known| known.name() == name) else {
            assert_eq!(name, "presence", "the one without a struct");
            continue;
        };
        let text = fs::read_to_string(&path).unwrap();
        there_and_back(resource_type, &text).unwrap_or_else(|error| panic!("{file}: {error}"));
        read += 1;
    }
    assert_eq!(read, 12, "all of them");
}

#[test]
fn what_graph_sealed_is_read_whole() {
    let Some(folder) = beside("vectors/graph-real") else {
        return;
    };
    let expected = fs::read_to_string(folder.join("expected.json")).unwrap();
    let expected: Value = serde_json::from_str(&expected).unwrap();
    let text = expected["plaintext_utf8"].as_str().unwrap();
    let read = there_and_back(ResourceType::ChatMessage, text).unwrap();
    let TeamsResource::ChatMessage(message) = read else {
        panic!("no message")
    };
    let body = message.body.value().unwrap();
    assert_eq!(body.content.as_deref(), Some("Hello World"));
    assert!(message.from.value().unwrap().user.value().is_some());
    assert!(message.deleted_date_time.is_null() && message.message_history.is_absent());
    let created = message.created_date_time.value().unwrap();
    assert_eq!(
        created.timestamp().unwrap().as_millisecond(),
        1_625_126_194_597
    );
}
