//! The tail queue: what was shown is deleted from it.

use crate::queue::Queue;
use crate::replay::stop::Stop;
use crate::tail::view::View;
use anyhow::Context;
use std::time::Duration;

/// The longest that SQS lets one request wait.
pub(super) const WAIT: Duration = Duration::from_secs(20);
/// For how long an event is hidden while it is shown: if it can't be, it comes again after that.
const HIDDEN: Duration = Duration::from_secs(30);

/// Shows what is on the queue and what comes, until it is stopped or has shown enough.
///
/// # Errors
/// Standard output is closed, or what SQS says.
pub(super) async fn follow(queue: &Queue, stop: &Stop, view: &mut View) -> anyhow::Result<()> {
    let mut shown: Vec<String> = Vec::new();
    let mut outcome = Ok(());
    while outcome.is_ok() && !view.has_enough() {
        // What was shown goes while more is waited for.
        let next = async { tokio::join!(delete(queue, &shown), queue.receive(WAIT, HIDDEN)) };
        let (deleted, received) = tokio::select! {
            both = next => both,
            () = stop.wait() => break,
        };
        shown.clear();
        let mut letters = match deleted.and(received) {
            Ok(letters) => letters,
            Err(fault) => return Err(fault),
        };
        letters.sort_by_key(|letter| letter.sent_at);
        let mut unseen = Vec::new();
        for letter in letters {
            let is_wanted = outcome.is_ok() && !view.has_enough();
            if is_wanted {
                outcome = view.show(&letter);
            }
            match is_wanted && outcome.is_ok() {
                true => shown.push(letter.handle),
                false => unseen.push(letter.handle),
            }
        }
        queue.hide_all(&unseen, Duration::ZERO).await;
    }
    delete(queue, &shown).await?;
    Ok(outcome?)
}

async fn delete(queue: &Queue, shown: &[String]) -> anyhow::Result<()> {
    let handles: Vec<&str> = shown.iter().map(String::as_str).collect();
    let deleted = queue.delete(&handles).await;
    deleted
        .map(drop)
        .with_context(|| format!("what was shown can't be deleted from {}", queue.name()))
}
