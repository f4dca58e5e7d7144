//! A queue on which the group of a message is its tenant: a busy tenant does not hold up the others.

use stateright::{Model, Property};

/// The model. SQS gives what belongs to the group with the fewest messages under way.
#[derive(Debug, Clone)]
pub struct Fair {
    /// Messages of the busy tenant, that there are at once.
    pub busy: u8,
    /// Invocations at once.
    pub slots: u8,
    /// True if a message has its tenant as `MessageGroupId`, when it is put off too.
    pub is_grouped: bool,
}

impl Fair {
    /// The model within its bounds.
    pub const fn bounded(wide: bool) -> Self {
        Self {
            busy: if wide { 200 } else { 20 },
            slots: if wide { 10 } else { 3 },
            is_grouped: true,
        }
    }
}

/// The state of the queue.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct State {
    waiting: u8,
    under_way: u8,
    /// The message of the quiet tenant: messages of the other that were begun while it waited.
    quiet: Option<u8>,
    is_done: bool,
}

/// What happens next.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// A message of the busy tenant comes.
    Flood,
    /// The one of the quiet tenant comes.
    Come,
    /// A message of the busy tenant is begun.
    Busy,
    /// The one of the quiet tenant is.
    Quiet,
    /// One of the busy tenant's is done, or put off.
    End(bool),
}

impl Model for Fair {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State {
            waiting: 0,
            under_way: 0,
            quiet: None,
            is_done: false,
        }]
    }

    fn actions(&self, _: &State, actions: &mut Vec<Action>) {
        actions.extend([Action::Flood, Action::Come, Action::Busy, Action::Quiet]);
        actions.extend([true, false].map(Action::End));
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = last.clone();
        match action {
            Action::Flood if last.waiting < self.busy => state.waiting += 1,
            Action::Come if last.quiet.is_none() && !last.is_done => state.quiet = Some(0),
            Action::Busy if last.waiting > 0 && last.under_way < self.slots => {
                // The quiet tenant has nothing under way: wherever the queue can tell the two it is
                // first, or next where the other has nothing under way either.
                let is_its_turn = last
                    .quiet
                    .is_some_and(|begun| begun > 0 || last.under_way > 0);
                if self.is_grouped && is_its_turn {
                    return None;
                }
                state.waiting -= 1;
                state.under_way += 1;
                state.quiet = last.quiet.map(|begun| begun.saturating_add(1));
            }
            Action::Quiet if last.quiet.is_some() && last.under_way < self.slots => {
                (state.quiet, state.is_done) = (None, true);
            }
            Action::End(is_done) if last.under_way > 0 => {
                state.under_way -= 1;
                state.waiting += u8::from(!is_done && last.waiting < self.busy);
            }
            _ => return None,
        }
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::<Self>::always("a busy tenant does not hold up the others", |_, state| {
                state.quiet.is_none_or(|begun| begun <= 1)
            }),
            Property::<Self>::sometimes(
                "the quiet tenant comes while all are busy",
                |model, state| {
                    state.quiet.is_some() && state.under_way == model.slots && state.waiting > 0
                },
            ),
        ]
    }
}
