//! The queues of a stack, by name.

use crate::queue;
use anyhow::bail;
use aws_sdk_sqs::Client;
use clap::{Args, ValueEnum};

/// Whose letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Name {
    Decrypt,
    Hydrate,
    Events,
    Lifecycle,
    Backfill,
    /// What Graph sent and no clientState fits
    Quarantine,
}

impl Name {
    pub(crate) const fn text(self) -> &'static str {
        match self {
            Self::Decrypt => "decrypt",
            Self::Hydrate => "hydrate",
            Self::Events => "events",
            Self::Lifecycle => "lifecycle",
            Self::Backfill => "backfill",
            Self::Quarantine => "quarantine",
        }
    }
}

/// Where letters are looked for.
#[derive(Debug, Args)]
pub(crate) struct Whereabouts {
    /// Whose letters: those that this function's queue gave up on, or quarantine
    #[arg(long, value_name = "QUEUE", required_unless_present = "from_url")]
    queue: Option<Name>,
    /// The stack; its queues are `<NAME>-<QUEUE>-dead-letters` and `<NAME>-quarantine`
    #[arg(
        long,
        value_name = "NAME",
        default_value = "teamwire",
        conflicts_with = "from_url"
    )]
    pub(crate) stack: String,
    /// Another queue than one of a stack
    #[arg(long, value_name = "URL", conflicts_with = "queue")]
    from_url: Option<String>,
}

impl Whereabouts {
    /// The queue that letters stand on.
    ///
    /// # Errors
    /// There is none, or SQS can't be asked.
    pub(crate) async fn url(&self, client: &Client) -> anyhow::Result<String> {
        let (Some(name), None) = (self.queue, &self.from_url) else {
            return Ok(self.from_url.clone().unwrap_or_default());
        };
        let queue = match name {
            Name::Quarantine => format!("{}-quarantine", self.stack),
            _ => format!("{}-{}-dead-letters", self.stack, name.text()),
        };
        find(client, &queue).await
    }

    /// Where its letters belong: one queue, or for quarantine what each letter says.
    pub(crate) fn home(&self) -> Option<Name> {
        self.queue
    }

    /// A queue that messages are worked off.
    ///
    /// # Errors
    /// There is none, or SQS can't be asked.
    pub(crate) async fn working(&self, client: &Client, name: &str) -> anyhow::Result<String> {
        find(client, &format!("{}-{name}", self.stack)).await
    }
}

/// The URL of a queue; only the two of events may be FIFO.
async fn find(client: &Client, name: &str) -> anyhow::Result<String> {
    match queue::find(client, name).await? {
        Some(url) => Ok(url),
        None => bail!(
            "there is no queue {name}{}: --stack names the stack, AWS_REGION the region",
            queue::here(client)
        ),
    }
}
