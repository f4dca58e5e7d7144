//! The queue that letters stand on.

use crate::dead_letters::held::HeldLetters;
use crate::dead_letters::letter::DeadLetter;
use crate::queue::QueueAtUrl;
use crate::terminal::{self, plain};
use anyhow::{Context, bail};
use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::QueueAttributeName;
use jiff::{SignedDuration, Timestamp};
use std::convert::Infallible;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// For how long a letter is hidden when it is received: what a run that is killed leaves behind.
pub(crate) const HIDDEN: Duration = Duration::from_secs(60);
/// For how long what stays is hidden anew: a long run need not ask often.
pub(crate) const HIDDEN_ANEW: Duration = Duration::from_secs(300);
/// Letters of one queue that SQS hides at a time.
const HIDDEN_AT_ONCE: u64 = 120_000;
/// The interval at which messages are hidden again.
const ROUND: Duration = Duration::from_secs(5);
/// The time without a message after which the queue counts as read. A request that waits asks all
/// of SQS's servers, one that does not asks some.
pub(crate) const PATIENCE: Duration = Duration::from_secs(2);

/// The words about messages that a run can't see, after their number.
pub(crate) const HIDDEN_BY_OTHERS: &str = "are hidden, as SQS counts: somebody else looks at them, or a run that\nwas killed did; \
     within minutes they are back";

/// A queue, and what of it was looked at and stays.
pub(crate) struct LetterSource {
    queue: QueueAtUrl,
    held: Mutex<HeldLetters>,
    /// Letters that SQS gave, each of which then counts one receive more.
    received: AtomicU64,
}

/// The number of messages, by SQS's own estimate.
pub(crate) struct EstimatedCount {
    pub(crate) visible: u64,
    /// Received by somebody, and neither deleted nor given back.
    pub(crate) hidden: u64,
}

impl LetterSource {
    /// # Errors
    /// The folder for temporary files can't be written to.
    pub(crate) fn new(client: Client, url: String) -> anyhow::Result<Self> {
        let held = HeldLetters::new().context("no temporary file can be made")?;
        Ok(Self {
            queue: QueueAtUrl::new(client, url),
            held: Mutex::new(held),
            received: AtomicU64::new(0),
        })
    }

    pub(crate) fn url(&self) -> &str {
        self.queue.url()
    }

    /// The last part of the URL.
    pub(crate) fn name(&self) -> &str {
        self.queue.name()
    }

    pub(crate) fn is_fifo(&self) -> bool {
        self.queue.is_fifo()
    }

    /// At most ten letters, hidden from now on; none where none came within `patience`.
    ///
    /// # Errors
    /// What SQS says.
    pub(crate) async fn receive(&self, patience: Duration) -> anyhow::Result<Vec<DeadLetter>> {
        let letters = self.queue.receive(patience, HIDDEN).await?;
        if letters.is_empty() && !patience.is_zero() {
            self.is_read().await?;
        }
        self.received
            .fetch_add(letters.len() as u64, Ordering::Relaxed);
        Ok(letters)
    }

    /// Checks that a queue that gives nothing has nothing: SQS says the same of one that hides as
    /// much as it may.
    async fn is_read(&self) -> anyhow::Result<()> {
        // Who may not ask for that sees what there is all the same.
        let Ok(count) = self.count().await else {
            return Ok(());
        };
        // SQS counts roughly.
        if count.hidden >= HIDDEN_AT_ONCE - HIDDEN_AT_ONCE / 20 && count.visible > 0 {
            bail!(
                "{}: SQS hides no more than {HIDDEN_AT_ONCE} letters of one queue at a time, so the others \
                 were not seen; narrow it down with --max, or move all",
                self.name()
            );
        }
        Ok(())
    }

    /// The number of receives that this run has used up.
    pub(crate) fn receives(&self) -> u64 {
        self.received.load(Ordering::Relaxed)
    }

    /// Keeps one that stays hidden until [`LetterSource::release`].
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

    /// Makes everything visible again that was passed over, and says of how much that could not be
    /// done.
    ///
    /// # Errors
    /// The temporary file can't be read.
    pub(crate) async fn release(&self) -> anyhow::Result<()> {
        let mut failed = 0;
        loop {
            let page = self.held().release()?;
            let Some(page) = page else { break };
            failed += self.hide_all(&page, Duration::ZERO).await;
        }
        if failed > 0 {
            writeln!(
                terminal::stderr(),
                "teamwire: {failed} letters could not be made visible again; SQS does it by itself, {}",
                within(HIDDEN_ANEW)
            )?;
        }
        Ok(())
    }

    /// Hides letters for that long from now on; see [`QueueAtUrl::hide_all`].
    pub(crate) async fn hide_all(&self, handles: &[String], time: Duration) -> u64 {
        self.queue.hide_all(handles, time).await
    }

    /// Deletes at most ten letters, and says of each whether it is gone.
    ///
    /// # Errors
    /// What SQS says of the request.
    pub(crate) async fn delete(&self, handles: &[&str]) -> anyhow::Result<Vec<bool>> {
        self.queue.delete(handles).await
    }

    /// # Errors
    /// What SQS says.
    pub(crate) async fn count(&self) -> anyhow::Result<EstimatedCount> {
        let visible = QueueAttributeName::ApproximateNumberOfMessages;
        let hidden = QueueAttributeName::ApproximateNumberOfMessagesNotVisible;
        let names = vec![visible.clone(), hidden.clone()];
        let attributes = self.queue.attributes(names).await;
        let attributes = attributes.context("letters can't be counted")?;
        let number = |name: &QueueAttributeName| attributes.get(name)?.parse().ok();
        Ok(EstimatedCount {
            visible: number(&visible).unwrap_or(0),
            hidden: number(&hidden).unwrap_or(0),
        })
    }

    /// The number of messages that somebody else hides, before this run hides any; 0 where that may
    /// not be asked.
    pub(crate) async fn hidden(&self) -> u64 {
        self.count().await.map_or(0, |count| count.hidden)
    }

    /// Says on standard error how many those are, if there are any.
    ///
    /// # Errors
    /// Standard error is closed.
    pub(crate) async fn tell_hidden(&self) -> std::io::Result<()> {
        match self.hidden().await {
            0 => Ok(()),
            hidden => writeln!(
                terminal::stderr(),
                "teamwire: {hidden} letters of {} {}",
                plain(self.name()),
                HIDDEN_BY_OTHERS.replace('\n', " ")
            ),
        }
    }

    fn held(&self) -> MutexGuard<'_, HeldLetters> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Until when SQS shows what is hidden now for that long.
pub(crate) fn within(time: Duration) -> String {
    let seconds = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    let until = Timestamp::now().saturating_add(SignedDuration::from_secs(seconds));
    match until {
        Ok(until) => format!("within {seconds} s, by {until:.0}"),
        Err(_) => format!("within {seconds} s"),
    }
}
