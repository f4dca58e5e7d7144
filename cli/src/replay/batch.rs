//! A batch of letters, sent on as the messages they were.

use crate::aws::said;
use crate::dead_letters::letter::DeadLetter;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::ProvideErrorMetadata;
use aws_sdk_sqs::types::{
    MessageAttributeValue, MessageSystemAttributeNameForSends, MessageSystemAttributeValue,
    SendMessageBatchRequestEntry,
};
use teamwire_contract::attribute::{self, REPLAYED};
use teamwire_payload::limits::{SQS_BATCH_ENTRIES, SQS_BYTES};
use teamwire_payload::trace::without_lineage;

/// Letters of one destination that fit into one request.
#[derive(Debug)]
pub(super) struct LetterBatch {
    pub(super) to: String,
    pub(super) letters: Vec<DeadLetter>,
}

impl LetterBatch {
    /// Takes the next batch from the front; `most` entries at most. `None` of nothing.
    pub(super) fn take(
        letters: &mut Vec<DeadLetter>,
        most: usize,
        to: impl Fn(&DeadLetter) -> Option<String>,
    ) -> Option<Self> {
        let destination = to(letters.first()?)?;
        let mut bytes = 0_usize;
        let fits = |letter: &&DeadLetter| {
            bytes = bytes.saturating_add(letter.bytes());
            bytes <= SQS_BYTES && to(letter).as_deref() == Some(destination.as_str())
        };
        let count = letters.iter().take_while(fits).count().max(1);
        let count = count.min(most).min(SQS_BATCH_ENTRIES);
        Some(Self {
            letters: letters.drain(..count).collect(),
            to: destination,
        })
    }

    /// Sends it. Of each the id of its new message, or why the queue refused it.
    ///
    /// # Errors
    /// What SQS says where it can't be asked, or takes nothing.
    pub(super) async fn send(
        &self,
        client: &Client,
    ) -> anyhow::Result<Vec<Result<String, String>>> {
        match self.ask(client, &self.letters).await {
            // One entry may be to blame for all.
            Err(RequestFault::Entry(_)) if self.letters.len() > 1 => {
                let mut sent = Vec::new();
                for letter in &self.letters {
                    match self.ask(client, std::slice::from_ref(letter)).await {
                        Ok(one) => sent.extend(one),
                        Err(RequestFault::Entry(why)) => sent.push(Err(why)),
                        Err(RequestFault::Request(fault)) => return Err(fault),
                    }
                }
                Ok(sent)
            }
            Err(RequestFault::Entry(why)) => Ok(vec![Err(why)]),
            Err(RequestFault::Request(fault)) => Err(fault),
            Ok(sent) => Ok(sent),
        }
    }

    async fn ask(
        &self,
        client: &Client,
        letters: &[DeadLetter],
    ) -> Result<Vec<Result<String, String>>, RequestFault> {
        let is_fifo = self.to.ends_with(".fifo");
        let entries = letters.iter().enumerate();
        let entries = entries.map(|(id, letter)| entry(id, letter, is_fifo));
        let entries = entries.collect::<Result<Vec<_>, _>>();
        let entries = entries.map_err(|fault| RequestFault::Request(fault.into()))?;
        let request = client.send_message_batch().queue_url(&self.to);
        let answer = request.set_entries(Some(entries)).send().await;
        let answer = answer.map_err(|fault| match fault.code() {
            Some(code) if blames_an_entry(code) => RequestFault::Entry(code.to_owned()),
            _ => RequestFault::Request(said(fault)),
        })?;
        let unnamed = || Err("the queue did not say".to_owned());
        let mut sent: Vec<_> = letters.iter().map(|_| unnamed()).collect();
        let succeeded = answer.successful().iter();
        let succeeded = succeeded.map(|one| (one.id(), Ok(one.message_id().to_owned())));
        let failed = answer.failed().iter();
        let failed = failed.map(|one| (one.id(), Err(one.code().to_owned())));
        for (id, outcome) in succeeded.chain(failed) {
            if let Some(place) = id.parse().ok().and_then(|at: usize| sent.get_mut(at)) {
                *place = outcome;
            }
        }
        Ok(sent)
    }
}

/// The reason why a request failed.
enum RequestFault {
    /// For what was sent.
    Entry(String),
    /// For anything else.
    Request(anyhow::Error),
}

fn blames_an_entry(code: &str) -> bool {
    const CODES: [&str; 4] = [
        "BatchRequestTooLong",
        "InvalidMessageContents",
        "InvalidParameterValue",
        "MissingParameter",
    ];
    CODES.iter().any(|known| code.ends_with(known))
}

fn entry(
    id: usize,
    letter: &DeadLetter,
    is_fifo: bool,
) -> Result<SendMessageBatchRequestEntry, aws_sdk_sqs::error::BuildError> {
    let mut entry = SendMessageBatchRequestEntry::builder()
        .id(id.to_string())
        .message_body(&letter.body)
        .set_message_group_id(letter.group.clone());
    if is_fifo {
        // By the letter, not by the message: one that is replayed, and soon again, is no duplicate;
        // one that is sent twice because its run was killed is.
        entry = entry.message_deduplication_id(&letter.id);
        if letter.group.is_none() {
            entry = entry.message_group_id(&letter.id);
        }
    }
    // Lambda counts a chain of messages; this begins another.
    if let Some(trace) = letter.trace.as_deref().and_then(without_lineage) {
        let value = MessageSystemAttributeValue::builder()
            .data_type("String")
            .string_value(trace)
            .build()?;
        let name = MessageSystemAttributeNameForSends::AwsTraceHeader;
        entry = entry.message_system_attributes(name, value);
    }
    let mut bytes = letter.bytes();
    for (name, value) in &letter.attributes {
        if !attribute::ALL.contains(&name.as_str()) {
            entry = entry.message_attributes(name, value.clone());
        }
    }
    let times = letter.replayed().saturating_add(1).to_string();
    bytes += REPLAYED.len() + "String".len() + times.len();
    // The largest message there can be has no room for it.
    if bytes <= SQS_BYTES {
        let value = MessageAttributeValue::builder()
            .data_type("String")
            .string_value(times)
            .build()?;
        entry = entry.message_attributes(REPLAYED, value);
    }
    entry.build()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dead_letters::subject::LetterSubject;
    use jiff::Timestamp;
    use std::collections::HashMap;

    fn letter(id: usize, bytes: usize) -> DeadLetter {
        DeadLetter {
            id: id.to_string(),
            handle: String::new(),
            body: "x".repeat(bytes),
            sent_at: Timestamp::UNIX_EPOCH,
            receives: 1,
            group: None,
            trace: None,
            attributes: HashMap::new(),
            subject: LetterSubject::default(),
        }
    }

    fn sizes(
        mut letters: Vec<DeadLetter>,
        to: impl Fn(&DeadLetter) -> Option<String>,
    ) -> Vec<usize> {
        let mut sizes = Vec::new();
        while let Some(batch) = LetterBatch::take(&mut letters, 10, &to) {
            sizes.push(batch.letters.len());
        }
        sizes
    }

    #[test]
    fn a_batch_keeps_both_limits_and_one_destination() {
        let one = |_: &DeadLetter| Some("a".to_owned());
        let small = (0..19).map(|id| letter(id, 1)).collect();
        assert_eq!(sizes(small, one), [10, 9]);
        let large = (0..3).map(|id| letter(id, SQS_BYTES / 2)).collect();
        assert_eq!(sizes(large, one), [2, 1]);
        // For the queue to refuse.
        let too_large = (0..2).map(|id| letter(id, SQS_BYTES + 1)).collect();
        assert_eq!(sizes(too_large, one), [1, 1]);
        let two = |letter: &DeadLetter| {
            let first = ["0", "1", "2"].contains(&letter.id.as_str());
            Some(if first { "a" } else { "b" }.to_owned())
        };
        let mixed = (0..5).map(|id| letter(id, 1)).collect();
        assert_eq!(sizes(mixed, two), [3, 2]);
    }
}
