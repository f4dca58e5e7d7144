//! The events queue itself, looked at and left as it is: for want of a tail queue.
//!
//! A look is a receive, of which the queue allows each event so many before it is a dead letter. So
//! nothing is looked at fast, nor for as long as an event is worn out.

use crate::queue::QueueAtUrl;
use crate::replay::stop::StopSignal;
use crate::tail::follow::WAIT;
use crate::tail::view::EventView;
use anyhow::{Context, bail};
use aws_sdk_sqs::types::QueueAttributeName;
use serde::Deserialize;
use serde_json::Value;
use std::collections::{HashSet, VecDeque};
use std::process::ExitCode;
use std::time::Duration;

/// For how long an event is hidden at most: if it can't be given back, the consumer has it after that.
const HIDDEN: Duration = Duration::from_secs(5);
/// Between two looks of which the first showed something new.
const PAUSE: Duration = Duration::from_secs(1);
/// Between two looks at most.
const LONGEST_PAUSE: Duration = Duration::from_secs(32);
/// With fewer receives allowed, a look would cost the consumer too many of them.
const FEWEST_RECEIVES: u32 = 4;
/// The number of events that are remembered, so that none is shown twice.
const REMEMBERED: usize = 50_000;

/// Shows events that are on the queue, each once, and gives each back at once.
///
/// # Errors
/// The queue must not be looked at, standard output is closed, or what SQS says.
pub(super) async fn peek(
    queue: &QueueAtUrl,
    stop: &StopSignal,
    view: &mut EventView,
) -> anyhow::Result<ExitCode> {
    if queue.is_fifo() {
        bail!(
            "{} is a FIFO queue: a look at an event holds up every later one of its group. Deploy \
             the stack with a tail queue (TailQueue=true, tail_queue = true)",
            queue.name()
        );
    }
    let allowed = allowed_receives(queue).await?;
    warn(queue, allowed)?;
    let mut seen = ShownMessages::default();
    let mut pause = PAUSE;
    while !view.has_enough() {
        let received = tokio::select! {
            received = queue.receive(WAIT, HIDDEN) => received,
            () = stop.wait() => break,
        };
        let mut letters = received?;
        let handles: Vec<String> = letters.iter().map(|one| one.handle.clone()).collect();
        queue.hide_all(&handles, Duration::ZERO).await;
        letters.sort_by_key(|letter| letter.sent_at);
        let worn = letters.iter().map(|letter| letter.receives).max();
        let mut is_new = false;
        for letter in letters {
            if !view.has_enough() && seen.is_first(&letter.id) {
                is_new = true;
                view.show(&letter, None)?;
            }
        }
        if let (Some(worn), Some(allowed)) = (worn, allowed)
            && worn.saturating_mul(2) >= allowed
            && !view.has_enough()
        {
            writeln!(
                crate::terminal::stderr(),
                "teamwire: an event was received {worn} times, and after {allowed} it is a dead \
                 letter: not looking any longer. Does the consumer take them?"
            )?;
            return Ok(ExitCode::FAILURE);
        }
        pause = match is_new {
            true => PAUSE,
            false => LONGEST_PAUSE.min(pause * 2),
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = stop.wait() => break,
        }
    }
    Ok(ExitCode::SUCCESS)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PeekRedrivePolicy {
    /// A number, or a text with one.
    max_receive_count: Value,
}

/// The number of times that an event may be received; any number where the queue has no dead
/// letters.
async fn allowed_receives(queue: &QueueAtUrl) -> anyhow::Result<Option<u32>> {
    let name = QueueAttributeName::RedrivePolicy;
    let attributes = queue.attributes(vec![name.clone()]).await;
    let attributes = attributes
        .with_context(|| format!("how often {} gives an event can't be asked", queue.name()))?;
    let Some(policy) = attributes.get(&name) else {
        return Ok(None);
    };
    let redrive: PeekRedrivePolicy =
        serde_json::from_str(policy).context("the queue's RedrivePolicy")?;
    let count = redrive.max_receive_count;
    let count = count
        .as_str()
        .map_or_else(|| count.to_string(), str::to_owned);
    let allowed: u32 = count.parse().context("the queue's maxReceiveCount")?;
    if allowed < FEWEST_RECEIVES {
        bail!(
            "an event of {} may be received {allowed} times only, and a look is one of them: deploy \
             the stack with a tail queue (TailQueue=true, tail_queue = true)",
            queue.name()
        );
    }
    Ok(Some(allowed))
}

fn warn(queue: &QueueAtUrl, allowed: Option<u32>) -> anyhow::Result<()> {
    let allowed = allowed.map_or_else(String::new, |allowed| {
        format!(", of {allowed} before the event is a dead letter")
    });
    Ok(writeln!(
        crate::terminal::stderr(),
        "teamwire: looking at {} itself. Each look counts as a receive{allowed}, and the consumer does \
         not get the event in that moment; what the consumer takes first is not seen",
        queue.name()
    )?)
}

/// The messages that were shown last.
#[derive(Default)]
struct ShownMessages {
    ids: HashSet<String>,
    order: VecDeque<String>,
}

impl ShownMessages {
    fn is_first(&mut self, id: &str) -> bool {
        if !self.ids.insert(id.to_owned()) {
            return false;
        }
        self.order.push_back(id.to_owned());
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.ids.remove(&oldest);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_does_not_grow_with_what_was_seen() {
        let mut seen = ShownMessages::default();
        for n in 0..REMEMBERED + 10 {
            assert!(seen.is_first(&n.to_string()));
        }
        assert!(!seen.is_first(&REMEMBERED.to_string()));
        assert_eq!((seen.ids.len(), seen.order.len()), (REMEMBERED, REMEMBERED));
        assert!(seen.is_first("0"));
    }
}
