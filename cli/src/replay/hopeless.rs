//! The dead letters that a replay can't help.

use crate::dead_letters::letter::DeadLetter;
use crate::dead_letters::queues::LetterQueueName;
use teamwire_contract::attribute::SOURCE;
use teamwire_contract::dead_letter::{DeadLetterReason, NONE, ReplayOutlook};

/// The reason why a message would fail again, whatever is done.
pub(super) fn never(letter: &DeadLetter, place: Option<LetterQueueName>) -> Option<&'static str> {
    match outlook(letter, place)? {
        ReplayOutlook::Never(why) => Some(why),
        ReplayOutlook::Once(_) => None,
    }
}

/// The remedy before a replay.
pub(super) fn remedy(letter: &DeadLetter, place: Option<LetterQueueName>) -> Option<&'static str> {
    match outlook(letter, place)? {
        ReplayOutlook::Once(remedy) => Some(remedy),
        ReplayOutlook::Never(_) => None,
    }
}

/// `None` of a reason that this teamwire does not know.
fn outlook(letter: &DeadLetter, place: Option<LetterQueueName>) -> Option<ReplayOutlook> {
    let queue = place
        .map(LetterQueueName::text)
        .or_else(|| letter.attribute(SOURCE));
    let reason = letter.reason().unwrap_or(NONE);
    DeadLetterReason::find(reason, queue).map(|reason| reason.outlook)
}
