//! The functions of a stack.

/// A function of a stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StackFunction {
    /// HTTP requests to queue messages.
    Ingest,
    /// Sealed messages to events.
    Decrypt,
    /// References to events.
    Hydrate,
    /// Subscriptions at Graph.
    Subscriptions,
    /// Gaps to events.
    Backfill,
    /// Events to a bus, where a stack has one.
    Relay,
}

impl StackFunction {
    /// Every function.
    pub const ALL: [Self; 6] = [
        Self::Ingest,
        Self::Decrypt,
        Self::Hydrate,
        Self::Subscriptions,
        Self::Backfill,
        Self::Relay,
    ];

    /// Name after the stack's.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ingest => "ingest",
            Self::Decrypt => "decrypt",
            Self::Hydrate => "hydrate",
            Self::Subscriptions => "subscriptions",
            Self::Backfill => "backfill",
            Self::Relay => "relay",
        }
    }

    /// Name in a stack.
    pub fn in_stack(self, stack: &str) -> String {
        format!("{stack}-{}", self.name())
    }

    /// True if it sends to the queue that it takes from: deferrals, and the rest of a gap.
    pub const fn calls_itself(self) -> bool {
        !matches!(self, Self::Ingest | Self::Relay)
    }

    /// Whether a stack may be without it.
    pub const fn is_optional(self) -> bool {
        matches!(self, Self::Relay)
    }
}
