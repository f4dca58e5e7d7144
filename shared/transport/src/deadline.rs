//! The time an invocation has left.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Until when an invocation must be done.
#[derive(Debug, Clone, Copy)]
pub struct Deadline(Instant);

impl Deadline {
    /// Time kept back for sending what came of the work, and for the answer to Lambda.
    pub const SETTLING: Duration = Duration::from_secs(6);

    /// From Lambda's deadline, in milliseconds since 1970.
    pub fn from_epoch_millis(millis: u64) -> Self {
        let at = UNIX_EPOCH + Duration::from_millis(millis);
        let left = at
            .duration_since(SystemTime::now())
            .unwrap_or(Duration::ZERO);
        Self::after(left)
    }

    /// Time kept back for the answer to Lambda alone.
    const ANSWERING: Duration = Duration::from_millis(500);

    /// `left` from now.
    pub fn after(left: Duration) -> Self {
        Self(Instant::now() + left)
    }

    /// The time to stop work, so that there is still time to settle it.
    pub fn work_until(self) -> Instant {
        self.0.checked_sub(Self::SETTLING).unwrap_or(self.0)
    }

    /// The time to end everything, so that there is still time for the answer.
    pub fn answer_by(self) -> Instant {
        self.0.checked_sub(Self::ANSWERING).unwrap_or(self.0)
    }

    /// True if there is `need` left for work, settling not counted.
    pub fn allows(self, need: Duration) -> bool {
        Instant::now() + need <= self.work_until()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settling_is_kept_back() {
        let deadline = Deadline::after(Deadline::SETTLING + Duration::from_secs(10));
        assert!(deadline.allows(Duration::from_secs(9)));
        assert!(!deadline.allows(Duration::from_secs(11)));
        assert!(deadline.work_until() < deadline.answer_by());
        assert!(!Deadline::from_epoch_millis(0).allows(Duration::from_millis(1)));
    }
}
