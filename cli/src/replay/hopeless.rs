//! The dead letters that a replay can't help.

use crate::dead_letters::letter::Letter;
use crate::dead_letters::queues::Name;
use teamwire_contract::attribute::SOURCE;
use teamwire_contract::dead_letter::{NONE, Outlook, Reason};

/// The reason why a message would fail again, whatever is done.
pub(super) fn never(letter: &Letter, place: Option<Name>) -> Option<&'static str> {
    match outlook(letter, place)? {
        Outlook::Never(why) => Some(why),
        Outlook::Once(_) => None,
    }
}

/// The remedy before a replay.
pub(super) fn remedy(letter: &Letter, place: Option<Name>) -> Option<&'static str> {
    match outlook(letter, place)? {
        Outlook::Once(remedy) => Some(remedy),
        Outlook::Never(_) => None,
    }
}

/// `None` of a reason that this teamwire does not know.
fn outlook(letter: &Letter, place: Option<Name>) -> Option<Outlook> {
    let queue = place.map(Name::text).or_else(|| letter.attribute(SOURCE));
    let reason = letter.reason().unwrap_or(NONE);
    Reason::find(reason, queue).map(|reason| reason.outlook)
}
