//! The state that all ports of one run share.

use super::bugs::Bug;
use super::forecast::{CallOutcome, Dice, Forecast, Port, Weather};
use super::history::Entry;
use super::sqs::SimQueue;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};
use teamwire_graph::ClientStates;
use tokio::sync::Notify;

/// The queues of the pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Name {
    Decrypt,
    Hydrate,
    Lifecycle,
    Events,
    Quarantine,
    DecryptDeadLetters,
    HydrateDeadLetters,
}

impl Name {
    /// The port whose outage it shares; queues that get little traffic have one in common.
    pub(super) const fn port(self) -> Port {
        match self {
            Self::Decrypt => Port::Decrypt,
            Self::Hydrate => Port::Hydrate,
            Self::Events => Port::Events,
            Self::Lifecycle
            | Self::Quarantine
            | Self::DecryptDeadLetters
            | Self::HydrateDeadLetters => Port::DeadLetters,
        }
    }

    pub(super) const fn dead_letters(self) -> Self {
        match self {
            Self::Hydrate => Self::HydrateDeadLetters,
            _ => Self::DecryptDeadLetters,
        }
    }
}

/// The state of one run.
pub(super) struct State {
    pub(super) now: u64,
    pub(super) dice: Dice,
    pub(super) forecast: Forecast,
    pub(super) queues: BTreeMap<Name, SimQueue>,
    pub(super) claims: BTreeMap<String, String>,
    /// Wakes whoever has to end the process.
    pub(super) crash: Arc<Notify>,
    /// The journal, for comparison.
    pub(super) journal: Vec<String>,
    /// What became of each change, for the model.
    pub(super) history: Vec<Entry>,
    /// The queue whose function is at work.
    pub(super) at_work: Option<Name>,
    /// The client states that the process of ingest read last, and when.
    pub(super) known: Option<(Arc<ClientStates>, u64)>,
    /// The ids recorded by the bug that records duplicates too early.
    pub(super) noted: BTreeSet<String>,
    /// True if somebody replays dead letters.
    pub(super) has_operator: bool,
    /// Replays so far.
    pub(super) replays: u32,
    pub(super) bug: Bug,
}

/// The state, shared.
#[derive(Clone)]
pub(super) struct World(Arc<Mutex<State>>);

impl World {
    pub(super) fn new(seed: u64, weather: Weather, bug: Bug) -> Self {
        let mut dice = Dice::new(seed);
        let forecast = Forecast::new(weather, &mut dice);
        Self(Arc::new(Mutex::new(State {
            now: 0,
            dice,
            forecast,
            queues: BTreeMap::new(),
            claims: BTreeMap::new(),
            crash: Arc::default(),
            journal: vec![],
            history: vec![],
            at_work: None,
            known: None,
            noted: BTreeSet::new(),
            has_operator: seed.is_multiple_of(3),
            replays: 0,
            bug,
        })))
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    /// Calls a port: `act` does what the port does, if it comes to that. What comes back is how
    /// the call went for the caller, who may never know.
    pub(super) async fn call<T>(
        &self,
        port: Port,
        act: impl FnOnce(&mut State, CallOutcome) -> T,
    ) -> T {
        // Other work of the same process goes on meanwhile.
        tokio::task::yield_now().await;
        let outcome = {
            let mut state = self.state();
            let State {
                forecast,
                dice,
                now,
                ..
            } = &mut *state;
            let outcome = forecast.outcome(port, *now, dice);
            state.journal.push(format!("{port:?} {outcome:?}"));
            outcome
        };
        match outcome {
            CallOutcome::CrashBefore => self.crash().await,
            CallOutcome::Panic => std::panic::resume_unwind(Box::new("a fault of ours")),
            _ => {}
        }
        let done = act(&mut self.state(), outcome);
        if outcome == CallOutcome::CrashAfter {
            self.crash().await;
        }
        done
    }

    fn end_process(&self) {
        let mut state = self.state();
        state.known = None;
        state.crash.notify_one();
    }

    async fn crash(&self) {
        self.end_process();
        std::future::pending().await
    }
}
