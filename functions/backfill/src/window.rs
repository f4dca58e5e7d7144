//! The time a gap is about.

use jiff::{SignedDuration, Timestamp};
use teamwire_payload::Gap;

/// From when to when, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
    since: Timestamp,
    until: Timestamp,
}

/// The gap's bounds are no dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the gap's bounds are no dates")]
pub struct NotAWindow;

/// Graph asks for dates after and before: its own have milliseconds.
const TICK: SignedDuration = SignedDuration::from_millis(1);
/// Some of Graph's dates leave the fraction out.
const SECOND: SignedDuration = SignedDuration::from_secs(1);

impl Window {
    pub(crate) fn of(gap: &Gap) -> Result<Self, NotAWindow> {
        let date = |text: &str| text.parse().map_err(|_| NotAWindow);
        Ok(Self {
            since: date(&gap.since)?,
            until: date(&gap.until)?,
        })
    }

    /// Whether nothing can have happened within it.
    pub(crate) fn is_empty(self) -> bool {
        self.until < self.since
    }

    /// The dates between which Graph has to look, neither of them included.
    pub(crate) fn bounds(self) -> (String, String) {
        let since = self.since.checked_sub(TICK).unwrap_or(self.since);
        let until = self.until.checked_add(TICK).unwrap_or(self.until);
        (format!("{since:.3}"), format!("{until:.3}"))
    }

    /// The condition that something was last changed within it.
    pub(crate) fn filter(self) -> String {
        let (after, before) = self.bounds();
        format!("lastModifiedDateTime gt {after} and lastModifiedDateTime lt {before}")
    }

    /// Whether a date is within it; `None` where it can't be told.
    pub(crate) fn covers(self, date: Option<&str>) -> Option<bool> {
        let at: Timestamp = date?.parse().ok()?;
        let until_its_end = if at.subsec_nanosecond() == 0 {
            at.checked_add(SECOND).ok()?
        } else {
            at
        };
        Some(self.since <= until_its_end && at <= self.until)
    }

    /// Whether a date is before it.
    pub(crate) fn is_after(self, date: Option<&str>) -> bool {
        let at = date.and_then(|date| date.parse::<Timestamp>().ok());
        at.is_some_and(|at| at < self.since)
    }
}
