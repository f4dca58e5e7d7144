//! The table of what can be subscribed to, against Microsoft's own requests.

use crate::corpus::corpus;
use serde_json::Value;
use std::fs;
use teamwire_payload::{ChangeType, SubscriptionPath};

/// Resources of other services, which no row is for.
const FOREIGN: [&str; 2] = ["__callRecord__", "__presence__"];

#[test]
fn every_request_of_the_documents_is_to_a_row_that_allows_it() {
    let Some(corpus) = corpus() else { return };
    let mut found = 0;
    for file in fs::read_dir(corpus).unwrap() {
        let file = file.unwrap().path();
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        if !name.starts_with("subscription_create_request__") {
            continue;
        }
        let request: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
        // The documents leave keys open, as `{team-id}`.
        let resource = request["resource"]
            .as_str()
            .unwrap()
            .replace(['{', '}'], "");
        let parsed = SubscriptionPath::parse(&resource);
        if FOREIGN.iter().any(|kind| name.contains(kind)) {
            assert!(parsed.is_err(), "{name}: {resource}");
            continue;
        }
        let path = parsed.unwrap_or_else(|fault| panic!("{name}: {fault}"));
        let kind = name.split("__").nth(1).unwrap();
        assert_eq!(path.row().resource_type.name(), kind, "{name}");
        for change in request["changeType"].as_str().unwrap().split(',') {
            let change = ChangeType::parse(change.trim()).unwrap();
            // One page shows `created` for one chat, which its own table does not have.
            let is_known = path.row().changes.contains(&change);
            assert!(is_known, "{name}: {change} of {resource}");
        }
        let again = SubscriptionPath::parse(&path.to_string()).unwrap();
        assert_eq!(again, path, "{name}");
        found += 1;
    }
    assert_eq!(found, 47, "requests of Teams");
}
