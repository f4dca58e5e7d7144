//! The destination of a message.

use crate::dead_letters::letter::DeadLetter;
use crate::dead_letters::queues::{LetterQueue, LetterQueueArgs, LetterQueueName};
use crate::terminal::plain;
use anyhow::bail;
use aws_sdk_sqs::Client;
use std::collections::BTreeMap;
use teamwire_contract::attribute::ROUTE;
use teamwire_payload::ItemRoute;

/// Queues that a quarantined letter can name.
const ROUTES: [ItemRoute; 4] = [
    ItemRoute::Decrypt,
    ItemRoute::Hydrate,
    ItemRoute::Events,
    ItemRoute::Lifecycle,
];

/// The queues that letters go to.
#[derive(Debug)]
pub(super) enum ReplayDestinations {
    /// All to a working queue of the stack, which has this URL.
    Working(String),
    /// All to the queue that was given by this URL.
    Aside(String),
    /// By the letter's `route`.
    ByRoute(BTreeMap<&'static str, String>),
}

impl ReplayDestinations {
    /// `to` is a queue's name within the stack or a URL; without it letters go back to where they
    /// came from.
    ///
    /// # Errors
    /// No such queue, or none is named.
    pub(super) async fn find(
        client: &Client,
        stack: &LetterQueueArgs,
        from: &LetterQueue,
        to: Option<&str>,
    ) -> anyhow::Result<Self> {
        Ok(match (to, from.name) {
            (Some(url), _) if url.contains("://") => Self::Aside(url.to_owned()),
            (Some(name), _) => Self::Working(stack.working(client, name).await?),
            (None, Some(LetterQueueName::Quarantine)) => {
                let mut queues = BTreeMap::new();
                for route in ROUTES.map(ItemRoute::name) {
                    queues.insert(route, stack.working(client, route).await?);
                }
                Self::ByRoute(queues)
            }
            (None, Some(name)) => Self::Working(stack.working(client, name.text()).await?),
            (None, None) => bail!("--to must say where the letters of --from-url go"),
        })
    }

    /// The URL; `None` for what no function takes.
    pub(super) fn of(&self, letter: &DeadLetter) -> Option<&str> {
        let is_unrouted = letter.subject.version.as_deref() == Some("unrouted.v1");
        match self {
            Self::Aside(url) => Some(url),
            Self::Working(_) | Self::ByRoute(_) if is_unrouted => None,
            Self::Working(url) => Some(url),
            Self::ByRoute(queues) => queues.get(letter.attribute(ROUTE)?).map(String::as_str),
        }
    }

    /// True if letters are put where no function takes them: whatever they are, they may go.
    pub(super) const fn is_aside(&self) -> bool {
        matches!(self, Self::Aside(_))
    }

    /// The URL, if all go to one queue.
    pub(super) fn one(&self) -> Option<&str> {
        match self {
            Self::Working(url) | Self::Aside(url) => Some(url),
            Self::ByRoute(_) => None,
        }
    }

    /// For people.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Working(url) | Self::Aside(url) => plain(url.rsplit('/').next().unwrap_or(url)),
            Self::ByRoute(_) => "the queue that each one's route names".to_owned(),
        }
    }
}
