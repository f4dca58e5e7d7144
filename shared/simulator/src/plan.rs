//! The plan: which change is announced to whom, with what fault, and in which POST. All of it
//! follows from the seed, before the first POST is made.

mod announcement;
mod changes;
mod posts;

pub use announcement::{Announcement, FaultShares};

use crate::change::SimulatedChangeType;
use crate::faults::PlantedFault;
use announcement::check;
use rand::SeedableRng;
use rand::rngs::StdRng;
use std::time::Duration;

/// The facts of each subscription that a plan needs.
#[derive(Debug, Clone)]
pub struct Audience {
    /// The URL of its notifications.
    pub url: String,
    /// True if its notifications carry the resource.
    pub rich: bool,
    /// The changes that can be announced to it.
    pub change_types: Vec<SimulatedChangeType>,
    /// True if its resources can be deleted.
    pub deletable: bool,
    /// True if every other deletion comes without the resource, rich as it may be.
    pub bare_deletions: bool,
}

/// The reason why there is no plan.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PlanFault {
    /// No subscription hears of anything that the simulator makes happen.
    #[error("there is no subscription to announce anything to")]
    NoAudience,
    /// Not within its bounds.
    #[error("{0} is out of range")]
    OutOfRange(&'static str),
    /// Too few changes can be what the share asks for.
    #[error("{share} asks for {wanted} changes and {able} can be it")]
    Share {
        /// The name of the share.
        share: &'static str,
        /// The number asked for.
        wanted: usize,
        /// The number possible.
        able: usize,
    },
}

/// The changes and their order.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The changes in the order in which they happen.
    pub changes: Vec<PlannedChange>,
    /// The POSTs in the order in which they are made.
    pub posts: Vec<PlannedPost>,
}

/// One change.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedChange {
    /// Index of the subscription.
    pub target: usize,
    /// The kind of change.
    pub change_type: SimulatedChangeType,
    /// True if it is announced without the resource even to who asked for that.
    pub bare: bool,
    /// The fault of the notification.
    pub fault: Option<PlantedFault>,
    /// True if it is announced twice.
    pub duplicated: bool,
    /// True if it is deleted before anyone can read it.
    pub deleted_since: bool,
    /// The size of the resource as sealed, in bytes.
    pub bytes: Option<usize>,
}

/// One POST.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedPost {
    /// Indexes of the changes in it.
    pub changes: Vec<usize>,
    /// The time for which it is held back.
    pub held: Duration,
}

impl Plan {
    /// Plans an announcement.
    ///
    /// # Errors
    /// [`PlanFault`]
    pub fn new(announcement: &Announcement, audiences: &[Audience]) -> Result<Self, PlanFault> {
        check(announcement)?;
        let silent = |audience: &Audience| audience.change_types.is_empty();
        if audiences.is_empty() || audiences.iter().any(silent) {
            return Err(PlanFault::NoAudience);
        }
        let mut rng = StdRng::seed_from_u64(announcement.seed);
        let mut changes = changes::happen(announcement, audiences, &mut rng)?;
        changes::spoil(announcement, audiences, &mut changes, &mut rng)?;
        let posts = posts::deliver(announcement, audiences, &changes, &mut rng)?;
        Ok(Self { changes, posts })
    }
}

#[cfg(test)]
mod tests;
