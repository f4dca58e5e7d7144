//! From the start of a process to its first answer.
//!
//! Lambda doesn't throttle the start, and gives the first invocation the share of a core that the
//! function's memory buys. So does this: a process joins its share once it asks for an event.

use crate::cost::cases::{self, Case};
use crate::event;
use crate::fake_aws::FakeAws;
use crate::function::{Function, Program, WHOLE_CORE, memory};
use crate::peers::Peers;
use crate::report::{Figure, Report, Samples};
use crate::share::Share;
use crate::traffic::Parties;
use anyhow::{Context, ensure};
use aws_lc_rs::rsa::KeySize;
use axum::body::Bytes;
use std::path::Path;
use std::time::Duration;

const ROUNDS: usize = 9;
/// Sizes that an ingest may have.
const SIZES: [u32; 3] = [256, 512, WHOLE_CORE];
/// As long as others may take for it, on the smallest share of a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// The POST that is accepted.
const POST: &str = "POST of 10 rich";
/// The first events of the functions, as `cost` knows them.
const FIRST: [(&str, &str); 5] = [
    ("decrypt", "batch of 10"),
    ("hydrate", "batch of 10"),
    ("backfill", "page of 50 messages"),
    ("relay", "batch of 10"),
    (
        "subscriptions",
        "1000 subscriptions of 5 tenants, all in order",
    ),
];
/// Graph counts an answer as slow after this.
const ANSWER_LIMIT: (&str, f64) = ("Graph's 3 s", 3_000.0);
/// Most CPU until the first 202, beside the least that Rust needs, and beside the others.
const AIM_RUST: f64 = 1.5;
const AIM_OTHERS: f64 = 0.1;

/// The first 202 beside other ways to get there, then each function's first event.
pub(crate) async fn measure(
    bin_dir: &Path,
    peers: Option<&Peers>,
    report: &Report,
) -> anyhow::Result<()> {
    let parties = Parties::new(KeySize::Rsa2048)?;
    let services = FakeAws::start(&parties, bin_dir).await?;
    let settings = services.settings();
    let site = Site {
        bin_dir,
        settings: &settings,
    };
    let cases = cases::all(&parties)?;
    let find = |function: &str, name: &str| {
        let mut cases = cases.iter();
        let case = cases.find(|case| case.function == function && case.name == name);
        case.with_context(|| format!("no case {name} of {function}"))
    };
    let post = first_event(find("ingest", POST)?)?;
    accepted(&site, &post, peers, report).await?;

    let handshake = event::handshake("a token");
    let mut firsts = vec![("ingest", "handshake", handshake)];
    for (function, name) in FIRST {
        let case = find(function, name)?;
        (case.prepare)(&services)?;
        firsts.push((function, name, first_event(case)?));
    }
    for (function, name, event) in firsts {
        let program = Program::ours(bin_dir, function)?;
        // The first run keeps what the next ones find.
        site.start(&program, &event, &Core::of(WHOLE_CORE)).await?;
        for size in [memory(function)?, WHOLE_CORE] {
            let core = Core::of(size);
            let mut seen = Seen::default();
            for _ in 0..ROUNDS {
                seen.add(site.start(&program, &event, &core).await?);
            }
            report.figure(&seen.figure(format!("{function}: first {name}, {size} MB")))?;
        }
    }
    Ok(())
}

/// Programs that answer a POST by 202, by turns.
async fn accepted(
    site: &Site<'_>,
    post: &Bytes,
    peers: Option<&Peers>,
    report: &Report,
) -> anyhow::Result<()> {
    let ours = Program::ours(site.bin_dir, "ingest")?;
    let example = |name: &str, file: &str| Program {
        name: name.to_owned(),
        command: vec![site.bin_dir.join("examples").join(file).into()],
        ..ours
    };
    // As large as what ingest sends on.
    let order = event::with_order(post, 10, post.len() / 10)?;
    let mut programs = vec![
        (example("Rust, one POST", "post"), post.clone()),
        (example("Rust, AWS's SDK", "enqueue"), order),
    ];
    if let Some(peers) = peers {
        let others = peers.enqueuing(PATIENCE, ours.memory);
        programs.extend(others.map(|program| (program, post.clone())));
    }
    programs.insert(0, (ours, post.clone()));
    for size in SIZES {
        let core = Core::of(size);
        let mut seen: Vec<Seen> = programs.iter().map(|_| Seen::default()).collect();
        for round in 0..=ROUNDS {
            for ((program, event), seen) in programs.iter().zip(&mut seen) {
                let start = site.start(program, event, &core).await?;
                // The first one may read its files from a disk.
                if round > 0 {
                    seen.add(start);
                }
            }
        }
        let of = programs.iter().map(|(program, _)| &program.name).zip(&seen);
        for (name, seen) in of.clone() {
            report.figure(&seen.figure(format!("{name}: first 202, {size} MB")))?;
        }
        if size == WHOLE_CORE {
            report.figure(&compared(of))?;
        }
    }
    Ok(())
}

/// CPU of the first, beside the others'.
fn compared<'a>(mut of: impl Iterator<Item = (&'a String, &'a Seen)>) -> Figure {
    let (name, ours) = of.next().map_or(("", f64::NAN), |(name, seen)| {
        (name.as_str(), Seen::median(&seen.cpu))
    });
    let figure = Figure::new("cold", format!("{name}: to its first 202"), ours, "ms CPU")
        .with("aim of Rust, one POST", AIM_RUST)
        .with("aim of other languages", AIM_OTHERS);
    of.fold(figure, |figure, (name, seen)| {
        figure.to(name.as_str(), Seen::median(&seen.cpu))
    })
}

fn first_event(case: &Case) -> anyhow::Result<Bytes> {
    Ok(case.events.first().context("a case has events")?.clone())
}

/// The place where programs are started.
struct Site<'a> {
    bin_dir: &'a Path,
    settings: &'a [(String, String)],
}

/// One start, in milliseconds.
struct Start {
    init: f64,
    init_cpu: f64,
    answer: f64,
    cpu: f64,
}

impl Site<'_> {
    async fn start(&self, program: &Program, event: &Bytes, core: &Core) -> anyhow::Result<Start> {
        let function = Function::run(program, self.bin_dir, self.settings).await?;
        function.until_idle().await?;
        let init = function.age().as_secs_f64() * 1_000.0;
        let init_cpu = function.cpu_millis()?;
        if let Some(share) = &core.share {
            share.hold(function.id()?)?;
        }
        let answer = function.invoke(event).await?;
        ensure!(answer.is_well(), "{} failed its first event", program.name);
        let cpu = function.stop().await?;
        let wall = answer.latency.as_secs_f64() * 1_000.0;
        Ok(Start {
            init,
            init_cpu,
            answer: core.stretched(wall, cpu - init_cpu),
            cpu,
        })
    }
}

/// What a function has of the processor.
struct Core {
    of_one: f64,
    share: Option<Share>,
}

impl Core {
    fn of(memory: u32) -> Self {
        Self {
            of_one: f64::from(memory) / f64::from(WHOLE_CORE),
            share: Share::of(memory),
        }
    }

    /// The time it takes there; computed where the machine gives no shares.
    fn stretched(&self, wall: f64, cpu: f64) -> f64 {
        match self.share {
            Some(_) => wall,
            None => (wall - cpu).max(0.0) + cpu / self.of_one,
        }
    }
}

/// Many starts.
#[derive(Default)]
struct Seen {
    all: Vec<f64>,
    init: Vec<f64>,
    init_cpu: Vec<f64>,
    cpu: Vec<f64>,
}

impl Seen {
    fn add(&mut self, start: Start) {
        self.all.push(start.init + start.answer);
        self.init.push(start.init);
        self.init_cpu.push(start.init_cpu);
        self.cpu.push(start.cpu);
    }

    fn median(samples: &[f64]) -> f64 {
        Samples::new(samples.to_vec()).median()
    }

    fn figure(&self, case: String) -> Figure {
        Figure::new("cold", case, Self::median(&self.all), "ms (p50)")
            .to(ANSWER_LIMIT.0, ANSWER_LIMIT.1)
            .with("init ms", Self::median(&self.init))
            .with("init CPU ms", Self::median(&self.init_cpu))
            .with("CPU ms", Self::median(&self.cpu))
    }
}
