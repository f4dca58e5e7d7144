//! One invocation of the function.

use jiff::Timestamp;
use std::time::Instant;
use teamwire_transport::Deadline;

/// The context of one invocation: its deadline, and two values that tests choose.
#[derive(Debug, Clone, Copy)]
pub struct Invocation {
    /// Time by which every call must have ended.
    pub deadline: Instant,
    /// Time of this machine.
    pub now: Timestamp,
    /// Seed of the order in which subscriptions are created, so that one that is refused does not
    /// always come before the others.
    pub shuffle_seed: u64,
}

impl Invocation {
    /// An invocation that begins now.
    pub fn starting(deadline: Deadline) -> Self {
        let now = Timestamp::now();
        Self {
            deadline: deadline.work_until(),
            now,
            shuffle_seed: now.as_nanosecond().unsigned_abs() as u64,
        }
    }
}
