//! A gap becomes pages, each page events and one message for the next (decision 24).

use stateright::{Model, Property};
use std::collections::BTreeSet;

/// What our code must not do.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// The next page goes on only once the events of this one are sent.
    pub events_before_the_next: bool,
    /// A page is forgotten only once the next is on the queue.
    pub next_before_forgotten: bool,
    /// A gap that is given up is an event before it is a dead letter.
    pub told_before_buried: bool,
    /// A list whose page Graph forgot is begun anew so often and no more.
    pub restarts_end: bool,
}

/// All rules.
pub const RULES: Rules = Rules {
    events_before_the_next: true,
    next_before_forgotten: true,
    told_before_buried: true,
    restarts_end: true,
};

/// The model.
#[derive(Debug, Clone)]
pub struct Backfill {
    /// Pages of the list.
    pub pages: u8,
    /// Restarts of the list, as a limit.
    pub restarts: u8,
    /// Messages that there may be at once.
    pub messages: usize,
    /// What our code keeps to.
    pub rules: Rules,
}

impl Backfill {
    /// The model within its bounds.
    pub fn bounded(wide: bool) -> Self {
        Self {
            pages: if wide { 5 } else { 3 },
            restarts: if wide { 3 } else { 1 },
            messages: 3,
            rules: RULES,
        }
    }
}

/// A message: the page to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Step {
    page: u8,
    restarts: u8,
}

/// A page that is being read, and what was accepted of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Turn {
    step: Step,
    outcome: Outcome,
    events: bool,
    next: bool,
}

/// What Graph answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// The page.
    Page,
    /// It has forgotten that page.
    Forgotten,
    /// It refuses it, and that is told and buried.
    Refused,
}

/// The state of one gap.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct State {
    steps: Vec<Step>,
    turn: Option<Turn>,
    /// Pages of which the events were sent.
    filled: BTreeSet<u8>,
    is_told: bool,
    is_buried: bool,
}

/// What happens next.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// A message is taken, and Graph is asked.
    Read(usize, Outcome),
    /// The events queue takes the events, or the event of the gap; the answer may be lost.
    Emit(bool),
    /// What goes on, or the dead letter, is taken.
    GoOn(bool),
    /// The queue forgets the message.
    Forget,
    /// The process ends; the message comes again.
    Crash,
}

impl Model for Backfill {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State {
            steps: vec![Step {
                page: 0,
                restarts: 0,
            }],
            turn: None,
            filled: BTreeSet::new(),
            is_told: false,
            is_buried: false,
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        if state.turn.is_some() {
            actions.extend([true, false].map(Action::Emit));
            actions.extend([true, false].map(Action::GoOn));
            actions.extend([Action::Forget, Action::Crash]);
        } else {
            for at in 0..state.steps.len() {
                let outcomes = [Outcome::Page, Outcome::Forgotten, Outcome::Refused];
                actions.extend(outcomes.map(|outcome| Action::Read(at, outcome)));
            }
        }
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = last.clone();
        match (action, &mut state.turn) {
            (Action::Read(at, outcome), turn @ None) => {
                let step = *last.steps.get(at)?;
                // The first page has no link that could be forgotten.
                if outcome == Outcome::Forgotten && step.page == 0 {
                    return None;
                }
                let outcome = match outcome {
                    Outcome::Forgotten if self.is_worn(step) => Outcome::Refused,
                    outcome => outcome,
                };
                *turn = Some(Turn {
                    step,
                    outcome,
                    events: outcome == Outcome::Forgotten,
                    next: outcome == Outcome::Page && step.page + 1 == self.pages,
                });
            }
            (Action::Emit(heard), Some(turn)) if turn.outcome != Outcome::Forgotten => {
                turn.events |= heard;
                if turn.outcome == Outcome::Page {
                    state.filled.insert(turn.step.page);
                } else {
                    state.is_told = true;
                }
            }
            (Action::GoOn(heard), Some(turn)) => {
                let first = match turn.outcome {
                    Outcome::Refused => self.rules.told_before_buried,
                    _ => self.rules.events_before_the_next,
                };
                let is_last = turn.outcome == Outcome::Page && turn.step.page + 1 == self.pages;
                if first && !turn.events || is_last {
                    return None;
                }
                turn.next |= heard;
                match turn.outcome {
                    Outcome::Page => state.steps.push(Step {
                        page: turn.step.page + 1,
                        ..turn.step
                    }),
                    Outcome::Forgotten => state.steps.push(Step {
                        page: 0,
                        restarts: turn.step.restarts + 1,
                    }),
                    Outcome::Refused => state.is_buried = true,
                }
            }
            (Action::Forget, Some(turn)) => {
                let needs_events = turn.next && turn.events;
                if self.rules.next_before_forgotten && !needs_events {
                    return None;
                }
                let step = turn.step;
                let at = last.steps.iter().position(|other| *other == step)?;
                state.steps.remove(at);
                state.turn = None;
            }
            (Action::Crash, turn @ Some(_)) => *turn = None,
            _ => return None,
        }
        state.steps.sort_unstable();
        Some(state)
    }

    fn within_boundary(&self, state: &State) -> bool {
        // Without an end they would never be over.
        let worn = |step: &Step| step.restarts > self.restarts + 1;
        state.steps.len() <= self.messages && !state.steps.iter().any(worn)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::<Self>::always(
                "a gap is filled, or told and a dead letter",
                |model, state| {
                    let is_over = state.steps.is_empty();
                    let is_filled = state.filled.len() == usize::from(model.pages);
                    !is_over || is_filled || state.is_told && state.is_buried
                },
            ),
            Property::<Self>::always(
                "what is given up is told before it is a dead letter",
                |_, state| state.is_told || !state.is_buried,
            ),
            Property::<Self>::always(
                "a page goes on only once its events are sent",
                |_, state| {
                    let steps = state.steps.iter().filter(|step| step.restarts == 0);
                    let mut before = steps.flat_map(|step| 0..step.page);
                    before.all(|page| state.filled.contains(&page))
                },
            ),
            Property::<Self>::always(
                "a list is begun anew so often and no more",
                |model, state| {
                    let mut steps = state.steps.iter();
                    steps.all(|step| step.restarts <= model.restarts)
                },
            ),
            Property::<Self>::sometimes("a gap is filled", |model, state| {
                state.steps.is_empty() && state.filled.len() == usize::from(model.pages)
            }),
            Property::<Self>::sometimes("a gap is given up after its restarts", |model, state| {
                let turn = state.turn.filter(|turn| turn.outcome == Outcome::Refused);
                let worn = turn.is_some_and(|turn| turn.step.restarts == model.restarts);
                worn && state.is_buried
            }),
        ]
    }
}

impl Backfill {
    const fn is_worn(&self, step: Step) -> bool {
        self.rules.restarts_end && step.restarts >= self.restarts
    }
}
