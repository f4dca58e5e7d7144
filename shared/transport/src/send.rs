//! Any number of entries, sent within the limits of SQS.

use crate::{MessageQueue, OutgoingEntry, SendFault};
use futures::{StreamExt, stream};
use std::ops::Range;
use teamwire_payload::limits;

/// Requests under way at once.
const CONCURRENT_REQUESTS: usize = 8;

/// Sends all of `entries` and says of each whether the queue has it. What a queue refuses (AWS-2) is sent
/// once more, each entry by itself if the request was refused as a whole.
pub async fn send_all<Q: MessageQueue>(queue: &Q, entries: &[OutgoingEntry]) -> Vec<bool> {
    let sizes: Vec<usize> = entries.iter().map(OutgoingEntry::bytes).collect();
    let chunks = chunks(&sizes, Q::BATCH_BYTES);
    stream::iter(chunks)
        .map(|range| async move { send_chunk(queue, entries.get(range).unwrap_or_default()).await })
        .buffered(CONCURRENT_REQUESTS)
        .concat()
        .await
}

async fn send_chunk(queue: &impl MessageQueue, chunk: &[OutgoingEntry]) -> Vec<bool> {
    match ask(queue, chunk).await {
        Ok(accepted) if accepted.iter().all(|accepted| *accepted) => accepted,
        Ok(mut accepted) => {
            let again: Vec<OutgoingEntry> = chunk
                .iter()
                .zip(&accepted)
                .filter(|(_, accepted)| !**accepted)
                .map(|(entry, _)| entry.clone())
                .collect();
            let second = ask(queue, &again).await.unwrap_or_default();
            accepted
                .iter_mut()
                .filter(|accepted| !**accepted)
                .zip(second)
                .for_each(|(accepted, second)| *accepted = second);
            accepted
        }
        Err(SendFault::Refused) => {
            futures::future::join_all(chunk.iter().map(|entry| send_one(queue, entry))).await
        }
        Err(SendFault::Unavailable) => ask(queue, chunk)
            .await
            .unwrap_or_else(|_| vec![false; chunk.len()]),
    }
}

/// One request. What its answer leaves out was not accepted: a shorter list would move the answers
/// of later requests to entries they are not about.
async fn ask(queue: &impl MessageQueue, entries: &[OutgoingEntry]) -> Result<Vec<bool>, SendFault> {
    let mut accepted = queue.send_batch(entries).await?;
    accepted.resize(entries.len(), false);
    Ok(accepted)
}

async fn send_one(queue: &impl MessageQueue, entry: &OutgoingEntry) -> bool {
    let accepted = queue.send_batch(std::slice::from_ref(entry)).await;
    accepted.is_ok_and(|accepted| accepted == [true])
}

/// Consecutive ranges of at most 10 entries and so many bytes. An entry that is over the limit alone
/// stands alone, for the queue to refuse.
fn chunks(sizes: &[usize], most: usize) -> Vec<Range<usize>> {
    let mut chunks = Vec::new();
    let (mut start, mut bytes) = (0, 0_usize);
    for (at, size) in sizes.iter().enumerate() {
        let full = at - start == limits::SQS_BATCH_ENTRIES
            || (at > start && bytes.saturating_add(*size) > most);
        if full {
            chunks.push(start..at);
            (start, bytes) = (at, 0);
        }
        bytes = bytes.saturating_add(*size);
    }
    if start < sizes.len() {
        chunks.push(start..sizes.len());
    }
    chunks
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    /// Answers as told, request by request, and keeps what it accepted.
    struct Scripted {
        answers: Mutex<Vec<Result<Vec<bool>, SendFault>>>,
        requests: Mutex<Vec<Vec<String>>>,
    }

    impl Scripted {
        fn new(mut answers: Vec<Result<Vec<bool>, SendFault>>) -> Self {
            answers.reverse();
            Self {
                answers: Mutex::new(answers),
                requests: Mutex::default(),
            }
        }
    }

    impl MessageQueue for Scripted {
        async fn send_batch(&self, entries: &[OutgoingEntry]) -> Result<Vec<bool>, SendFault> {
            let bodies = entries.iter().map(|entry| entry.body.clone()).collect();
            self.requests.lock().unwrap().push(bodies);
            self.answers
                .lock()
                .unwrap()
                .pop()
                .unwrap_or(Ok(vec![true; entries.len()]))
        }
    }

    fn entries(n: usize) -> Vec<OutgoingEntry> {
        (0..n)
            .map(|i| OutgoingEntry::json(i.to_string(), "g"))
            .collect()
    }

    #[tokio::test]
    async fn only_what_failed_is_sent_again_and_only_once() {
        let queue = Scripted::new(vec![Ok(vec![true, false, false]), Ok(vec![true, false])]);
        assert_eq!(send_all(&queue, &entries(3)).await, [true, true, false]);
        assert_eq!(
            *queue.requests.lock().unwrap(),
            [vec!["0", "1", "2"], vec!["1", "2"]]
        );
    }

    #[tokio::test]
    async fn one_bad_entry_does_not_take_the_others_with_it() {
        let queue = Scripted::new(vec![
            Err(SendFault::Refused),
            Ok(vec![true]),
            Err(SendFault::Refused),
            Ok(vec![true]),
        ]);
        assert_eq!(send_all(&queue, &entries(3)).await, [true, false, true]);
    }

    #[tokio::test]
    async fn an_outage_is_tried_twice_and_then_reported() {
        let down = || Err(SendFault::Unavailable);
        let queue = Scripted::new(vec![down(), Ok(vec![true, true])]);
        assert_eq!(send_all(&queue, &entries(2)).await, [true, true]);
        let queue = Scripted::new(vec![down(), down()]);
        assert_eq!(send_all(&queue, &entries(2)).await, [false, false]);
    }

    #[tokio::test]
    async fn what_an_answer_leaves_out_was_not_accepted() {
        let queue = Scripted::new(vec![Ok(vec![true]), Ok(vec![])]);
        assert_eq!(send_all(&queue, &entries(2)).await, [true, false]);
    }

    #[tokio::test]
    async fn verdicts_stay_in_order_over_many_requests() {
        let queue = Scripted::new(vec![]);
        assert_eq!(send_all(&queue, &entries(95)).await, vec![true; 95]);
        assert_eq!(queue.requests.lock().unwrap().len(), 10);
        assert_eq!(send_all(&queue, &[]).await, Vec::<bool>::new());
    }

    proptest::proptest! {
        #[test]
        fn chunks_keep_every_entry_and_both_limits(
            sizes in proptest::collection::vec(0_usize..700_000, 0..60),
            most in proptest::sample::select(vec![limits::EVENT_BUS_BYTES, limits::SQS_BYTES])
        ) {
            let chunks = chunks(&sizes, most);
            let covered: Vec<usize> = chunks.iter().cloned().flatten().collect();
            proptest::prop_assert_eq!(covered, (0..sizes.len()).collect::<Vec<_>>());
            for chunk in chunks {
                proptest::prop_assert!(!chunk.is_empty() && chunk.len() <= 10);
                let bytes: usize = sizes[chunk.clone()].iter().sum();
                proptest::prop_assert!(bytes <= most);
            }
        }
    }
}
