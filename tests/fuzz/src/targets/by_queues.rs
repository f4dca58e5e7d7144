//! What a queue, the bucket or a person's file may hold.

use aws_lambda_events::event::sqs::SqsEvent;
use std::cell::LazyCell;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use teamwire_backfill::{Backfill, ListSource};
use teamwire_graph::pages::{ListPage, PageRequest};
use teamwire_graph::{DesiredState, PageFault};
use teamwire_payload::message::MessageBody;
use teamwire_payload::{
    ActivityReport, ClaimCheck, CoverageGap, LifecycleNotice, QueueMessage, ReferencedChange,
    SealedChange, TenantId, UnroutedItem, trace,
};
use teamwire_transport::{ClaimFault, ClaimStore, Deadline, Delivery};

/// A claim leads to one key, whatever else it says.
pub(crate) fn claim(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return false;
    };
    let Some(claim) = ClaimCheck::parse(text) else {
        return false;
    };
    let key = claim.key();
    let digest = key.strip_prefix("messages/").unwrap_or_default();
    assert!(
        digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit()),
        "{key}"
    );
    assert!(!claim.fits(text));
    let again = claim
        .to_json()
        .ok()
        .and_then(|text| ClaimCheck::parse(&text));
    assert_eq!(again, Some(claim));
    true
}

/// A message of every function: what is read is what would be written.
pub(crate) fn messages(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return false;
    };
    if let Some(rest) = trace::without_lineage(text) {
        assert!(
            !rest.split(';').any(|part| part.starts_with("Lineage=")),
            "{rest}"
        );
    }
    stays::<ReferencedChange>(text)
        | stays::<SealedChange>(text)
        | stays::<LifecycleNotice>(text)
        | stays::<UnroutedItem>(text)
        | stays::<CoverageGap>(text)
        | stays::<ActivityReport>(text)
}

fn stays<T: MessageBody + std::fmt::Debug + PartialEq>(text: &str) -> bool {
    let Ok(message) = QueueMessage::<T>::parse(text) else {
        return false;
    };
    let again = message
        .to_json()
        .and_then(|text| QueueMessage::<T>::parse(&text));
    assert_eq!(again.as_ref(), Ok(&message));
    true
}

/// Graph, with an empty page for whoever gets so far. The path is one of a list of Teams.
struct Empty;

impl ListSource for Empty {
    async fn page(&self, _: &TenantId, request: &PageRequest) -> Result<ListPage, PageFault> {
        let link = request.link.to_string();
        assert!(
            link.starts_with("/v1.0/") || link.starts_with("/beta/"),
            "{link}"
        );
        assert!(!link.contains("/../"), "{link}");
        Ok(ListPage {
            items: vec![],
            next: None,
        })
    }
}

/// A bucket with nothing in it.
struct Nothing;

impl ClaimStore for Nothing {
    fn location(&self) -> String {
        "s3://nothing".to_owned()
    }

    async fn put(&self, _: &str, _: String) -> Result<(), ClaimFault> {
        Err(ClaimFault::Unavailable)
    }

    async fn get(&self, _: &str) -> Result<String, ClaimFault> {
        Err(ClaimFault::Missing)
    }
}

thread_local! {
    static RUNTIME: LazyCell<Option<tokio::runtime::Runtime>> = LazyCell::new(|| {
        tokio::runtime::Builder::new_current_thread().enable_time().build().ok()
    });
}

/// A gap, with a point to go on from: backfill gives a verdict, and reads nothing but lists.
pub(crate) fn gap(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return false;
    };
    if QueueMessage::<CoverageGap>::parse(text).is_err() {
        return false;
    }
    let record = serde_json::json!({ "messageId": "1", "body": text });
    let Some(delivery) = serde_json::from_value(record)
        .ok()
        .and_then(Delivery::from_record)
    else {
        return false;
    };
    let backfill = Arc::new(Backfill::new("https://graph.microsoft.com", Empty, Nothing));
    let deadline = Deadline::after(Duration::from_secs(600));
    RUNTIME.with(|runtime| {
        let Some(runtime) = &**runtime else {
            panic!("no runtime");
        };
        let verdicts = runtime.block_on(backfill.work(vec![delivery], deadline));
        assert_eq!(verdicts.len(), 1);
        // A panic is a retry, and nobody would see it.
        let panicked = |verdict: &Result<_, teamwire_transport::RecordFailure>| {
            verdict
                .as_ref()
                .is_err_and(|failure| failure.label == "panic")
        };
        assert!(!verdicts.iter().any(panicked));
        verdicts.iter().any(Result::is_ok)
    })
}

/// An event of Lambda with records, which relay takes for events.
pub(crate) fn sqs_event(bytes: &[u8]) -> bool {
    let Ok(event) = serde_json::from_slice::<SqsEvent>(bytes) else {
        return false;
    };
    let mut is_event = false;
    for delivery in event.records.into_iter().filter_map(Delivery::from_record) {
        assert!(!delivery.message_id.is_empty());
        let Ok(forward) = teamwire_relay::read(&delivery) else {
            continue;
        };
        is_event = true;
        let _ = forward.event.resource();
        assert!(!forward.event.is_newer(&forward.event));
        let text = serde_json::to_string(&forward.event).unwrap_or_default();
        assert!(
            serde_json::from_str::<teamwire_payload::Event>(&text).is_ok(),
            "{text}"
        );
    }
    is_event
}

/// `subscriptions.toml`, as a person wrote it: no tenant is there twice.
pub(crate) fn subscriptions_file(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return false;
    };
    let desired = DesiredState::parse(text);
    let tenants = desired.iter().flat_map(|desired| &desired.tenants);
    let ids: Vec<_> = tenants.map(|tenant| &tenant.id).collect();
    let different: BTreeSet<_> = ids.iter().collect();
    assert_eq!(ids.len(), different.len());
    desired.is_ok()
}
