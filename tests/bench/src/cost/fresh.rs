//! Processes of which each has one invocation: what comes every quarter of an hour finds no other.

use super::cases::Case;
use super::{Cost, LATER, invoke, waits};
use crate::fake_aws::FakeAws;
use crate::function::{self, Function};
use crate::report::Samples;
use anyhow::Context;
use std::path::Path;
use std::time::Duration;

/// The invocations in which waits are counted: few are enough, as the process is new each time.
const SLOWED: usize = 3;

/// The cost of the invocation, less the `start` of the process.
pub(super) async fn observe(
    case: &Case,
    bin_dir: &Path,
    settings: &[(String, String)],
    services: &FakeAws,
    start: f64,
) -> anyhow::Result<Cost> {
    for _ in 0..case.warm_up {
        once(case, bin_dir, settings).await?;
    }
    let before = function::stopped_cpu_millis()?;
    let used = services.usage();
    let (mut wall, mut log_bytes, mut log_lines) = (Vec::new(), 0.0, 0.0);
    for _ in 0..case.invocations {
        let (took, logged) = once(case, bin_dir, settings).await?;
        wall.push(took);
        log_bytes += logged.0;
        log_lines += logged.1;
    }
    let invocations = case.invocations as f64;
    let used = services.usage().since(used);
    let cpu = (function::stopped_cpu_millis()? - before) / invocations - start;
    let wall = Samples::new(wall).median();
    let (mut aws_waits, mut graph_waits) = (0.0, 0.0);
    if case.repeatable {
        services.answer_after(LATER);
        aws_waits = waits(slowed(case, bin_dir, settings).await?, wall);
        services.answer_after(Duration::ZERO);
        services.graph_answers_after(LATER);
        graph_waits = waits(slowed(case, bin_dir, settings).await?, wall);
        services.graph_answers_after(Duration::ZERO);
    }
    Ok(Cost {
        cpu,
        wall,
        aws_waits,
        graph_waits,
        log_bytes: log_bytes / invocations,
        log_lines: log_lines / invocations,
        used,
        invocations,
    })
}

async fn slowed(
    case: &Case,
    bin_dir: &Path,
    settings: &[(String, String)],
) -> anyhow::Result<Vec<f64>> {
    let mut times = Vec::new();
    for _ in 0..SLOWED {
        times.push(once(case, bin_dir, settings).await?.0);
    }
    Ok(times)
}

/// The milliseconds it took, and the bytes and lines it logged.
async fn once(
    case: &Case,
    bin_dir: &Path,
    settings: &[(String, String)],
) -> anyhow::Result<(f64, (f64, f64))> {
    let function = Function::start(bin_dir, case.function, settings).await?;
    function.until_idle().await?;
    let event = case.events.first().context("a case has events")?;
    let took = invoke(&function, case, event).await?;
    let logged = function.logged()?;
    function.stop().await?;
    Ok((took, logged))
}
