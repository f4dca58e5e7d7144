//! Where an event's data is from, or why there is none.

use crate::resource::NoGet;
use serde::{Deserialize, Serialize};

/// How an event's data was come by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// It came with the notification: the state at the time of the change.
    Decrypted,
    /// It was read afterwards: possibly a later state.
    Hydrated,
    /// There is none, only the reference.
    Reference,
}

/// Why an event has a reference and no resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReferenceReason {
    /// Graph announced the deletion.
    Deleted,
    /// Reading it found nothing: deleted since.
    Gone,
    /// Reading it is not possible at the announced path.
    NoGet(NoGet),
    /// Not a Teams resource.
    Foreign,
}

impl ReferenceReason {
    /// The value of `referencereason`.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Deleted => "deleted",
            Self::Gone => "gone",
            Self::NoGet(why) => why.label(),
            Self::Foreign => "foreign-resource",
        }
    }
}
