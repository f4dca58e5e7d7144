//! The queue that letters stand on.

use crate::aws::said;
use crate::dead_letters::held::Held;
use crate::dead_letters::letter::Letter;
use anyhow::{Context, anyhow};
use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::ProvideErrorMetadata;
use aws_sdk_sqs::types::{
    ChangeMessageVisibilityBatchRequestEntry, DeleteMessageBatchRequestEntry,
    MessageSystemAttributeName, QueueAttributeName,
};
use futures::{StreamExt, stream};
use std::convert::Infallible;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use teamwire_payload::limits::SQS_BATCH_ENTRIES;

/// For how long a letter is hidden when it is received: what a run that is killed leaves behind.
pub(crate) const HIDDEN: Duration = Duration::from_secs(60);
/// For how long what stays is hidden anew: a long run need not ask often.
const HIDDEN_ANEW: Duration = Duration::from_secs(300);
/// How often is looked for what has to be hidden anew.
const ROUND: Duration = Duration::from_secs(5);
/// How long the queue is waited for until it counts as read. A request that waits asks all of
/// SQS's servers, one that does not asks some.
pub(crate) const PATIENCE: Duration = Duration::from_secs(2);
/// Requests under way at once that make letters visible again.
const RELEASES: usize = 8;

/// A queue, and what of it was looked at and stays.
pub(crate) struct Source {
    client: Client,
    url: String,
    held: Mutex<Held>,
}

/// How many letters there are, by SQS's own estimate.
pub(crate) struct Count {
    pub(crate) visible: u64,
    /// Received by somebody, and neither deleted nor given back.
    pub(crate) hidden: u64,
}

impl Source {
    /// # Errors
    /// The folder for temporary files can't be written to.
    pub(crate) fn new(client: Client, url: String) -> anyhow::Result<Self> {
        let held = Held::new().context("no temporary file can be made")?;
        Ok(Self {
            client,
            url,
            held: Mutex::new(held),
        })
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn is_fifo(&self) -> bool {
        self.url.ends_with(".fifo")
    }

    /// At most ten letters, hidden from now on; none where none came within `patience`.
    ///
    /// # Errors
    /// What SQS says.
    pub(crate) async fn receive(&self, patience: Duration) -> anyhow::Result<Vec<Letter>> {
        let seconds = |time: Duration| i32::try_from(time.as_secs()).unwrap_or(i32::MAX);
        let request = self.client.receive_message().queue_url(&self.url);
        let answer = request
            .max_number_of_messages(10)
            .visibility_timeout(seconds(HIDDEN))
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
            .context("letters can't be received")?;
        let messages = answer.messages.unwrap_or_default();
        Ok(messages.into_iter().filter_map(Letter::received).collect())
    }

    /// Keeps one that stays hidden until [`Source::release`].
    ///
    /// # Errors
    /// The disk is full.
    pub(crate) fn pass_over(&self, handle: String) -> anyhow::Result<()> {
        let due = Instant::now() + HIDDEN / 2;
        let held = self.held().hold(handle, due);
        held.context("the temporary file can't be written")
    }

    /// Hides what was passed over anew, time and again. Does not end but by a fault.
    ///
    /// # Errors
    /// The temporary file can't be read.
    pub(crate) async fn keep_hidden(&self) -> anyhow::Result<Infallible> {
        loop {
            tokio::time::sleep(ROUND).await;
            loop {
                let now = Instant::now();
                let page = self.held().due(now, now + HIDDEN_ANEW / 2)?;
                let Some(page) = page else { break };
                self.hide_all(&page, HIDDEN_ANEW).await;
            }
        }
    }

    /// Makes everything visible again that was passed over.
    ///
    /// # Errors
    /// The temporary file can't be read.
    pub(crate) async fn release(&self) -> anyhow::Result<()> {
        loop {
            let page = self.held().release()?;
            let Some(page) = page else { return Ok(()) };
            self.hide_all(&page, Duration::ZERO).await;
        }
    }

    /// Hides letters for that long from now on; not at all for zero. One that can't be is visible
    /// when its time comes, and is seen twice at worst.
    pub(crate) async fn hide_all(&self, handles: &[String], time: Duration) {
        let requests: Vec<Vec<String>> = handles
            .chunks(SQS_BATCH_ENTRIES)
            .map(<[String]>::to_vec)
            .collect();
        let requests =
            stream::iter(requests).map(|handles| async move { self.hide(&handles, time).await });
        requests.buffer_unordered(RELEASES).collect::<()>().await;
    }

    async fn hide(&self, handles: &[String], time: Duration) {
        let seconds = i32::try_from(time.as_secs()).unwrap_or(i32::MAX);
        let entries = handles.iter().enumerate().map(|(id, handle)| {
            ChangeMessageVisibilityBatchRequestEntry::builder()
                .id(id.to_string())
                .receipt_handle(handle)
                .visibility_timeout(seconds)
                .build()
        });
        let Ok(entries) = entries.collect::<Result<Vec<_>, _>>() else {
            return;
        };
        let request = self.client.change_message_visibility_batch();
        let request = request.queue_url(&self.url).set_entries(Some(entries));
        // Nothing is lost where it fails.
        let _ = request.send().await;
    }

    /// Deletes at most ten letters, and says of each whether it is gone.
    ///
    /// # Errors
    /// What SQS says of the request.
    pub(crate) async fn delete(&self, handles: &[&str]) -> anyhow::Result<Vec<bool>> {
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

    /// # Errors
    /// What SQS says.
    pub(crate) async fn count(&self) -> anyhow::Result<Count> {
        let visible = QueueAttributeName::ApproximateNumberOfMessages;
        let hidden = QueueAttributeName::ApproximateNumberOfMessagesNotVisible;
        let request = self.client.get_queue_attributes().queue_url(&self.url);
        let request = request.attribute_names(visible.clone());
        let answer = request.attribute_names(hidden.clone()).send().await;
        let answer = answer.map_err(said).context("letters can't be counted")?;
        let number = |name: &QueueAttributeName| {
            let text = answer.attributes()?.get(name)?;
            text.parse().ok()
        };
        Ok(Count {
            visible: number(&visible).unwrap_or(0),
            hidden: number(&hidden).unwrap_or(0),
        })
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
