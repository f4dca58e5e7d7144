//! The queues of a stack, by name.

use crate::queue;
use aws_sdk_sqs::Client;
use clap::{Args, ValueEnum};
use teamwire_contract::StackQueue;

/// Whose letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LetterQueueName {
    Decrypt,
    Hydrate,
    Events,
    Lifecycle,
    Backfill,
    /// What Graph sent and no clientState fits
    Quarantine,
}

impl LetterQueueName {
    /// The queue whose letters they are; quarantine is its own.
    pub(crate) const fn queue(self) -> StackQueue {
        match self {
            Self::Decrypt => StackQueue::Decrypt,
            Self::Hydrate => StackQueue::Hydrate,
            Self::Events => StackQueue::Events,
            Self::Lifecycle => StackQueue::Lifecycle,
            Self::Backfill => StackQueue::Backfill,
            Self::Quarantine => StackQueue::Quarantine,
        }
    }

    pub(crate) const fn text(self) -> &'static str {
        self.queue().name()
    }
}

/// The ending of the name of a stack's quarantine.
const QUARANTINE: &str = "-quarantine";

/// Where letters are looked for.
#[derive(Debug, Args)]
pub(crate) struct LetterQueueArgs {
    /// Whose letters: those that this function's queue gave up on, or quarantine. Without, those of
    /// every queue of the stack
    #[arg(long, value_name = "QUEUE")]
    queue: Option<LetterQueueName>,
    /// The stack; its queues are `<NAME>-<QUEUE>-dead-letters` and `<NAME>-quarantine`
    #[arg(
        long,
        value_name = "NAME",
        default_value_t = crate::aws::stack(),
        conflicts_with = "from_url"
    )]
    pub(crate) stack: String,
    /// Another queue than one of a stack
    #[arg(long, value_name = "URL", conflicts_with = "queue")]
    from_url: Option<String>,
}

/// A queue that letters are on.
#[derive(Debug, Clone)]
pub(crate) struct LetterQueue {
    /// The queue that its messages belong to: one queue, or for quarantine the one in each message.
    /// `None` of another queue than one of a stack.
    pub(crate) name: Option<LetterQueueName>,
    pub(crate) url: String,
}

impl LetterQueue {
    /// True if it holds messages that nobody vouches for, by whichever way it was named.
    pub(crate) fn is_quarantine(&self) -> bool {
        let name = self.url.trim_end_matches(".fifo");
        self.name == Some(LetterQueueName::Quarantine) || name.ends_with(QUARANTINE)
    }
}

impl LetterQueueArgs {
    /// Every queue of a stack.
    pub(crate) fn of(stack: &str) -> Self {
        Self {
            queue: None,
            stack: stack.to_owned(),
            from_url: None,
        }
    }

    /// The queue that is named, or each of the stack, quarantine last.
    ///
    /// # Errors
    /// There is none, or SQS can't be asked.
    pub(crate) async fn places(&self, client: &Client) -> anyhow::Result<Vec<LetterQueue>> {
        if let Some(url) = &self.from_url {
            let url = url.clone();
            return Ok(vec![LetterQueue { name: None, url }]);
        }
        if let Some(name) = self.queue {
            let url = find(client, &self.full_name(name)).await?;
            let name = Some(name);
            return Ok(vec![LetterQueue { name, url }]);
        }
        let mut places = Vec::new();
        for name in LetterQueueName::value_variants() {
            // A stack of an older version may lack one.
            if let Some(url) = queue::find(client, &self.full_name(*name)).await? {
                let name = Some(*name);
                places.push(LetterQueue { name, url });
            }
        }
        if places.is_empty() {
            return Err(missing(client, &self.full_name(LetterQueueName::Decrypt)));
        }
        Ok(places)
    }

    /// The queue that is named, where that is one of the stack.
    pub(crate) const fn queue(&self) -> Option<LetterQueueName> {
        self.queue
    }

    /// True if no queue is named, so that all of the stack are meant.
    pub(crate) const fn is_all(&self) -> bool {
        self.queue.is_none() && self.from_url.is_none()
    }

    /// A queue that messages are worked off.
    ///
    /// # Errors
    /// There is none, or SQS can't be asked.
    pub(crate) async fn working(&self, client: &Client, name: &str) -> anyhow::Result<String> {
        find(client, &format!("{}-{name}", self.stack)).await
    }

    fn full_name(&self, name: LetterQueueName) -> String {
        let queue = name.queue();
        queue.dead_letters().unwrap_or(queue).in_stack(&self.stack)
    }
}

/// The URL of a queue; only the two of events may be FIFO.
async fn find(client: &Client, name: &str) -> anyhow::Result<String> {
    match queue::find(client, name).await? {
        Some(url) => Ok(url),
        None => Err(missing(client, name)),
    }
}

fn missing(client: &Client, name: &str) -> anyhow::Error {
    let here = queue::here(client);
    anyhow::anyhow!(
        "there is no queue {name}{here}: --stack names the stack, AWS_REGION the region"
    )
}
