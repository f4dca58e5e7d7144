//! The reasons why an event has no resource.

use crate::resource::NoGet;

/// The reason why an event has a reference and no resource.
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
