//! The time a gap is about.

use jiff::{SignedDuration, Timestamp};
use teamwire_payload::CoverageGap;

/// From when to when, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TimeWindow {
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
/// The longest that a meeting of Teams lasts. A transcript or recording is dated when it began, and
/// announced when it is done.
const LONGEST_MEETING: SignedDuration = SignedDuration::from_hours(30);

impl TimeWindow {
    pub(crate) fn of(gap: &CoverageGap) -> Result<Self, NotAWindow> {
        let date = |text: &str| text.parse().map_err(|_| NotAWindow);
        Ok(Self {
            since: date(&gap.since)?,
            until: date(&gap.until)?,
        })
    }

    /// True if nothing can have happened within it.
    pub(crate) fn is_empty(self) -> bool {
        self.until < self.since
    }

    /// The window in which the meetings and calls began whose artefacts were announced within this
    /// one.
    pub(crate) fn of_artefacts(self) -> Self {
        let since = self.since.checked_sub(LONGEST_MEETING);
        Self {
            since: since.unwrap_or(self.since),
            ..self
        }
    }

    /// The dates between which Graph has to look, neither of them included.
    pub(crate) fn bounds(self) -> (String, String) {
        let since = self.since.checked_sub(TICK).unwrap_or(self.since);
        let until = self.until.checked_add(TICK).unwrap_or(self.until);
        (format!("{since:.3}"), format!("{until:.3}"))
    }

    /// The condition that something was last changed within it.
    pub(crate) fn filter(self) -> String {
        let (_, before) = self.bounds();
        format!(
            "{} and lastModifiedDateTime lt {before}",
            self.filter_since()
        )
    }

    /// The condition that something was last changed within it or later.
    pub(crate) fn filter_since(self) -> String {
        let (after, _) = self.bounds();
        format!("lastModifiedDateTime gt {after}")
    }

    /// The condition that a date of its own is within it.
    pub(crate) fn filter_by(self, member: &str) -> String {
        let (after, before) = self.bounds();
        format!("{member} gt {after} and {member} lt {before}")
    }

    /// True if a date is within it; `None` for no date, or one that can't be read.
    pub(crate) fn covers(self, date: Option<&str>) -> Option<bool> {
        let (at, latest) = moments(date?)?;
        Some(self.since <= latest && at <= self.until)
    }

    /// True if a date is before it; false for no date, or one that can't be read.
    pub(crate) fn begins_after(self, date: Option<&str>) -> bool {
        let moments = date.and_then(moments);
        moments.is_some_and(|(_, latest)| latest < self.since)
    }
}

/// The first and the last moment that a date can mean.
fn moments(date: &str) -> Option<(Timestamp, Timestamp)> {
    let at: Timestamp = date.parse().ok()?;
    if at.subsec_nanosecond() == 0 {
        Some((at, at.checked_add(SECOND).ok()?))
    } else {
        Some((at, at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window() -> TimeWindow {
        TimeWindow {
            since: "2026-11-21T09:30:00.500Z".parse().unwrap(),
            until: "2026-11-21T10:00:00Z".parse().unwrap(),
        }
    }

    #[test]
    fn a_date_without_a_fraction_may_be_the_second_that_the_gap_began_in() {
        for (date, is_before) in [
            ("2026-11-21T09:30:00.499Z", true),
            ("2026-11-21T09:29:59Z", true),
            ("2026-11-21T09:30:00Z", false),
            ("2026-11-21T09:30:00.500Z", false),
            ("2026-11-21T10:00:00.001Z", false),
        ] {
            assert_eq!(window().begins_after(Some(date)), is_before, "{date}");
            let within = !is_before && date < "2026-11-21T10:00:00.001Z";
            assert_eq!(window().covers(Some(date)), Some(within), "{date}");
        }
    }

    #[test]
    fn what_is_no_date_tells_nothing() {
        for date in [None, Some(""), Some("soon")] {
            assert_eq!(window().covers(date), None);
            assert!(!window().begins_after(date));
        }
    }
}
