//! The promises of [PROMISES.md](../../../../docs/PROMISES.md) about a change, in its words.

use super::{Delivery, Letter, Nth, Reason, Route, State, Verdict};
use stateright::Property;

pub(super) fn all() -> Vec<Property<Delivery>> {
    vec![
        Property::<Delivery>::always(
            "202 says that every authentic item is in SQS",
            |_, state| {
                let mut accepted = state.accepted.iter();
                accepted.all(|nth| state.is_somewhere(*nth))
            },
        ),
        Property::<Delivery>::always("what is not authentic is dropped", |model, state| {
            model
                .with(Route::Nowhere)
                .all(|nth| !state.is_somewhere(nth))
        }),
        Property::<Delivery>::always("what can't be opened is no event", |model, state| {
            let changes = (0..).zip(&model.changes);
            let mut hopeless = changes.filter(|(_, change)| change.verdict != Verdict::Event);
            hopeless.all(|(nth, _)| !state.has_event(nth))
        }),
        Property::<Delivery>::always(
            "a claim is there as long as something points to it",
            |model, state| {
                let mut large = (0..)
                    .zip(&model.changes)
                    .filter(|(_, change)| change.is_large);
                large.all(|(nth, _)| !state.is_somewhere(nth) || state.claims.contains(&nth))
            },
        ),
        Property::<Delivery>::always("a deferral ends", |model, state| {
            let mut messages = state.messages.iter();
            messages.all(|message| message.deferrals <= model.bounds.deferrals)
        }),
        Property::<Delivery>::always("a message fails so often and no more", |model, state| {
            let mut messages = state.messages.iter();
            messages.all(|message| message.receives <= model.bounds.receives)
        }),
        Property::<Delivery>::sometimes("an event comes twice", |model, state| {
            !model.is_taken() || state.events.contains(&2)
        }),
        Property::<Delivery>::sometimes(
            "what fails each time is a dead letter without a reason",
            |model, state| !model.has_function() || state.has_letter(Reason::Exhausted),
        ),
        Property::<Delivery>::sometimes(
            "what is put off for too long is a dead letter",
            |model, state| !model.has_function() || state.has_letter(Reason::DeferredTooLong),
        ),
        Property::<Delivery>::sometimes(
            "what was replayed is a dead letter again",
            |model, state| {
                let is_replayed = |letter: &Letter| letter.replays > 0;
                !model.has_function() || state.letters.iter().any(is_replayed)
            },
        ),
        Property::<Delivery>::sometimes(
            "Graph is never told 202 and has given up",
            |model, state| {
                let is_over = state.post.is_none() && state.posts == model.bounds.posts;
                is_over && state.accepted.is_empty()
            },
        ),
    ]
}

impl Delivery {
    fn with(&self, route: Route) -> impl Iterator<Item = Nth> {
        let changes = (0..).zip(&self.changes);
        changes
            .filter(move |(_, change)| change.route == route)
            .map(|(nth, _)| nth)
    }

    fn has_function(&self) -> bool {
        self.with(Route::Function).next().is_some()
    }

    fn is_taken(&self) -> bool {
        self.changes
            .iter()
            .any(|change| change.route == Route::Function && change.verdict == Verdict::Event)
    }
}

impl State {
    /// True if something of ours has the change.
    fn is_somewhere(&self, nth: Nth) -> bool {
        self.has_event(nth)
            || self.quarantined.contains(&nth)
            || self.messages.iter().any(|message| message.change == nth)
            || self.letters.iter().any(|letter| letter.change == nth)
    }

    fn has_event(&self, nth: Nth) -> bool {
        self.events
            .get(usize::from(nth))
            .is_some_and(|events| *events > 0)
    }

    fn has_letter(&self, reason: Reason) -> bool {
        self.letters.iter().any(|letter| letter.reason == reason)
    }
}
