//! Decrypt, which reads the keys again for a certificate that it does not know, though not all the time.

use super::{Key, Secret};
use stateright::{Model, Property};

/// The model. A tick is the time for which what was read is not read again; a record that failed comes
/// again after some ticks, as 180 s are six times 30 s.
#[derive(Debug, Clone)]
pub struct Certificates {
    /// Items in all.
    pub items: u8,
    /// Receives of a record before it is a dead letter.
    pub receives: u8,
    /// True if the secret is read again for what is unknown.
    pub read_again: bool,
    /// True if a key goes only once nothing is under way that was sealed for it.
    pub retired_last: bool,
}

impl Certificates {
    /// The model within its bounds.
    pub const fn bounded(wide: bool) -> Self {
        Self {
            items: if wide { 5 } else { 3 },
            receives: 3,
            read_again: true,
            retired_last: true,
        }
    }
}

/// A sealed item on the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Item {
    key: Key,
    receives: u8,
    is_hidden: bool,
}

/// The state of one process, the secret and the queue.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct State {
    secret: Secret,
    used: Key,
    known: Option<Secret>,
    /// True until the next tick.
    is_fresh: bool,
    items: Vec<Item>,
    announced: u8,
    opened: u8,
    exhausted: u8,
}

/// What happens next.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// The operator changes the secret.
    Rotate,
    /// Subscriptions are moved to the new certificate.
    Move,
    /// Graph seals an item.
    Seal,
    /// Decrypt receives it.
    Receive(usize),
    /// Time passes: records that failed come again, and the secret may be read again.
    Tick,
    /// Another process takes over, which has read nothing.
    Start,
}

impl Model for Certificates {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State {
            secret: Secret::Old,
            used: Key::Old,
            known: None,
            is_fresh: false,
            items: vec![],
            announced: 0,
            opened: 0,
            exhausted: 0,
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        actions.extend([Action::Rotate, Action::Move, Action::Tick, Action::Start]);
        if state.announced < self.items {
            actions.push(Action::Seal);
        }
        actions.extend((0..state.items.len()).map(Action::Receive));
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = last.clone();
        match action {
            Action::Rotate => {
                state.secret = last.secret.next()?;
                let old = |item: &Item| item.key == Key::Old;
                let is_used = last.used == Key::Old || last.items.iter().any(old);
                if state.secret == Secret::New && self.retired_last && is_used {
                    return None;
                }
            }
            Action::Move => {
                state.used = Key::New;
                if last.used == Key::New || !last.secret.holds(Key::New) {
                    return None;
                }
            }
            Action::Seal => {
                state.announced += 1;
                state.items.push(Item {
                    key: last.used,
                    receives: 0,
                    is_hidden: false,
                });
            }
            Action::Receive(at) => {
                let item = *last.items.get(at)?;
                if item.is_hidden {
                    return None;
                }
                let knows = |known: Option<Secret>| known.is_some_and(|it| it.holds(item.key));
                let may_read = last.known.is_none() || self.read_again && !last.is_fresh;
                if !knows(last.known) && may_read {
                    (state.known, state.is_fresh) = (Some(last.secret), true);
                }
                if knows(state.known) {
                    state.items.remove(at);
                    state.opened += 1;
                } else if item.receives + 1 < self.receives {
                    let item = state.items.get_mut(at)?;
                    (item.receives, item.is_hidden) = (item.receives + 1, true);
                } else {
                    state.items.remove(at);
                    state.exhausted += 1;
                }
            }
            Action::Tick => {
                state.is_fresh = false;
                let items = state.items.iter_mut();
                items.for_each(|item| item.is_hidden = false);
            }
            Action::Start => (state.known, state.is_fresh) = (None, false),
        }
        state.items.sort_unstable();
        (state != *last).then_some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::<Self>::always("while certificates rotate both keys open", |_, state| {
                state.exhausted == 0
            }),
            Property::<Self>::sometimes(
                "an item meets a secret that was read too early",
                |_, state| state.items.iter().any(|item| item.receives > 0),
            ),
            Property::<Self>::sometimes(
                "the old key is gone and everything was opened",
                |model, state| state.secret == Secret::New && state.opened == model.items,
            ),
        ]
    }
}
