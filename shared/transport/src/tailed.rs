//! The events queue, and a copy of every event for whoever watches.

use crate::{MessageQueue, OutgoingEntry, SendFault};
use futures::{StreamExt, stream};
use metrics::counter;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;
use teamwire_contract::metric;
use teamwire_payload::limits;

/// Requests with copies under way at once.
const CONCURRENT_REQUESTS: usize = 8;

/// A queue, and another that is to have a copy of what it accepts.
///
/// Sending touches the first alone and keeps what it accepted; [`TailedQueue::copy`] sends the copies once
/// an invocation has nothing else left to do, so that no event waits for them. Without the other queue
/// nothing is kept.
#[derive(Debug)]
pub struct TailedQueue<Q> {
    queue: Q,
    tail: Option<TailCopy<Q>>,
}

#[derive(Debug)]
struct TailCopy<Q> {
    queue: Q,
    kept: Mutex<UncopiedEvents>,
}

/// Events that were accepted and not copied yet.
#[derive(Debug, Default)]
struct UncopiedEvents {
    /// Request by request: each fits one request again.
    requests: Vec<Vec<OutgoingEntry>>,
    bytes: usize,
}

impl<Q: MessageQueue> TailedQueue<Q> {
    /// `tail` is where copies go. It may be a standard queue where `queue` is FIFO.
    pub fn new(queue: Q, tail: Option<Q>) -> Self {
        let tail = tail.map(|queue| TailCopy {
            queue,
            kept: Mutex::default(),
        });
        Self { queue, tail }
    }

    /// Sends the copies of what was accepted since the last time: each once, for at most
    /// [`limits::COPY_DEADLINE`] and not past `until`. What does not arrive is counted and forgotten.
    pub async fn copy(&self, until: Instant) {
        let Some(tail) = &self.tail else { return };
        let requests = tail.take();
        if requests.is_empty() {
            return;
        }
        let until = until.min(Instant::now() + limits::COPY_DEADLINE);
        let until = tokio::time::Instant::from_std(until);
        let wanted: usize = requests.iter().map(Vec::len).sum();
        let copied = stream::iter(requests)
            .map(|request| async move {
                let sent = tokio::time::timeout_at(until, tail.queue.send_batch(&request)).await;
                let accepted = sent.ok().and_then(Result::ok).unwrap_or_default();
                accepted.into_iter().filter(|accepted| *accepted).count()
            })
            .buffer_unordered(CONCURRENT_REQUESTS)
            .fold(0, |sum, copied| std::future::ready(sum + copied))
            .await;
        counter!(metric::COPIED).increment(copied as u64);
        counter!(metric::COPIES_LOST).increment(wanted.saturating_sub(copied) as u64);
    }
}

impl<Q: MessageQueue> MessageQueue for TailedQueue<Q> {
    const BATCH_BYTES: usize = Q::BATCH_BYTES;

    async fn send_batch(&self, entries: &[OutgoingEntry]) -> Result<Vec<bool>, SendFault> {
        let accepted = self.queue.send_batch(entries).await?;
        if let Some(tail) = &self.tail {
            let taken = entries.iter().zip(&accepted).filter(|(_, taken)| **taken);
            tail.keep(taken.map(|(entry, _)| entry).collect());
        }
        Ok(accepted)
    }
}

impl<Q> TailCopy<Q> {
    /// Keeps at most [`limits::COPY_BYTES`], also where answers that come too late leave no time to
    /// copy anything; the rest is lost at once.
    fn keep(&self, accepted: Vec<&OutgoingEntry>) {
        let bytes: usize = accepted.iter().map(|entry| entry.bytes()).sum();
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.bytes.saturating_add(bytes) > limits::COPY_BYTES {
            counter!(metric::COPIES_LOST).increment(accepted.len() as u64);
        } else if !accepted.is_empty() {
            kept.bytes += bytes;
            kept.requests.push(accepted.into_iter().cloned().collect());
        }
    }

    fn take(&self) -> Vec<Vec<OutgoingEntry>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *kept).requests
    }
}
