//! A queue: found by its name, received from, given back to, deleted from.

pub(crate) mod clock;

use crate::aws::said;
use crate::dead_letters::letter::DeadLetter;
use anyhow::{Context, anyhow};
use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::ProvideErrorMetadata;
use aws_sdk_sqs::types::{
    ChangeMessageVisibilityBatchRequestEntry, DeleteMessageBatchRequestEntry,
    MessageSystemAttributeName, QueueAttributeName,
};
use futures::{StreamExt, stream};
use std::collections::HashMap;
use std::time::Duration;
use teamwire_payload::limits::SQS_BATCH_ENTRIES;

/// Requests under way at once that hide messages, or make them visible.
const REQUESTS: usize = 8;

/// A queue by its URL.
#[derive(Debug, Clone)]
pub(crate) struct QueueAtUrl {
    client: Client,
    url: String,
}

impl QueueAtUrl {
    pub(crate) const fn new(client: Client, url: String) -> Self {
        Self { client, url }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The last part of the URL.
    pub(crate) fn name(&self) -> &str {
        self.url.rsplit('/').next().unwrap_or_default()
    }

    pub(crate) fn is_fifo(&self) -> bool {
        self.url.ends_with(".fifo")
    }

    /// At most ten messages, hidden for so long; none where none came within `patience`.
    ///
    /// # Errors
    /// What SQS says.
    pub(crate) async fn receive(
        &self,
        patience: Duration,
        hidden: Duration,
    ) -> anyhow::Result<Vec<DeadLetter>> {
        let request = self.client.receive_message().queue_url(&self.url);
        let answer = request
            .max_number_of_messages(10)
            .visibility_timeout(seconds(hidden))
            .wait_time_seconds(seconds(patience))
            .message_system_attribute_names(MessageSystemAttributeName::All)
            .message_attribute_names("All")
            .send()
            .await
            .map_err(|fault| match fault.code() {
                Some(code) if code.ends_with("OverLimit") => anyhow!(
                    "{code}: SQS hides no more letters of one queue at a time; narrow it down \
                     with --max, or move all"
                ),
                _ => said(fault),
            })
            .with_context(|| format!("nothing can be received from {}", self.name()))?;
        let messages = answer.messages.unwrap_or_default();
        Ok(messages
            .into_iter()
            .filter_map(DeadLetter::received)
            .collect())
    }

    /// Hides messages for that long from now on; not at all for zero. How many it could not be done
    /// for, in two tries: each of those is visible when its time comes.
    pub(crate) async fn hide_all(&self, handles: &[String], time: Duration) -> u64 {
        let requests: Vec<Vec<String>> = handles
            .chunks(SQS_BATCH_ENTRIES)
            .map(<[String]>::to_vec)
            .collect();
        let requests = stream::iter(requests).map(|handles| async move {
            let left = self.hide(&handles, time).await;
            self.hide(&left, time).await.len() as u64
        });
        let failed = requests.buffer_unordered(REQUESTS);
        failed.fold(0, async |sum, failed| sum + failed).await
    }

    /// Those that are still hidden for as long as before.
    async fn hide(&self, handles: &[String], time: Duration) -> Vec<String> {
        if handles.is_empty() {
            return Vec::new();
        }
        let entries = handles.iter().enumerate().map(|(id, handle)| {
            ChangeMessageVisibilityBatchRequestEntry::builder()
                .id(id.to_string())
                .receipt_handle(handle)
                .visibility_timeout(seconds(time))
                .build()
        });
        let Ok(entries) = entries.collect::<Result<Vec<_>, _>>() else {
            return handles.to_vec();
        };
        let request = self.client.change_message_visibility_batch();
        let request = request.queue_url(&self.url).set_entries(Some(entries));
        let Ok(answer) = request.send().await else {
            return handles.to_vec();
        };
        let failed = answer
            .failed()
            .iter()
            .filter(|one| !is_not_hidden(one.code()));
        let failed = failed.filter_map(|one| handles.get(one.id().parse::<usize>().ok()?));
        failed.cloned().collect()
    }

    /// Deletes at most ten messages, and says of each whether it is gone.
    ///
    /// # Errors
    /// What SQS says of the request.
    pub(crate) async fn delete(&self, handles: &[&str]) -> anyhow::Result<Vec<bool>> {
        if handles.is_empty() {
            return Ok(Vec::new());
        }
        let entries = handles.iter().enumerate().map(|(id, handle)| {
            DeleteMessageBatchRequestEntry::builder()
                .id(id.to_string())
                .receipt_handle(*handle)
                .build()
        });
        let entries = entries.collect::<Result<Vec<_>, _>>()?;
        let request = self.client.delete_message_batch().queue_url(&self.url);
        let answer = request.set_entries(Some(entries)).send().await;
        let answer = answer.map_err(said)?;
        let mut gone = vec![false; handles.len()];
        for success in answer.successful() {
            let position = success.id().parse::<usize>().ok();
            if let Some(entry) = position.and_then(|position| gone.get_mut(position)) {
                *entry = true;
            }
        }
        Ok(gone)
    }

    /// Attributes of the queue, as far as it has them.
    ///
    /// # Errors
    /// What SQS says.
    pub(crate) async fn attributes(
        &self,
        names: Vec<QueueAttributeName>,
    ) -> anyhow::Result<HashMap<QueueAttributeName, String>> {
        let request = self.client.get_queue_attributes().queue_url(&self.url);
        let answer = request.set_attribute_names(Some(names)).send().await;
        let answer = answer.map_err(said)?;
        Ok(answer.attributes.unwrap_or_default())
    }
}

/// The URL of the queue by that name, or by that name as a FIFO queue; `None` where there is neither.
///
/// # Errors
/// SQS can't be asked.
pub(crate) async fn find(client: &Client, name: &str) -> anyhow::Result<Option<String>> {
    for name in [name.to_owned(), format!("{name}.fifo")] {
        match client.get_queue_url().queue_name(&name).send().await {
            Ok(answer) => return Ok(answer.queue_url),
            Err(fault) if is_missing(fault.code()) => {}
            Err(fault) => return Err(said(fault)).with_context(|| format!("queue {name}")),
        }
    }
    Ok(None)
}

/// True if a message can't be hidden, or shown, because it is not hidden now: it was deleted, or
/// its time came.
fn is_not_hidden(code: &str) -> bool {
    const CODES: [&str; 3] = [
        "InvalidParameterValue",
        "MessageNotInflight",
        "ReceiptHandleIsInvalid",
    ];
    CODES.iter().any(|known| code.ends_with(known))
}

/// The place where it was looked for, as the end of a sentence.
pub(crate) fn here(client: &Client) -> String {
    let region = client.config().region();
    region.map_or_else(String::new, |region| format!(", in {region}"))
}

/// AWS has two names for it, one of each protocol; others send either.
fn is_missing(code: Option<&str>) -> bool {
    const CODES: [&str; 2] = ["NonExistentQueue", "QueueDoesNotExist"];
    code.is_some_and(|code| CODES.iter().any(|known| code.ends_with(known)))
}

fn seconds(time: Duration) -> i32 {
    i32::try_from(time.as_secs()).unwrap_or(i32::MAX)
}
