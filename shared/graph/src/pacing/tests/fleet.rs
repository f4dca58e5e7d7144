//! Processes that share one tenant of Graph's, on a clock of their own.

use super::super::ReadRates;
use super::super::tenant_pace::TenantPace;
use super::{SECOND, TIMEOUT};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::time::{Duration, Instant};

pub(super) const RATES: ReadRates = ReadRates {
    tenant: 20.0 * 0.83,
    conversation: 0.83,
};
/// Messages that a process works on at once.
const BATCH: usize = 10;
/// Time that a read takes, and time between two looks at an empty queue.
const READ: Duration = Duration::from_millis(100);
const POLL: Duration = Duration::from_millis(20);
const LONGEST_DELAY: Duration = Duration::from_secs(900);
const END: Duration = Duration::from_secs(3_600);

#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) read: usize,
    pub(super) refused: usize,
    pub(super) deferred: usize,
    /// Time of the last read.
    end: Duration,
}

impl Outcome {
    pub(super) fn rate(&self) -> f64 {
        self.read as f64 / self.end.as_secs_f64()
    }

    pub(super) fn refused_of_all(&self) -> f64 {
        self.refused as f64 / (self.read + self.refused) as f64
    }
}

/// A backlog of so many messages of `conversations`, read by `processes`.
pub(super) fn drain(processes: usize, conversations: usize, messages: usize) -> Outcome {
    let start = Instant::now();
    let mut fleet = Fleet {
        start,
        conversations,
        paces: (0..processes)
            .map(|_| TenantPace::new(RATES, start))
            .collect(),
        queue: (0..messages)
            .map(|message| Reverse((Duration::ZERO, message)))
            .collect(),
        graph: Graph::default(),
        outcome: Outcome::default(),
        draw: 0,
    };
    let workers = 0..processes * BATCH;
    let mut steps: BinaryHeap<_> = workers
        .map(|worker| Reverse((Duration::ZERO, worker, Step::Receive)))
        .collect();
    while let Some(Reverse((now, worker, step))) = steps.pop() {
        if fleet.outcome.read == messages || now > END {
            break;
        }
        let (time, step) = fleet.step(now, worker / BATCH, step);
        steps.push(Reverse((time, worker, step)));
    }
    fleet.outcome
}

/// What one message of a batch waits for.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Receive,
    TenantsTurn(Task),
    Ask(Task),
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Task {
    message: usize,
    give_up: Duration,
    /// The turn of its conversation.
    turn: Duration,
}

struct Fleet {
    start: Instant,
    conversations: usize,
    paces: Vec<TenantPace>,
    queue: BinaryHeap<Reverse<(Duration, usize)>>,
    graph: Graph,
    outcome: Outcome,
    draw: u32,
}

impl Fleet {
    fn step(&mut self, now: Duration, process: usize, step: Step) -> (Duration, Step) {
        let start = self.start;
        let at = |time: Duration| start + time;
        match step {
            Step::Receive => {
                let message = match self.queue.peek() {
                    Some(Reverse((due, message))) if *due <= now => *message,
                    _ => return (now + POLL, Step::Receive),
                };
                self.queue.pop();
                let (name, give_up) = (self.name(message), now + TIMEOUT);
                let pace = &mut self.paces[process];
                match pace.conversations_turn(&name, at(now), at(give_up)) {
                    Ok(turn) => {
                        let turn = turn - start;
                        let task = Task {
                            message,
                            give_up,
                            turn,
                        };
                        (turn, Step::TenantsTurn(task))
                    }
                    Err(wait) => self.defer(message, now, wait),
                }
            }
            Step::TenantsTurn(task) => {
                let name = self.name(task.message);
                let pace = &mut self.paces[process];
                match pace.tenants_turn(&name, at(now), at(task.give_up)) {
                    Ok(turn) => (turn - start, Step::Ask(task)),
                    Err(wait) => {
                        pace.leave(&name, at(task.turn));
                        self.defer(task.message, now, wait)
                    }
                }
            }
            Step::Ask(task) => {
                let name = self.name(task.message);
                let pace = &mut self.paces[process];
                if pace.is_paused(&name, at(now)) {
                    return (now, Step::TenantsTurn(task));
                }
                if self.graph.gives(now, &name) {
                    self.outcome.read += 1;
                    self.outcome.end = now;
                    pace.answered(&name, at(now));
                    return (now + READ, Step::Receive);
                }
                self.outcome.refused += 1;
                self.draw = self
                    .draw
                    .wrapping_mul(1_664_525)
                    .wrapping_add(1_013_904_223);
                let draw = f64::from(self.draw) / f64::from(u32::MAX);
                pace.refused(&name, at(now), SECOND, draw);
                self.defer(task.message, now, SECOND)
            }
        }
    }

    /// Sends a message again, to be there after `wait`: queues count in seconds, and delay by a
    /// quarter of an hour at most.
    fn defer(&mut self, message: usize, now: Duration, wait: Duration) -> (Duration, Step) {
        self.outcome.deferred += 1;
        let seconds = Duration::from_secs(wait.as_secs_f64().ceil() as u64).min(LONGEST_DELAY);
        self.queue.push(Reverse((now + seconds, message)));
        (now, Step::Receive)
    }

    /// The conversation of a message, as a hash would spread them.
    fn name(&self, message: usize) -> String {
        let number = message * 7_919 + message / self.conversations;
        (number % self.conversations).to_string()
    }
}

/// Graph, which counts in windows of a second, and counts what it refuses.
#[derive(Default)]
struct Graph {
    tenant: Window,
    conversations: HashMap<String, Window>,
}

#[derive(Default)]
struct Window {
    began: Duration,
    count: u32,
}

impl Graph {
    fn gives(&mut self, now: Duration, conversation: &str) -> bool {
        let of_tenant = self.tenant.takes(now, 20);
        let conversation = self.conversations.entry(conversation.to_owned());
        conversation.or_default().takes(now, 1) && of_tenant
    }
}

impl Window {
    fn takes(&mut self, now: Duration, most: u32) -> bool {
        if now >= self.began + SECOND {
            *self = Self {
                began: now,
                count: 0,
            };
        }
        self.count += 1;
        self.count <= most
    }
}
