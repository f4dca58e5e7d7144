//! The cost of an invocation: milliseconds of CPU, waits for services, calls and log lines.
//!
//! Lambda bills the time from the event to the answer. Of that, waiting takes as long on any
//! memory size, and computing takes longer the less memory there is: a function has a whole core
//! at 1,769 MB, and a share of one below. So both are measured apart. CPU time is the kernel's
//! count over many invocations; how often a function waits follows from how much longer the same
//! takes once services answer later.

pub(crate) mod cases;
mod fresh;
mod warm;

use crate::fake_aws::{FakeAws, Usage};
use crate::function::{self, Function, WHOLE_CORE};
use crate::report::{Figure, Report, Samples};
use crate::traffic::Parties;
use anyhow::ensure;
use aws_lc_rs::rsa::KeySize;
use axum::body::Bytes;
use cases::Case;
use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

/// The delay that is added to every service's answer to count waits.
const LATER: Duration = Duration::from_millis(100);
const LATER_INVOCATIONS: usize = 15;
const STARTS: usize = 20;

/// Every case of every function.
pub(crate) async fn measure(bin_dir: &Path, report: &Report) -> anyhow::Result<()> {
    let parties = Parties::new(KeySize::Rsa2048)?;
    let services = FakeAws::start(&parties, bin_dir).await?;
    let settings = services.settings();
    let mut starts = HashMap::new();
    for (name, _, memory) in function::FUNCTIONS {
        let each = start_cpu(bin_dir, name, &settings).await?;
        starts.insert(name, each);
        let of = 10_000.0 * f64::from(memory) / f64::from(WHOLE_CORE);
        report.figure(
            &Figure::new("cost", format!("{name}: start"), each, "ms CPU")
                .to(format!("Lambda's 10 s for a start, at {memory} MB"), of),
        )?;
    }
    for case in cases::all(&parties)? {
        (case.prepare)(&services)?;
        let cost = if case.fresh {
            let start = starts.get(case.function).copied().unwrap_or_default();
            fresh::observe(&case, bin_dir, &settings, &services, start).await?
        } else {
            let function = Function::start(bin_dir, case.function, &settings).await?;
            function.until_idle().await?;
            let cost = warm::observe(&case, &function, &services).await?;
            function.stop().await?;
            cost
        };
        report.figure(&cost.figure(&case)?)?;
    }
    Ok(())
}

/// The CPU time of a function until it waits for its first event.
async fn start_cpu(
    bin_dir: &Path,
    name: &str,
    settings: &[(String, String)],
) -> anyhow::Result<f64> {
    let mut all = 0.0;
    for _ in 0..STARTS {
        let function = Function::start(bin_dir, name, settings).await?;
        function.until_idle().await?;
        all += function.stop().await?;
    }
    Ok(all / STARTS as f64)
}

/// The cost of one invocation.
struct Cost {
    cpu: f64,
    wall: f64,
    aws_waits: f64,
    graph_waits: f64,
    log_bytes: f64,
    log_lines: f64,
    used: Usage,
    invocations: f64,
}

impl Cost {
    fn figure(&self, case: &Case) -> anyhow::Result<Figure> {
        let each = |count: u64| count as f64 / self.invocations;
        let name = format!("{}: {}", case.function, case.name);
        let timeout = function::timeout(case.function)?.as_secs_f64() * 1_000.0;
        let memory = function::memory(case.function)?;
        let share = f64::from(memory) / f64::from(WHOLE_CORE);
        Ok(Figure::new("cost", name, self.cpu, "ms CPU")
            .to(format!("the timeout, at {memory} MB"), timeout * share)
            .with("changes", case.changes as f64)
            .with("wall ms", self.wall)
            .with("AWS waits", self.aws_waits)
            .with("Graph waits", self.graph_waits)
            .with("log bytes", self.log_bytes)
            .with("log lines", self.log_lines)
            .with("SQS calls", each(self.used.sqs))
            .with("SQS billed", each(self.used.sqs_billed))
            .with("SQS bytes", each(self.used.sqs_bytes))
            .with("bus billed", each(self.used.bus_billed))
            .with("S3 calls", each(self.used.s3))
            .with("Graph calls", each(self.used.graph)))
    }
}

/// The number of waits for a service, if with `LATER` more each it takes `later` and not `wall`.
fn waits(later: Vec<f64>, wall: f64) -> f64 {
    let longer = Samples::new(later).median() - wall;
    // A timer fires up to some milliseconds late.
    let waits = longer / (LATER.as_secs_f64() * 1_000.0);
    (waits.max(0.0) * 10.0).round() / 10.0
}

/// Milliseconds until the answer, which must be that all went well.
async fn invoke(function: &Function, case: &Case, event: &Bytes) -> anyhow::Result<f64> {
    let answer = function.invoke(event).await?;
    ensure!(answer.is_well(), "{} failed: {}", case.function, case.name);
    Ok(answer.latency.as_secs_f64() * 1_000.0)
}
