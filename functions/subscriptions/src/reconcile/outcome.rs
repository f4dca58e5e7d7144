//! What came of a step, and what serves now.

use crate::SubscriptionsFault;
use crate::reconcile::plan::{Step, StepReason};
use jiff::Timestamp;

/// What came of a step.
pub(crate) struct StepOutcome<'a> {
    pub(crate) step: Step<'a>,
    /// The subscription that serves what is wanted now.
    pub(crate) alive: Option<ActiveSubscription>,
    /// One that was removed to make way: its id, and until when it served.
    pub(crate) ended: Option<(String, Timestamp)>,
    /// Graph did not take it as a change of what there is.
    pub(crate) is_unchangeable: bool,
    /// What went wrong; `alive` may serve all the same.
    pub(crate) fault: Option<SubscriptionsFault>,
}

/// A subscription that serves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ActiveSubscription {
    pub(crate) id: String,
    /// When it was seen, by Graph's clock.
    pub(crate) at: Timestamp,
    pub(crate) expires: Timestamp,
    pub(crate) certificate_id: Option<String>,
    /// Whether we made it, now or before.
    pub(crate) made: bool,
}

impl StepOutcome<'_> {
    /// The subscription that announces all that is wanted.
    pub(crate) fn serving(&self) -> Option<&ActiveSubscription> {
        let alive = self.alive.as_ref()?;
        match self.step {
            Step::Recreate(_, found, StepReason::OtherChanges) if found.id == alive.id => None,
            _ => Some(alive),
        }
    }

    /// Whether it takes the end of a subscription to do it.
    pub(crate) const fn ends_one(&self) -> bool {
        matches!(self.step, Step::Recreate(..) | Step::Remove(_)) || self.is_unchangeable
    }

    /// Whether what is wanted could not be made, so that others to the same resource stay.
    pub(crate) const fn is_unmade(&self) -> bool {
        self.fault.is_some() && matches!(self.step, Step::Recreate(..) | Step::Create(_))
    }
}
