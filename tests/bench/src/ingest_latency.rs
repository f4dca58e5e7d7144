//! The time that the ingest binary takes to answer Graph.

use crate::event;
use crate::fake_aws::FakeAws;
use crate::function::{self, Function};
use crate::report::{Figure, Report, Samples};
use crate::runtime_api::{Answer, RuntimeApi, start_echo};
use crate::traffic::{Parties, RESOURCE_BYTES};
use anyhow::{Context, ensure};
use aws_lc_rs::rsa::KeySize;
use axum::body::Bytes;
use serde::Deserialize;
use std::path::Path;
use std::time::Duration;

/// Graph gives up a handshake after 10 s, and counts a notification as slow after 3 s.
const HANDSHAKE_LIMIT: (&str, f64) = ("Graph's 10 s", 10_000.0);
const ANSWER_LIMIT: (&str, f64) = ("Graph's 3 s", 3_000.0);

const HANDSHAKES: usize = 2_000;
const BLOCKS: usize = 20;
const STARTS: usize = 15;
const TOKEN: &str = "Validation: Testing client application reachability for subscription \
                     Request-Id: 2a5d7f0e-0b63-4c5a-a1b3-2d9f6d2f9f41";

/// The binary's answer to API Gateway.
#[derive(Deserialize)]
struct HttpAnswer<'a> {
    #[serde(rename = "statusCode")]
    status: u16,
    #[serde(borrow, default)]
    body: Option<std::borrow::Cow<'a, str>>,
}

/// Warm and cold handshakes. Nothing is there for the function to talk to: it must not need it.
pub(crate) async fn handshake(bin_dir: &Path, report: &Report) -> anyhow::Result<()> {
    let settings = function::settings("http://127.0.0.1:9");
    let event = event::handshake(TOKEN);
    let function = Function::start(bin_dir, "ingest", &settings).await?;
    function.until_idle().await?;
    let echo = RuntimeApi::start(function::timeout("ingest")?).await?;
    start_echo(echo.address)?;

    let (mut warm, mut floor) = (Vec::new(), Vec::new());
    for _ in 0..BLOCKS {
        for _ in 0..HANDSHAKES / BLOCKS {
            let answer = function.invoke(&event).await?;
            check_handshake(&answer)?;
            warm.push(millis(answer.latency));
        }
        for _ in 0..HANDSHAKES / BLOCKS {
            floor.push(millis(echo.invoke(&event).await?.latency));
        }
    }
    function.stop().await?;
    let (warm, floor) = (Samples::new(warm), Samples::new(floor));
    report.figure(
        &latency("handshake", "warm", &warm)
            .to(HANDSHAKE_LIMIT.0, HANDSHAKE_LIMIT.1)
            .to(ANSWER_LIMIT.0, ANSWER_LIMIT.1),
    )?;
    report.figure(&latency("handshake", "harness alone (echo)", &floor))?;
    let own = warm.median() - floor.median();
    report.figure(
        &Figure::new("handshake", "warm, less the harness", own, "ms (p50)")
            .to(HANDSHAKE_LIMIT.0, HANDSHAKE_LIMIT.1)
            .to(ANSWER_LIMIT.0, ANSWER_LIMIT.1),
    )?;

    let mut cold = Vec::new();
    for _ in 0..STARTS {
        let function = Function::start(bin_dir, "ingest", &settings).await?;
        let (answer, since_start) = function.first_answer(&event).await?;
        check_handshake(&answer)?;
        cold.push(millis(since_start));
        function.stop().await?;
    }
    report.figure(&first("handshake", "first answer since start", cold))
}

/// 202s for batches of several sizes, with services that answer at once and after 10 ms.
pub(crate) async fn accept(bin_dir: &Path, report: &Report) -> anyhow::Result<()> {
    let parties = Parties::new(KeySize::Rsa2048)?;
    let services = FakeAws::start(&parties, bin_dir).await?;
    let settings = services.settings();
    let mut shapes = Vec::new();
    for items in [1, 10, 100] {
        shapes.push(Shape::new("basic", items, Parties::basic_batch(items)));
    }
    for items in [1, 10, 100] {
        let body = parties.rich_batch(items, RESOURCE_BYTES)?;
        shapes.push(Shape::new("rich", items, body));
    }

    for (delay, rounds) in [(0, 300), (10, 150)] {
        services.answer_after(Duration::from_millis(delay));
        let function = Function::start(bin_dir, "ingest", &settings).await?;
        let mut samples = vec![Vec::new(); shapes.len()];
        let sent_before = services.sent();
        // One round of all shapes that is not counted fetches secrets and keys.
        for round in 0..=rounds {
            for (shape, samples) in shapes.iter().zip(&mut samples) {
                let answer = function.invoke(&shape.event).await?;
                check_accepted(&answer)?;
                if round > 0 {
                    samples.push(millis(answer.latency));
                }
            }
        }
        function.stop().await?;
        let items: usize = shapes.iter().map(|shape| shape.items).sum();
        ensure!(
            services.sent() - sent_before >= items * (rounds + 1),
            "a 202 came without every item in a queue"
        );
        for (shape, samples) in shapes.iter().zip(samples) {
            let case = format!("{}, services {delay} ms", shape.name);
            report.figure(
                &latency("accept", &case, &Samples::new(samples))
                    .to(ANSWER_LIMIT.0, ANSWER_LIMIT.1),
            )?;
        }
    }

    let shape = Shape::new("rich", 10, parties.rich_batch(10, RESOURCE_BYTES)?);
    let mut cold = Vec::new();
    for _ in 0..STARTS {
        let function = Function::start(bin_dir, "ingest", &settings).await?;
        let (answer, since_start) = function.first_answer(&shape.event).await?;
        check_accepted(&answer)?;
        cold.push(millis(since_start));
        function.stop().await?;
    }
    let case = format!("{}, first answer since start, services 10 ms", shape.name);
    report.figure(&first("accept", &case, cold))
}

/// A POST to be measured.
struct Shape {
    name: String,
    items: usize,
    event: Bytes,
}

impl Shape {
    fn new(kind: &str, items: usize, body: String) -> Self {
        Self {
            name: format!("{items} {kind}"),
            items,
            event: event::post(body),
        }
    }
}

fn latency(measure: &'static str, case: &str, samples: &Samples) -> Figure {
    Figure::new(measure, case, samples.quantile(0.99), "ms (p99)")
        .with("p50", samples.median())
        .with("max", samples.max())
}

fn first(measure: &'static str, case: &str, samples: Vec<f64>) -> Figure {
    let samples = Samples::new(samples);
    Figure::new(measure, case, samples.max(), "ms (max)")
        .to(ANSWER_LIMIT.0, ANSWER_LIMIT.1)
        .with("p50", samples.median())
}

fn check_handshake(answer: &Answer) -> anyhow::Result<()> {
    let http: HttpAnswer<'_> = serde_json::from_slice(&answer.body)?;
    ensure!(
        http.status == 200 && http.body.as_deref() == Some(TOKEN),
        "the handshake was answered {}",
        http.status
    );
    Ok(())
}

fn check_accepted(answer: &Answer) -> anyhow::Result<()> {
    let http: HttpAnswer<'_> =
        serde_json::from_slice(&answer.body).context("not an answer to API Gateway")?;
    ensure!(http.status == 202, "the batch was answered {}", http.status);
    Ok(())
}

fn millis(span: Duration) -> f64 {
    span.as_secs_f64() * 1_000.0
}
