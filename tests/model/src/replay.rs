//! `teamwire replay` beside a function that still fails (decision 37): a run ends, moves each letter once,
//! and loses nothing, also where it is killed and SQS gives a letter twice.

use stateright::{Model, Property};

/// What a run must not do.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// It leaves to the next run what came since it began.
    pub only_what_was_there: bool,
    /// It sends a letter before it deletes it.
    pub sent_before_deleted: bool,
    /// It sends once what SQS gives twice.
    pub remembered: bool,
}

/// All rules.
pub const RULES: Rules = Rules {
    only_what_was_there: true,
    sent_before_deleted: true,
    remembered: true,
};

/// The model.
#[derive(Debug, Clone)]
pub struct Replay {
    /// Letters at the beginning.
    pub letters: u8,
    /// Runs, killed ones among them.
    pub runs: u8,
    /// Letters that there may be at once.
    pub most: usize,
    /// What a run keeps to.
    pub rules: Rules,
}

impl Replay {
    /// The model within its bounds.
    pub fn bounded(wide: bool) -> Self {
        Self {
            letters: if wide { 3 } else { 2 },
            runs: 2,
            most: if wide { 6 } else { 4 },
            rules: RULES,
        }
    }
}

/// A dead letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Letter {
    change: u8,
    /// The run during which it became one; 0 for before all.
    since: u8,
    /// Times that the run under way sent it.
    sent: u8,
}

/// The state of the queue and of the run.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct State {
    letters: Vec<Letter>,
    /// What was sent to the function: changes, in order.
    messages: Vec<u8>,
    /// Changes that are events.
    events: Vec<u8>,
    /// The run under way, or the last.
    run: u8,
    is_running: bool,
    /// Moves of the run under way.
    moves: u8,
}

/// What happens next.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// A person begins a run.
    Begin,
    /// It sends a letter to the function.
    Send(usize),
    /// It deletes it.
    Delete(usize),
    /// It ends, or is killed.
    End,
    /// The function makes an event of a message.
    Succeed(usize),
    /// Or a letter again.
    Fail(usize),
}

impl Model for Replay {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        let letter = |change| Letter {
            change,
            since: 0,
            sent: 0,
        };
        vec![State {
            letters: (0..self.letters).map(letter).collect(),
            messages: vec![],
            events: vec![],
            run: 0,
            is_running: false,
            moves: 0,
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        if state.is_running {
            let letters = 0..state.letters.len();
            actions.extend(letters.flat_map(|at| [Action::Send(at), Action::Delete(at)]));
            actions.push(Action::End);
        } else if state.run < self.runs {
            actions.push(Action::Begin);
        }
        let messages = 0..state.messages.len();
        actions.extend(messages.flat_map(|at| [Action::Succeed(at), Action::Fail(at)]));
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = last.clone();
        match action {
            Action::Begin => {
                (state.run, state.is_running, state.moves) = (last.run + 1, true, 0);
                state.letters.iter_mut().for_each(|letter| letter.sent = 0);
            }
            Action::Send(at) => {
                let letter = state.letters.get_mut(at)?;
                let is_old = letter.since < last.run;
                if self.rules.only_what_was_there && !is_old
                    || self.rules.remembered && letter.sent > 0
                {
                    return None;
                }
                letter.sent += 1;
                state.moves = state.moves.saturating_add(1);
                let change = letter.change;
                state.messages.push(change);
            }
            Action::Delete(at) => {
                let letter = state.letters.get(at)?;
                if letter.sent == 0 && self.rules.sent_before_deleted {
                    return None;
                }
                state.letters.remove(at);
            }
            Action::End => state.is_running = false,
            Action::Succeed(at) => {
                let change = state.messages.get(at).copied()?;
                state.messages.remove(at);
                state.events.push(change);
                state.events.sort_unstable();
                state.events.dedup();
            }
            Action::Fail(at) => {
                let change = state.messages.get(at).copied()?;
                state.messages.remove(at);
                state.letters.push(Letter {
                    change,
                    since: last.run,
                    sent: 0,
                });
            }
        }
        state.letters.sort_unstable();
        state.messages.sort_unstable();
        Some(state)
    }

    fn within_boundary(&self, state: &State) -> bool {
        // Without a rule, a run would go on for ever.
        let is_over = |letter: &Letter| letter.sent > 2;
        state.letters.len() + state.messages.len() <= self.most
            && usize::from(state.moves) <= self.most
            && !state.letters.iter().any(is_over)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::<Self>::always("a replay loses nothing", |model, state| {
                let is_left = |change| {
                    state.events.contains(&change)
                        || state.messages.contains(&change)
                        || state.letters.iter().any(|letter| letter.change == change)
                };
                (0..model.letters).all(is_left)
            }),
            Property::<Self>::always("a run moves each letter at most once", |_, state| {
                state.letters.iter().all(|letter| letter.sent <= 1)
            }),
            Property::<Self>::always(
                "a run moves no more than was there when it began",
                |model, state| {
                    // Of a run that was killed some letters are there twice.
                    usize::from(state.moves) <= model.most
                        && (state.run != 1 || state.moves <= model.letters)
                },
            ),
            Property::<Self>::sometimes("everything is an event", |model, state| {
                let all: Vec<u8> = (0..model.letters).collect();
                state.letters.is_empty() && state.messages.is_empty() && state.events == all
            }),
            Property::<Self>::sometimes(
                "a letter is there twice after a run that was killed",
                |_, state| {
                    let [one, two, ..] = state.letters.as_slice() else {
                        return false;
                    };
                    !state.is_running && one.change == two.change
                },
            ),
        ]
    }
}
