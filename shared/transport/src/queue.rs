//! The queue port, and SQS behind it.

use crate::OutgoingEntry;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sqs::types::{
    MessageAttributeValue, MessageSystemAttributeNameForSends, MessageSystemAttributeValue,
    SendMessageBatchRequestEntry,
};
use std::future::Future;
use teamwire_payload::{limits, trace::without_lineage};

/// The variable in which the Lambda runtime keeps the trace header of an invocation, and the SDK
/// looks for it.
const TRACE: &str = "_X_AMZN_TRACE_ID";

/// Somewhere to send a batch to.
pub trait MessageQueue: Send + Sync {
    /// Most that one request may hold, by [`OutgoingEntry::bytes`].
    const BATCH_BYTES: usize = limits::SQS_BYTES;

    /// Sends at most 10 entries of at most [`BATCH_BYTES`](Self::BATCH_BYTES) together. Says of each
    /// whether it was accepted.
    ///
    /// # Errors
    /// [`SendFault`] where the request as a whole failed.
    fn send_batch(
        &self,
        entries: &[OutgoingEntry],
    ) -> impl Future<Output = Result<Vec<bool>, SendFault>> + Send;
}

/// The reason why a whole request failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SendFault {
    /// The queue refused the request; one entry may be to blame for all.
    #[error("the queue refused the request")]
    Refused,
    /// The queue can't be reached, or has no time.
    #[error("the queue is not available")]
    Unavailable,
}

/// An SQS queue.
#[derive(Debug, Clone)]
pub struct SqsQueue {
    client: Client,
    url: String,
    starts_chains: bool,
}

impl SqsQueue {
    /// `url` ends in `.fifo` for a FIFO queue.
    pub fn new(client: Client, url: String) -> Self {
        Self {
            client,
            url,
            starts_chains: false,
        }
    }

    /// The same queue, for messages that begin something: without a trace of their own they get the
    /// invocation's less its lineage. Otherwise the SDK would pass the lineage on.
    #[must_use]
    pub fn starting_chains(self) -> Self {
        Self {
            starts_chains: true,
            ..self
        }
    }

    fn is_fifo(&self) -> bool {
        self.url.ends_with(".fifo")
    }

    fn entry(
        &self,
        id: usize,
        outgoing: &OutgoingEntry,
    ) -> Result<SendMessageBatchRequestEntry, SendFault> {
        let mut entry = SendMessageBatchRequestEntry::builder()
            .id(id.to_string())
            .message_body(&outgoing.body)
            .message_group_id(&outgoing.group);
        if self.is_fifo() {
            entry = entry.set_message_deduplication_id(outgoing.deduplication.clone());
        } else if !outgoing.delay.is_zero() {
            let seconds = outgoing.delay.as_secs_f64().ceil();
            #[expect(clippy::cast_possible_truncation, reason = "at most 900")]
            let seconds = seconds as i32;
            entry = entry.delay_seconds(seconds);
        }
        let own = self.starts_chains && outgoing.trace.is_none();
        let own = own.then(|| std::env::var(TRACE).ok()).flatten();
        let own = own.and_then(|header| without_lineage(&header));
        if let Some(trace) = outgoing.trace.as_ref().or(own.as_ref()) {
            let value = MessageSystemAttributeValue::builder()
                .data_type("String")
                .string_value(trace)
                .build()
                .map_err(|_| SendFault::Refused)?;
            entry = entry.message_system_attributes(
                MessageSystemAttributeNameForSends::AwsTraceHeader,
                value,
            );
        }
        for (name, value) in &outgoing.attributes {
            let value = MessageAttributeValue::builder()
                .data_type("String")
                .string_value(value)
                .build()
                .map_err(|_| SendFault::Refused)?;
            entry = entry.message_attributes(*name, value);
        }
        entry.build().map_err(|_| SendFault::Refused)
    }
}

/// True if an error is about the content sent, rather than about throttling, grants or the queue.
fn blames_an_entry(code: Option<&str>) -> bool {
    const CODES: [&str; 6] = [
        "BatchRequestTooLong",
        "InvalidBatchEntryId",
        "InvalidMessageContents",
        "InvalidParameterValue",
        "MissingParameter",
        "UnsupportedOperation",
    ];
    code.is_some_and(|code| CODES.iter().any(|known| code.ends_with(known)))
}

impl MessageQueue for SqsQueue {
    async fn send_batch(&self, entries: &[OutgoingEntry]) -> Result<Vec<bool>, SendFault> {
        let requests = entries
            .iter()
            .enumerate()
            .map(|(id, outgoing)| self.entry(id, outgoing))
            .collect::<Result<Vec<_>, _>>()?;
        let answer = self
            .client
            .send_message_batch()
            .queue_url(&self.url)
            .set_entries(Some(requests))
            .send()
            .await
            .map_err(|fault| match fault {
                SdkError::ServiceError(service) if blames_an_entry(service.err().code()) => {
                    SendFault::Refused
                }
                _ => SendFault::Unavailable,
            })?;
        let mut accepted = vec![false; entries.len()];
        for success in answer.successful() {
            let position = success.id().parse::<usize>().ok();
            if let Some(entry) = position.and_then(|position| accepted.get_mut(position)) {
                *entry = true;
            }
        }
        Ok(accepted)
    }
}
