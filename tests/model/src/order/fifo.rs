//! The events of one conversation on a FIFO queue, and a consumer that takes the newer of two.

use stateright::{Model, Property};

/// The model: versions of one resource, sent in their order, each again where an answer is lost.
#[derive(Debug, Clone)]
pub struct Fifo {
    /// Versions.
    pub versions: u8,
    /// Sends in all.
    pub sends: u8,
    /// True if an event has its id as `MessageDeduplicationId`.
    pub has_id: bool,
    /// True if the consumer keeps what is newer by `contentversion`.
    pub takes_newer: bool,
}

impl Fifo {
    /// The model within its bounds.
    pub const fn bounded(wide: bool) -> Self {
        Self {
            versions: if wide { 5 } else { 3 },
            sends: if wide { 9 } else { 5 },
            has_id: true,
            takes_newer: true,
        }
    }
}

/// The state of queue and consumer.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct State {
    /// Versions on the queue, in order.
    queue: Vec<u8>,
    /// Ids that SQS remembers, until five minutes are over.
    remembered: Vec<u8>,
    /// The version to be sent next; those before were sent.
    next: u8,
    sends: u8,
    /// Versions that were on the queue a second time within five minutes.
    repeated: bool,
    /// True once five minutes passed since something was sent.
    has_expired: bool,
    /// What the consumer has.
    stored: Option<u8>,
    newest: Option<u8>,
    /// True once an older version came after a newer one.
    went_back: bool,
}

/// What happens next.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// A version is sent for the first time.
    Send,
    /// One is sent again, as its answer was lost, or its record came again.
    SendAgain(u8),
    /// Five minutes pass.
    Expire,
    /// The consumer stores what is first on the queue; the queue forgets it, or the process ends.
    Consume(bool),
}

impl Model for Fifo {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State {
            queue: vec![],
            remembered: vec![],
            next: 0,
            sends: 0,
            repeated: false,
            has_expired: false,
            stored: None,
            newest: None,
            went_back: false,
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        if state.sends < self.sends {
            actions.push(Action::Send);
            actions.extend((0..state.next).map(Action::SendAgain));
        }
        actions.extend([
            Action::Expire,
            Action::Consume(true),
            Action::Consume(false),
        ]);
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = last.clone();
        match action {
            Action::Send if last.next < self.versions => {
                state.next += 1;
                self.send(&mut state, last.next);
            }
            Action::Send => return None,
            Action::SendAgain(version) => self.send(&mut state, version),
            Action::Expire => {
                state.remembered.clear();
                state.has_expired = true;
            }
            Action::Consume(is_forgotten) => {
                let version = *last.queue.first()?;
                let is_newer = last.stored.is_none_or(|stored| version > stored);
                if is_newer || !self.takes_newer {
                    state.stored = Some(version);
                }
                state.went_back |= last.newest.is_some_and(|newest| version < newest);
                state.newest = last.newest.max(Some(version));
                if is_forgotten {
                    state.queue.remove(0);
                }
            }
        }
        (state != *last).then_some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::<Self>::always("SQS drops repeats within five minutes", |_, state| {
                !state.repeated
            }),
            Property::<Self>::always(
                "within five minutes events come in the order of sending",
                |_, state| !state.went_back || state.has_expired,
            ),
            Property::<Self>::always(
                "a consumer that takes what is newer never goes back",
                |_, state| state.stored == state.newest,
            ),
            Property::<Self>::sometimes("an event comes after a newer one", |_, state| {
                state.went_back
            }),
            Property::<Self>::sometimes("all is consumed", |model, state| {
                state.queue.is_empty() && state.next == model.versions
            }),
        ]
    }
}

impl Fifo {
    fn send(&self, state: &mut State, version: u8) {
        state.sends += 1;
        if self.has_id && state.remembered.contains(&version) {
            return;
        }
        let is_there = state.remembered.contains(&version);
        state.repeated |= is_there;
        state.queue.push(version);
        if !is_there {
            state.remembered.push(version);
        }
    }
}
