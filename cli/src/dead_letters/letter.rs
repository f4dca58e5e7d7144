//! A letter: a message that a function or its queue gave up on, or that is in quarantine.

use crate::dead_letters::subject::LetterSubject;
use aws_sdk_sqs::types::{Message, MessageAttributeValue, MessageSystemAttributeName};
use jiff::Timestamp;
use std::collections::HashMap;
use teamwire_contract::attribute::{REASON, REPLAYED};

/// A letter that was received, and is hidden from others for a while.
#[derive(Debug, Clone)]
pub(crate) struct DeadLetter {
    /// SQS's id of it.
    pub(crate) id: String,
    /// The handle to delete it or make it visible by.
    pub(crate) handle: String,
    pub(crate) body: String,
    /// The time at which it was sent here, or to its first queue if SQS moved it.
    pub(crate) sent_at: Timestamp,
    /// The number of times it was received, this time included.
    pub(crate) receives: u32,
    pub(crate) group: Option<String>,
    /// X-Ray trace header.
    pub(crate) trace: Option<String>,
    pub(crate) attributes: HashMap<String, MessageAttributeValue>,
    pub(crate) subject: LetterSubject,
}

impl DeadLetter {
    /// `None` of one that SQS gave without id or handle: nothing could be done with it.
    pub(crate) fn received(message: Message) -> Option<Self> {
        let system = message.attributes.unwrap_or_default();
        let text = |name: MessageSystemAttributeName| system.get(&name).cloned();
        let group = text(MessageSystemAttributeName::MessageGroupId);
        let sent_at = text(MessageSystemAttributeName::SentTimestamp)
            .and_then(|millis| Timestamp::from_millisecond(millis.parse().ok()?).ok());
        let receives = text(MessageSystemAttributeName::ApproximateReceiveCount);
        let body = message.body.unwrap_or_default();
        Some(Self {
            id: message.message_id?,
            handle: message.receipt_handle?,
            sent_at: sent_at.unwrap_or(Timestamp::UNIX_EPOCH),
            receives: receives.and_then(|n| n.parse().ok()).unwrap_or(0),
            trace: text(MessageSystemAttributeName::AwsTraceHeader),
            attributes: message.message_attributes.unwrap_or_default(),
            subject: LetterSubject::of(&body, group.as_deref()),
            group,
            body,
        })
    }

    /// A message attribute that is text.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.get(name)?.string_value()
    }

    /// The reason why it is here; none for a message that SQS moved.
    pub(crate) fn reason(&self) -> Option<&str> {
        self.attribute(REASON)
    }

    /// The number of times it was replayed before.
    pub(crate) fn replayed(&self) -> u32 {
        let times = self
            .attribute(REPLAYED)
            .and_then(|times| times.parse().ok());
        times.unwrap_or(0)
    }

    /// The size that SQS counts: the body, and each attribute's name, type and value.
    pub(crate) fn bytes(&self) -> usize {
        let attributes = self.attributes.iter().map(|(name, value)| {
            let binary = value.binary_value().map_or(0, |blob| blob.as_ref().len());
            let text = value.string_value().map_or(0, str::len);
            name.len() + value.data_type().len() + binary + text
        });
        self.body.len() + attributes.sum::<usize>()
    }
}
