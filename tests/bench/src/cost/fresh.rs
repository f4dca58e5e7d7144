//! Processes of which each has one invocation: what comes every quarter of an hour finds no other.

use super::cases::Case;
use super::{Cost, LATER, invoke, waits};
use crate::fake_aws::FakeAws;
use crate::function::Function;
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
    let used = services.usage();
    let (mut wall, mut cpu, mut log_bytes, mut log_lines) = (Vec::new(), 0.0, 0.0, 0.0);
    for _ in 0..case.invocations {
        let once = once(case, bin_dir, settings).await?;
        wall.push(once.wall);
        cpu += once.cpu;
        log_bytes += once.logged.0;
        log_lines += once.logged.1;
    }
    let invocations = case.invocations as f64;
    let used = services.usage().since(used);
    let cpu = cpu / invocations - start;
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
        times.push(once(case, bin_dir, settings).await?.wall);
    }
    Ok(times)
}

/// One process and its invocation.
struct Once {
    /// Milliseconds until the answer.
    wall: f64,
    /// Milliseconds of CPU, from the start of the process.
    cpu: f64,
    /// Bytes and lines.
    logged: (f64, f64),
}

async fn once(case: &Case, bin_dir: &Path, settings: &[(String, String)]) -> anyhow::Result<Once> {
    let function = Function::start(bin_dir, case.function, settings).await?;
    function.until_idle().await?;
    let event = case.events.first().context("a case has events")?;
    let wall = invoke(&function, case, event).await?;
    let logged = function.logged()?;
    let cpu = function.stop().await?;
    Ok(Once { wall, cpu, logged })
}
