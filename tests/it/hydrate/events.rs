//! The event of a reference when all goes well.

use super::stand_in::{
    Graph, MESSAGE, RESOURCE, change, event, refusal, text, text_at, verdict, verdicts, verdicts_by,
};
use crate::fakes::FakeClaims;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use teamwire_graph::ReadFault;
use teamwire_payload::{ChangeType, ClaimCheck, Origin};
use teamwire_transport::{ClaimStore, Deadline, Disposition};

/// A member of a team: Graph answers 404 once it is none any more.
const MEMBER: &str = "teams('t')/members('m')";

#[tokio::test]
async fn a_message_is_read_and_becomes_an_event_with_every_byte_of_it() {
    let graph = Graph::default();
    let event = event(&graph, change(MESSAGE, ChangeType::Created)).await;
    assert_eq!(event.event_type, "microsoft.graph.chatMessage.created");
    assert_eq!(event.origin, Origin::Hydrated);
    assert_eq!(event.contentversion.as_deref(), Some("1"));
    assert_eq!(event.referencereason, None);
    assert_eq!(event.data.unwrap().get(), RESOURCE);
    assert_eq!(graph.reads().len(), 1);
}

#[tokio::test]
async fn the_trace_goes_on() {
    let forward = verdict(&Graph::default(), change(MESSAGE, ChangeType::Updated))
        .await
        .unwrap();
    assert_eq!(forward.trace.as_deref(), Some("Root=1-a"));
}

#[tokio::test]
async fn a_deletion_is_never_read() {
    for path in [MESSAGE, "chats('a')", "users('u')"] {
        let graph = Graph::default();
        let event = event(&graph, change(path, ChangeType::Deleted)).await;
        assert_eq!(event.referencereason.as_deref(), Some("deleted"), "{path}");
        assert_eq!(event.origin, Origin::Reference);
        assert_eq!(graph.reads(), Vec::<String>::new());
    }
}

#[tokio::test]
async fn what_is_gone_is_a_tombstone_and_the_same_event_as_its_deletion() {
    let gone = Graph::told(MEMBER, [Err(ReadFault::Gone)]);
    let tombstone = event(&gone, change(MEMBER, ChangeType::Updated)).await;
    assert_eq!(
        tombstone.event_type,
        "microsoft.graph.conversationMember.deleted"
    );
    assert_eq!(tombstone.referencereason.as_deref(), Some("gone"));
    let deleted = event(&gone, change(MEMBER, ChangeType::Deleted)).await;
    assert_eq!(tombstone.id, deleted.id);
}

#[tokio::test]
async fn what_is_read_with_the_date_of_its_deletion_is_deleted_whatever_was_announced() {
    let deleted = r#"{"etag":"2","deletedDateTime":"2026-11-21T09:05:12Z","body":{"content":""}}"#;
    for change_type in [ChangeType::Created, ChangeType::Updated] {
        let graph = Graph::told(MESSAGE, [Ok(deleted)]);
        let event = event(&graph, change(MESSAGE, change_type)).await;
        assert_eq!(event.event_type, "microsoft.graph.chatMessage.deleted");
        assert_eq!(event.origin, Origin::Hydrated);
        assert_eq!(event.contentversion.as_deref(), Some("2"));
        assert_eq!(event.data.unwrap().get(), deleted);
    }
    let restored = r#"{"etag":"3","deletedDateTime":null}"#;
    let graph = Graph::told(MESSAGE, [Ok(restored)]);
    let event = event(&graph, change(MESSAGE, ChangeType::Updated)).await;
    assert_eq!(event.event_type, "microsoft.graph.chatMessage.updated");
}

#[tokio::test]
async fn what_is_not_found_is_no_deletion() {
    for (path, resource) in [
        ("chats('19:a@thread.v2')", "chat"),
        (MESSAGE, "chatMessage"),
    ] {
        let missing = Graph::told(path, [Err(ReadFault::NotFound)]);
        let event = event(&missing, change(path, ChangeType::Updated)).await;
        assert_eq!(
            event.event_type,
            format!("microsoft.graph.{resource}.updated")
        );
        assert_eq!(event.referencereason.as_deref(), Some("not-found"));
        assert_eq!(event.origin, Origin::Reference);
    }
}

#[tokio::test]
async fn what_changed_just_now_and_is_not_found_is_looked_for_again() {
    let since = |age: u64| {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        u64::try_from(now.as_millis()).unwrap() - age
    };
    let (seconds, minutes) = (1_000, 60_000);
    for (fault, change_type, age, becomes) in [
        (ReadFault::Gone, ChangeType::Updated, seconds, Err(15)),
        // A team that was made just now may answer so, and was updated since.
        (ReadFault::Gone, ChangeType::Updated, minutes, Err(60)),
        (
            ReadFault::Gone,
            ChangeType::Updated,
            16 * minutes,
            Ok("gone"),
        ),
        (ReadFault::Gone, ChangeType::Created, minutes, Err(60)),
        (
            ReadFault::Gone,
            ChangeType::Created,
            16 * minutes,
            Ok("gone"),
        ),
        (ReadFault::NotFound, ChangeType::Updated, seconds, Err(15)),
        (ReadFault::NotFound, ChangeType::Updated, minutes, Err(60)),
        (
            ReadFault::NotFound,
            ChangeType::Updated,
            14 * minutes,
            Err(300),
        ),
        (
            ReadFault::NotFound,
            ChangeType::Updated,
            16 * minutes,
            Ok("not-found"),
        ),
        (
            ReadFault::NotFound,
            ChangeType::Created,
            16 * minutes,
            Ok("not-found"),
        ),
    ] {
        let graph = Graph::told(MEMBER, [Err(fault.clone())]);
        let message = text_at(change(MEMBER, change_type), since(age));
        let verdict = verdicts(&graph, vec![message]).await.remove(0);
        match becomes {
            Ok(reason) => {
                let event = verdict.unwrap().event;
                assert_eq!(
                    event.referencereason.as_deref(),
                    Some(reason),
                    "{fault}, {age}"
                );
            }
            Err(seconds) => {
                let (disposition, label) = refusal(verdict);
                assert_eq!(label, "not-yet-there");
                let Disposition::RetryAfter(Some(wait)) = disposition else {
                    panic!("{disposition:?}")
                };
                // The clock goes on meanwhile.
                assert_eq!(wait.as_secs() / 15, seconds / 15, "{fault}, {age}");
            }
        }
    }
}

#[tokio::test]
async fn what_has_no_documented_get_is_a_reference_with_its_reason() {
    for (path, reason) in [
        (
            "communications/onlineMeetings('m')/transcripts('t')",
            "needs-organizer",
        ),
        (
            "communications/onlineMeetings('m')/recordings('t')",
            "needs-organizer",
        ),
        (
            "appCatalogs/teamsApps('a')/installations('i')",
            "needs-scope",
        ),
        ("teams('t')/channels('c')/allMembers('m')", "list-only"),
    ] {
        let event = event(&Graph::default(), change(path, ChangeType::Created)).await;
        assert_eq!(event.referencereason.as_deref(), Some(reason), "{path}");
        assert_eq!(event.origin, Origin::Reference);
        assert!(event.data.unwrap().get().contains(path));
    }
}

#[tokio::test]
async fn what_is_not_of_teams_is_a_reference_and_not_read() {
    let graph = Graph::default();
    let mut change = change("print/jobs/7", ChangeType::Created);
    change.odata_type = Some("#microsoft.graph.printJob".to_owned());
    let event = event(&graph, change).await;
    assert_eq!(event.referencereason.as_deref(), Some("foreign-resource"));
    assert_eq!(event.event_type, "microsoft.graph.printJob.created");
    assert_eq!(graph.reads(), Vec::<String>::new());
}

#[tokio::test]
async fn a_reference_that_came_as_a_claim_is_fetched_first() {
    let claims = FakeClaims::default();
    let message = text(change(MESSAGE, ChangeType::Created));
    let claim = ClaimCheck::to(&message);
    claims.put(&claim.key(), message).await.unwrap();
    let deadline = Deadline::after(Duration::from_secs(60));
    let bodies = vec![claim.to_json().unwrap()];
    let verdict = verdicts_by(&Graph::default(), claims, bodies, deadline)
        .await
        .remove(0);
    assert_eq!(verdict.unwrap().event.subject, MESSAGE);
}

#[tokio::test]
async fn a_user_who_is_subscribed_to_by_name_is_the_one_of_the_pointer() {
    let user = "976f4b31-fd01-4e0b-9178-29cc40c14438";
    let meeting = "MSo5NzZmNGIzMS1mZDAxLTRlMGItOTE3OC0yOWNjNDBjMTQ0MzgqMCoqMTk6bQ==";
    let name = "adele@contoso.example";
    let other = "2432b57b-0abd-43db-aa7b-16eadd115d34";
    let transcript = format!("users/{user}/onlineMeetings/{meeting}/transcripts/i");
    let insight = format!("copilot/users/{user}/onlineMeetings/{meeting}/aiInsights/i");
    for (collection, pointer, is_read) in [
        (
            format!("users/{name}/onlineMeetings/getAllTranscripts"),
            &transcript,
            true,
        ),
        (
            format!("users('{name}')/onlineMeetings/getAllTranscripts()"),
            &transcript,
            true,
        ),
        (
            format!("copilot/users/{name}/onlineMeetings/getAllAiInsights"),
            &insight,
            true,
        ),
        (
            format!("users/{user}/onlineMeetings/getAllTranscripts"),
            &transcript,
            true,
        ),
        (
            format!("users/{other}/onlineMeetings/getAllTranscripts"),
            &transcript,
            false,
        ),
        (
            format!("users/{name}/onlineMeetings/getAllRecordings"),
            &transcript,
            false,
        ),
    ] {
        let graph = Graph::default();
        let mut change = change(&collection, ChangeType::Created);
        change.odata_id = Some(pointer.clone());
        event(&graph, change).await;
        assert_eq!(graph.reads().len(), usize::from(is_read), "{collection}");
    }
}

#[tokio::test]
async fn a_collection_is_read_at_what_its_pointer_leads_to_and_nowhere_else() {
    let user = "976f4b31-fd01-4e0b-9178-29cc40c14438";
    let meeting = "MSo5NzZmNGIzMS1mZDAxLTRlMGItOTE3OC0yOWNjNDBjMTQ0MzgqMCoqMTk6bQ==";
    let pointer = format!("users/{user}/onlineMeetings/{meeting}/transcripts/i");
    let all = "communications/onlineMeetings/getAllTranscripts";
    for (id, is_read) in [
        (pointer.clone(), true),
        (format!("https://graph.microsoft.com/v1.0/{pointer}"), true),
        (format!("https://evil.example/v1.0/{pointer}"), false),
        ("users/u/messages/m".to_owned(), false),
        (format!("{pointer}/../../../../messages"), false),
        (pointer.replace("transcripts", "recordings"), false),
    ] {
        let graph = Graph::default();
        let mut change = change(all, ChangeType::Created);
        change.odata_id = Some(id.clone());
        let event = event(&graph, change).await;
        let expected = if is_read {
            Origin::Hydrated
        } else {
            Origin::Reference
        };
        assert_eq!(event.origin, expected, "{id}");
        assert_eq!(graph.reads().len(), usize::from(is_read), "{id}");
    }
}
