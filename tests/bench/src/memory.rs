//! The most memory that each function ever holds.

use crate::event;
use crate::fake_aws::FakeAws;
use crate::function::{self, Function};
use crate::report::{Figure, Report};
use crate::traffic::{self, PAGE_ITEMS, Parties, RESOURCE_BYTES};
use anyhow::ensure;
use aws_lc_rs::rsa::KeySize;
use axum::body::Bytes;
use std::iter::repeat_n;
use std::path::Path;
use teamwire_payload::limits;

/// Lambda's synchronous payload limit, which event sources keep too.
const EVENT_BYTES: usize = 6 * MIB;
const USUAL_INVOCATIONS: usize = 1_000;
const USUAL_BATCHES: &str = "1,000 batches of 10, 2 KiB each";
const LARGE_INVOCATIONS: usize = 5;
const BATCH: usize = limits::SQS_BATCH_ENTRIES;
const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

/// Each function when it has started, under its usual load, and at its worst.
pub(crate) async fn measure(bin_dir: &Path, report: &Report) -> anyhow::Result<()> {
    let parties = Parties::new(KeySize::Rsa2048)?;
    let services = FakeAws::start(&parties, bin_dir).await?;
    let settings = services.settings();
    let start = async |name| Subject::start(name, bin_dir, &settings, report).await;
    ingest(start("ingest").await?, &parties).await?;
    decrypt(start("decrypt").await?, &parties, &services).await?;
    hydrate(start("hydrate").await?, &services).await?;
    subscriptions(start("subscriptions").await?, &services).await?;
    backfill(start("backfill").await?, &services).await?;
    relay(start("relay").await?).await
}

async fn ingest(ingest: Subject<'_>, parties: &Parties) -> anyhow::Result<()> {
    let typical = event::post(parties.rich_batch(BATCH, RESOURCE_BYTES)?);
    let usual = repeat_n(&typical, USUAL_INVOCATIONS);
    ingest.serve("1,000 POSTs of 10 rich items", usual).await?;
    for (case, items) in [
        ("POST of 6 MiB, 1,000 rich items", 1_000),
        ("POST of 6 MiB, 1 rich item", 1),
    ] {
        let large = large_post(parties, items)?;
        ingest
            .serve(case, repeat_n(&large, LARGE_INVOCATIONS))
            .await?;
    }
    ingest.function.stop().await?;
    Ok(())
}

async fn decrypt(
    decrypt: Subject<'_>,
    parties: &Parties,
    services: &FakeAws,
) -> anyhow::Result<()> {
    let typical = sealed_batch(parties, RESOURCE_BYTES, None)?;
    let usual = repeat_n(&typical, USUAL_INVOCATIONS);
    decrypt.serve(USUAL_BATCHES, usual).await?;
    for (case, bytes, claims) in [
        ("batch of 10, event of 6 MiB", 450 * KIB, None),
        ("batch of 10 claims to 1 MiB each", MIB, Some(services)),
        // About what one item fills the largest POST with that ingest takes.
        (
            "batch of 10 claims to 4.3 MiB each",
            4_400 * KIB,
            Some(services),
        ),
    ] {
        let large = sealed_batch(parties, bytes, claims)?;
        decrypt
            .serve(case, repeat_n(&large, LARGE_INVOCATIONS))
            .await?;
    }
    decrypt.function.stop().await?;
    Ok(())
}

async fn hydrate(hydrate: Subject<'_>, services: &FakeAws) -> anyhow::Result<()> {
    // Every batch is from another tenant: each tenant's reads are paced.
    let mut numbers = 0_usize..;
    for (case, bytes, invocations) in [
        (USUAL_BATCHES, RESOURCE_BYTES, USUAL_INVOCATIONS),
        ("batch of 10, 1 MiB each", MIB, LARGE_INVOCATIONS),
        (
            "batch of 10, 8 MiB each",
            limits::RESOURCE_BYTES,
            LARGE_INVOCATIONS,
        ),
    ] {
        services.serve_resource(traffic::resource(0, bytes));
        let events = numbers
            .by_ref()
            .take(invocations)
            .map(|number| traffic::event_of(BATCH, number, traffic::reference_message))
            .collect::<anyhow::Result<Vec<_>>>()?;
        hydrate.serve(case, &events).await?;
    }
    hydrate.function.stop().await?;
    Ok(())
}

async fn subscriptions(subscriptions: Subject<'_>, services: &FakeAws) -> anyhow::Result<()> {
    let order = Bytes::from_static(br#"{"action":"reconcile"}"#);
    for (case, count, tenants) in [
        ("1,000 of 5 tenants, all in order", 1_000, 5),
        // As many as an organization may have.
        ("10,000 of one tenant, all in order", 10_000, 1),
    ] {
        for (tenant, resources) in traffic::want(services, count, tenants) {
            services.graph().hold(&tenant, &resources);
        }
        let runs = repeat_n(&order, LARGE_INVOCATIONS);
        subscriptions.serve(case, runs).await?;
    }
    subscriptions.function.stop().await?;
    Ok(())
}

async fn backfill(backfill: Subject<'_>, services: &FakeAws) -> anyhow::Result<()> {
    let mut numbers = 0_usize..;
    for (case, bytes, invocations) in [
        (
            "1,000 batches of 10 pages, 50 times 2 KiB each",
            RESOURCE_BYTES,
            USUAL_INVOCATIONS,
        ),
        (
            "batch of 10 pages, 50 times 20 KiB each",
            20 * KIB,
            LARGE_INVOCATIONS,
        ),
        // As large as an answer of Graph may be.
        (
            "batch of 10 pages, 50 times 160 KiB each",
            160 * KIB,
            LARGE_INVOCATIONS,
        ),
    ] {
        services.serve_resource(traffic::page(PAGE_ITEMS, bytes)?);
        let events = numbers
            .by_ref()
            .take(invocations)
            .map(|number| traffic::event_of(BATCH, number, traffic::gap_message))
            .collect::<anyhow::Result<Vec<_>>>()?;
        backfill.serve(case, &events).await?;
    }
    backfill.function.stop().await?;
    Ok(())
}

async fn relay(relay: Subject<'_>) -> anyhow::Result<()> {
    let typical = event::sqs_event(&traffic::event_messages(BATCH, RESOURCE_BYTES)?)?;
    let usual = repeat_n(&typical, USUAL_INVOCATIONS);
    relay.serve(USUAL_BATCHES, usual).await?;
    let large = event::sqs_event(&traffic::event_messages(BATCH, 450 * KIB)?)?;
    let case = "batch of 10, event of 6 MiB";
    relay
        .serve(case, repeat_n(&large, LARGE_INVOCATIONS))
        .await?;
    relay.function.stop().await?;
    Ok(())
}

/// A function under observation.
struct Subject<'a> {
    name: &'static str,
    function: Function,
    report: &'a Report,
}

impl<'a> Subject<'a> {
    async fn start(
        name: &'static str,
        bin_dir: &Path,
        settings: &[(String, String)],
        report: &'a Report,
    ) -> anyhow::Result<Self> {
        let function = Function::start(bin_dir, name, settings).await?;
        function.until_idle().await?;
        let subject = Self {
            name,
            function,
            report,
        };
        subject.tell("started")?;
        Ok(subject)
    }

    /// Has it take all of `events`, and tells what it needed at most until then.
    async fn serve(
        &self,
        case: &str,
        events: impl IntoIterator<Item = &Bytes>,
    ) -> anyhow::Result<()> {
        for event in events {
            let answer = self.function.invoke(event).await?;
            ensure!(answer.is_well(), "{} failed a {case}", self.name);
        }
        self.tell(case)
    }

    fn tell(&self, case: &str) -> anyhow::Result<()> {
        let mebibytes = self.function.peak_memory()? / MIB as f64;
        let case = format!("{}: {case}", self.name);
        let memory = function::memory(self.name)?;
        let of = format!("the function's {memory} MiB");
        self.report
            .figure(&Figure::new("memory", case, mebibytes, "MiB").to(of, f64::from(memory)))
    }
}

/// A POST of so many rich items, as large as Lambda lets it be.
fn large_post(parties: &Parties, items: usize) -> anyhow::Result<Bytes> {
    let empty = event::post(parties.rich_batch(items, 0)?).len();
    let room = EVENT_BYTES.saturating_sub(empty) / items;
    // Base64 makes four of three, and padding takes up to a block.
    let content = room * 3 / 4 - 32;
    let smallest = traffic::resource(0, 0).len();
    let event = event::post(parties.rich_batch(items, smallest + content)?);
    ensure!(
        event.len() <= EVENT_BYTES && event.len() > EVENT_BYTES * 9 / 10,
        "an event of {} bytes instead of 6 MiB",
        event.len()
    );
    Ok(event)
}

fn sealed_batch(
    parties: &Parties,
    bytes: usize,
    claims: Option<&FakeAws>,
) -> anyhow::Result<Bytes> {
    let messages = (0..BATCH)
        .map(|number| {
            let message = parties.sealed_message(number, bytes)?;
            match claims {
                Some(services) => services.leave(message),
                None => Ok(message),
            }
        })
        .collect::<anyhow::Result<Vec<_>>>()?;
    event::sqs_event(&messages)
}
