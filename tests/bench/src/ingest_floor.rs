//! The CPU that ingest takes for a POST, beside the least that the same bytes can take.
//!
//! The least is one verification for each token and one pass over the JSON. What Lambda's runtime
//! and SQS take, by a function that does nothing else, is taken off first.

use crate::event;
use crate::fake_aws::FakeAws;
use crate::function::{Function, Program};
use crate::report::{Figure, Report, Samples};
use crate::traffic::{Parties, RESOURCE_BYTES};
use anyhow::{Context, ensure};
use aws_lc_rs::rsa::KeySize;
use axum::body::Bytes;
use serde::de::IgnoredAny;
use serde_json::Value;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;
use teamwire_graph::signing_keys::{KeyLookup, KeySet};

const AIM: f64 = 2.0;
/// Items in a POST, and how many rounds of invocations show their cost.
const POSTS: [(usize, usize); 4] = [(1, 400), (10, 400), (100, 100), (1_000, 30)];
/// Invocations of each side, before the other has its turn.
const TURN: usize = 10;

/// Every size of POST.
pub(crate) async fn measure(bin_dir: &Path, report: &Report) -> anyhow::Result<()> {
    let parties = Parties::new(KeySize::Rsa2048)?;
    let services = FakeAws::start(&parties, bin_dir).await?;
    let settings = services.settings();
    let ingest = Function::start(bin_dir, "ingest", &settings).await?;
    let program = Program {
        name: "enqueue".to_owned(),
        command: vec![bin_dir.join("examples/enqueue").into()],
        ..Program::ours(bin_dir, "ingest")?
    };
    let enqueue = Function::run(&program, bin_dir, &settings).await?;
    for (items, invocations) in POSTS {
        let body = parties.rich_batch(items, RESOURCE_BYTES)?;
        let token = verification(&parties).await?;
        let pass = one_pass(&body)?;
        let post = event::post(body);
        let before = services.usage();
        invoke(&ingest, &post, TURN).await?;
        let used = services.usage().since(before);
        let each = used.sqs_bytes as usize / items / TURN;
        let order = event::with_order(&post, items, each)?;
        invoke(&enqueue, &order, TURN).await?;

        let (mut ours, mut calls) = (0.0, 0.0);
        for _ in 0..invocations / TURN {
            ours += invoke(&ingest, &post, TURN).await?;
            calls += invoke(&enqueue, &order, TURN).await?;
        }
        let invocations = invocations as f64;
        let (ours, calls) = (ours / invocations, calls / invocations);
        let per_item = |millis: f64| millis * 1_000.0 / items as f64;
        let floor = token + pass;
        report.figure(
            &Figure::new(
                "floor",
                format!("POST of {items} rich, less runtime and SQS"),
                per_item(ours - calls),
                "us CPU/item",
            )
            .to("one verification and one pass", per_item(floor))
            .with("aim", AIM)
            .with("all of it", per_item(ours))
            .with("runtime and SQS", per_item(calls))
            .with("verification", per_item(token))
            .with("pass", per_item(pass)),
        )?;
    }
    ingest.stop().await?;
    enqueue.stop().await?;
    Ok(())
}

/// Milliseconds of CPU for so many invocations.
async fn invoke(function: &Function, event: &Bytes, times: usize) -> anyhow::Result<f64> {
    let before = function.cpu_millis()?;
    for _ in 0..times {
        ensure!(function.invoke(event).await?.is_well(), "a POST failed");
    }
    Ok(function.cpu_millis()? - before)
}

/// Milliseconds to verify the signature of a token.
async fn verification(parties: &Parties) -> anyhow::Result<f64> {
    let signing_keys = parties.signing_keys();
    let keys = KeySet::parse(signing_keys.to_string().as_bytes())?;
    let id = signing_keys.pointer("/keys/0/kid").and_then(Value::as_str);
    let key = keys.key(id.context("a key has an id")?).await?;
    let (signed, signature) = parties.token_parts()?;
    timed(200, || {
        ensure!(
            key.verifies(black_box(signed), signature),
            "a token is not valid"
        );
        Ok(())
    })
}

/// Milliseconds to read JSON and keep nothing.
fn one_pass(body: &str) -> anyhow::Result<f64> {
    timed(50, || {
        black_box(serde_json::from_str::<IgnoredAny>(black_box(body))?);
        Ok(())
    })
}

fn timed(times: usize, mut work: impl FnMut() -> anyhow::Result<()>) -> anyhow::Result<f64> {
    let mut samples = Vec::new();
    for _ in 0..times {
        let started = Instant::now();
        work()?;
        samples.push(started.elapsed().as_secs_f64() * 1_000.0);
    }
    Ok(Samples::new(samples).median())
}
