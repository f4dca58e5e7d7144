//! Outcome of one step: the subscription it left active, if any.

use crate::SubscriptionsFault;
use crate::reconcile::plan::{ReconcileStep, StepReason};
use jiff::Timestamp;

/// Outcome of one step.
pub(crate) struct StepOutcome<'a> {
    pub(crate) step: ReconcileStep<'a>,
    /// The subscription that is active in the place of what is wanted.
    pub(crate) active: Option<ActiveSubscription>,
    /// The subscription that was removed to make way: its id, and the time of its end.
    pub(crate) ended: Option<(String, Timestamp)>,
    /// True if Graph refused it as a change of the existing subscription.
    pub(crate) is_unchangeable: bool,
    /// Fault; `active` may be there all the same.
    pub(crate) fault: Option<SubscriptionsFault>,
}

/// A subscription that is active.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ActiveSubscription {
    pub(crate) id: String,
    /// Time at which it was seen, by Graph's clock.
    pub(crate) at: Timestamp,
    pub(crate) expires: Timestamp,
    pub(crate) certificate_id: Option<String>,
    /// True if we made it, now or before.
    pub(crate) made: bool,
}

impl StepOutcome<'_> {
    /// The active subscription, if it announces all that is wanted.
    pub(crate) fn serving(&self) -> Option<&ActiveSubscription> {
        let active = self.active.as_ref()?;
        match self.step {
            ReconcileStep::Recreate(_, found, StepReason::OtherChanges)
                if found.id == active.id =>
            {
                None
            }
            _ => Some(active),
        }
    }

    /// True if a subscription has to end for the step.
    pub(crate) const fn ends_one(&self) -> bool {
        matches!(
            self.step,
            ReconcileStep::Recreate(..) | ReconcileStep::Remove(_)
        ) || self.is_unchangeable
    }

    /// True if a wanted subscription could not be made, so that others to the same resource stay.
    pub(crate) const fn is_unmade(&self) -> bool {
        self.fault.is_some()
            && matches!(
                self.step,
                ReconcileStep::Recreate(..) | ReconcileStep::Create(_)
            )
    }
}
