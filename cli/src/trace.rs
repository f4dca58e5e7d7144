//! `teamwire trace`: what became of a change.

mod letters;
mod logs;
mod waiting;

use crate::backfill::moment;
use crate::output::OutputFormat;
use crate::replay::stop::{INTERRUPTED, StopSignal};
use crate::terminal::plain;
use crate::{aws, queue};
use anyhow::bail;
use aws_sdk_cloudwatchlogs::Client as Logs;
use aws_sdk_sqs::Client as Sqs;
use clap::Args;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use std::process::ExitCode;

/// A shorter text would be found everywhere.
const FEWEST_CHARS: usize = 8;
/// The age of the oldest log lines that are read unless a time is given.
const SINCE: SignedDuration = SignedDuration::from_hours(24);

/// Say what became of a change, by an id of it
///
/// An id of an event, a message of SQS, a subscription, a chat or a message in it, or any other text of
/// eight characters or more that stands in what is looked for. It is looked for in the dead letters and the
/// quarantine, on the tail queue where there is one, and in the log lines that the functions write of
/// faults. A change that went its way and was taken by the consumer leaves no trace.
///
/// To look at a letter is to receive it: its receive count grows by one. The events queue is not looked at,
/// because a look would count as one of the consumer's tries.
///
/// Exit status 0: a trace was found; 1: there is none; 2: wrong usage, or AWS can't be asked; 130:
/// interrupted.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  teamwire trace 5f0c3b8e-53a6-4d0b-9c55-0f6e2a1b7c44\n  teamwire trace 19:2da4c29f6d7041eca70b638b43d45437@thread.v2 --since 3h\n  teamwire trace 1616990032035 --local"
)]
pub(crate) struct TraceArgs {
    /// The id, or another text
    #[arg(value_name = "ID", value_parser = id)]
    id: String,
    /// The stack
    #[arg(long, value_name = "NAME", default_value_t = crate::aws::stack())]
    stack: String,
    /// From when on logs are read: a time by RFC 3339, or how long ago (90s, 10m, 3d). A day without
    #[arg(long, value_name = "TIME", value_parser = moment)]
    since: Option<Timestamp>,
    /// Output format: json prints one line per trace; without it text on a terminal, else json
    #[arg(long, value_name = "FORMAT")]
    output: Option<OutputFormat>,
}

/// A place where the id stands.
struct TracePlace {
    /// The time at which it came there.
    at: Timestamp,
    /// For people: where, and what is said of it.
    text: String,
    /// For programs.
    json: Value,
}

impl TraceArgs {
    pub(crate) async fn run(self) -> anyhow::Result<ExitCode> {
        let config = aws::config().await?;
        let (sqs, logs) = (Sqs::new(&config), Logs::new(&config));
        let stop = StopSignal::at_interrupt();
        let since = self.since.unwrap_or_else(|| Timestamp::now() - SINCE);
        // As it is said.
        let since = since.round(jiff::Unit::Second).unwrap_or(since);
        let mut found = letters::with(&self.id, &self.stack, &sqs, &stop).await?;
        if !stop.is_asked() {
            found.extend(waiting::with(&self.id, &self.stack, &sqs, &stop).await?);
            found.extend(logs::with(&self.id, &self.stack, since, &logs, &stop).await?);
        }
        if stop.is_interrupted() {
            return Ok(ExitCode::from(INTERRUPTED));
        }
        found.sort_by_key(|one| one.at);
        let output = OutputFormat::or_suitable(self.output);
        let mut out = output.stdout();
        for one in &found {
            match output {
                OutputFormat::Json => writeln!(out, "{}", one.json)?,
                OutputFormat::Text => writeln!(out, "{}", one.text)?,
            }
        }
        if !found.is_empty() {
            return Ok(ExitCode::SUCCESS);
        }
        let (id, here) = (plain(&self.id), queue::here(&sqs));
        let visible = "the visible dead letters, the quarantine, the tail queue";
        writeln!(
            crate::terminal::stderr(),
            "teamwire: no trace of {id} in {visible} and the logs since {since} of {}{here}. What the \
             consumer has taken leaves none",
            plain(&self.stack)
        )?;
        Ok(ExitCode::FAILURE)
    }
}

fn id(text: &str) -> anyhow::Result<String> {
    let text = text.trim();
    if text.chars().count() < FEWEST_CHARS {
        bail!("eight characters or more");
    }
    Ok(text.to_owned())
}
