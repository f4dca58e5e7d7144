//! One record of an SQS batch.

use crate::{Disposition, RecordFailure};
use aws_lambda_events::event::sqs::SqsMessage;
use std::borrow::Cow;
use std::hash::{BuildHasher, Hasher};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use teamwire_contract::attribute::{DEFERRALS, DEFERRED_SINCE, REPLAYED};
use teamwire_payload::limits;

/// A record as a function works on it.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// The id that a failure is reported by.
    pub message_id: String,
    /// The text; empty where SQS gave none.
    pub body: String,
    /// The number of deferrals.
    pub deferrals: u32,
    /// The time of the first deferral, in milliseconds since 1970.
    pub deferred_since: Option<u64>,
    /// The number of replays.
    pub replayed: u32,
    /// The number of times that the queue has delivered it, this time included.
    pub receives: u32,
    /// The tenant, by `MessageGroupId`.
    pub group: Option<String>,
    /// X-Ray trace header.
    pub trace: Option<String>,
}

impl Delivery {
    /// `None` for a record without an id: a failure of it could not be reported.
    pub fn from_record(record: SqsMessage) -> Option<Self> {
        let message_id = record.message_id.filter(|id| !id.is_empty())?;
        let number = |name: &str| {
            let value = record.message_attributes.get(name)?.string_value.as_ref()?;
            value.parse::<u64>().ok()
        };
        let count = |name: &str| number(name).and_then(|n| n.try_into().ok()).unwrap_or(0);
        let attribute = |name: &str| record.attributes.get(name).cloned();
        Some(Self {
            deferrals: count(DEFERRALS),
            replayed: count(REPLAYED),
            deferred_since: number(DEFERRED_SINCE),
            receives: attribute("ApproximateReceiveCount")
                .and_then(|n| n.parse().ok())
                .unwrap_or(1),
            group: attribute("MessageGroupId"),
            trace: attribute("AWSTraceHeader"),
            message_id,
            body: record.body.unwrap_or_default(),
        })
    }

    /// The reason of the dead letter that it becomes after this failure, if it is the end of it.
    pub fn end_by(&self, failure: &RecordFailure) -> Option<Cow<'static, str>> {
        match &failure.disposition {
            Disposition::Dead(reason) => Some(reason.clone()),
            Disposition::RetryAfter(_) if self.is_overdue(now_millis()) => {
                Some("deferred-too-long".into())
            }
            Disposition::Done | Disposition::Retry | Disposition::RetryAfter(_) => None,
        }
    }

    /// True if it was deferred for as long as a queue would have kept it.
    fn is_overdue(&self, now_millis: u64) -> bool {
        self.deferred_since.is_some_and(|since| {
            Duration::from_millis(now_millis.saturating_sub(since)) > limits::DEFERRAL_AGE
        })
    }

    /// A number that differs between messages.
    pub(crate) fn spread(&self) -> u64 {
        let mut hasher =
            std::hash::BuildHasherDefault::<std::hash::DefaultHasher>::default().build_hasher();
        hasher.write(self.message_id.as_bytes());
        hasher.finish()
    }
}

/// The time, in milliseconds since 1970.
pub(crate) fn now_millis() -> u64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(json: &str) -> Option<Delivery> {
        Delivery::from_record(serde_json::from_str(json).unwrap())
    }

    #[test]
    fn a_record_without_an_id_is_no_delivery() {
        assert!(record("{}").is_none());
        assert!(record(r#"{"messageId":"","body":"x"}"#).is_none());
    }

    #[test]
    fn what_is_missing_or_odd_is_left_out() {
        let delivery = record(
            r#"{"messageId":"1","body":null,"attributes":{"MessageGroupId":"t"},
                "messageAttributes":{"deferrals":{"stringValue":"x","dataType":"String"},
                "deferredSince":{"stringValue":"7","dataType":"String"}}}"#,
        )
        .unwrap();
        assert_eq!((delivery.body.as_str(), delivery.deferrals), ("", 0));
        assert_eq!(
            (delivery.group.as_deref(), delivery.deferred_since),
            (Some("t"), Some(7))
        );
    }

    #[test]
    fn a_message_is_overdue_after_four_days_of_deferrals() {
        let mut delivery = record(r#"{"messageId":"1"}"#).unwrap();
        assert!(!delivery.is_overdue(u64::MAX));
        delivery.deferred_since = Some(1_000);
        assert!(!delivery.is_overdue(1_000 + 4 * 86_400_000));
        assert!(delivery.is_overdue(1_001 + 4 * 86_400_000));
    }
}
