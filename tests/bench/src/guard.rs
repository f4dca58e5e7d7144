//! Instructions of decrypt, ingest and parse, beside those that the repository keeps.
//!
//! valgrind counts them: the same on a busy machine as on a quiet one, and, as it says itself what the
//! processor can do, nearly the same on any. Each work is counted twice, once with few repetitions
//! and once with more: what a process takes before and after falls out.

mod repeated;

pub(crate) use repeated::{Repeated, repeat};

use crate::traffic::{Parties, RESOURCE_BYTES};
use crate::work::Work;
use crate::{event, report};
use anyhow::{Context, bail, ensure};
use aws_lc_rs::rsa::KeySize;
use clap::ValueEnum;
use std::collections::BTreeMap;
use std::fs::{read_to_string, write};
use std::path::Path;
use std::process::Command;

/// More than this beside what is kept is too much.
const TOLERANCE: f64 = 0.03;
const FEW: usize = 5;
const MORE: usize = 25;

/// Instructions of one repetition, by the name of the work.
type Counts = BTreeMap<String, u64>;

/// Counts, and fails where it is over what `kept` has; with `bless` it is what is kept from now on.
pub(crate) fn compare(kept: &Path, bless: bool, bin_dir: &Path) -> anyhow::Result<()> {
    let parties = Parties::new(KeySize::Rsa2048)?;
    let folder = bin_dir.join("bench/guard");
    Work::write(&parties, 1, &folder)?;
    let body = parties.rich_batch(10, RESOURCE_BYTES)?;
    write(folder.join(repeated::BODY), &body)?;
    write(folder.join(repeated::POST), event::post(body))?;
    write(
        folder.join(repeated::SIGNING_KEYS),
        parties.signing_keys().to_string(),
    )?;

    let mut counted = Counts::new();
    for work in Repeated::value_variants() {
        let instructions = |times| instructions(*work, times, &folder);
        let more = instructions(MORE)? - instructions(FEW)?;
        counted.insert(work.name(), more / (MORE - FEW) as u64);
    }
    if bless {
        return Ok(write(kept, serde_json::to_string_pretty(&counted)? + "\n")?);
    }
    let kept = read_to_string(kept).with_context(|| format!("no {}", kept.display()))?;
    let kept: Counts = serde_json::from_str(&kept)?;
    let mut over = Vec::new();
    for (work, count) in &counted {
        let before = *kept
            .get(work)
            .with_context(|| format!("{work} is not kept"))?;
        let change = *count as f64 / before as f64 - 1.0;
        report::line(&format!(
            "{work:<10} {count:>12} instructions, {before} kept: {:+.2} %",
            change * 100.0
        ))?;
        if change > TOLERANCE {
            over.push(work.as_str());
        }
    }
    ensure!(
        over.is_empty(),
        "over {} % more: {}; if that is meant, make bench-guard BLESS=1 keeps it",
        TOLERANCE * 100.0,
        over.join(", ")
    );
    Ok(())
}

/// The instructions of a process of our own that repeats `work`.
fn instructions(work: Repeated, times: usize, folder: &Path) -> anyhow::Result<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(std::env::current_exe()?)
        .arg("--repeat")
        .arg(work.name())
        .arg("--times")
        .arg(times.to_string())
        .arg("--folder")
        .arg(folder)
        .output()
        .context("valgrind does not start (Debian: valgrind)")?;
    let told = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{} failed: {told}", work.name());
    for line in told.lines() {
        if let Some((_, count)) = line.split_once("Collected :") {
            return Ok(count.trim().parse()?);
        }
    }
    bail!("valgrind tells no count: {told}")
}
