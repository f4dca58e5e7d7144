//! Two keys follow one another while items are on their way: of `clientState`, and of what Graph seals for.

mod certificates;
mod client_states;

pub use certificates::Certificates;
pub use client_states::ClientStates;

/// A key: the one before, or the one after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Key {
    /// The one that goes.
    Old,
    /// The one that comes.
    New,
}

/// What the secret holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Secret {
    /// The old key alone.
    Old,
    /// Both.
    Both,
    /// The new key alone.
    New,
}

impl Secret {
    const fn holds(self, key: Key) -> bool {
        matches!(
            (self, key),
            (Self::Both, _) | (Self::Old, Key::Old) | (Self::New, Key::New)
        )
    }

    const fn next(self) -> Option<Self> {
        match self {
            Self::Old => Some(Self::Both),
            Self::Both => Some(Self::New),
            Self::New => None,
        }
    }
}
