//! The table of what can be subscribed to, against Microsoft's own requests.

use crate::corpus::{corpus, filled};
use serde_json::Value;
use std::fs;
use teamwire_payload::{ChangeType, SubscriptionPath};

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
        let resource = filled(request["resource"].as_str().unwrap());
        let parsed = SubscriptionPath::parse(&resource);
        let of_user = resource.starts_with("/chats/") && resource.contains("UserSpecific");
        if name.contains("__presence__")
            || of_user
            || resource.trim_start_matches('/').starts_with("me/")
        {
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
    assert_eq!(found, 45, "requests of applications");
}
