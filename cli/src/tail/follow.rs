//! The tail queue: what was shown, or posted to a consumer, is deleted from it.

use crate::queue::QueueAtUrl;
use crate::replay::stop::StopSignal;
use crate::tail::forward::{ForwardOutcome, ForwardTarget};
use crate::tail::view::EventView;
use anyhow::Context;
use std::time::{Duration, Instant};

/// The longest that SQS lets one request wait.
pub(super) const WAIT: Duration = Duration::from_secs(20);
/// For how long an event is hidden while it is shown: if it can't be, it comes again after that.
pub(super) const HIDDEN: Duration = Duration::from_secs(30);

/// Shows what is on the queue and what comes, or posts it to a consumer and shows that, until it is stopped
/// or has shown enough.
///
/// # Errors
/// Standard output is closed, or what SQS says.
pub(super) async fn follow(
    queue: &QueueAtUrl,
    stop: &StopSignal,
    view: &mut EventView,
    forward: Option<&ForwardTarget>,
) -> anyhow::Result<()> {
    let mut done: Vec<String> = Vec::new();
    let mut outcome = Ok(());
    while outcome.is_ok() && !view.has_enough() && !stop.is_asked() {
        // What was shown goes while more is waited for.
        let next = async { tokio::join!(delete(queue, &done), queue.receive(WAIT, HIDDEN)) };
        let (deleted, received) = tokio::select! {
            both = next => both,
            () = stop.wait() => break,
        };
        done.clear();
        let mut letters = deleted.and(received)?;
        letters.sort_by_key(|letter| letter.sent_at);
        let mut left: Vec<String> = letters.iter().map(|one| one.handle.clone()).collect();
        let mut hidden = Instant::now();
        for letter in &letters {
            if outcome.is_err() || view.has_enough() || stop.is_asked() {
                break;
            }
            let posted = match forward.filter(|_| view.wants(letter)) {
                Some(consumer) => {
                    // A consumer may take its time for each: what waits here must not come again.
                    if hidden.elapsed() > HIDDEN / 3 {
                        queue.hide_all(&left, HIDDEN).await;
                        hidden = Instant::now();
                    }
                    Some(consumer.post(letter, queue, &left, stop).await)
                }
                None => None,
            };
            match posted {
                Some(ForwardOutcome::Interrupted) => break,
                // It stays hidden for a while.
                Some(ForwardOutcome::Refused) => {}
                Some(ForwardOutcome::Taken(..)) | None => {
                    outcome = view.show(letter, posted.as_ref());
                    if posted.is_none() && outcome.is_err() {
                        break;
                    }
                    done.push(letter.handle.clone());
                    if posted.is_some() {
                        delete(queue, &done).await?;
                        done.clear();
                    }
                }
            }
            left.retain(|handle| *handle != letter.handle);
        }
        queue.hide_all(&left, Duration::ZERO).await;
    }
    delete(queue, &done).await?;
    Ok(outcome?)
}

async fn delete(queue: &QueueAtUrl, done: &[String]) -> anyhow::Result<()> {
    let handles: Vec<&str> = done.iter().map(String::as_str).collect();
    let deleted = queue.delete(&handles).await;
    deleted
        .map(drop)
        .with_context(|| format!("what was shown can't be deleted from {}", queue.name()))
}
