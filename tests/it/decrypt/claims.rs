//! Messages that came as claims, and records that are no sealed message.

use super::keys::{CURRENT, ring};
use super::sealed_record::{PATH, RESOURCE, change, dead, refusal, text, verdict, verdict_with};
use crate::fakes::FakeClaims;
use teamwire_envelope::{KeyUnwrap, UnwrapFault};
use teamwire_payload::{ChangeType, ClaimCheck};
use teamwire_transport::{ClaimStore, Disposition};
use zeroize::Zeroizing;

fn sealed() -> String {
    let content = CURRENT.recipient.seal(RESOURCE.as_bytes()).unwrap();
    text(change(PATH, ChangeType::Created), content)
}

#[tokio::test]
async fn a_message_too_large_for_the_queue_is_fetched_by_its_claim() {
    let (claims, message) = (FakeClaims::default(), sealed());
    let claim = ClaimCheck::to(&message);
    claims.put(&claim.key(), message).await.unwrap();
    let verdict = verdict_with(ring(&[&CURRENT]), claims, claim.to_json().unwrap()).await;
    assert_eq!(verdict.unwrap().event.data.unwrap().get(), RESOURCE);
}

#[tokio::test]
async fn a_claim_to_nothing_is_a_dead_letter() {
    let claim = ClaimCheck::to(&sealed()).to_json().unwrap();
    let verdict = verdict(claim).await;
    assert_eq!(
        refusal(verdict),
        (dead("claim-missing"), "claim-missing".to_owned())
    );
}

#[tokio::test]
async fn a_claim_to_something_else_is_a_dead_letter() {
    let claims = FakeClaims::default();
    let claim = ClaimCheck::to(&sealed());
    claims.put(&claim.key(), sealed()).await.unwrap();
    let verdict = verdict_with(ring(&[&CURRENT]), claims, claim.to_json().unwrap()).await;
    assert_eq!(
        refusal(verdict),
        (dead("claim-mismatch"), "claim-mismatch".to_owned())
    );
}

#[tokio::test]
async fn without_the_claim_store_a_claim_waits() {
    let claim = ClaimCheck::to(&sealed()).to_json().unwrap();
    let verdict = verdict_with(ring(&[&CURRENT]), FakeClaims::down(), claim).await;
    assert_eq!(
        refusal(verdict),
        (
            Disposition::RetryAfter(None),
            "claims-unavailable".to_owned()
        )
    );
}

/// A key service that answers every request alike.
struct Answering(UnwrapFault);

impl KeyUnwrap for Answering {
    async fn unwrap_key(&self, _: &str, _: &[u8]) -> Result<Zeroizing<Vec<u8>>, UnwrapFault> {
        Err(self.0)
    }
}

#[tokio::test]
async fn what_the_key_service_says_decides() {
    for (answer, disposition, label) in [
        (
            UnwrapFault::Unavailable,
            Disposition::RetryAfter(None),
            "key-unavailable",
        ),
        (
            UnwrapFault::UnknownCertificate,
            Disposition::Retry,
            "unknown-certificate",
        ),
        (UnwrapFault::Refused, dead("tampered"), "rsa-oaep"),
    ] {
        let verdict = verdict_with(Answering(answer), FakeClaims::default(), sealed()).await;
        assert_eq!(refusal(verdict), (disposition, label.to_owned()));
    }
}

#[tokio::test]
async fn a_path_that_is_none_is_refused_before_the_key_is_asked_for() {
    for path in [
        "",
        "https://evil.example/chats('a')",
        "../users",
        "chats('a')?x",
        "chats('a",
    ] {
        let content = CURRENT.recipient.seal(RESOURCE.as_bytes()).unwrap();
        let body = text(change(path, ChangeType::Created), content);
        let down = Answering(UnwrapFault::Unavailable);
        let verdict = verdict_with(down, FakeClaims::default(), body).await;
        let expected = (dead("resource-path"), "resource-path".to_owned());
        assert_eq!(refusal(verdict), expected, "{path}");
    }
}

#[tokio::test]
async fn what_opens_to_no_resource_is_a_dead_letter() {
    let content = CURRENT
        .recipient
        .seal(br#"{"etag":"1","etag":"2"}"#)
        .unwrap();
    let verdict = verdict(text(change(PATH, ChangeType::Created), content)).await;
    assert_eq!(
        refusal(verdict),
        (dead("not-a-resource"), "not-a-resource".to_owned())
    );
}

#[tokio::test]
async fn a_record_that_is_no_sealed_message_is_a_dead_letter() {
    for (body, reason) in [
        ("", "malformed"),
        ("{", "malformed"),
        (
            r#"{"version":"sealed.v1","receivedAt":1,"body":{}}"#,
            "malformed",
        ),
        (
            r#"{"version":"sealed.v2","receivedAt":1,"body":{}}"#,
            "unknown-version",
        ),
        (
            r#"{"version":"reference.v1","receivedAt":1,"body":{}}"#,
            "unknown-version",
        ),
    ] {
        let verdict = verdict(body.to_owned()).await;
        assert_eq!(
            refusal(verdict),
            (dead(reason), reason.to_owned()),
            "{body}"
        );
    }
}
