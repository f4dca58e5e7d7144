//! From a POST to the last of its events, through ingest, a queue and decrypt, by how busy they are.
//!
//! POSTs come at random times and not after one another, as they do from Graph: who waits for the
//! answer before he sends again sees no queue grow. Capacity is what the same two processes do when
//! there is always a POST waiting. They share the machine's cores with what sends and receives.

use crate::event::{self, Queued};
use crate::fake_aws::{FakeAws, Sent};
use crate::function::Function;
use crate::report::{Figure, Report, Samples};
use crate::traffic::{Parties, RESOURCE_BYTES, SUBSCRIPTION_ID};
use anyhow::{Context, ensure};
use aws_lc_rs::rsa::KeySize;
use axum::body::Bytes;
use rand::Rng;
use rand::SeedableRng;
use rand::rngs::StdRng;
use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use teamwire_payload::limits;
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until, timeout};

const ITEMS: usize = 10;
/// POSTs that can be told apart by the subscription that they name.
const SLOTS: usize = 500;
/// POSTs that wait while capacity is measured.
const WAITING: usize = 8;
const CAPACITY: Duration = Duration::from_secs(6);
/// Per cent of capacity, and how long each lasts.
const LOADS: [usize; 5] = [5, 25, 50, 75, 90];
const LASTS: Duration = Duration::from_secs(12);
/// The time until the last event of a POST.
const END: Duration = Duration::from_secs(30);

/// Capacity, then latencies at shares of it.
pub(crate) async fn measure(bin_dir: &Path, report: &Report) -> anyhow::Result<()> {
    let parties = Parties::new(KeySize::Rsa2048)?;
    let services = FakeAws::start(&parties, bin_dir).await?;
    let pipeline = Arc::new(Pipeline::start(&parties, &services, bin_dir).await?);
    for slot in 0..WAITING {
        pipeline.post(slot).await?;
    }
    let capacity = pipeline.capacity().await?;
    let changes = capacity * ITEMS as f64;
    report.figure(&Figure::new("load", "capacity", changes, "changes/s"))?;
    let mut idle = None;
    for share in LOADS {
        let rate = capacity * share as f64 / 100.0;
        let times = Arc::clone(&pipeline).at_rate(rate).await?;
        let millis = times.into_iter().map(|time| time.as_secs_f64() * 1_000.0);
        let samples = Samples::new(millis.collect());
        let idle = *idle.get_or_insert(samples.quantile(0.99));
        report.figure(
            &Figure::new(
                "load",
                format!("{share} % of capacity"),
                samples.quantile(0.99),
                "ms (p99)",
            )
            .to(format!("{} % of capacity", LOADS[0]), idle)
            .with("p50", samples.median())
            .with("p99", samples.quantile(0.99))
            .with("p99.9", samples.quantile(0.999))
            .with("changes/s", rate * ITEMS as f64),
        )?;
    }
    let times = pipeline.at_once().await?.into_iter();
    let millis = times.map(|time| time.as_secs_f64() * 1_000.0);
    let samples = Samples::new(millis.collect());
    let case = format!("{SLOTS} POSTs at once");
    report.figure(
        &Figure::new("load", case, samples.quantile(0.99), "ms (p99)")
            .to("as many at capacity", SLOTS as f64 / capacity * 1_000.0)
            .with("p50", samples.median())
            .with("max", samples.max()),
    )
}

/// ingest, the queue behind it, and decrypt.
struct Pipeline {
    ingest: Function,
    posts: Vec<Bytes>,
    waiting: Arc<Vec<Mutex<VecDeque<Awaited>>>>,
}

/// A POST whose events are to come.
struct Awaited {
    left: usize,
    done: oneshot::Sender<Instant>,
}

impl Pipeline {
    async fn start(parties: &Parties, services: &FakeAws, bin_dir: &Path) -> anyhow::Result<Self> {
        let settings = services.settings();
        let ingest = Function::start(bin_dir, "ingest", &settings).await?;
        let decrypt = Function::start(bin_dir, "decrypt", &settings).await?;
        let body = parties.rich_batch(ITEMS, RESOURCE_BYTES)?;
        let posts = (0..SLOTS)
            .map(|slot| event::post(body.replace(SUBSCRIPTION_ID, &subscription(slot))))
            .collect();
        let waiting: Vec<_> = (0..SLOTS).map(|_| Mutex::default()).collect();
        let waiting = Arc::new(waiting);
        let (queue, messages) = mpsc::unbounded_channel();
        tokio::spawn(route(services.watch(), queue, Arc::clone(&waiting)));
        tokio::spawn(deliver(messages, decrypt));
        Ok(Self {
            ingest,
            posts,
            waiting,
        })
    }

    /// Sends one POST; the time at which its last event is there.
    async fn post(&self, slot: usize) -> anyhow::Result<Instant> {
        let (done, arrived) = oneshot::channel();
        let awaited = Awaited { left: ITEMS, done };
        let event = self.posts.get(slot).context("no such slot")?;
        lock(self.waiting.get(slot).context("no such slot")?).push_back(awaited);
        let answer = self.ingest.invoke(event).await?;
        ensure!(answer.is_well(), "a POST was not accepted");
        Ok(timeout(END, arrived)
            .await
            .context("an event did not come")??)
    }

    /// POSTs a second when there is always one that waits.
    async fn capacity(self: &Arc<Self>) -> anyhow::Result<f64> {
        let started = Instant::now();
        let workers: Vec<_> = (0..WAITING)
            .map(|slot| {
                let pipeline = Arc::clone(self);
                tokio::spawn(async move {
                    let mut count = 0_u32;
                    while started.elapsed() < CAPACITY {
                        pipeline.post(slot).await?;
                        count += 1;
                    }
                    anyhow::Ok(count)
                })
            })
            .collect();
        let mut count = 0;
        for worker in workers {
            count += worker.await??;
        }
        Ok(f64::from(count) / started.elapsed().as_secs_f64())
    }

    /// The time that each POST took, from when it was to be sent.
    async fn at_rate(self: Arc<Self>, rate: f64) -> anyhow::Result<Vec<Duration>> {
        let mut random = StdRng::seed_from_u64(17);
        let slots = Arc::new(Semaphore::new(SLOTS));
        let (mut at, end) = (Instant::now(), Instant::now() + LASTS);
        let mut posts = Vec::new();
        while at < end {
            // The time between two that know nothing of one another.
            at += Duration::from_secs_f64(-random.random_range(f64::EPSILON..1.0).ln() / rate);
            sleep_until(at).await;
            let (pipeline, slots) = (Arc::clone(&self), Arc::clone(&slots));
            let slot = posts.len() % SLOTS;
            posts.push(tokio::spawn(async move {
                let _slot = slots.acquire().await?;
                anyhow::Ok(pipeline.post(slot).await? - at)
            }));
        }
        gathered(posts).await
    }

    /// The time that each of [`SLOTS`] POSTs took, sent at one moment.
    async fn at_once(self: Arc<Self>) -> anyhow::Result<Vec<Duration>> {
        let at = Instant::now();
        let post = |slot| {
            let pipeline = Arc::clone(&self);
            tokio::spawn(async move { anyhow::Ok(pipeline.post(slot).await? - at) })
        };
        gathered((0..SLOTS).map(post).collect()).await
    }
}

async fn gathered(
    posts: Vec<JoinHandle<anyhow::Result<Duration>>>,
) -> anyhow::Result<Vec<Duration>> {
    let mut times = Vec::new();
    for post in posts {
        times.push(post.await??);
    }
    Ok(times)
}

/// Sends what ingest sends to decrypt, and ends the waiting for what decrypt sends.
async fn route(
    mut sent: mpsc::UnboundedReceiver<Sent>,
    queue: mpsc::UnboundedSender<Queued>,
    waiting: Arc<Vec<Mutex<VecDeque<Awaited>>>>,
) -> Option<()> {
    loop {
        let sent = sent.recv().await?;
        match sent.queue.as_str() {
            "decrypt" => queue.send(sent.message).ok()?,
            "events" => {
                let mut waiting = lock(waiting.get(slot(&sent.message.body)?)?);
                let first = waiting.front_mut()?;
                first.left -= 1;
                if first.left == 0 {
                    let _ = waiting.pop_front()?.done.send(sent.at.into());
                }
            }
            _ => {}
        }
    }
}

/// Batches of what is there, as Lambda makes them.
async fn deliver(mut queue: mpsc::UnboundedReceiver<Queued>, decrypt: Function) -> Option<()> {
    loop {
        let mut batch = Vec::new();
        queue.recv_many(&mut batch, limits::SQS_BATCH_ENTRIES).await;
        let event = event::sqs_event_of(&batch).ok()?;
        decrypt.invoke(&event).await.ok()?;
    }
}

fn subscription(slot: usize) -> String {
    let (start, _) = SUBSCRIPTION_ID.rsplit_once('-').unwrap_or_default();
    format!("{start}-{slot:012}")
}

/// The slot of an event, which names the subscription.
fn slot(event: &str) -> Option<usize> {
    let (_, rest) = event.split_once("\"subscriptionid\":\"")?;
    let (id, _) = rest.split_once('"')?;
    id.rsplit('-').next()?.parse().ok()
}

fn lock<T>(held: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    held.lock().unwrap_or_else(PoisonError::into_inner)
}
