//! From a POST to an event or a dead letter: acknowledgement, deferral, dead letter, claim check, replay.
//!
//! Graph posts one batch until it is told 202. Ingest stores each item, a function takes it from there,
//! and a person may send a dead letter back. A call may do its work without our hearing of it, a process
//! may end anywhere, and a message may come to two processes at once.

mod boundary;
mod promises;

use stateright::{Model, Property};
use std::collections::BTreeSet;

/// A change, by what is to become of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Change {
    /// Where ingest leaves it.
    pub route: Route,
    /// What the function makes of it, where it goes to one.
    pub verdict: Verdict,
    /// True if it travels as a claim.
    pub is_large: bool,
}

/// The place where ingest leaves an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Route {
    /// The queue of a function.
    Function,
    /// The events queue: there is nothing to open or read.
    Events,
    /// The quarantine queue.
    Quarantine,
    /// Nowhere: it is not authentic.
    Nowhere,
}

/// What a function makes of a record, where all that it needs is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verdict {
    /// An event.
    Event,
    /// A dead letter with a reason.
    Dead,
    /// Neither: it fails each time.
    Failure,
}

/// The number of a change.
pub type Nth = u8;

/// What our code must not do. Each rule is one that the code keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// 202 only once every item of the POST is stored.
    pub answered_when_stored: bool,
    /// A record is forgotten only once an event, a deferral or a dead letter of its is accepted.
    pub forgotten_when_kept: bool,
    /// What is too large is in the bucket before anything points to it.
    pub claim_first: bool,
    /// What was put off for too long is a dead letter.
    pub deferrals_end: bool,
    /// A dead letter is deleted once it was sent back.
    pub sent_before_deleted: bool,
    /// What can't be opened is not forwarded.
    pub tampered_is_dead: bool,
}

/// All rules.
pub const RULES: Rules = Rules {
    answered_when_stored: true,
    forgotten_when_kept: true,
    claim_first: true,
    deferrals_end: true,
    sent_before_deleted: true,
    tampered_is_dead: true,
};

/// How much may happen in one run.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// POSTs of the batch.
    pub posts: u8,
    /// Receives of a message before SQS moves it.
    pub receives: u8,
    /// Deferrals of a message before it is overdue.
    pub deferrals: u8,
    /// Replays of a letter.
    pub replays: u8,
    /// Messages on the function's queue.
    pub messages: usize,
    /// Letters about one change.
    pub letters: usize,
    /// Invocations at once.
    pub invocations: usize,
}

/// The model.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// The changes of the batch.
    pub changes: Vec<Change>,
    /// How much may happen.
    pub bounds: Bounds,
    /// What our code keeps to.
    pub rules: Rules,
}

/// A message on the function's queue.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Message {
    /// The change that it is about.
    pub change: Nth,
    /// Receives so far.
    pub receives: u8,
    /// Deferrals so far.
    pub deferrals: u8,
    /// Replays so far.
    pub replays: u8,
    /// True until it becomes visible again.
    pub is_hidden: bool,
    /// Its name.
    pub id: u32,
}

/// A dead letter.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Letter {
    /// The change that it is about.
    pub change: Nth,
    /// The reason that it has.
    pub reason: Reason,
    /// Replays so far.
    pub replays: u8,
    /// True once a replay has sent it back.
    pub is_sent: bool,
}

/// The reason of a dead letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reason {
    /// The function's own.
    Own,
    /// It was put off for too long.
    DeferredTooLong,
    /// None: SQS moved it.
    Exhausted,
}

/// One invocation of the function.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Invocation {
    /// The messages that it has.
    pub messages: BTreeSet<u32>,
    /// The changes of which something that it sent was accepted, as far as it knows.
    pub kept: BTreeSet<Nth>,
}

/// The state of a run.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct State {
    /// POSTs so far.
    pub posts: u8,
    /// The items that are stored, as far as the POST that is being answered knows; `None` between POSTs.
    pub post: Option<BTreeSet<Nth>>,
    /// The changes for which Graph was told 202.
    pub accepted: BTreeSet<Nth>,
    /// The function's queue.
    pub messages: Vec<Message>,
    /// Its dead letters.
    pub letters: Vec<Letter>,
    /// Invocations under way.
    pub invocations: Vec<Invocation>,
    /// How many events there are of each change; two stand for more.
    pub events: Vec<u8>,
    /// What is in quarantine.
    pub quarantined: BTreeSet<Nth>,
    /// What is in the bucket.
    pub claims: BTreeSet<Nth>,
    /// The next message's name.
    next: u32,
}

/// What happens next. What was `heard` of is known to who asked for it; the rest was done all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Graph posts the batch.
    Post,
    /// The bucket takes what is too large.
    Leave(Nth),
    /// A queue takes an item from ingest.
    Store(Nth, Heard),
    /// Graph is told 202.
    Accept,
    /// Graph is told something else, or nothing.
    Refuse,
    /// An invocation begins with these messages.
    Receive(BTreeSet<u32>),
    /// SQS moves a message that was received too often.
    Exhaust(u32),
    /// The events queue takes an event.
    Emit(usize, Nth, Heard),
    /// The queue takes a deferral.
    Defer(usize, u32, Heard),
    /// The dead-letter queue takes a letter.
    Bury(usize, u32, Reason, Heard),
    /// The queue forgets a message, which was not reported as failed.
    Forget(usize, u32),
    /// The invocation is over: it ended, or its process did.
    End(usize),
    /// A message that was received is visible again.
    Appear(u32),
    /// A person sends a letter back.
    SendBack(usize),
    /// And deletes it.
    Delete(usize),
}

/// True if the answer to a call arrived.
pub type Heard = bool;

impl Delivery {
    /// The outcome of `action`, without the order that [`Model::next_state`] brings into it: messages
    /// keep their names. `None` where our code, or AWS, does not do such a thing in this state.
    pub fn step(&self, state: &State, action: &Action) -> Option<State> {
        let mut next = state.clone();
        next.events.resize(self.changes.len(), 0);
        self.take(&mut next, action).then_some(next)
    }

    fn take(&self, state: &mut State, action: &Action) -> bool {
        match action {
            Action::Post => {
                state.posts = state.posts.saturating_add(1);
                state.post.replace(BTreeSet::new()).is_none()
            }
            Action::Leave(nth) => state.claims.insert(*nth),
            Action::Store(nth, heard) => self.store(state, *nth, *heard),
            Action::Accept => {
                let Some(stored) = state.post.take() else {
                    return false;
                };
                let all = self.authentic();
                let holds = all.is_subset(&stored) || !self.rules.answered_when_stored;
                state.accepted = all;
                holds
            }
            Action::Refuse => state.post.take().is_some(),
            Action::Receive(ids) => self.receive(state, ids),
            Action::Exhaust(id) => {
                let Some(message) = remove(state, *id) else {
                    return false;
                };
                state.letters.push(message.letter(Reason::Exhausted));
                !message.is_hidden && message.receives >= self.bounds.receives
            }
            Action::Emit(at, nth, heard) => {
                let may = match self.change(*nth).verdict {
                    Verdict::Event => true,
                    Verdict::Dead => !self.rules.tampered_is_dead,
                    Verdict::Failure => false,
                };
                count(state, *nth);
                may && self.points_somewhere(state, *nth) && keep(state, *at, *nth, *heard)
            }
            Action::Defer(at, id, heard) => self.defer(state, *at, *id, *heard),
            Action::Bury(at, id, reason, heard) => self.bury(state, *at, *id, *reason, *heard),
            Action::Forget(at, id) => self.forget(state, *at, *id),
            Action::End(at) => {
                let there = *at < state.invocations.len();
                if there {
                    state.invocations.remove(*at);
                }
                there
            }
            Action::Appear(id) => {
                let message = state.messages.iter_mut().find(|message| message.id == *id);
                message.is_some_and(|message| std::mem::replace(&mut message.is_hidden, false))
            }
            Action::SendBack(at) => self.send_back(state, *at),
            Action::Delete(at) => {
                let there = state.letters.get(*at);
                let is_sent = |letter: &Letter| letter.is_sent || !self.rules.sent_before_deleted;
                let may = there.is_some_and(is_sent);
                if may {
                    state.letters.remove(*at);
                }
                may
            }
        }
    }

    fn store(&self, state: &mut State, nth: Nth, heard: Heard) -> bool {
        match self.change(nth).route {
            Route::Function => state.send(nth, 0, 0),
            Route::Events => count(state, nth),
            Route::Quarantine => {
                state.quarantined.insert(nth);
            }
            Route::Nowhere => return false,
        }
        let points = self.points_somewhere(state, nth);
        let Some(stored) = &mut state.post else {
            return false;
        };
        if heard {
            stored.insert(nth);
        }
        points
    }

    fn receive(&self, state: &mut State, ids: &BTreeSet<u32>) -> bool {
        for id in ids {
            let there = state.messages.iter_mut().find(|message| message.id == *id);
            let Some(message) = there else { return false };
            if message.is_hidden || message.receives >= self.bounds.receives {
                return false;
            }
            message.is_hidden = true;
            message.receives += 1;
        }
        state.invocations.push(Invocation {
            messages: ids.clone(),
            kept: BTreeSet::new(),
        });
        !ids.is_empty()
    }

    fn defer(&self, state: &mut State, at: usize, id: u32, heard: Heard) -> bool {
        let Some(message) = held(state, at, id) else {
            return false;
        };
        let overdue = message.deferrals >= self.bounds.deferrals;
        state.send(
            message.change,
            message.deferrals.saturating_add(1),
            message.replays,
        );
        !(overdue && self.rules.deferrals_end) && keep(state, at, message.change, heard)
    }

    fn bury(&self, state: &mut State, at: usize, id: u32, reason: Reason, heard: Heard) -> bool {
        let Some(message) = held(state, at, id) else {
            return false;
        };
        let may = match reason {
            Reason::Own => self.change(message.change).verdict == Verdict::Dead,
            Reason::DeferredTooLong => message.deferrals >= self.bounds.deferrals,
            Reason::Exhausted => false,
        };
        state.letters.push(message.letter(reason));
        may && keep(state, at, message.change, heard)
    }

    fn forget(&self, state: &mut State, at: usize, id: u32) -> bool {
        let Some(message) = held(state, at, id) else {
            return false;
        };
        let kept = state
            .invocations
            .get(at)
            .is_some_and(|invocation| invocation.kept.contains(&message.change));
        remove(state, id);
        kept || !self.rules.forgotten_when_kept
    }

    fn send_back(&self, state: &mut State, at: usize) -> bool {
        let Some(letter) = state.letters.get_mut(at) else {
            return false;
        };
        // One that was sent may be sent again, by the run after one that was killed.
        let may = letter.replays < self.bounds.replays && letter.reason != Reason::Own;
        letter.is_sent = true;
        let (change, replays) = (letter.change, letter.replays + 1);
        state.send(change, 0, replays);
        may
    }

    fn change(&self, nth: Nth) -> Change {
        #[expect(
            clippy::indexing_slicing,
            reason = "a path about a change that there is not is a mistake of its maker"
        )]
        self.changes[usize::from(nth)]
    }

    fn authentic(&self) -> BTreeSet<Nth> {
        let all = (0..).zip(&self.changes);
        all.filter(|(_, change)| change.route != Route::Nowhere)
            .map(|(nth, _)| nth)
            .collect()
    }

    fn points_somewhere(&self, state: &State, nth: Nth) -> bool {
        !self.rules.claim_first || !self.change(nth).is_large || state.claims.contains(&nth)
    }
}

impl State {
    fn send(&mut self, change: Nth, deferrals: u8, replays: u8) {
        let id = self.next;
        self.next += 1;
        self.messages.push(Message {
            change,
            receives: 0,
            deferrals,
            replays,
            is_hidden: false,
            id,
        });
    }

    /// The name of the message that was sent last.
    pub fn newest(&self) -> Option<u32> {
        self.messages.last().map(|message| message.id)
    }
}

impl Message {
    fn letter(&self, reason: Reason) -> Letter {
        Letter {
            change: self.change,
            reason,
            replays: self.replays,
            is_sent: false,
        }
    }
}

fn count(state: &mut State, nth: Nth) {
    if let Some(events) = state.events.get_mut(usize::from(nth)) {
        *events = (*events + 1).min(2);
    }
}

/// The message that an invocation has.
fn held(state: &State, at: usize, id: u32) -> Option<Message> {
    let invocation = state.invocations.get(at)?;
    invocation.messages.get(&id)?;
    let mut messages = state.messages.iter();
    messages.find(|message| message.id == id).cloned()
}

fn keep(state: &mut State, at: usize, nth: Nth, heard: Heard) -> bool {
    let Some(invocation) = state.invocations.get_mut(at) else {
        return false;
    };
    if heard {
        invocation.kept.insert(nth);
    }
    true
}

fn remove(state: &mut State, id: u32) -> Option<Message> {
    let at = state.messages.iter().position(|message| message.id == id)?;
    for invocation in &mut state.invocations {
        invocation.messages.remove(&id);
    }
    Some(state.messages.remove(at))
}

impl Model for Delivery {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State {
            events: vec![0; self.changes.len()],
            ..State::default()
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        self.possible(state, actions);
    }

    fn next_state(&self, state: &State, action: Action) -> Option<State> {
        self.step(state, &action).map(State::in_order)
    }

    fn within_boundary(&self, state: &State) -> bool {
        self.is_within(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        promises::all()
    }
}
