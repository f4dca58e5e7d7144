//! One run: what happens next, until nothing is left to happen.

use super::bugs::Bug;
use super::changes::POOL;
use super::checker::{self, Violation};
use super::forecast::{HOUR, MINUTE, Weather};
use super::history::{self, Entry};
use super::ports::{Claims, Graph, Lookup, PrivateKeys, Ready, Sending, States};
use super::sender::{Sender, clock, guard};
use super::world::{Name, World};
use crate::fakes::NoContents;
use crate::ingest::site::Told;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use teamwire_decrypt::Decrypt;
use teamwire_hydrate::Hydrate;
use teamwire_ingest::{Backend, HttpEvent, Ingest, IngestQueues};
use teamwire_model::delivery;
use teamwire_payload::WantedContent;
use teamwire_transport::batch::{self, Outputs};
use teamwire_transport::{Deadline, EventSink, TailedQueue};
use tokio::task::LocalSet;

const ROOT: &str = "https://graph.microsoft.com";
/// Longer than any run takes that comes to an end.
const END: u64 = 48 * HOUR;

/// Runs the pipeline by `seed`; what is wrong with the outcome, and with the way to it.
pub(super) fn simulate(seed: u64, weather: Weather, bug: Bug) -> Vec<Violation> {
    let (world, announced) = outcome(seed, weather, bug);
    let state = world.state();
    let mut violations = checker::check(&state, &announced, weather);
    violations.extend(history::astray(&state.history).map(Violation::Astray));
    violations
}

/// The first change whose history is no path of the model, though the code has a bug.
pub(super) fn astray(seed: u64, bug: Bug) -> Option<String> {
    let (world, _) = outcome(seed, Weather::Storm, bug);
    history::astray(&world.state().history).next()
}

/// The events, and the dead letters with a reason, that came of replays in a run.
pub(super) fn replayed(seed: u64) -> (usize, usize) {
    let (world, _) = outcome(seed, Weather::Storm, Bug::None);
    let state = world.state();
    let of = |name| {
        let queue = state.queues.get(&name).map(|queue| &queue.messages);
        let messages = queue.into_iter().flatten();
        messages.filter(|message| message.sent_after > 0)
    };
    let letters = of(Name::DecryptDeadLetters).filter(|letter| letter.reason().is_some());
    (of(Name::Events).count(), letters.count())
}

/// True if a run is no path of a model in which SQS gives a message up after three receives.
pub(super) fn leaves_a_model_of_fewer_receives(seed: u64) -> bool {
    let (world, _) = outcome(seed, Weather::Storm, Bug::None);
    let bounds = delivery::Bounds {
        receives: 3,
        ..history::BOUNDS
    };
    history::within(&world.state().history, bounds)
        .next()
        .is_some()
}

/// The number of calls of a run in which nothing fails.
pub(super) fn calls(seed: u64) -> u64 {
    let calls = outcome(seed, Weather::Calm, Bug::None)
        .0
        .state()
        .forecast
        .calls();
    calls.try_into().unwrap()
}

/// The journal of a run, call by call.
pub(super) fn journal(seed: u64, weather: Weather) -> Vec<String> {
    std::mem::take(&mut outcome(seed, weather, Bug::None).0.state().journal)
}

fn outcome(seed: u64, weather: Weather, bug: Bug) -> (World, Vec<usize>) {
    assert!(!POOL.changes.is_empty());
    let world = World::new(seed, weather, bug);
    let sender = Sender::new(seed, weather, &mut world.state().dice);
    let announced = sender.announced.clone();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    LocalSet::new().block_on(&runtime, Run::new(world.clone(), sender).finish());
    (world, announced)
}

struct Run {
    world: World,
    sender: Sender,
    ingest: Arc<Ingest<Ready>>,
    decrypt: Arc<Decrypt<PrivateKeys, Claims>>,
    hydrate: Arc<Hydrate<Graph, Claims, NoContents>>,
}

/// A step that can happen next.
#[derive(Clone, Copy)]
enum Step {
    RequestContext(usize),
    Poll(Name),
}

impl Run {
    fn new(world: World, sender: Sender) -> Self {
        let queue = |name| Sending(world.clone(), name);
        let claims = || Claims(world.clone());
        let backend = Backend {
            guard: guard(Lookup(world.clone()), States(world.clone())),
            queues: IngestQueues {
                decrypt: queue(Name::Decrypt),
                hydrate: queue(Name::Hydrate),
                lifecycle: queue(Name::Lifecycle),
                activity: queue(Name::Lifecycle),
                events: TailedQueue::new(queue(Name::Events), None),
                quarantine: queue(Name::Quarantine),
                sink: EventSink::new("https://sqs.example/events"),
                claims: claims(),
            },
        };
        Self {
            ingest: Arc::new(Ingest::new(Ready(backend), WantedContent::default())),
            decrypt: Arc::new(Decrypt::new(ROOT, PrivateKeys(world.clone()), claims())),
            hydrate: Arc::new(Hydrate::new(
                ROOT,
                Vec::new(),
                Graph(world.clone()),
                claims(),
                NoContents,
            )),
            world,
            sender,
        }
    }

    async fn finish(mut self) {
        loop {
            match self.next() {
                Some(Step::RequestContext(n)) => self.post(n).await,
                Some(Step::Poll(name)) => self.poll(name).await,
                None if self.world.state().replay() => {}
                None => return,
            }
            let mut state = self.world.state();
            state.now += state.dice.millis(3_000);
            if state.now > END {
                return;
            }
        }
    }

    /// Moves the clock to what is due next; of several things that are due, any.
    fn next(&self) -> Option<Step> {
        let mut state = self.world.state();
        let mut due: Vec<(u64, Step)> = Vec::new();
        due.extend(
            self.sender
                .next()
                .map(|(at, n)| (at, Step::RequestContext(n))),
        );
        for name in [Name::Decrypt, Name::Hydrate] {
            let visible = state
                .queues
                .get(&name)
                .and_then(|queue| queue.next_visible());
            let mut at = visible.map(|at| at.max(state.now));
            while let Some(down) = at.filter(|at| state.forecast.is_down(name.port(), *at)) {
                at = Some(down + MINUTE);
            }
            due.extend(at.map(|at| (at, Step::Poll(name))));
        }
        let first = due.iter().map(|(at, _)| *at).min()?;
        state.now = state.now.max(first);
        due.retain(|(at, _)| *at <= state.now);
        let any = state.dice.below(due.len());
        Some(due[any].1)
    }

    /// Runs one invocation; `None` where the process crashed or the handler panicked.
    async fn invoke<T: 'static>(&self, work: impl Future<Output = T> + 'static) -> Option<T> {
        let crash = Arc::<tokio::sync::Notify>::default();
        self.world.state().crash = Arc::clone(&crash);
        let mut task = tokio::task::spawn_local(work);
        tokio::select! {
            biased;
            () = crash.notified() => {
                task.abort();
                let _ = task.await;
                None
            }
            done = &mut task => done.ok(),
        }
    }

    async fn post(&mut self, n: usize) {
        let (changes, trace) = self.sender.about(n);
        let (now, bug) = {
            let mut state = self.world.state();
            state.at_work = None;
            state.history.push(Entry::Posted(changes, trace.clone()));
            (state.now, state.bug)
        };
        let (ingest, event) = (Arc::clone(&self.ingest), self.sender.request(n));
        let answer = async move {
            let event = serde_json::value::to_raw_value(&event).unwrap();
            let event = HttpEvent::read(&event).unwrap();
            let answer = ingest.answer(event, Some(trace), clock(now)).await;
            Told::by(&serde_json::to_value(answer).unwrap())
        };
        let status = self.invoke(answer).await.map(|told| told.status);
        let mut state = self.world.state();
        state.journal.push(format!("post {status:?}"));
        let answer_lost = state.forecast.is_stormy(now) && state.dice.percent(5);
        let accepted = status == Some(202) || bug == Bug::AcceptedFromMemory;
        state.history.push(Entry::Answered(accepted));
        drop(state);
        if accepted && !answer_lost {
            self.sender.accepted(n);
        } else {
            self.sender.refused(n, now);
        }
    }

    async fn poll(&mut self, name: Name) {
        let (received, bug) = {
            let state = &mut *self.world.state();
            let queue = state.queues.entry(name).or_default();
            let received = queue.receive(state.now, &mut state.dice);
            state.at_work = Some(name);
            let ids = received.ids.clone();
            let exhausted = received
                .exhausted
                .iter()
                .map(|it| Entry::Exhausted(it.id.clone()));
            state.history.extend(exhausted);
            state.history.push(Entry::Received(ids));
            if state.bug == Bug::AckBeforeSend {
                for id in &received.ids {
                    queue.delete(id);
                    state.history.push(Entry::Forgotten(id.clone()));
                }
            }
            let dead_letters = state.queues.entry(name.dead_letters()).or_default();
            dead_letters
                .messages
                .extend(received.exhausted.iter().cloned());
            (received, state.bug)
        };
        if received.ids.is_empty() {
            return;
        }
        let failures = self
            .invoke(self.batch(name, received.event))
            .await
            .flatten();
        let state = &mut *self.world.state();
        state.journal.push(format!(
            "{name:?} of {} failed {failures:?}",
            received.ids.len()
        ));
        let ids = received.ids.iter().filter(|_| failures.is_some());
        for id in ids {
            let failed = failures.iter().flatten().any(|failure| failure == id)
                && bug != Bug::DropOnPartialFailure;
            let delete_lost = state.forecast.is_stormy(state.now) && state.dice.percent(3);
            if !failed && !delete_lost {
                state.queues.entry(name).or_default().delete(id);
                state.history.push(Entry::Forgotten(id.clone()));
            }
        }
        state.history.push(Entry::Ended);
    }

    /// Runs the function of that queue; the ids it reports, or `None` for an error.
    fn batch(
        &self,
        name: Name,
        event: serde_json::Value,
    ) -> impl Future<Output = Option<Vec<String>>> + 'static {
        let world = self.world.clone();
        let ports = Outputs {
            source: "simulation",
            events: Sending(world.clone(), Name::Events),
            sink: EventSink::new("https://sqs.example/events"),
            own: Sending(world.clone(), name),
            dead_letters: Sending(world.clone(), name.dead_letters()),
            claims: Claims(world.clone()),
        };
        let (decrypt, hydrate) = (Arc::clone(&self.decrypt), Arc::clone(&self.hydrate));
        let deadline = Deadline::after(Duration::from_secs(600));
        async move {
            let event = serde_json::from_value(event).unwrap();
            let work = |deliveries: Vec<_>| async move {
                let bug = world.state().bug;
                let verdicts = match name {
                    Name::Hydrate => hydrate.work(deliveries.clone(), deadline).await,
                    _ => {
                        let open = |delivery| Arc::clone(&decrypt).work(delivery);
                        batch::each(deliveries.clone(), deadline, open).await
                    }
                };
                bug.spoil(&world, &deliveries, verdicts)
            };
            let response = batch::run(event, &ports, work).await.ok()?;
            let failures = response.batch_item_failures.into_iter();
            Some(failures.map(|failure| failure.item_identifier).collect())
        }
    }
}
