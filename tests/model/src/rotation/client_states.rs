//! Ingest, which knows the secret as it was read last, and reads it again for what it does not know.

use super::{Key, Secret};
use stateright::{Model, Property};

/// The model.
#[derive(Debug, Clone)]
pub struct ClientStates {
    /// Items under way at once.
    pub items: usize,
    /// Items in all.
    pub announced: u8,
    /// True if an item is dropped only by a secret whose reading began after the item came.
    pub read_since: bool,
    /// True if a key goes only once nothing is under way that has it.
    pub retired_last: bool,
}

impl ClientStates {
    /// The model within its bounds.
    pub const fn bounded(wide: bool) -> Self {
        Self {
            items: if wide { 4 } else { 3 },
            announced: if wide { 6 } else { 3 },
            read_since: true,
            retired_last: true,
        }
    }
}

/// An item on its way: Graph sends it until it is taken or dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Item {
    /// The key that its state was made with; `None` for a stranger's.
    key: Option<Key>,
    /// True while a POST with it is being answered.
    came: bool,
    /// True once a reading is over that began after it came.
    read_since: bool,
}

/// The state of one process and of the secret.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct State {
    secret: Secret,
    /// The key that subscriptions have.
    used: Key,
    /// What was read last, if anything was.
    known: Option<Secret>,
    /// A reading under way: what it will give, and the items that had come when it began.
    reading: Option<(Secret, Vec<usize>)>,
    items: Vec<Item>,
    announced: u8,
    dropped: Option<Item>,
    taken_from_stranger: bool,
}

/// What happens next.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// The operator changes the secret.
    Rotate,
    /// Subscriptions are moved to the new key.
    Renew,
    /// Graph, or a stranger, sends an item.
    Announce(Option<Key>),
    /// A POST with the item comes, or comes again.
    Come(usize),
    /// A reading begins.
    Read,
    /// It is over, or fails.
    Learn(bool),
    /// The item is taken, by what is known.
    Take(usize),
    /// It is dropped.
    Drop(usize),
    /// Graph is asked to send it again.
    PutOff(usize),
}

impl Model for ClientStates {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State {
            secret: Secret::Old,
            used: Key::Old,
            known: None,
            reading: None,
            items: vec![],
            announced: 0,
            dropped: None,
            taken_from_stranger: false,
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        actions.extend([Action::Rotate, Action::Renew, Action::Read]);
        actions.extend([Action::Learn(true), Action::Learn(false)]);
        if state.items.len() < self.items && state.announced < self.announced {
            actions.extend([Some(state.used), None].map(Action::Announce));
        }
        for at in 0..state.items.len() {
            actions.extend([
                Action::Come(at),
                Action::Take(at),
                Action::Drop(at),
                Action::PutOff(at),
            ]);
        }
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = last.clone();
        let knows = |item: &Item| {
            let known = item.key.zip(last.known);
            known.is_some_and(|(key, known)| known.holds(key))
        };
        match action {
            Action::Rotate => {
                state.secret = last.secret.next()?;
                let old = |item: &Item| item.key == Some(Key::Old);
                let is_used = last.used == Key::Old || last.items.iter().any(old);
                if state.secret == Secret::New && self.retired_last && is_used {
                    return None;
                }
            }
            Action::Renew => {
                state.used = Key::New;
                if last.used == Key::New || !last.secret.holds(Key::New) {
                    return None;
                }
            }
            Action::Announce(key) => {
                state.announced += 1;
                state.items.push(Item {
                    key,
                    came: false,
                    read_since: false,
                });
            }
            Action::Come(at) => {
                let item = state.items.get_mut(at)?;
                if std::mem::replace(&mut item.came, true) {
                    return None;
                }
                item.read_since = false;
            }
            Action::Read => {
                let there = last.items.iter().enumerate();
                let there = there.filter(|(_, item)| item.came).map(|(at, _)| at);
                let reading = (last.secret, there.collect());
                if state.reading.replace(reading).is_some() {
                    return None;
                }
            }
            Action::Learn(is_read) => {
                let (read, came) = state.reading.take()?;
                if is_read {
                    state.known = Some(read);
                    for at in came {
                        if let Some(item) = state.items.get_mut(at) {
                            item.read_since = item.came;
                        }
                    }
                }
            }
            Action::Take(at) => {
                let item = state.remove(at)?;
                if !item.came || !knows(&item) {
                    return None;
                }
                state.taken_from_stranger |= item.key.is_none();
            }
            Action::Drop(at) => {
                let item = state.remove(at)?;
                let judged = item.read_since || !self.read_since;
                if !item.came || knows(&item) || last.known.is_none() || !judged {
                    return None;
                }
                state.dropped = state.dropped.max(item.key.map(|_| item));
            }
            Action::PutOff(at) => {
                let item = state.items.get_mut(at)?;
                if !std::mem::replace(&mut item.came, false) {
                    return None;
                }
                // What it came for before it was put off is over.
                item.read_since = false;
                state.forget(at);
            }
        }
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::<Self>::always(
                "an item of ours is never dropped for its state",
                |_, state| state.dropped.is_none(),
            ),
            Property::<Self>::always("a stranger's item is never taken", |_, state| {
                !state.taken_from_stranger
            }),
            Property::<Self>::sometimes(
                "an item of the new key meets the old secret",
                |_, state| {
                    let new = |item: &Item| item.key == Some(Key::New) && item.came;
                    state.known == Some(Secret::Old) && state.items.iter().any(new)
                },
            ),
            Property::<Self>::sometimes(
                "the old key is gone and everything was taken",
                |model, state| {
                    state.secret == Secret::New
                        && state.announced == model.announced
                        && state.items.is_empty()
                },
            ),
        ]
    }
}

impl State {
    /// Takes the item out; the positions of the others change, also where a reading has them.
    fn remove(&mut self, at: usize) -> Option<Item> {
        if at >= self.items.len() {
            return None;
        }
        self.forget(at);
        if let Some((_, came)) = &mut self.reading {
            let later = came.iter_mut().filter(|other| **other > at);
            later.for_each(|other| *other -= 1);
        }
        Some(self.items.remove(at))
    }

    /// A reading under way is no longer for the item.
    fn forget(&mut self, at: usize) {
        if let Some((_, came)) = &mut self.reading {
            came.retain(|other| *other != at);
        }
    }
}
