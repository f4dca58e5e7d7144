//! Every file of the corpus, by its row of the manifest.

use super::{corpus, items};
use crate::graph::server::{Server, answer, read_one};
use crate::mint::{Draft, key_set};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use teamwire_events::TeamsResource;
use teamwire_graph::ReadFault;
use teamwire_graph::answers::{ErrorCode, GraphDenial};
use teamwire_graph::subscriptions::GraphSubscription;
use teamwire_graph::validation_token::{TokenPolicy, verify};
use teamwire_payload::route::route;
use teamwire_payload::subscribable::SubscriptionFault;
use teamwire_payload::{ResourceType, SubscriptionPath, cloud::MicrosoftCloud};

/// One file: its text, and what the manifest says it is.
struct Row {
    file: String,
    kind: String,
    resource_type: String,
    text: String,
}

impl Row {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{}: {error}", self.file))
    }

    fn of_teams(&self) -> Option<ResourceType> {
        ResourceType::by_name(&self.resource_type)
    }
}

fn rows(corpus: &Path) -> Vec<Row> {
    let manifest = fs::read_to_string(corpus.join("MANIFEST.tsv")).unwrap();
    let lines = manifest.lines().skip(1).filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let columns: Vec<_> = line.split('\t').collect();
            Row {
                file: columns[0].to_owned(),
                kind: columns[1].to_owned(),
                resource_type: columns[2].to_owned(),
                text: fs::read_to_string(corpus.join(columns[0])).unwrap(),
            }
        })
        .collect()
}

#[tokio::test]
async fn every_file_is_what_its_row_says() {
    let Some(corpus) = corpus() else { return };
    let mut seen = BTreeMap::<&str, usize>::new();
    let rows = rows(&corpus);
    for row in &rows {
        match row.kind.as_str() {
            "subscription_create_request" => subscribes(row),
            "notification_rich" | "notification_basic" | "lifecycle_notification" => arrives(row),
            "decrypted_resource" => is_a_resource(row),
            "subscription_response" => is_a_subscription(row),
            "graph_error_response" => is_a_refusal(row).await,
            "validation_token_claims" => is_a_token(row).await,
            other => panic!("{}: {other} is no kind that is known", row.file),
        }
        *seen.entry(row.kind.as_str()).or_default() += 1;
    }
    assert_eq!(rows.len(), 90, "{seen:?}");
    assert_eq!(seen.len(), 8, "{seen:?}");
}

fn subscribes(row: &Row) {
    let resource = row.json()["resource"].as_str().unwrap().to_owned();
    let path = SubscriptionPath::parse(&super::filled(&resource));
    let found = match path {
        Ok(path) => Some(path.row().resource_type),
        // Announced to a user who is signed in alone.
        Err(SubscriptionFault::DelegatedOnly { .. } | SubscriptionFault::Option(_)) => {
            Some(ResourceType::Presence)
        }
        Err(SubscriptionFault::NotTaken { option, .. }) => {
            assert_eq!(option, "notifyOnUserSpecificProperties", "{}", row.file);
            Some(ResourceType::Chat)
        }
        Err(SubscriptionFault::Me { .. }) => row.of_teams(),
        Err(_) => None,
    };
    assert_eq!(found, row.of_teams(), "{}: {resource}", row.file);
}

fn arrives(row: &Row) {
    for item in items(&row.text) {
        let item = item.unwrap_or_else(|fault| panic!("{}: {fault}", row.file));
        let elided = row.resource_type == "generic";
        match route(&item) {
            Ok(route) => assert_eq!(route, super::expected(&row.kind), "{}", row.file),
            Err(fault) => assert!(elided, "{}: {fault}", row.file),
        }
    }
}

fn is_a_resource(row: &Row) {
    let whole = row.json();
    match row.of_teams() {
        Some(resource_type) => {
            let typed = TeamsResource::parse(resource_type, &row.text);
            let typed = typed.unwrap_or_else(|error| panic!("{}: {error}", row.file));
            let again: Value =
                serde_json::from_str(&serde_json::to_string(&typed).unwrap()).unwrap();
            assert_eq!(again, whole, "{}", row.file);
        }
        None => assert!(whole.is_object(), "{}", row.file),
    }
}

fn is_a_subscription(row: &Row) {
    let mut answer = row.json();
    // One is an answer of which the documents show only what was sent.
    if answer.get("id").is_none() {
        answer["id"] = "7f105c7d-2dc5-4530-97cd-4e7ae6534c07".into();
    }
    let read: GraphSubscription = serde_json::from_value(answer.clone())
        .unwrap_or_else(|error| panic!("{}: {error}", row.file));
    assert_eq!(read.resource, answer["resource"].as_str().unwrap());
    assert_eq!(
        read.is_rich(),
        answer["includeResourceData"] == Value::Bool(true),
        "{}",
        row.file
    );
}

async fn is_a_refusal(row: &Row) {
    let error = row.json();
    let status = match error["error"]["code"].as_str().unwrap() {
        "Forbidden" => 403,
        _ => 400,
    };
    let text: &'static str = Box::leak(row.text.clone().into_boxed_str());
    let server = Server::graph(move |_| answer(status, &[], text)).await;
    let fault = read_one(&server.reader()).await.unwrap_err();
    let expected = match error["error"]["innerError"]["code"].as_str() {
        Some("SpeakerAttributionNotAllowed") => ReadFault::Denied(GraphDenial::NoSpeakers),
        Some("GraphAccessToTranscriptsDisabled") => {
            ReadFault::Denied(GraphDenial::TranscriptsDisabled)
        }
        _ => ReadFault::Refused(
            status,
            ErrorCode::parse(error["error"]["code"].as_str().unwrap()),
        ),
    };
    assert_eq!(fault, expected);
    let told = format!("{fault:?} {fault}");
    let words = error["error"]["message"].as_str().unwrap();
    assert!(!told.contains(words), "what Graph writes is not repeated");
}

async fn is_a_token(row: &Row) {
    let claims = row.json();
    let mut draft = Draft::v2();
    for (name, value) in claims.as_object().unwrap() {
        draft = draft.claim(name, value.clone());
    }
    let policy = TokenPolicy {
        cloud: MicrosoftCloud::Global,
        app_ids: [claims["aud"].as_str().unwrap().to_owned()].into(),
    };
    let now = claims["iat"].as_i64().unwrap() + 60;
    let token = draft.signed();
    let valid = verify(&token, &key_set(), &policy, now).await.unwrap();
    assert_eq!(valid.tenant.as_str(), claims["tid"].as_str().unwrap());
}
