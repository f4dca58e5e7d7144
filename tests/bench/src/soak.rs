//! Each function at full speed for minutes: whether it comes to hold more and more, and how its tails
//! change; and a storm of tokens of keys that nobody has.

use crate::event;
use crate::fake_aws::{FakeAws, Sent};
use crate::function::Function;
use crate::report::{Figure, Report, Samples};
use crate::traffic::{self, PAGE_ITEMS, Parties, RESOURCE_BYTES, SUBSCRIPTION_ID};
use anyhow::{Context, ensure};
use aws_lc_rs::rsa::KeySize;
use axum::body::Bytes;
use std::path::Path;
use std::time::{Duration, Instant};
use teamwire_payload::limits;
use tokio::sync::mpsc::UnboundedReceiver;

const BATCH: usize = limits::SQS_BATCH_ENTRIES;
/// Events that take turns where what they are about is nothing that a function remembers.
const DISTINCT: usize = 100;
/// Of one tenant, as each request for them waits for its turn.
const SUBSCRIPTIONS: usize = 10_000;
const TENANTS: usize = 5_000;
/// So that there is a look in each tenth of the time.
const INVOCATIONS: usize = 20;
/// Between two looks at what a function holds.
const LOOK: Duration = Duration::from_millis(50);
/// Descriptors that a function may have open at its end beyond those after a tenth of its time:
/// connections come and go.
const DESCRIPTORS: usize = 8;
/// Such a share of what it held may come to it too: an allocator does not join all that comes and goes.
const SHARE: f64 = 0.125;
const MIB: f64 = 1024.0 * 1024.0;
/// POSTs of the storm for one of Graph's.
const STORM_TO_GENUINE: usize = 20;
/// Entra's keys are fetched at the start, and for an unknown id once in this time.
const KEYS_FETCHED_EVERY: Duration = Duration::from_secs(300);

/// How much work each function has: both of the first two at least.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Length {
    time: Duration,
    changes: usize,
    key_ids: usize,
    /// The bytes that a function may hold at its end beyond what it held after a tenth of its time:
    /// an allocator takes some room as it likes, and what is bounded has to fill first.
    room: f64,
}

impl Length {
    /// Seconds, or what it takes to say that something does not grow.
    pub(crate) const fn new(is_long: bool) -> Self {
        if is_long {
            Self {
                time: Duration::from_secs(600),
                changes: 1_000_000,
                key_ids: 10_000,
                room: 2.0 * MIB,
            }
        } else {
            Self {
                time: Duration::from_secs(3),
                changes: 0,
                key_ids: 500,
                room: 16.0 * MIB,
            }
        }
    }

    /// The most that a function may hold at its end, which held so much after a tenth of its time.
    fn most_after(self, early: f64) -> f64 {
        early + self.room.max(SHARE * early)
    }
}

/// Every function, and the storm; an error where one comes to hold more, at the end of it all.
pub(crate) async fn measure(bin_dir: &Path, length: Length, report: &Report) -> anyhow::Result<()> {
    let parties = Parties::new(KeySize::Rsa2048)?;
    let mut grown = Vec::new();
    for name in [
        "ingest",
        "decrypt",
        "hydrate",
        "subscriptions",
        "backfill",
        "relay",
    ] {
        let services = FakeAws::start(&parties, bin_dir).await?;
        let mut work = Work::of(name, &parties, &services)?;
        let function = Function::start(bin_dir, name, &services.settings()).await?;
        let soaked = soak(&function, &mut work, length).await?;
        function.stop().await?;
        grown.extend(soaked.tell(name, length, report)?);
    }
    grown.extend(storm(bin_dir, &parties, length, report).await?);
    ensure!(grown.is_empty(), "{}", grown.join("; "));
    Ok(())
}

/// The events of a function, one after the other.
struct Work<'a> {
    /// Records, or what stands for them where one record is much work.
    changes: usize,
    next: Box<dyn FnMut(usize) -> anyhow::Result<Bytes> + 'a>,
}

impl<'a> Work<'a> {
    fn of(name: &str, parties: &'a Parties, services: &FakeAws) -> anyhow::Result<Self> {
        Ok(match name {
            // Each POST names a subscription that was never heard of.
            "ingest" => {
                let body = parties.rich_batch(BATCH, RESOURCE_BYTES)?;
                Self::new(BATCH, move |number| {
                    let id = traffic::tenant_id(number);
                    Ok(event::post(body.replace(SUBSCRIPTION_ID, &id)))
                })
            }
            "decrypt" => {
                let batches = (0..DISTINCT)
                    .map(|batch| {
                        let numbers = batch * BATCH..(batch + 1) * BATCH;
                        let sealed = numbers.map(|it| parties.sealed_message(it, RESOURCE_BYTES));
                        event::sqs_event(&sealed.collect::<anyhow::Result<Vec<_>>>()?)
                    })
                    .collect::<anyhow::Result<Vec<_>>>()?;
                Self::new(BATCH, move |number| {
                    batches.get(number % DISTINCT).cloned().context("a batch")
                })
            }
            // Each record is of a chat, and of a user, that were never heard of.
            "hydrate" => {
                services.serve_resource(traffic::resource(0, RESOURCE_BYTES));
                Self::new(BATCH, |number| records(number, traffic::reference_message))
            }
            "backfill" => {
                services.serve_resource(traffic::page(PAGE_ITEMS, RESOURCE_BYTES)?);
                let changes = BATCH * PAGE_ITEMS;
                Self::new(changes, |number| records(number, traffic::gap_message))
            }
            "subscriptions" => {
                for (tenant, resources) in traffic::want(services, SUBSCRIPTIONS, 1) {
                    services.graph().hold(&tenant, &resources);
                }
                let order = Bytes::from_static(br#"{"action":"reconcile"}"#);
                Self::new(SUBSCRIPTIONS, move |_| Ok(order.clone()))
            }
            _ => {
                let event = event::sqs_event(&traffic::event_messages(BATCH, RESOURCE_BYTES)?)?;
                Self::new(BATCH, move |_| Ok(event.clone()))
            }
        })
    }

    fn new(changes: usize, next: impl FnMut(usize) -> anyhow::Result<Bytes> + 'a) -> Self {
        let next = Box::new(next);
        Self { changes, next }
    }
}

fn records(number: usize, message: traffic::MessageOf) -> anyhow::Result<Bytes> {
    let messages = (number * BATCH..(number + 1) * BATCH)
        .map(|record| message(record % TENANTS, record))
        .collect::<anyhow::Result<Vec<_>>>()?;
    event::sqs_event(&messages)
}

/// What was seen of a function meanwhile.
#[derive(Default)]
struct Soaked {
    changes: usize,
    seconds: f64,
    /// Milliseconds of each invocation, in their order.
    latencies: Vec<f64>,
    looks: Vec<Held>,
}

/// What a function held at some moment: bytes of memory, and descriptors.
#[derive(Debug, Clone, Copy)]
struct Held {
    memory: f64,
    descriptors: usize,
}

async fn soak(function: &Function, work: &mut Work<'_>, length: Length) -> anyhow::Result<Soaked> {
    let mut soaked = Soaked::default();
    let (started, mut looked) = (Instant::now(), Instant::now());
    for number in 0.. {
        let is_over = started.elapsed() >= length.time
            && soaked.changes >= length.changes
            && number >= INVOCATIONS;
        if is_over || looked.elapsed() >= LOOK {
            looked = Instant::now();
            soaked.looks.push(Held {
                memory: function.resident_memory()?,
                descriptors: function.descriptors()?,
            });
        }
        if is_over {
            break;
        }
        let answer = function.invoke(&(work.next)(number)?).await?;
        ensure!(answer.is_well(), "invocation {number} failed");
        soaked
            .latencies
            .push(answer.latency.as_secs_f64() * 1_000.0);
        soaked.changes += work.changes;
    }
    soaked.seconds = started.elapsed().as_secs_f64();
    Ok(soaked)
}

impl Soaked {
    /// Prints the figures; what grew.
    fn tell(self, name: &str, length: Length, report: &Report) -> anyhow::Result<Option<String>> {
        // A start is no growth: caches fill, connections open.
        let early = most(&self.looks, 1)?;
        let late = most(&self.looks, 9)?;
        let tail = |tenth| Samples::new(tenth_of(&self.latencies, tenth).to_vec()).quantile(0.99);
        let (early_tail, late_tail) = (tail(1), tail(9));
        let all = Samples::new(self.latencies);
        report.figure(
            &Figure::new(
                "soak",
                format!("{name}: at its end"),
                late.memory / MIB,
                "MiB",
            )
            .to("what it held after a tenth", early.memory / MIB)
            .with("changes", self.changes as f64)
            .with("seconds", self.seconds)
            .with("descriptors", late.descriptors as f64)
            .with("after a tenth", early.descriptors as f64)
            .with("p50", all.median())
            .with("p99", all.quantile(0.99))
            .with("p99.9", all.quantile(0.999))
            .with("max", all.max())
            .with("p99 of the second tenth", early_tail)
            .with("p99 of the last", late_tail),
        )?;
        let grew = late.memory > length.most_after(early.memory)
            || late.descriptors > early.descriptors + DESCRIPTORS;
        Ok(grew.then(|| format!("{name} comes to hold more and more")))
    }
}

/// The most of one tenth of the time, from 0 to 9.
fn most(looks: &[Held], tenth: usize) -> anyhow::Result<Held> {
    let looks = tenth_of(looks, tenth).iter().copied();
    let most = looks.reduce(|most, look| Held {
        memory: most.memory.max(look.memory),
        descriptors: most.descriptors.max(look.descriptors),
    });
    most.context("nobody looked")
}

fn tenth_of<T>(all: &[T], tenth: usize) -> &[T] {
    let (from, to) = (
        all.len() * tenth / 10,
        (all.len() * (tenth + 1)).div_ceil(10),
    );
    all.get(from..to).unwrap_or_default()
}

/// POSTs with tokens of keys that nobody has, each another, and some of Graph's among them.
async fn storm(
    bin_dir: &Path,
    parties: &Parties,
    length: Length,
    report: &Report,
) -> anyhow::Result<Option<String>> {
    let key_ids = length.key_ids;
    let services = FakeAws::start(parties, bin_dir).await?;
    let ingest = Function::start(bin_dir, "ingest", &services.settings()).await?;
    let genuine = event::post(parties.rich_batch(1, RESOURCE_BYTES)?);
    let began = Instant::now();
    let (mut memory, mut early, mut latencies) = (0.0, 0.0, Vec::new());
    let (mut delivered, mut forwarded) = (0, 0);
    let mut sent = services.watch();
    for number in 0..key_ids {
        let forged = parties.rich_batch_by_key(&format!("unknown-{number}"), RESOURCE_BYTES)?;
        let answer = ingest.invoke(&event::post(forged)).await?;
        latencies.push(answer.latency.as_secs_f64() * 1_000.0);
        forwarded += to_decrypt(&mut sent);
        if number % STORM_TO_GENUINE == 0 {
            let answer = ingest.invoke(&genuine).await?;
            delivered += usize::from(answer.is_well() && to_decrypt(&mut sent) == 1);
        }
        memory = ingest.resident_memory()?;
        if number == key_ids / 10 {
            early = memory;
        }
    }
    ingest.stop().await?;
    let fetches = services.usage().keys;
    let of_graph = key_ids.div_ceil(STORM_TO_GENUINE);
    let latencies = Samples::new(latencies);
    report.figure(
        &Figure::new(
            "soak",
            format!("ingest: {key_ids} unknown key ids"),
            memory / MIB,
            "MiB",
        )
        .to("what it held after a tenth", early / MIB)
        .with("fetches of keys", fetches as f64)
        .with("POSTs of Graph's", of_graph as f64)
        .with("delivered", delivered as f64)
        .with("others forwarded", forwarded as f64)
        .with("p50", latencies.median())
        .with("p99", latencies.quantile(0.99))
        .with("max", latencies.max()),
    )?;
    let most = 2 + began.elapsed().as_secs() / KEYS_FETCHED_EVERY.as_secs();
    let is_held_up = delivered < of_graph
        || forwarded > 0
        || fetches > most
        || memory > length.most_after(early);
    Ok(is_held_up.then(|| "a storm of unknown key ids has its way".to_owned()))
}

/// The number of messages that were sent to decrypt since this was asked last.
fn to_decrypt(sent: &mut UnboundedReceiver<Sent>) -> usize {
    let all = std::iter::from_fn(|| sent.try_recv().ok());
    all.filter(|sent| sent.queue == "decrypt").count()
}
