//! A backlog of sealed changes through decrypt: how the rate changes with its size, the tenants in it
//! and the processes that drain it.

use crate::event::{self, Queued};
use crate::fake_aws::FakeAws;
use crate::function::Function;
use crate::report::{Figure, Report};
use crate::traffic::{self, Parties, RESOURCE_BYTES, TENANT};
use anyhow::{Context, ensure};
use aws_lc_rs::rsa::KeySize;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use teamwire_payload::limits;
use tokio::time::timeout;

/// Messages, the tenants that they are of, processes.
const CASES: [(usize, usize, usize); 4] = [
    (10_000, 1, 1),
    (100_000, 1, 1),
    (100_000, 100, 1),
    (100_000, 1, 2),
];
/// Messages that differ; a backlog repeats them.
const DISTINCT: usize = 1_000;
/// The time until the last event of a batch that was answered.
const END: Duration = Duration::from_secs(10);

/// Every case, beside the first.
pub(crate) async fn measure(bin_dir: &Path, report: &Report) -> anyhow::Result<()> {
    let parties = Parties::new(KeySize::Rsa2048)?;
    let bodies = (0..DISTINCT)
        .map(|number| parties.sealed_message(number, RESOURCE_BYTES))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let mut first = None;
    for (messages, tenants, processes) in CASES {
        let of_tenants = bodies
            .iter()
            .enumerate()
            .map(|(number, body)| body.replace(TENANT, &traffic::tenant_id(number % tenants)))
            .collect();
        let backlog = Arc::new(Backlog {
            bodies: of_tenants,
            messages,
            next: AtomicUsize::new(0),
        });
        let rate = drained(&backlog, processes, &parties, bin_dir).await?;
        let label = format!("decrypt: {messages} of {tenants} tenants, {processes} at once");
        report.figure(
            &Figure::new("backlog", label, rate, "records/s")
                .to("the first", *first.get_or_insert(rate)),
        )?;
    }
    Ok(())
}

struct Backlog {
    bodies: Vec<String>,
    messages: usize,
    next: AtomicUsize,
}

/// Records a second, until the last event is there.
async fn drained(
    backlog: &Arc<Backlog>,
    processes: usize,
    parties: &Parties,
    bin_dir: &Path,
) -> anyhow::Result<f64> {
    let services = FakeAws::start(parties, bin_dir).await?;
    let mut sent = services.watch();
    let settings = services.settings();
    let mut functions = Vec::new();
    for _ in 0..processes {
        let function = Function::start(bin_dir, "decrypt", &settings).await?;
        function.until_idle().await?;
        functions.push(function);
    }
    let started = Instant::now();
    let workers: Vec<_> = functions
        .into_iter()
        .map(|function| tokio::spawn(Arc::clone(backlog).work(function)))
        .collect();
    for _ in 0..backlog.messages {
        let sent = timeout(END, sent.recv()).await;
        let sent = sent
            .context("an event did not come")?
            .context("no events")?;
        ensure!(sent.queue == "events", "a message went to {}", sent.queue);
    }
    let took = started.elapsed().as_secs_f64();
    for worker in workers {
        worker.await??;
    }
    Ok(backlog.messages as f64 / took)
}

impl Backlog {
    /// One process that takes a batch after the other.
    async fn work(self: Arc<Self>, function: Function) -> anyhow::Result<()> {
        loop {
            let from = self
                .next
                .fetch_add(limits::SQS_BATCH_ENTRIES, Ordering::Relaxed);
            let batch: Vec<Queued> = (from..self.messages)
                .take(limits::SQS_BATCH_ENTRIES)
                .filter_map(|number| {
                    let body = self.bodies.get(number % self.bodies.len())?;
                    Some(Queued::new(number, body.clone()))
                })
                .collect();
            if batch.is_empty() {
                return Ok(());
            }
            let answer = function.invoke(&event::sqs_event_of(&batch)?).await?;
            ensure!(answer.is_well(), "a batch failed");
        }
    }
}
