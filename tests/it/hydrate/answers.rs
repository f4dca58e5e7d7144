//! The outcome of a record, by Graph's answer.

use super::stand_in::{
    Graph, MESSAGE, change, dead, refusal, text, verdict, verdicts, verdicts_by,
};
use crate::fakes::FakeClaims;
use std::time::Duration;
use teamwire_graph::ReadFault;
use teamwire_graph::answers::GraphDenial;
use teamwire_payload::{ChangeType, ClaimCheck};
use teamwire_transport::{Deadline, Disposition};

fn wait(seconds: u64) -> Disposition {
    Disposition::RetryAfter(Some(Duration::from_secs(seconds)))
}

#[tokio::test]
async fn each_answer_has_its_consequence() {
    let in_seconds = Duration::from_secs;
    for (answer, disposition, label) in [
        (ReadFault::Throttled(in_seconds(7)), wait(7), "throttled"),
        (
            ReadFault::Unavailable(Some(in_seconds(9))),
            wait(9),
            "graph-unavailable",
        ),
        (
            ReadFault::Unavailable(None),
            Disposition::RetryAfter(None),
            "graph-unavailable",
        ),
        (
            ReadFault::CredentialsRefused,
            Disposition::RetryAfter(None),
            "credentials-refused",
        ),
        (
            ReadFault::NoCredentials,
            dead("no-credentials"),
            "no-credentials",
        ),
        (ReadFault::Refused(400, None), dead("http-400"), "http-400"),
        (
            ReadFault::TryAgain(401),
            Disposition::RetryAfter(None),
            "http-401",
        ),
        (ReadFault::Refused(403, None), dead("http-403"), "http-403"),
        (
            ReadFault::TryAgain(302),
            Disposition::RetryAfter(None),
            "http-302",
        ),
        (
            ReadFault::TryAgain(200),
            Disposition::RetryAfter(None),
            "not-graphs-answer",
        ),
        (
            ReadFault::Denied(GraphDenial::NoAccessPolicy),
            dead("no-access-policy"),
            "no-access-policy",
        ),
        (ReadFault::Unreadable, dead("unreadable"), "unreadable"),
    ] {
        let graph = Graph::told(MESSAGE, [Err(answer.clone())]);
        let verdict = verdict(&graph, change(MESSAGE, ChangeType::Created)).await;
        assert_eq!(
            refusal(verdict),
            (disposition, label.to_owned()),
            "{answer:?}"
        );
    }
}

#[tokio::test]
async fn an_answer_that_is_no_resource_is_a_dead_letter() {
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(64), "]".repeat(64));
    let answers = ["null", "[]", "7", "{", "{}{}", "\u{feff}{}", &deep];
    for answer in answers {
        let graph = Graph::told(MESSAGE, [Ok(answer)]);
        let verdict = verdict(&graph, change(MESSAGE, ChangeType::Created)).await;
        let expected = (dead("not-a-resource"), "not-a-resource".to_owned());
        assert_eq!(refusal(verdict), expected, "{answer:.20}");
    }
}

#[tokio::test]
async fn a_path_that_is_none_is_a_dead_letter_and_never_a_request() {
    for path in [
        "",
        "https://evil.example/",
        "//evil.example/chats('a')",
        "../users",
        "chats('a')?x=1",
    ] {
        let graph = Graph::default();
        for change_type in [ChangeType::Created, ChangeType::Deleted] {
            let verdict = verdict(&graph, change(path, change_type)).await;
            let expected = (dead("resource-path"), "resource-path".to_owned());
            assert_eq!(refusal(verdict), expected, "{path}");
        }
        assert_eq!(graph.reads(), Vec::<String>::new());
    }
}

#[tokio::test]
async fn a_record_that_is_no_reference_is_a_dead_letter() {
    for (body, reason) in [
        ("", "malformed"),
        (
            r#"{"version":"reference.v1","receivedAt":1,"body":{}}"#,
            "malformed",
        ),
        (
            r#"{"version":"reference.v9","receivedAt":1,"body":{}}"#,
            "unknown-version",
        ),
        (
            r#"{"version":"sealed.v1","receivedAt":1,"body":{}}"#,
            "unknown-version",
        ),
    ] {
        let verdict = verdicts(&Graph::default(), vec![body.to_owned()])
            .await
            .remove(0);
        assert_eq!(
            refusal(verdict),
            (dead(reason), reason.to_owned()),
            "{body}"
        );
    }
}

#[tokio::test]
async fn a_claim_that_is_not_honoured_is_not_read() {
    let graph = Graph::default();
    let claim = ClaimCheck::to(&text(change(MESSAGE, ChangeType::Created)))
        .to_json()
        .unwrap();
    let waiting = (
        Disposition::RetryAfter(None),
        "claims-unavailable".to_owned(),
    );
    let missing = (dead("claim-missing"), "claim-missing".to_owned());
    for (claims, expected) in [
        (FakeClaims::down(), waiting),
        (FakeClaims::default(), missing),
    ] {
        let deadline = Deadline::after(Duration::from_secs(60));
        let bodies = vec![claim.clone()];
        let verdict = verdicts_by(&graph, claims, bodies, deadline)
            .await
            .remove(0);
        assert_eq!(refusal(verdict), expected);
    }
    assert_eq!(graph.reads(), Vec::<String>::new());
}
