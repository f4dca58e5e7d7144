//! The life of a claim, day by day: what is in the bucket outlives every message that points to it.

use stateright::{Model, Property};

/// The days that things are kept, as both stacks set them (`tests/python/test_template.py` holds them to it).
#[derive(Debug, Clone, Copy)]
pub struct Days {
    /// A message on its queue.
    pub queue: u8,
    /// Deferrals, from the first.
    pub deferrals: u8,
    /// A dead letter.
    pub letter: u8,
    /// A claim.
    pub claim: u8,
}

/// Of both stacks.
pub const DAYS: Days = Days {
    queue: 4,
    deferrals: 4,
    letter: 14,
    claim: 27,
};

/// The model.
#[derive(Debug, Clone)]
pub struct Claims {
    /// What is kept for how long.
    pub days: Days,
    /// Replays of the letter.
    pub replays: u8,
}

impl Claims {
    /// The model as it is deployed. It is small, however wide the others are.
    pub const fn bounded(_: bool) -> Self {
        Self {
            days: DAYS,
            replays: 0,
        }
    }
}

/// The place of the message, with the day it came there.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Place {
    /// On its queue, and the day of the first deferral.
    Queue(u8, Option<u8>),
    /// Among the dead letters.
    Letters(u8),
    /// An event, or dropped by SQS.
    Gone,
}

/// The state of one message and its claim, which was left on day 0.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct State {
    day: u8,
    place: Place,
    replays: u8,
}

/// What happens next.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// A day passes.
    Day,
    /// The message is put off.
    Defer,
    /// It becomes a dead letter.
    Bury,
    /// A person sends it back.
    Replay,
    /// It becomes an event.
    Emit,
}

impl Model for Claims {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State {
            day: 0,
            place: Place::Queue(0, None),
            replays: 0,
        }]
    }

    fn actions(&self, _: &State, actions: &mut Vec<Action>) {
        actions.extend([
            Action::Day,
            Action::Defer,
            Action::Bury,
            Action::Replay,
            Action::Emit,
        ]);
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = last.clone();
        let day = last.day;
        state.place = match (action, &last.place) {
            (Action::Day, place) => {
                state.day += 1;
                let days = self.days;
                let is_over = match place {
                    Place::Queue(since, _) => state.day > since + days.queue,
                    Place::Letters(since) => state.day > since + days.letter,
                    Place::Gone => return None,
                };
                if is_over { Place::Gone } else { place.clone() }
            }
            (Action::Defer, Place::Queue(_, first)) => {
                let first = first.unwrap_or(day);
                if day > first + self.days.deferrals {
                    return None;
                }
                Place::Queue(day, Some(first))
            }
            (Action::Bury, Place::Queue(..)) => Place::Letters(day),
            (Action::Replay, Place::Letters(_)) if last.replays < self.replays => {
                state.replays += 1;
                Place::Queue(day, None)
            }
            (Action::Emit, Place::Queue(..)) => Place::Gone,
            _ => return None,
        };
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::<Self>::always("a claim outlives what points to it", |model, state| {
                state.place == Place::Gone || state.day < model.days.claim
            }),
            Property::<Self>::sometimes("a letter is as old as it may be", |model, state| {
                let days = model.days;
                let longest = days.queue + days.deferrals + days.queue + days.letter;
                state.place != Place::Gone && state.day == longest
            }),
        ]
    }
}
