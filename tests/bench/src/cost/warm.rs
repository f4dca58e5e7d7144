//! A process that has been at work for a while.

use super::cases::Case;
use super::{Cost, LATER, LATER_INVOCATIONS, invoke, waits};
use crate::fake_aws::FakeAws;
use crate::function::Function;
use crate::report::Samples;
use anyhow::Context;
use axum::body::Bytes;
use std::time::Duration;

/// The cost of each of many invocations.
pub(super) async fn observe(
    case: &Case,
    function: &Function,
    services: &FakeAws,
) -> anyhow::Result<Cost> {
    let mut events = case.events.iter().cycle();
    let mut next = || events.next().context("a case has events");
    // Secrets, keys and tokens are fetched once, and not in what is counted.
    for _ in 0..case.warm_up {
        invoke(function, case, next()?).await?;
    }
    let before = (function.cpu_millis()?, function.logged()?);
    let used = services.usage();
    let mut wall = Vec::new();
    for _ in 0..case.invocations {
        wall.push(invoke(function, case, next()?).await?);
    }
    let invocations = case.invocations as f64;
    let cpu = (function.cpu_millis()? - before.0) / invocations;
    let logged = function.logged()?;
    let used = services.usage().since(used);
    let wall = Samples::new(wall).median();
    let mut later = Vec::new();
    for slow in [FakeAws::answer_after, FakeAws::graph_answers_after] {
        slow(services, LATER);
        let mut slowed: Vec<&Bytes> = Vec::new();
        for _ in 0..LATER_INVOCATIONS {
            slowed.push(next()?);
        }
        later.push(waits(timed(function, case, &slowed).await?, wall));
        slow(services, Duration::ZERO);
    }
    Ok(Cost {
        cpu,
        wall,
        aws_waits: later.first().copied().unwrap_or_default(),
        graph_waits: later.last().copied().unwrap_or_default(),
        log_bytes: (logged.0 - before.1.0) / invocations,
        log_lines: (logged.1 - before.1.1) / invocations,
        used,
        invocations,
    })
}

async fn timed(function: &Function, case: &Case, events: &[&Bytes]) -> anyhow::Result<Vec<f64>> {
    let mut times = Vec::new();
    for event in events {
        times.push(invoke(function, case, event).await?);
    }
    Ok(times)
}
