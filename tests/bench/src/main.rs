//! The cost of the functions: time, memory and bytes, each as a ratio to a limit or to a peer that
//! is measured in the same run. `docs/BENCHMARKS.md` says what the figures mean.

mod cost;
mod decrypt_throughput;
mod event;
mod fake_aws;
mod fake_graph;
mod function;
mod ingest_latency;
mod machine;
mod memory;
mod parse_rate;
mod report;
mod runtime_api;
mod traffic;
mod zip_size;

use anyhow::Context;
use clap::{Parser, ValueEnum};
use machine::Machine;
use report::Report;
use std::path::PathBuf;

/// Measures the release binaries, and the code they are made of.
#[derive(Debug, Parser)]
#[command(version)]
struct Args {
    /// The folder with the binaries of the functions; the one of this program unless given.
    #[arg(long, env = "TEAMWIRE_BIN_DIR")]
    bin_dir: Option<PathBuf>,
    /// JSON lines instead of a table.
    #[arg(long)]
    json: bool,
    /// JSON lines to this file, whatever is printed.
    #[arg(long)]
    record: Option<PathBuf>,
    /// The measures to run; everything unless given.
    #[arg(value_enum)]
    measures: Vec<Measure>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Measure {
    /// The answer to a handshake, warm and from a cold start.
    Handshake,
    /// The 202 to a batch.
    Accept,
    /// The decrypt handler against bare RSA.
    Decrypt,
    /// Reading a batch against reading any JSON.
    Parse,
    /// The cost of an invocation of each function.
    Cost,
    /// Peak memory of each function.
    Memory,
    /// The deployment package of each function.
    Zip,
}

impl Measure {
    fn run(self, bin_dir: &std::path::Path, report: &Report) -> anyhow::Result<()> {
        // Two threads: the services that a function calls must not wait for Lambda's side.
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()?;
        match self {
            Self::Handshake => runtime.block_on(ingest_latency::handshake(bin_dir, report)),
            Self::Accept => runtime.block_on(ingest_latency::accept(bin_dir, report)),
            Self::Decrypt => decrypt_throughput::measure(report),
            Self::Parse => parse_rate::measure(report),
            Self::Cost => runtime.block_on(cost::measure(bin_dir, report)),
            Self::Memory => runtime.block_on(memory::measure(bin_dir, report)),
            Self::Zip => zip_size::measure(bin_dir, report),
        }
    }
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let bin_dir = match args.bin_dir {
        Some(folder) => folder,
        None => {
            let program = std::env::current_exe()?;
            let folder = program.parent().context("this program is in no folder")?;
            folder.to_owned()
        }
    };
    let measures = match args.measures.as_slice() {
        [] => Measure::value_variants(),
        chosen => chosen,
    };
    let report = Report::new(args.json, args.record.as_deref())?;
    let machine = Machine::look(&bin_dir)?;
    report.machine(&machine)?;
    for measure in measures {
        measure
            .run(&bin_dir, &report)
            .with_context(|| format!("{measure:?} could not be measured"))?;
    }
    report.load(&machine.load_since()?)
}
