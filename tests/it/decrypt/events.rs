//! Opened notifications as events.

use super::keys::{CURRENT, NEXT, ring};
use super::sealed_record::{PATH, RESOURCE, TENANT, change, refusal, text, verdict, verdict_with};
use crate::fakes::FakeClaims;
use teamwire_payload::{ChangeType, Event, Origin};
use teamwire_transport::Disposition;

async fn event(path: &str, change_type: ChangeType, resource: &str) -> Event {
    let content = CURRENT.recipient.seal(resource.as_bytes()).unwrap();
    verdict(text(change(path, change_type), content))
        .await
        .unwrap()
        .event
}

#[tokio::test]
async fn a_chat_message_becomes_an_event_with_every_byte_of_it() {
    let event = event(PATH, ChangeType::Created, RESOURCE).await;
    assert_eq!(event.event_type, "microsoft.graph.chatMessage.created");
    assert_eq!(
        event.source,
        format!("https://graph.microsoft.com/{TENANT}")
    );
    assert_eq!(event.subject, PATH);
    assert_eq!(event.origin, Origin::Decrypted);
    assert_eq!(event.time, "2025-11-21T09:00:00.000Z");
    assert_eq!(event.receivedat, "2025-11-21T09:00:00.123Z");
    assert_eq!(event.contentversion.as_deref(), Some("1763715600000"));
    assert_eq!(event.subscriptionid, "s");
    assert_eq!(event.id.len(), 43);
    assert_eq!(event.data.unwrap().get(), RESOURCE);
}

#[tokio::test]
async fn the_trace_goes_on() {
    let content = CURRENT.recipient.seal(RESOURCE.as_bytes()).unwrap();
    let forward = verdict(text(change(PATH, ChangeType::Created), content))
        .await
        .unwrap();
    assert_eq!(forward.trace.as_deref(), Some("Root=1-a"));
}

#[tokio::test]
async fn a_chat_is_opened_too() {
    let chat = r#"{"id":"19:a@thread.v2","lastUpdatedDateTime":"2025-11-21T08:00:00.5Z"}"#;
    let event = event("chats('19:a@thread.v2')", ChangeType::Updated, chat).await;
    assert_eq!(event.event_type, "microsoft.graph.chat.updated");
    assert_eq!(
        event.contentversion.as_deref(),
        Some("2025-11-21T08:00:00.5Z")
    );
    assert_eq!(event.time, "2025-11-21T08:00:00.500Z");
}

#[tokio::test]
async fn a_deletion_with_content_keeps_its_content() {
    let event = event(PATH, ChangeType::Deleted, RESOURCE).await;
    assert_eq!(event.event_type, "microsoft.graph.chatMessage.deleted");
    assert_eq!(event.origin, Origin::Decrypted);
    assert_eq!(event.data.unwrap().get(), RESOURCE);
}

#[tokio::test]
async fn a_presence_is_opened_and_named_by_its_odata_type() {
    let presence = r#"{"id":"u","availability":"Away","activity":"Away"}"#;
    let mut change = change("communications/presences('u')", ChangeType::Updated);
    change.odata_type = Some("#Microsoft.Graph.presence".to_owned());
    let content = CURRENT.recipient.seal(presence.as_bytes()).unwrap();
    let event = verdict(text(change, content)).await.unwrap().event;
    assert_eq!(event.event_type, "microsoft.graph.presence.updated");
    assert_eq!(event.data.unwrap().get(), presence);
    assert_eq!(event.contentversion, None);
}

#[tokio::test]
async fn a_member_who_changes_back_is_three_changes_and_each_redelivery_is_none() {
    let seal = |member: &str| CURRENT.recipient.seal(member.as_bytes()).unwrap();
    let change = || change("teams('t')/members('m')", ChangeType::Updated);
    let contents = [
        seal(r#"{"roles":[]}"#),
        seal(r#"{"roles":["owner"]}"#),
        seal(r#"{"roles":[]}"#),
    ];
    let mut ids = std::collections::BTreeSet::new();
    for content in contents {
        let event = verdict(text(change(), content.clone()))
            .await
            .unwrap()
            .event;
        let again = verdict(text(change(), content)).await.unwrap().event;
        assert_eq!(event.id, again.id);
        ids.insert(event.id);
    }
    assert_eq!(ids.len(), 3);
}

#[tokio::test]
async fn one_change_sealed_twice_is_one_event() {
    let first = event(PATH, ChangeType::Created, RESOURCE).await;
    let again = event(
        "chats/19:a@thread.v2/messages/1",
        ChangeType::Created,
        RESOURCE,
    )
    .await;
    assert_eq!(first.id, again.id);
}

#[tokio::test]
async fn while_certificates_rotate_both_keys_open() {
    for key in [&*CURRENT, &*NEXT] {
        let content = key.recipient.seal(RESOURCE.as_bytes()).unwrap();
        let verdict = verdict(text(change(PATH, ChangeType::Created), content)).await;
        assert!(verdict.is_ok(), "{}", key.certificate_id);
    }
}

#[tokio::test]
async fn an_unknown_certificate_is_retried_and_opens_once_its_key_is_there() {
    let content = NEXT.recipient.seal(RESOURCE.as_bytes()).unwrap();
    let body = text(change(PATH, ChangeType::Created), content);
    let early = verdict_with(ring(&[&CURRENT]), FakeClaims::default(), body.clone()).await;
    assert_eq!(
        refusal(early),
        (Disposition::Retry, "unknown-certificate".to_owned())
    );
    assert!(verdict(body).await.is_ok());
}
