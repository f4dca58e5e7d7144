//! Reading a batch of Graph's, against reading the same bytes as any JSON.

use crate::report::{Figure, Report, Samples};
use crate::traffic::{Parties, RESOURCE_BYTES};
use anyhow::ensure;
use aws_lc_rs::rsa::KeySize;
use serde_json::Value;
use std::hint::black_box;
use std::time::Instant;
use teamwire_payload::NotificationBatch;

const ITEMS: usize = 100;
const ROUNDS: usize = 500;

/// Basic and rich batches.
pub(crate) fn measure(report: &Report) -> anyhow::Result<()> {
    let rich = Parties::new(KeySize::Rsa2048)?.rich_batch(ITEMS, RESOURCE_BYTES)?;
    for (kind, body) in [("basic", Parties::basic_batch(ITEMS)), ("rich", rich)] {
        let (ours, any) = compare(body.as_bytes())?;
        let rate = |samples: &Samples| body.len() as f64 / samples.median() / 1e6;
        report.figure(
            &Figure::new(
                "parse",
                format!("{ITEMS} {kind} items"),
                rate(&ours),
                "MB/s",
            )
            .to("serde_json::Value", rate(&any))
            .with("items/s", ITEMS as f64 / ours.median())
            .with("body bytes", body.len() as f64),
        )?;
    }
    Ok(())
}

/// Seconds for each body, by either way.
fn compare(body: &[u8]) -> anyhow::Result<(Samples, Samples)> {
    let (mut ours, mut any) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let started = Instant::now();
        let batch = NotificationBatch::parse(black_box(body))?;
        ours.push(started.elapsed().as_secs_f64());
        ensure!(
            batch.items.len() == ITEMS && batch.items.iter().all(Result::is_ok),
            "an item was not read"
        );
        drop(batch);

        let started = Instant::now();
        // `FromStr` is compiled with serde_json, as the rest of it; `from_slice` would be with us.
        let value: Value = std::str::from_utf8(black_box(body))?.parse()?;
        any.push(started.elapsed().as_secs_f64());
        drop(black_box(value));
    }
    Ok((Samples::new(ours), Samples::new(any)))
}
