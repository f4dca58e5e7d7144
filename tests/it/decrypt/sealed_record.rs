//! Deliveries of sealed messages, and the function that opens them.

use super::keys::{CURRENT, NEXT, ring};
use crate::fakes::FakeClaims;
use std::sync::Arc;
use teamwire_decrypt::Decrypt;
use teamwire_envelope::KeyUnwrap;
use teamwire_payload::{
    ChangeType, EncryptedContent, QueueMessage, ReferencedChange, SealedChange,
};
use teamwire_transport::batch::RecordVerdict;
use teamwire_transport::{Delivery, Disposition};

pub(super) const ROOT: &str = "https://graph.microsoft.com";
pub(super) const TENANT: &str = "9f4ebab6-520d-49c0-85cc-7b25c78d4a93";
pub(super) const PATH: &str = "chats('19:a@thread.v2')/messages('1')";
pub(super) const RESOURCE: &str =
    r#"{ "etag":"1763715600000", "id":"1", "lastModifiedDateTime":"2025-11-21T09:00:00Z" }"#;

/// The change.
pub(super) fn change(resource: &str, change_type: ChangeType) -> ReferencedChange {
    ReferencedChange {
        tenant_id: TENANT.parse().unwrap(),
        subscription_id: "s".to_owned(),
        change_type,
        resource: resource.to_owned(),
        odata_type: None,
        odata_id: None,
        etag: None,
    }
}

/// The message as ingest puts it on the queue.
pub(super) fn text(change: ReferencedChange, content: EncryptedContent) -> String {
    let message = QueueMessage {
        received_at: 1_763_715_600_123,
        trace: Some("Root=1-a".to_owned()),
        body: SealedChange { change, content },
    };
    message.to_json().unwrap()
}

pub(super) fn delivery(body: String) -> Delivery {
    Delivery {
        message_id: "m".to_owned(),
        body,
        deferrals: 0,
        deferred_since: None,
        replayed: 0,
        receives: 1,
        group: None,
        trace: None,
    }
}

/// The verdict of a function that has both keys.
pub(super) async fn verdict(body: String) -> RecordVerdict {
    verdict_with(ring(&[&CURRENT, &NEXT]), FakeClaims::default(), body).await
}

pub(super) async fn verdict_with<K: KeyUnwrap + Send + Sync>(
    keys: K,
    claims: FakeClaims,
    body: String,
) -> RecordVerdict {
    Arc::new(Decrypt::new(ROOT, keys, claims))
        .work(delivery(body))
        .await
}

/// The disposition of a record that was not opened, and the reason.
pub(super) fn refusal(verdict: RecordVerdict) -> (Disposition, String) {
    let failure = verdict.unwrap_err();
    (failure.disposition, failure.label.into_owned())
}

pub(super) fn dead(reason: &'static str) -> Disposition {
    Disposition::Dead(reason.into())
}
