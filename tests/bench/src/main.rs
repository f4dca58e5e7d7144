//! The cost of the functions: time, memory and bytes, each as a ratio to a limit or to a peer that
//! is measured in the same run. `docs/BENCHMARKS.md` says what the figures mean.

mod backlog;
mod cold;
mod cost;
mod decrypt_throughput;
mod event;
mod fake_aws;
mod fake_graph;
mod function;
mod goodput;
mod guard;
mod handler;
mod ingest_floor;
mod ingest_latency;
mod load;
mod machine;
mod memory;
mod parse_rate;
mod peers;
mod report;
mod runtime_api;
mod share;
mod soak;
mod traffic;
mod trust;
mod work;
mod zip_size;

use anyhow::Context;
use clap::{Parser, ValueEnum};
use guard::Repeated;
use machine::Machine;
use peers::Peers;
use report::Report;
use soak::Length;
use std::path::{Path, PathBuf};

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
    /// The folder with what is measured beside it in other languages.
    #[arg(long)]
    peers: Option<PathBuf>,
    /// Count instructions instead, and fail where they are over those in this file.
    #[arg(long)]
    guard: Option<PathBuf>,
    /// Keep them in that file.
    #[arg(long, requires = "guard")]
    bless: bool,
    /// What valgrind watches: a work, so many times, by the files of a folder.
    #[arg(long, hide = true, requires_all = ["times", "folder"])]
    repeat: Option<Repeated>,
    #[arg(long, hide = true)]
    times: Option<usize>,
    #[arg(long, hide = true)]
    folder: Option<PathBuf>,
    /// What takes minutes, too.
    #[arg(long)]
    long: bool,
    /// The measures to run; everything unless given, beside peers only where they are.
    #[arg(value_enum)]
    measures: Vec<Measure>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Measure {
    /// The answer to a handshake, warm and from a cold start.
    Handshake,
    /// From the start of each function to its first answer.
    Cold,
    /// The 202 to a batch.
    Accept,
    /// The CPU of a 202 against the least that its bytes can take.
    Floor,
    /// The decrypt handler against bare RSA.
    Decrypt,
    /// Decrypt against the same in other languages.
    Peers,
    /// Reading a batch against reading any JSON.
    Parse,
    /// The cost of an invocation of each function.
    Cost,
    /// Latency from a POST to its events, by load.
    Load,
    /// A large backlog through decrypt; takes a minute.
    Backlog,
    /// The share of Graph's rates that hydrate and backfill get through; takes minutes.
    Goodput,
    /// Peak memory of each function.
    Memory,
    /// The deployment package of each function.
    Zip,
    /// Each function at full speed: seconds, or ten minutes and a million changes.
    Soak,
}

impl Measure {
    fn run(
        self,
        bin_dir: &Path,
        peers: Option<&Peers>,
        is_long: bool,
        report: &Report,
    ) -> anyhow::Result<()> {
        // Two threads: the services that a function calls must not wait for Lambda's side.
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()?;
        match self {
            Self::Handshake => runtime.block_on(ingest_latency::handshake(bin_dir, report)),
            Self::Cold => runtime.block_on(cold::measure(bin_dir, peers, report)),
            Self::Floor => runtime.block_on(ingest_floor::measure(bin_dir, report)),
            Self::Peers => peers::measure(bin_dir, peers.context("no --peers")?, report),
            Self::Accept => runtime.block_on(ingest_latency::accept(bin_dir, report)),
            Self::Decrypt => decrypt_throughput::measure(report),
            Self::Parse => parse_rate::measure(report),
            Self::Cost => runtime.block_on(cost::measure(bin_dir, report)),
            Self::Load => runtime.block_on(load::measure(bin_dir, report)),
            Self::Backlog => runtime.block_on(backlog::measure(bin_dir, report)),
            Self::Goodput => runtime.block_on(goodput::measure(bin_dir, report)),
            Self::Memory => runtime.block_on(memory::measure(bin_dir, report)),
            Self::Zip => zip_size::measure(bin_dir, report),
            Self::Soak => {
                let length = Length::new(is_long);
                runtime.block_on(soak::measure(bin_dir, length, report))
            }
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
    if let (Some(work), Some(times), Some(folder)) = (args.repeat, args.times, args.folder) {
        return guard::repeat(work, times, &folder);
    }
    if let Some(kept) = args.guard {
        return guard::compare(&kept, args.bless, &bin_dir);
    }
    let peers = args.peers.as_deref().map(Peers::find).transpose()?;
    let (mut measures, long) = (args.measures, args.long);
    if measures.is_empty() {
        let usual = |measure: &&Measure| match measure {
            Measure::Goodput | Measure::Backlog => long,
            Measure::Soak => false,
            Measure::Peers => peers.is_some(),
            _ => true,
        };
        measures.extend(Measure::value_variants().iter().filter(usual));
    }
    let report = Report::new(args.json, args.record.as_deref())?;
    let machine = Machine::look(&bin_dir)?;
    report.machine(&machine)?;
    for measure in measures {
        measure
            .run(&bin_dir, peers.as_ref(), long, &report)
            .with_context(|| format!("{measure:?} could not be measured"))?;
    }
    report.load(&machine.load_since()?)
}
