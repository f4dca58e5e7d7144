//! The promises of an event.

use super::*;

const ROOT: &str = "https://graph.microsoft.com";

fn change(
    resource: &str,
    change_type: ChangeType,
) -> (QueueMessage<ReferencedChange>, ResourceRef) {
    let body = ReferencedChange {
        tenant_id: "9f4ebab6-520d-49c0-85cc-7b25c78d4a93".parse().unwrap(),
        subscription_id: "s".into(),
        change_type,
        resource: resource.into(),
        odata_type: None,
        odata_id: None,
        etag: None,
    };
    let message = QueueMessage {
        received_at: 1_763_715_600_123,
        trace: None,
        body,
    };
    (message, ResourceRef::parse(resource).unwrap())
}

fn event(resource: &str, change_type: ChangeType, data: &str) -> Event {
    let (message, resource) = change(resource, change_type);
    with_data(ROOT, &message, &resource, Origin::Decrypted, data, "once").unwrap()
}

#[test]
fn an_event_is_a_cloudevent_about_the_resource() {
    let event = event(
        "chats('a')/messages('1')",
        ChangeType::Created,
        r#"{"etag":"1625126194597","lastModifiedDateTime":"2021-07-01T09:56:34.597+02:00"}"#,
    );
    let json: serde_json::Value = serde_json::to_value(&event).unwrap();
    assert_eq!(json["specversion"], "1.0");
    assert_eq!(json["type"], "microsoft.graph.chatMessage.created");
    assert_eq!(
        json["source"],
        "https://graph.microsoft.com/9f4ebab6-520d-49c0-85cc-7b25c78d4a93"
    );
    assert_eq!(json["subject"], "chats('a')/messages('1')");
    assert_eq!(json["time"], "2021-07-01T07:56:34.597Z");
    assert_eq!(json["receivedat"], "2025-11-21T09:00:00.123Z");
    assert_eq!(json["contentversion"], "1625126194597");
    assert_eq!(json["origin"], "decrypted");
    assert_eq!(json["id"].as_str().unwrap().len(), 43);
}

#[test]
fn the_id_is_equal_for_one_change_however_it_arrives() {
    let first = event(
        "chats('a')/messages('1')",
        ChangeType::Updated,
        r#"{"etag":"2"}"#,
    );
    let (mut message, resource) = change("chats/a/messages/1", ChangeType::Updated);
    message.received_at += 60_000;
    message.body.subscription_id = "another".into();
    let again = with_data(
        ROOT,
        &message,
        &resource,
        Origin::Hydrated,
        r#"{"etag":"2","@odata.context":"x"}"#,
        "another time",
    )
    .unwrap();
    assert_eq!(first.id, again.id);
}

#[test]
fn the_id_differs_between_two_changes() {
    let ids: std::collections::HashSet<String> = [
        event(
            "chats('a')/messages('1')",
            ChangeType::Created,
            r#"{"etag":"1"}"#,
        ),
        event(
            "chats('a')/messages('1')",
            ChangeType::Updated,
            r#"{"etag":"1"}"#,
        ),
        event(
            "chats('a')/messages('1')",
            ChangeType::Updated,
            r#"{"etag":"2"}"#,
        ),
        event(
            "chats('a')/messages('2')",
            ChangeType::Updated,
            r#"{"etag":"2"}"#,
        ),
    ]
    .into_iter()
    .map(|event| event.id)
    .collect();
    assert_eq!(ids.len(), 4);
}

#[test]
fn interactions_of_one_millisecond_in_two_sessions_are_two_changes() {
    // The id of an interaction is the time at which it was made; every user makes their own.
    let id = |path: &str, session: &str| {
        let data = format!(r#"{{"id":"1731701801008","etag":"1731701801008"{session}}}"#);
        event(path, ChangeType::Created, &data).id
    };
    let path = "copilot/interactionHistory/interactions('1731701801008')";
    let of_user = "copilot/users('u')/interactionHistory/interactions('1731701801008')";
    let (one, other) = (r#","sessionId":"19:a""#, r#","sessionId":"19:b""#);
    assert_ne!(id(path, one), id(path, other));
    assert_ne!(id(path, one), id(path, ""));
    assert_eq!(id(path, one), id(of_user, one));
    // Elsewhere the member is what it says.
    let message = "chats('a')/messages('1731701801008')";
    assert_eq!(id(message, one), id(message, other));
}

#[test]
fn a_member_that_changes_back_is_two_changes_and_a_redelivery_is_not() {
    let (message, resource) = change("teams('t')/members('m')", ChangeType::Updated);
    let id = |occurrence| {
        let data = r#"{"roles":["owner"]}"#;
        with_data(
            ROOT,
            &message,
            &resource,
            Origin::Decrypted,
            data,
            occurrence,
        )
        .unwrap()
        .id
    };
    assert_ne!(id("signature 1"), id("signature 2"));
    assert_eq!(id("signature 1"), id("signature 1"));
}

#[test]
fn two_references_to_one_installation_are_two_changes() {
    let path = "appCatalogs/teamsApps('a')/installations('i')";
    let (mut message, resource) = change(path, ChangeType::Updated);
    let reason = ReferenceReason::NoGet(crate::resource::NoGet::NeedsScope);
    let first = reference(ROOT, &message, &resource, reason);
    assert_eq!(first.id, reference(ROOT, &message, &resource, reason).id);
    message.received_at += 1;
    assert_ne!(first.id, reference(ROOT, &message, &resource, reason).id);
    assert_eq!(first.contentversion, None);
}

#[test]
fn the_data_is_the_resource_byte_for_byte() {
    let data = r#"{ "etag":"1", "big":12345678901234567890.10, "id":"a" }"#;
    assert_eq!(
        event("chats('a')", ChangeType::Created, data)
            .data
            .unwrap()
            .get(),
        data
    );
}

#[test]
fn a_resource_found_gone_is_the_same_deletion_that_graph_announces() {
    let (mut announced, resource) = change("chats('a')/messages('1')", ChangeType::Deleted);
    let (found, _) = change("chats('a')/messages('1')", ChangeType::Created);
    announced.received_at += 60_000;
    let deleted = reference(ROOT, &announced, &resource, ReferenceReason::Deleted);
    let gone = reference(ROOT, &found, &resource, ReferenceReason::Gone);
    assert_eq!(deleted.id, gone.id);
    assert_eq!(gone.event_type, "microsoft.graph.chatMessage.deleted");
    assert_eq!(gone.referencereason.as_deref(), Some("gone"));
    assert_eq!(
        gone.data.unwrap().get(),
        r#"{"@odata.id":"chats('a')/messages('1')"}"#
    );
}

#[test]
fn a_foreign_resource_is_named_by_its_odata_type_if_that_is_a_name() {
    let (mut message, resource) = change("print/jobs/7", ChangeType::Created);
    for (odata_type, expected) in [
        (
            Some("#Microsoft.Graph.CallRecord"),
            "microsoft.graph.callRecord.created",
        ),
        (
            Some("#microsoft.graph.callRecords.callRecord"),
            "microsoft.graph.callRecord.created",
        ),
        (Some("#a.b c"), "microsoft.graph.resource.created"),
        (Some(""), "microsoft.graph.resource.created"),
        (None, "microsoft.graph.resource.created"),
    ] {
        message.body.odata_type = odata_type.map(str::to_owned);
        let event = reference(ROOT, &message, &resource, ReferenceReason::Foreign);
        assert_eq!(event.event_type, expected);
        // A name of ours has our schema, wherever it stands.
        assert_eq!(event.dataschema.is_some(), expected.contains("callRecord"));
    }
}

#[test]
fn a_chat_says_whether_to_replace_or_to_merge_and_nothing_else_does() {
    let of = |resource, data| event(resource, ChangeType::Updated, data).payloadkind;
    let view = r#"{"id":"c","viewpoint":{"isHidden":false}}"#;
    assert_eq!(of("chats('c')", view), Some(PayloadKind::Viewpoint));
    assert_eq!(of("users/u/chats('c')", view), Some(PayloadKind::Viewpoint));
    let whole = r#"{"id":"c","topic":null}"#;
    assert_eq!(of("chats('c')", whole), Some(PayloadKind::Resource));
    assert_eq!(of("chats('c')/messages('m')", view), None);
}

#[test]
fn a_system_message_names_its_event() {
    let data = r##"{"etag":"1","eventDetail":{"@odata.type":"#microsoft.graph.callEndedEventMessageDetail"}}"##;
    let event = event("chats('c')/messages('m')", ChangeType::Created, data);
    assert_eq!(
        event.systemevent.as_deref(),
        Some("callEndedEventMessageDetail")
    );
}

#[test]
fn a_transcript_is_created_once_however_it_is_heard_of() {
    let path = "communications/onlineMeetings('m')/transcripts('i')";
    let (message, resource) = change(path, ChangeType::Created);
    let id = |occurrence, origin| {
        with_data(ROOT, &message, &resource, origin, "{}", occurrence)
            .unwrap()
            .id
    };
    assert_eq!(
        id("signature", Origin::Decrypted),
        id("received:1", Origin::Backfilled)
    );
}

#[test]
fn one_users_view_of_a_message_is_the_message() {
    let id = |path| event(path, ChangeType::Created, r#"{"etag":"1"}"#).id;
    assert_eq!(
        id("users('u')/chats('c')/messages('m')"),
        id("chats('c')/messages('m')")
    );
}

#[test]
fn a_gap_is_an_event_that_names_what_may_be_missing() {
    let message = QueueMessage {
        received_at: 1_763_715_600_123,
        trace: None,
        body: crate::CoverageGap {
            tenant_id: "9f4ebab6-520d-49c0-85cc-7b25c78d4a93".parse().unwrap(),
            subscription_id: "s".into(),
            resource: "teams/t/members".into(),
            changes: vec![ChangeType::Created, ChangeType::Deleted],
            since: "2026-11-21T08:00:00Z".into(),
            until: "2026-11-21T09:00:00Z".into(),
            reason: crate::GapReason::Removed,
            continuation: None,
        },
    };
    let event = gap(ROOT, &message, &UnfilledReason::SnapshotOnly);
    assert_eq!(event.event_type, "teamwire.gap");
    assert_eq!(event.subject, "teams/t/members");
    assert_eq!(
        event.data.as_ref().unwrap().get(),
        r#"{"changes":["created","deleted"],"reason":"removed","resource":"teams/t/members","since":"2026-11-21T08:00:00Z","unfilled":"snapshot-only","until":"2026-11-21T09:00:00Z"}"#
    );
    assert_eq!(
        event.id,
        gap(ROOT, &message, &UnfilledReason::SnapshotOnly).id
    );
    assert_ne!(event.id, gap(ROOT, &message, &UnfilledReason::NoMeans).id);
}

#[test]
fn each_tombstone_of_a_resource_is_delivered_and_each_other_event_once() {
    let tombstone = |received| {
        let (mut message, resource) = change("chats('a')/messages('1')", ChangeType::Deleted);
        message.received_at = received;
        reference(ROOT, &message, &resource, ReferenceReason::Deleted)
    };
    let (first, again) = (tombstone(1_763_715_600_123), tombstone(1_763_715_700_123));
    assert_eq!(first.id, again.id);
    assert_ne!(once(&first), once(&again));
    assert_eq!(once(&first), once(&tombstone(1_763_715_600_123)));
    let created = event("chats('a')", ChangeType::Created, r#"{"etag":"1"}"#);
    assert_eq!(once(&created), created.id);
}

#[test]
fn a_transcript_that_was_not_read_is_not_taken_for_one_that_was() {
    let path = "communications/onlineMeetings('m')/transcripts('i')";
    let (message, resource) = change(path, ChangeType::Created);
    let reason = ReferenceReason::NoGet(crate::resource::NoGet::NeedsOrganizer);
    let reference = reference(ROOT, &message, &resource, reason);
    let read = with_data(ROOT, &message, &resource, Origin::Hydrated, "{}", "").unwrap();
    assert_ne!(reference.id, read.id);
}

#[test]
fn a_chat_by_a_path_that_nobody_knows_says_its_kind_too() {
    let (mut message, resource) = change("some/where('c')", ChangeType::Updated);
    message.body.odata_type = Some("#microsoft.graph.chat".to_owned());
    let event = with_data(ROOT, &message, &resource, Origin::Decrypted, "{}", "once").unwrap();
    assert_eq!(event.event_type, "microsoft.graph.chat.updated");
    assert_eq!(event.payloadkind, Some(PayloadKind::Resource));
}
