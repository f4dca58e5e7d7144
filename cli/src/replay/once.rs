//! Each letter once a run: SQS may give one twice, even after it was deleted.
//!
//! Of a letter 16 bytes are remembered, by two keyed hashes of its id, so that memory
//! stays small however many there are.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The record of a message that was received.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum LetterRecord {
    First,
    /// It is on its way. It is deleted by every handle that it came by: only the newest deletes, and
    /// answers of SQS that were under way at once don't say which that is.
    OnItsWay,
    /// It was sent, and stands here all the same.
    Moved,
    /// It was looked at, and stays.
    PassedOver,
}

/// The letters of a run.
#[derive(Debug, Default)]
pub(crate) struct LettersOfRun {
    keys: (RandomState, RandomState),
    letters: Mutex<Letters>,
}

#[derive(Debug, Default)]
struct Letters {
    /// The handles by which it came again since it was taken.
    on_their_way: HashMap<u128, Vec<String>>,
    moved: HashSet<u128>,
    passed_over: HashSet<u128>,
}

impl LettersOfRun {
    /// Looks for a letter that came just now, by this handle. To whoever meets it first it is on its
    /// way from then on: another may meet it at the same moment.
    pub(crate) fn meet(&self, id: &str, handle: &str) -> LetterRecord {
        let key = self.key(id);
        let mut letters = self.letters();
        if letters.moved.contains(&key) {
            return LetterRecord::Moved;
        }
        if letters.passed_over.contains(&key) {
            return LetterRecord::PassedOver;
        }
        match letters.on_their_way.entry(key) {
            Entry::Occupied(mut handles) => {
                handles.get_mut().push(handle.to_owned());
                LetterRecord::OnItsWay
            }
            Entry::Vacant(vacant) => {
                vacant.insert(Vec::new());
                LetterRecord::First
            }
        }
    }

    /// A letter stays, as it was not sent. The handle to show it again by, where that is not the one it
    /// was taken by.
    pub(super) fn leave(&self, id: &str) -> Option<String> {
        let key = self.key(id);
        self.letters().on_their_way.remove(&key)?.pop()
    }

    /// A letter was looked at and stays. The handles that it came again by meanwhile.
    pub(crate) fn pass_over(&self, id: &str) -> Vec<String> {
        let key = self.key(id);
        let mut letters = self.letters();
        letters.passed_over.insert(key);
        letters.on_their_way.remove(&key).unwrap_or_default()
    }

    /// A letter was sent. The handles to delete it by, besides the one it was taken by.
    pub(super) fn moved(&self, id: &str) -> Vec<String> {
        let key = self.key(id);
        let mut letters = self.letters();
        letters.moved.insert(key);
        letters.on_their_way.remove(&key).unwrap_or_default()
    }

    fn key(&self, id: &str) -> u128 {
        let (high, low) = (self.keys.0.hash_one(id), self.keys.1.hash_one(id));
        (u128::from(high) << 64) | u128::from(low)
    }

    fn letters(&self) -> MutexGuard<'_, Letters> {
        self.letters.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_again_is_deleted_by_all_its_handles_and_not_sent_again() {
        let once = LettersOfRun::default();
        assert_eq!(once.meet("a", "1"), LetterRecord::First);
        assert_eq!(once.meet("a", "2"), LetterRecord::OnItsWay);
        assert_eq!(once.meet("b", "3"), LetterRecord::First);
        assert_eq!(once.meet("a", "4"), LetterRecord::OnItsWay);
        assert_eq!(once.moved("a"), ["2", "4"]);
        assert_eq!(once.meet("a", "5"), LetterRecord::Moved);
    }

    #[test]
    fn what_was_looked_at_and_stays_is_not_looked_at_again() {
        let once = LettersOfRun::default();
        assert_eq!(once.meet("a", "1"), LetterRecord::First);
        assert_eq!(once.meet("a", "2"), LetterRecord::OnItsWay);
        assert_eq!(once.pass_over("a"), ["2"]);
        assert_eq!(once.meet("a", "3"), LetterRecord::PassedOver);
    }

    #[test]
    fn what_was_not_sent_may_be_taken_again() {
        let once = LettersOfRun::default();
        assert_eq!(once.meet("a", "1"), LetterRecord::First);
        assert_eq!(once.meet("a", "2"), LetterRecord::OnItsWay);
        assert_eq!(once.leave("a").as_deref(), Some("2"));
        assert_eq!(once.meet("a", "3"), LetterRecord::First);
    }

    #[test]
    fn of_many_who_meet_a_letter_at_once_one_is_the_first() {
        let once = LettersOfRun::default();
        for letter in 0..200 {
            let id = letter.to_string();
            let firsts = std::thread::scope(|scope| {
                let meet = || once.meet(&id, "1") == LetterRecord::First;
                let met: Vec<_> = (0..4).map(|_| scope.spawn(meet)).collect();
                let met = met.into_iter().map(|one| one.join().unwrap());
                met.filter(|is_first| *is_first).count()
            });
            assert_eq!(firsts, 1);
        }
    }
}
