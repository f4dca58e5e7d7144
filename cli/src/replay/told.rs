//! The progress of a run, on standard error: a bar on a terminal, lines of JSON otherwise. What it
//! came to, on standard output.

use crate::dead_letters::queues::LetterQueueName;
use crate::dead_letters::source::HIDDEN_BY_OTHERS;
use crate::output::OutputFormat;
use crate::replay::moving::LetterMover;
use crate::terminal::{file_name, plain};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;
use std::convert::Infallible;
use std::sync::atomic::Ordering;
use std::time::Duration;

const EVERY: Duration = Duration::from_secs(1);
/// A log need not grow as fast as a bar.
const LINE_EVERY: Duration = Duration::from_secs(10);

/// Says it time and again. `standing` is about how many letters there are. Does not end but by a fault.
///
/// # Errors
/// Standard error is closed.
pub(super) async fn keep_telling(
    moving: &LetterMover,
    standing: u64,
) -> anyhow::Result<Infallible> {
    if !crate::terminal::stderr_is_terminal() {
        loop {
            tokio::time::sleep(LINE_EVERY).await;
            writeln!(crate::terminal::stderr(), "{}", line("progress", moving))?;
        }
    }
    let bar = ProgressBar::with_draw_target(Some(standing), ProgressDrawTarget::stderr());
    bar.set_style(ProgressStyle::with_template(
        "{wide_bar} {pos}/{len} letters, {msg}, done in {eta}",
    )?);
    bar.set_message("0 moved");
    let bar = ClearedBar(bar);
    loop {
        tokio::time::sleep(EVERY).await;
        let counts = moving.tally.now();
        bar.0.set_length(standing.max(counts.looked_at));
        bar.0.set_position(counts.settled());
        bar.0.set_message(format!("{} moved", counts.moved));
    }
}

/// Says what it came to. `hidden` is how many letters somebody else, or a run that was killed, still
/// hides.
///
/// # Errors
/// Standard output is closed.
pub(super) fn tell(moving: &LetterMover, hidden: u64, output: OutputFormat) -> anyhow::Result<()> {
    let mut summary = line("summary", moving);
    if let Some(summary) = summary.as_object_mut() {
        summary.insert("hidden".to_owned(), hidden.into());
        let interrupted = moving.stop.is_interrupted();
        summary.insert("interrupted".to_owned(), interrupted.into());
        let ended_early = moving.ended_early.load(Ordering::Relaxed);
        summary.insert("endedEarly".to_owned(), ended_early.into());
        let audit = moving.audit.path().to_string_lossy();
        summary.insert("audit".to_owned(), audit.into());
    }
    match output {
        OutputFormat::Json => Ok(writeln!(output.stdout(), "{summary}")?),
        OutputFormat::Text => Ok(write!(output.stdout(), "{}", text(moving, hidden))?),
    }
}

fn line(kind: &str, moving: &LetterMover) -> serde_json::Value {
    let counts = moving.tally.now();
    let mut line = json!(counts);
    if let Some(line) = line.as_object_mut() {
        line.insert("type".to_owned(), kind.into());
        let queue = moving.place.map(LetterQueueName::text);
        line.insert("queue".to_owned(), queue.into());
        line.insert("from".to_owned(), moving.source.url().into());
        line.insert("seconds".to_owned(), rounded(moving.tally.seconds()));
        let rate = counts.rate().map_or(serde_json::Value::Null, rounded);
        line.insert("perSecond".to_owned(), rate);
    }
    line
}

fn rounded(number: f64) -> serde_json::Value {
    json!((number * 1_000.0).round() / 1_000.0)
}

fn text(moving: &LetterMover, hidden: u64) -> String {
    let counts = moving.tally.now();
    let rate = counts.rate();
    let rate = rate.map_or_else(String::new, |rate| format!(", {rate:.1} a second"));
    let mut text = format!(
        "Moved {} of {} letters looked at on {},\nto {}{rate}.\n",
        counts.moved,
        counts.looked_at,
        plain(moving.source.name()),
        moving.destinations.text()
    );
    let new = counts.beyond_max + counts.sent_since;
    for (count, what) in [
        (
            counts.passed_over.saturating_sub(new),
            "did not fit and are visible again",
        ),
        (
            counts.beyond_max,
            "fit but are beyond --max, and are visible again",
        ),
        (
            counts.sent_since,
            "were sent there since this began, and are left to the next run",
        ),
        (
            counts.came_back,
            "of them were replayed before: is the cause still there?",
        ),
        (counts.refused, "were refused by the queue and stay"),
        (
            counts.hopeless,
            "stay, as they can never succeed; --force moves them all the same",
        ),
        (
            counts.unroutable,
            "can't be replayed: no function takes them",
        ),
        (counts.undeleted, "were sent but could not be deleted"),
        (
            counts.given_twice,
            "were given by SQS once more, and not sent again",
        ),
        (hidden, HIDDEN_BY_OTHERS),
    ] {
        if count > 0 {
            text.push_str(&format!("{count} {what}.\n"));
        }
    }
    let audit = file_name(moving.audit.path());
    text.push_str(&format!("Who moved what is in {audit}.\n"));
    if moving.ended_early.load(Ordering::Relaxed) {
        text.push_str(
            "It ended early, as new letters come faster than it passes over them: older ones\nmay be there \
             still.\n",
        );
    }
    if moving.stop.is_interrupted() {
        text.push_str("It was interrupted; the same command goes on.\n");
    }
    text
}

/// A bar that does not stay on the terminal.
struct ClearedBar(ProgressBar);

impl Drop for ClearedBar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
