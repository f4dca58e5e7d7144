//! From an event to its resource.

use super::TYPES;
use super::samples::sample;
use teamwire_events::NoResource;
use teamwire_payload::event;
use teamwire_payload::event::ReferenceReason;
use teamwire_payload::{
    ChangeType, Event, Origin, QueueMessage, ReferencedChange, ResourceRef, ResourceType,
};

const ROOT: &str = "https://graph.microsoft.com";

fn change(resource: &str) -> (QueueMessage<ReferencedChange>, ResourceRef) {
    let body = ReferencedChange {
        tenant_id: "3f6c1d9e-52ab-4c07-9e1b-7d2a0b8c4e15".parse().unwrap(),
        subscription_id: "s".to_owned(),
        change_type: ChangeType::Updated,
        resource: resource.to_owned(),
        odata_type: None,
        odata_id: None,
        etag: None,
    };
    let message = QueueMessage {
        received_at: 1_795_251_600_840,
        trace: None,
        body,
    };
    (message, ResourceRef::parse(resource).unwrap())
}

fn event(resource: &str, data: &str) -> Event {
    let (message, resource) = change(resource);
    event::with_data(ROOT, &message, &resource, Origin::Decrypted, data, "once").unwrap()
}

#[test]
fn an_event_gives_the_resource_of_its_type() {
    let paths = [
        "chats('c')",
        "chats('c')/messages('m')",
        "teams('t')",
        "teams('t')/channels('h')",
        "chats('c')/members('m')",
        "teams('t')/channels('h')/sharedWithTeams('s')",
        "communications/onlineMeetings('m')/transcripts('i')",
        "communications/onlineMeetings('m')/recordings('i')",
        "appCatalogs/teamsApps('a')/installations('i')",
        "communications/onlineMeetings(joinWebUrl='https%3A%2F%2Fteams.microsoft.com%2Fl%2Fx')/meetingCallEvents",
        "communications/callRecords('r')",
        "copilot/interactionHistory/interactions('1')",
        "copilot/users('u')/onlineMeetings('m')/aiInsights('i')",
    ];
    assert_eq!(paths.len(), TYPES.len());
    for (path, resource_type) in paths.into_iter().zip(TYPES) {
        let event = event(path, &sample(resource_type).to_string());
        let resource = event.resource().unwrap();
        assert_eq!(resource.resource_type(), resource_type);
        let written = serde_json::to_value(resource).unwrap();
        assert_eq!(written, sample(resource_type));
    }
}

#[test]
fn a_reference_says_why_it_has_no_resource() {
    let (message, resource) = change("chats('c')");
    let event = event::reference(ROOT, &message, &resource, ReferenceReason::Gone);
    assert!(matches!(event.resource(), Err(NoResource::Reference(why)) if why == "gone"));
}

#[test]
fn a_resource_in_a_bucket_says_where() {
    let mut event = event("chats('c')", "{}");
    event.data = None;
    event.dataref = Some("s3://b/events/i.json".to_owned());
    let error = event.resource().unwrap_err();
    assert_eq!(error.to_string(), "the resource stands in a bucket");
    assert!(matches!(error, NoResource::Stored(at) if at == "s3://b/events/i.json"));
}

#[test]
fn what_is_not_of_teams_has_no_type() {
    for path in ["users('u')", "print/jobs('7')"] {
        let event = event(path, "{}");
        assert_eq!(event.resource_type(), None);
        assert!(
            matches!(event.resource(), Err(NoResource::Foreign)),
            "{path}"
        );
    }
}

#[test]
fn a_resource_that_is_not_of_its_type_is_told_by_member() {
    let error = event("chats('c')", r#"{"topic":["marker"]}"#)
        .resource()
        .unwrap_err();
    let message = error.to_string();
    assert!(
        message.starts_with("chat: topic: text is expected, not a list"),
        "{message}"
    );
    assert!(matches!(
        error,
        NoResource::Malformed(ResourceType::Chat, _)
    ));
}
