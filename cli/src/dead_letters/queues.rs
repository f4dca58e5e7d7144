//! The queues of a stack, by name.

use crate::aws::said;
use anyhow::{Context, bail};
use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::ProvideErrorMetadata;
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
    /// Whose letters
    #[arg(long, required_unless_present = "from_url")]
    queue: Option<Name>,
    /// The stack that has the queue
    #[arg(long, default_value = "teamwire", conflicts_with = "from_url")]
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
    for name in [name.to_owned(), format!("{name}.fifo")] {
        match client.get_queue_url().queue_name(&name).send().await {
            Ok(answer) => return Ok(answer.queue_url.unwrap_or_default()),
            Err(fault) if is_missing(fault.code()) => {}
            Err(fault) => return Err(said(fault)).with_context(|| format!("queue {name}")),
        }
    }
    bail!("there is no queue {name} here: --stack names the stack, AWS_REGION the region")
}

/// AWS has two names for it, one of each protocol; others send either.
fn is_missing(code: Option<&str>) -> bool {
    const CODES: [&str; 2] = ["NonExistentQueue", "QueueDoesNotExist"];
    code.is_some_and(|code| CODES.iter().any(|known| code.ends_with(known)))
}
