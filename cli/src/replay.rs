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
use crate::output::Output;
use audit::Audit;
use aws_sdk_sqs::Client;
use clap::Args;
use destinations::Destinations;
use moving::Moving;
use pace::Pace;
use preview::Seen;
use serde_json::json;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use stop::{INTERRUPTED, Stop};
use tally::Tally;

/// Send dead letters back to the queue they came from
///
/// Without --move nothing is moved: what would move is shown, grouped by reason, age, resource type
/// and tenant. SQS shows a letter only to who receives it, so a preview uses up one receive of each
/// letter that it looks at, and says how many: their receive counts stay one higher. Nothing limits
/// the receives of a stack's dead-letter queues and of quarantine. --max ends a preview early, after at
/// most 40 letters more. What was looked at is hidden meanwhile and made visible again at the end (after
/// a minute to five where teamwire is killed).
///
/// With --move each letter is sent first and deleted then. Ctrl-C ends it after the batches under way;
/// where it is killed, some letters of at most eight batches may be twice, with the same event id.
/// The same command goes on where it ended. A message keeps body, group and trace; it loses reason,
/// source, route, how long it was put off, which begins anew, and the lineage that Lambda counts; it
/// gets an attribute `replayed`, how often that was done.
///
/// Who moved what, when, from where to where and by which filters, is added to a file, a line of JSON
/// for every batch, before its letters are deleted: teamwire/replay.jsonl in XDG_STATE_HOME
/// (~/.local/state without), or the file of --audit. The summary names it. Who: the caller that AWS's
/// STS sees.
///
/// On a terminal a bar says how far it is and when it will be done; otherwise lines of JSON on
/// standard error do, every ten seconds. The summary is on standard output.
///
/// Letters that don't fit are hidden while it works. SQS hides at most 120,000 of one queue at a time,
/// and of a FIFO queue gives none behind a hidden one of the same group.
///
/// From quarantine each letter goes where its `route` says. What has none (an unrouted.v1) can't be
/// replayed: no function takes it.
///
/// Exit status 0: looked at, or everything that fits was moved; 1: some of it stayed (refused, sent
/// but not deleted, or no function takes it), or it ended early by a fault; 2: wrong usage, no such
/// queue, or AWS can't be asked; 130: interrupted.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  teamwire replay --queue decrypt\n  teamwire replay --queue decrypt --reason tampered --since 2d --preview\n  teamwire replay --queue decrypt --reason tampered --since 2d --move --rate 50 --audit moved.jsonl\n  teamwire replay --queue decrypt --id 5f0c.. --move\n  teamwire replay --queue quarantine --tenant 9f4ebab6-520d-49c0-85cc-7b25c78d4a93 --move\n  teamwire replay --queue hydrate --all --move\n  teamwire replay --queue hydrate --all --status\n  teamwire replay --queue hydrate --all --cancel"
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
    /// Only say what would move; so it is without --move too
    #[arg(long, conflicts_with_all = ["moves", "all", "status", "cancel"])]
    preview: bool,
    /// Move them; without it they are only looked at
    #[arg(long = "move")]
    moves: bool,
    /// At most so many letters
    #[arg(long, value_name = "LETTERS", value_parser = clap::value_parser!(u64).range(1..))]
    max: Option<u64>,
    /// Messages a second; as fast as it goes without. With --all at most 500
    #[arg(long, value_name = "PER_SECOND", value_parser = rate, requires = "moves")]
    rate: Option<f64>,
    /// Add the record of what was moved, and by whom, to this file rather than to the usual one
    #[arg(long, value_name = "FILE")]
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
    /// How to print: json is one document, and with --all a line every two seconds; without it text
    /// on a terminal, else json
    #[arg(long, value_name = "FORMAT")]
    output: Option<Output>,
}

impl Replay {
    pub(crate) async fn run(self) -> anyhow::Result<ExitCode> {
        let config = aws::config().await?;
        let client = Client::new(&config);
        let from = self.from.url(&client).await?;
        let output = Output::or_suitable(self.output);
        if self.status {
            return whole::look(&client, &from, output).await;
        }
        if self.cancel {
            let audit = Audit::open(self.audit.as_deref(), &config).await?;
            return whole::cancel(&client, &from, &audit, output).await;
        }
        let to = Destinations::find(&client, &self.from, self.to.as_deref()).await?;
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
        let audit = Audit::open(self.audit.as_deref(), &config).await?;
        if self.all {
            let task = whole::start(&client, source.url(), &to, self.rate, &audit, &stop, output);
            if let Some(status) = task.await? {
                return Ok(status);
            }
        }
        let asked = json!({"filter": self.filter, "max": self.max, "rate": self.rate});
        audit.begins(source.url(), to.text(), &asked)?;
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
        fault = told::keep_telling(&moving, standing) => fault.map(|never| match never {}),
    };
    let hidden = moving.source.count().await.map_or(0, |count| count.hidden);
    let counts = moving.tally.now();
    let how = match (&ended, moving.stop.is_interrupted()) {
        (Err(_), _) => "by a fault",
        (Ok(()), true) => "interrupted",
        (Ok(()), false) => "done",
    };
    let recorded = moving.audit.ends(moving.source.url(), how, &json!(counts));
    told::tell(&moving, hidden, output)?;
    let ended = ended.and(recorded);
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
