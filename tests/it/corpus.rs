//! Microsoft's own examples: each is read and goes where its kind goes.

mod manifest;

use serde_json::Value;
use std::fs;
use std::path::PathBuf;
use teamwire_payload::notification::{ItemFault, UnreadableItem};
use teamwire_payload::route::{RouteFault, route};
use teamwire_payload::{ItemRoute, NotificationBatch, NotificationItem, ResourceRef};

pub(crate) fn corpus() -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    path.is_dir().then_some(path)
}

/// A path of the documents, which leave keys open as `{team-id}`, with ids in their places.
pub(crate) fn filled(path: &str) -> String {
    let mut above = "";
    let filled = path.split('/').map(|segment| {
        let id = match above {
            "chats" | "channels" => "19:a@thread.v2",
            "onlineMeetings" => "MSo5NzZm",
            _ => "976f4b31-fd01-4e0b-9178-29cc40c14438",
        };
        above = segment;
        match (segment.find('{'), segment.find('}')) {
            (Some(0), Some(end)) => format!("{id}{}", &segment[end + 1..]),
            _ => segment.to_owned(),
        }
    });
    filled.collect::<Vec<_>>().join("/")
}

/// Name and kind of each example that is a notification.
fn notifications(corpus: &std::path::Path) -> Vec<(String, String)> {
    let manifest = fs::read_to_string(corpus.join("MANIFEST.tsv")).unwrap();
    manifest
        .lines()
        .filter_map(|line| {
            let mut columns = line.split('\t');
            Some((columns.next()?.to_owned(), columns.next()?.to_owned()))
        })
        .filter(|(_, kind)| kind.starts_with("notification_") || kind.starts_with("lifecycle_"))
        .collect()
}

/// The items of an example. The documents show basic ones without their envelope.
fn items(text: &str) -> Vec<Result<NotificationItem, ItemFault>> {
    let example: Value = serde_json::from_str(text).unwrap();
    let body = match example.get("value") {
        Some(_) => text.to_owned(),
        None => format!(r#"{{"value":[{text}]}}"#),
    };
    let items = NotificationBatch::parse(body.as_bytes()).unwrap().items;
    let faults = |item: Result<_, UnreadableItem>| item.map_err(|unreadable| unreadable.fault);
    items.into_iter().map(faults).collect()
}

fn expected(kind: &str) -> ItemRoute {
    match kind {
        "notification_rich" => ItemRoute::Decrypt,
        "notification_basic" => ItemRoute::Hydrate,
        "lifecycle_notification" => ItemRoute::Lifecycle,
        other => panic!("{other}: a kind without a way"),
    }
}

#[test]
fn every_example_of_microsoft_goes_its_way() {
    let Some(corpus) = corpus() else { return };
    let examples = notifications(&corpus);
    assert_eq!(examples.len(), 21, "the whole corpus");
    let mut elided = Vec::new();
    for (file, kind) in examples {
        let text = fs::read_to_string(corpus.join(&file)).unwrap();
        for item in items(&text) {
            let item = item.unwrap_or_else(|fault| panic!("{file}: {fault}"));
            match route(&item) {
                Ok(route) => assert_eq!(route, expected(&kind), "{file}"),
                // The general example of rich notifications leaves resource and content out.
                Err(RouteFault::NoResource) if item.encrypted_content.is_none() => {
                    elided.push(file.clone());
                }
                Err(fault) => panic!("{file}: {fault}"),
            }
        }
    }
    assert_eq!(elided, ["notification_rich__generic__01.json"; 2]);
}

#[test]
fn every_resource_of_the_examples_is_a_path_or_shows_that_it_is_a_template() {
    let Some(corpus) = corpus() else { return };
    for (file, _) in notifications(&corpus) {
        let text = fs::read_to_string(corpus.join(&file)).unwrap();
        for item in items(&text).into_iter().flatten() {
            let Some(resource) = item.resource.filter(|resource| !resource.is_empty()) else {
                continue;
            };
            let is_template = resource.contains(['{', '<']);
            assert_eq!(
                ResourceRef::parse(&resource).is_err(),
                is_template,
                "{file}: {resource}"
            );
        }
    }
}
