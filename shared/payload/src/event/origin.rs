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
    /// It was read to fill a gap: the state at the time of reading.
    Backfilled,
    /// There is none, only the reference.
    Reference,
    /// It says what may be missing.
    Gap,
}

/// How much of a chat the data is. Graph leaves out of a viewpoint what did not change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PayloadKind {
    /// All of it: replace what is stored.
    Resource,
    /// What one user sees of it, and not all of that: merge.
    Viewpoint,
}

impl PayloadKind {
    pub(super) const fn of(is_viewpoint: bool) -> Self {
        if is_viewpoint {
            Self::Viewpoint
        } else {
            Self::Resource
        }
    }
}

/// Why an event has a reference and no resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReferenceReason {
    /// Graph announced the deletion.
    Deleted,
    /// Reading it found nothing, which proves that it was deleted.
    Gone,
    /// Reading it found nothing, which proves nothing.
    NotFound,
    /// Reading it is not possible at the announced path.
    NoGet(NoGet),
    /// Not a Teams resource.
    Foreign,
    /// A transcript or recording whose content is wanted, and whose description Graph does not
    /// give: so it is read nowhere.
    Refused,
}

impl ReferenceReason {
    /// The value of `referencereason`.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Deleted => "deleted",
            Self::Gone => "gone",
            Self::NotFound => "not-found",
            Self::NoGet(why) => why.label(),
            Self::Foreign => "foreign-resource",
            Self::Refused => "refused",
        }
    }
}
