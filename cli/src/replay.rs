//! `teamwire replay`: dead letters back to where they came from.

mod audit;
mod batch;
mod destinations;
mod moving;
mod pace;
mod preview;
pub(crate) mod stop;
mod tally;
mod told;
mod whole;

use crate::aws;
use crate::dead_letters::filter::Filter;
use crate::dead_letters::queues::Whereabouts;
use crate::dead_letters::source::Source;
use audit::Audit;
use aws_sdk_sqs::Client;
use clap::{Args, ValueEnum};
use destinations::Destinations;
use moving::Moving;
use pace::Pace;
use preview::Seen;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use stop::{INTERRUPTED, Stop};
use tally::Tally;

/// Send dead letters back to the queue they came from
///
/// Without --move nothing is moved: what would move is shown, grouped by reason, age, resource type
/// and tenant. To look at a letter is to receive it, so each one's receive count grows by one; it is
/// hidden meanwhile and made visible again at the end (after a minute to five where teamwire is
/// killed).
///
/// With --move each letter is sent first and deleted then. Ctrl-C ends it after the batches under way;
/// where it is killed, some letters of at most eight batches may be twice, with the same event id.
/// The same command goes on where it ended. A message keeps body, group and trace; it loses reason,
/// source, route and how long it was put off, which begins anew; it gets an attribute `replayed`, how
/// often that was done.
///
/// Letters that don't fit are hidden while it works. SQS hides at most 120,000 of one queue at a time,
/// and of a FIFO queue gives none behind a hidden one of the same group.
///
/// From quarantine each letter goes where its `route` says. What has none (an unrouted.v1) can't be
/// replayed: no function takes it.
///
/// Exit status 0: looked at, or everything that fits was moved; 1: some of it stayed (refused, sent
/// but not deleted, or no function takes it), or it ended early by a fault; 2: wrong usage, no such
/// queue, or AWS can't be asked; 3: interrupted.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  teamwire replay --queue decrypt\n  teamwire replay --queue decrypt --reason tampered --since 2d --move --rate 50 --audit moved.jsonl\n  teamwire replay --queue decrypt --id 5f0c.. --move\n  teamwire replay --queue quarantine --tenant 9f4ebab6-520d-49c0-85cc-7b25c78d4a93 --move\n  teamwire replay --queue hydrate --all --move\n  teamwire replay --queue hydrate --all --status"
)]
pub(crate) struct Replay {
    #[command(flatten)]
    from: Whereabouts,
    /// Where they go instead of where they came from: a queue of the stack (decrypt, hydrate, ..)
    /// or a URL
    #[arg(long, value_name = "QUEUE|URL")]
    to: Option<String>,
    #[command(flatten)]
    filter: Filter,
    /// Move them; without it they are only looked at
    #[arg(long = "move")]
    moves: bool,
    /// At most so many letters
    #[arg(long, value_name = "LETTERS", value_parser = clap::value_parser!(u64).range(1..))]
    max: Option<u64>,
    /// Messages a second; as fast as it goes without. With --all at most 500
    #[arg(long, value_name = "MESSAGES", value_parser = rate, requires = "moves")]
    rate: Option<f64>,
    /// Add a line of JSON to this file for every batch: who moved which letters, when, and where to
    #[arg(long, value_name = "FILE", requires = "moves")]
    audit: Option<PathBuf>,
    /// Let SQS itself move the whole queue (StartMessageMoveTask). What was put off keeps its age
    /// then; where SQS can't, teamwire does it
    #[arg(long, conflicts_with_all = ["max", "reason", "tenant", "resource_type", "since", "until", "id"])]
    all: bool,
    /// How far SQS is with --all
    #[arg(long, requires = "all", conflicts_with_all = ["moves", "cancel"])]
    status: bool,
    /// Have SQS end what --all began; what was moved stays moved
    #[arg(long, requires = "all", conflicts_with = "moves")]
    cancel: bool,
    /// How to print; without it text on a terminal, else JSON
    #[arg(long)]
    output: Option<Output>,
}

/// How to print.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    /// For people
    Text,
    /// Lines of JSON
    Json,
}

impl Output {
    /// What was asked for, or what suits standard output.
    pub(crate) fn or_suitable(asked: Option<Self>) -> Self {
        asked.unwrap_or(match std::io::stdout().is_terminal() {
            true => Self::Text,
            false => Self::Json,
        })
    }
}

impl Replay {
    pub(crate) async fn run(self) -> anyhow::Result<ExitCode> {
        let config = aws::config().await?;
        let client = Client::new(&config);
        let from = self.from.url(&client).await?;
        let output = Output::or_suitable(self.output);
        if self.status || self.cancel {
            return whole::look(&client, &from, self.cancel, output).await;
        }
        let to = Destinations::find(&client, &self.from, self.to.as_deref()).await?;
        let audit = match &self.audit {
            Some(path) => Some(Audit::open(path, &config).await?),
            None => None,
        };
        if self.all && self.moves {
            let task = whole::start(&client, &from, &to, self.rate, audit.as_ref(), output);
            if let Some(status) = task.await? {
                return Ok(status);
            }
        }
        let source = Arc::new(Source::new(client.clone(), from)?);
        let stop = Stop::at_interrupt();
        let most = self.max.unwrap_or(u64::MAX);
        let most = self.filter.most().map_or(most, |ids| ids.min(most));
        if !self.moves {
            let seen = Seen::at(&source, &stop, &self.filter, &to, most).await?;
            let text = match output {
                Output::Text => seen.text(source.url(), &to, source.is_fifo()),
                Output::Json => format!("{}\n", seen.json(source.url(), &to)),
            };
            std::io::stdout().lock().write_all(text.as_bytes())?;
            return Ok(interrupted(&stop).unwrap_or(ExitCode::SUCCESS));
        }
        let moving = Arc::new(Moving {
            client,
            source,
            filter: self.filter,
            destinations: to,
            pace: Pace::new(self.rate),
            audit,
            tally: Tally::new(),
            stop,
            left: AtomicU64::new(most),
        });
        carry_out(moving, output).await
    }
}

async fn carry_out(moving: Arc<Moving>, output: Output) -> anyhow::Result<ExitCode> {
    let standing = moving.source.count().await?.visible;
    let ended = tokio::select! {
        ended = Arc::clone(&moving).run() => ended,
        fault = told::keep_telling(&moving, standing, output) => fault.map(|never| match never {}),
    };
    let hidden = moving.source.count().await.map_or(0, |count| count.hidden);
    told::tell(&moving, hidden, output)?;
    let counts = moving.tally.now();
    let stayed = counts.refused + counts.unroutable + counts.undeleted;
    if let Err(fault) = ended {
        writeln!(std::io::stderr(), "teamwire: {fault:#}")?;
        return Ok(ExitCode::FAILURE);
    }
    Ok(interrupted(&moving.stop).unwrap_or(match stayed {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }))
}

fn interrupted(stop: &Stop) -> Option<ExitCode> {
    stop.is_interrupted().then(|| ExitCode::from(INTERRUPTED))
}

fn rate(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(rate) if (0.01..=100_000.0).contains(&rate) => Ok(rate),
        _ => Err("a number of messages a second, from 0.01 to 100000".to_owned()),
    }
}
