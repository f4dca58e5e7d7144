//! Who replays dead letters, as `teamwire replay` does: what is there when a run begins, sent first and
//! deleted then.

use super::bugs::Bug;
use super::forecast::MINUTE;
use super::history::Entry;
use super::sqs::Stored;
use super::world::{Name, State};
use teamwire_contract::attribute::{self, REPLAYED};

/// Runs, each once nothing is left to do.
pub(super) const RUNS: u32 = 2;
/// Everything fails again for so long after one.
const STORM: u64 = 30 * MINUTE;

impl State {
    /// Replays what is not hopeless; false where there is nothing of the kind, or were runs enough.
    pub(super) fn replay(&mut self) -> bool {
        let runs = match self.bug {
            // Two more show that it goes on.
            Bug::EndlessReplay => RUNS + 2,
            _ => RUNS,
        };
        if !self.has_operator || self.replays >= runs {
            return false;
        }
        let letters = self.letters();
        self.replays += 1;
        self.forecast.storm_until(self.now + STORM);
        for (place, to, letter) in &letters {
            self.send_back(*to, letter);
            // Some runs are killed before they delete what they sent.
            if !self.dice.percent(10) {
                self.queues.entry(*place).or_default().delete(&letter.id);
                self.history.push(Entry::Deleted(letter.id.clone()));
            }
        }
        !letters.is_empty()
    }

    fn letters(&self) -> Vec<(Name, Name, Stored)> {
        let places = [
            (Name::DecryptDeadLetters, Name::Decrypt),
            (Name::HydrateDeadLetters, Name::Hydrate),
        ];
        let of = |(place, to)| {
            let queue = self.queues.get(&place).map(|queue| &queue.messages);
            let letters = queue.into_iter().flatten();
            letters
                .filter(|letter| letter.reason() != Some("tampered"))
                .map(move |letter| (place, to, letter.clone()))
        };
        places.into_iter().flat_map(of).collect()
    }

    fn send_back(&mut self, to: Name, letter: &Stored) {
        let mut entry = letter.entry.clone();
        // How it became a dead letter, and how long it was deferred, begins again.
        let is_told = |name: &str| attribute::ALL.contains(&name);
        entry.attributes.retain(|(name, _)| !is_told(name));
        let replayed = letter.replayed() + 1;
        entry.attributes.push((REPLAYED, replayed.to_string()));
        let queue = self.queues.entry(to).or_default();
        let id = queue.send(&format!("{to:?}"), &entry, self.now, self.replays);
        let letter = letter.id.clone();
        self.history.push(Entry::SentBack {
            letter,
            message: id,
        });
    }
}
