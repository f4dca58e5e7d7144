//! The tally of a run.

use crate::dead_letters::letter::DeadLetter;
use serde::Serialize;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Counts, shared by everyone who works.
#[derive(Debug)]
pub(super) struct ReplayTally {
    counts: Mutex<LetterCounts>,
    started: Instant,
}

/// The fate of a message that was received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LetterFate {
    Taken,
    /// It does not fit the filter.
    NotMeant,
    /// It fits, but came after the run had begun.
    SentSince,
    /// No function takes it.
    Unroutable,
    /// It would fail again, whatever is done.
    Hopeless,
    BeyondMax,
}

/// Letters.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LetterCounts {
    /// Received.
    pub(super) looked_at: u64,
    /// Sent and deleted.
    pub(super) moved: u64,
    /// Left, since they did not fit, came after the run had begun, or are beyond --max.
    pub(super) passed_over: u64,
    /// Of those passed over, such as fit and are beyond --max.
    pub(super) beyond_max: u64,
    /// Of those passed over, such as fit and were sent since the run began.
    pub(super) sent_since: u64,
    /// Of those sent since, such as were replayed before: they came back.
    pub(super) came_back: u64,
    /// Meant, but they can never succeed.
    pub(super) hopeless: u64,
    /// Given by SQS again after they were taken, and not sent again.
    pub(super) given_twice: u64,
    /// Meant, but no function takes them.
    pub(super) unroutable: u64,
    /// Meant, but the queue refused them.
    pub(super) refused: u64,
    /// Sent, but still here too.
    pub(super) undeleted: u64,
    #[serde(skip)]
    sending: Option<SendingTime>,
}

/// From the first batch to the last.
#[derive(Debug, Clone, Copy)]
struct SendingTime {
    first: Instant,
    last: Instant,
    /// Letters of all batches but the last.
    before_last: u64,
    last_batch: u64,
}

/// A rate over less than this says nothing.
const MEASURABLE: Duration = Duration::from_secs(1);

impl ReplayTally {
    pub(super) fn new() -> Self {
        Self {
            counts: Mutex::default(),
            started: Instant::now(),
        }
    }

    pub(super) fn now(&self) -> LetterCounts {
        self.counts().clone()
    }

    pub(super) fn add(&self, add: impl FnOnce(&mut LetterCounts)) {
        add(&mut self.counts());
    }

    /// Seconds since the beginning.
    pub(super) fn seconds(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
    }

    fn counts(&self) -> MutexGuard<'_, LetterCounts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl LetterCounts {
    /// A letter was received.
    pub(super) fn looks_at(&mut self, letter: &DeadLetter, fate: LetterFate) {
        self.looked_at += 1;
        match fate {
            LetterFate::Taken => {}
            LetterFate::NotMeant => self.passed_over += 1,
            LetterFate::Unroutable => self.unroutable += 1,
            LetterFate::Hopeless => self.hopeless += 1,
            LetterFate::BeyondMax => {
                self.passed_over += 1;
                self.beyond_max += 1;
            }
            LetterFate::SentSince => {
                self.passed_over += 1;
                self.sent_since += 1;
                self.came_back += u64::from(letter.replayed() > 0);
            }
        }
    }

    /// A batch of so many is on its way.
    pub(super) fn sends(&mut self, letters: u64, now: Instant) {
        let sending = self.sending.get_or_insert(SendingTime {
            first: now,
            last: now,
            before_last: 0,
            last_batch: 0,
        });
        sending.last = now;
        sending.before_last += std::mem::replace(&mut sending.last_batch, letters);
    }

    /// Messages sent a second, between the first batch and the last.
    pub(super) fn rate(&self) -> Option<f64> {
        let sending = self.sending?;
        let took = sending.last.duration_since(sending.first);
        #[expect(clippy::cast_precision_loss, reason = "fewer than a queue can hold")]
        let sent = sending.before_last as f64;
        (took >= MEASURABLE).then(|| sent / took.as_secs_f64())
    }

    /// Letters that nothing more happens to.
    pub(super) const fn settled(&self) -> u64 {
        let stay = self.unroutable + self.hopeless + self.refused + self.undeleted;
        self.moved + self.passed_over + stay
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_that_of_the_batches_between_the_first_and_the_last() {
        let (mut counts, start) = (LetterCounts::default(), Instant::now());
        counts.sends(10, start);
        assert_eq!(counts.rate(), None);
        for seconds in 1..=4 {
            counts.sends(10, start + Duration::from_secs(seconds));
        }
        assert_eq!(counts.rate(), Some(10.0));
    }
}
