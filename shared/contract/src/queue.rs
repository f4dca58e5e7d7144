//! The queues of a stack.

use crate::variable;
use teamwire_payload::ItemRoute;

/// A queue of a stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StackQueue {
    /// Sealed messages.
    Decrypt,
    /// References.
    Hydrate,
    /// Lifecycle events and activity reports.
    Lifecycle,
    /// Gaps.
    Backfill,
    /// Events, for the consumer.
    Events,
    /// Dead letters of [`Decrypt`](Self::Decrypt).
    DecryptDeadLetters,
    /// Dead letters of [`Hydrate`](Self::Hydrate).
    HydrateDeadLetters,
    /// Dead letters of [`Lifecycle`](Self::Lifecycle).
    LifecycleDeadLetters,
    /// Dead letters of [`Backfill`](Self::Backfill).
    BackfillDeadLetters,
    /// Dead letters of [`Events`](Self::Events).
    EventsDeadLetters,
    /// Authentic items that no function takes.
    Quarantine,
    /// Copies of events, where a stack has it.
    Tail,
}

impl StackQueue {
    /// Every queue.
    pub const ALL: [Self; 12] = [
        Self::Decrypt,
        Self::Hydrate,
        Self::Lifecycle,
        Self::Backfill,
        Self::Events,
        Self::DecryptDeadLetters,
        Self::HydrateDeadLetters,
        Self::LifecycleDeadLetters,
        Self::BackfillDeadLetters,
        Self::EventsDeadLetters,
        Self::Quarantine,
        Self::Tail,
    ];

    /// Name after the stack's.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Decrypt => ItemRoute::Decrypt.name(),
            Self::Hydrate => ItemRoute::Hydrate.name(),
            Self::Lifecycle => ItemRoute::Lifecycle.name(),
            Self::Events => ItemRoute::Events.name(),
            Self::Backfill => "backfill",
            Self::DecryptDeadLetters => "decrypt-dead-letters",
            Self::HydrateDeadLetters => "hydrate-dead-letters",
            Self::LifecycleDeadLetters => "lifecycle-dead-letters",
            Self::BackfillDeadLetters => "backfill-dead-letters",
            Self::EventsDeadLetters => "events-dead-letters",
            Self::Quarantine => "quarantine",
            Self::Tail => "tail",
        }
    }

    /// Name in a stack; a FIFO queue has `.fifo` after it.
    pub fn in_stack(self, stack: &str) -> String {
        format!("{stack}-{}", self.name())
    }

    /// Queue for messages that this one, or the function that takes from it, gives up on.
    pub const fn dead_letters(self) -> Option<Self> {
        match self {
            Self::Decrypt => Some(Self::DecryptDeadLetters),
            Self::Hydrate => Some(Self::HydrateDeadLetters),
            Self::Lifecycle => Some(Self::LifecycleDeadLetters),
            Self::Backfill => Some(Self::BackfillDeadLetters),
            Self::Events => Some(Self::EventsDeadLetters),
            _ => None,
        }
    }

    /// Queue whose dead letters it holds.
    pub fn source(self) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|queue| queue.dead_letters() == Some(self))
    }

    /// Variable with its URL.
    pub const fn url_variable(self) -> &'static str {
        match self {
            Self::Decrypt => variable::DECRYPT_QUEUE_URL,
            Self::Hydrate => variable::HYDRATE_QUEUE_URL,
            Self::Lifecycle => variable::LIFECYCLE_QUEUE_URL,
            Self::Backfill => variable::BACKFILL_QUEUE_URL,
            Self::Events => variable::EVENTS_QUEUE_URL,
            Self::DecryptDeadLetters => variable::DECRYPT_DEAD_LETTER_QUEUE_URL,
            Self::HydrateDeadLetters => variable::HYDRATE_DEAD_LETTER_QUEUE_URL,
            Self::LifecycleDeadLetters => variable::LIFECYCLE_DEAD_LETTER_QUEUE_URL,
            Self::BackfillDeadLetters => variable::BACKFILL_DEAD_LETTER_QUEUE_URL,
            Self::EventsDeadLetters => variable::EVENTS_DEAD_LETTER_QUEUE_URL,
            Self::Quarantine => variable::QUARANTINE_QUEUE_URL,
            Self::Tail => variable::TAIL_QUEUE_URL,
        }
    }
}
