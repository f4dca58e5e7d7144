//! The events shown, of those that were received.

use crate::dead_letters::letter::DeadLetter;
use crate::output::OutputFormat;
use crate::tail::event::{ShownEvent, on_one_line};
use crate::tail::filter::EventFilter;
use crate::tail::forward::ForwardOutcome;
use crate::tail::line::LineFormat;
use crate::terminal::plain;
use jiff::Timestamp;
use std::io;

/// Shows events, one after the other.
pub(super) struct EventView {
    filter: EventFilter,
    since: Option<Timestamp>,
    /// The number that may still be shown.
    left: u64,
    output: OutputFormat,
    lines: LineFormat,
    /// The number that came before `since`.
    skipped: u64,
}

impl EventView {
    pub(super) fn new(
        filter: EventFilter,
        since: Option<Timestamp>,
        max: Option<u64>,
        output: OutputFormat,
        lines: LineFormat,
    ) -> Self {
        Self {
            filter,
            since,
            left: max.unwrap_or(u64::MAX),
            output,
            lines,
            skipped: 0,
        }
    }

    /// True if as many were shown as were asked for.
    pub(super) const fn has_enough(&self) -> bool {
        self.left == 0
    }

    /// True if it is an event that is meant.
    pub(super) fn wants(&self, letter: &DeadLetter) -> bool {
        let is_old = self.since.is_some_and(|since| letter.sent_at < since);
        let fits = |event: ShownEvent| self.filter.fits(&event);
        !is_old && ShownEvent::parse(&letter.body).is_some_and(fits)
    }

    /// Shows it, if it is meant, with what a consumer answered.
    ///
    /// # Errors
    /// Standard output is closed.
    pub(super) fn show(
        &mut self,
        letter: &DeadLetter,
        posted: Option<&ForwardOutcome>,
    ) -> io::Result<()> {
        if self.since.is_some_and(|since| letter.sent_at < since) {
            self.skipped += 1;
            return Ok(());
        }
        match ShownEvent::parse(&letter.body) {
            Some(event) if self.filter.fits(&event) => {
                self.left = self.left.saturating_sub(1);
                let line = match self.output {
                    OutputFormat::Text => self.lines.of(&event, letter.sent_at, posted),
                    OutputFormat::Json => on_one_line(&letter.body),
                };
                writeln!(crate::terminal::stdout(), "{line}")
            }
            None if self.filter.is_empty() => self.show_no_event(letter),
            _ => Ok(()),
        }
    }

    /// Of JSON every line is an event, so what is none is told elsewhere.
    fn show_no_event(&self, letter: &DeadLetter) -> io::Result<()> {
        let bytes = letter.body.len();
        match self.output {
            OutputFormat::Text => {
                let line = self.lines.of_no_event(bytes, letter.sent_at);
                writeln!(crate::terminal::stdout(), "{line}")
            }
            OutputFormat::Json => writeln!(
                crate::terminal::stderr(),
                "teamwire: message {} is no event, {bytes} bytes",
                plain(&letter.id)
            ),
        }
    }

    /// Says how much was taken off unseen.
    ///
    /// # Errors
    /// Standard error is closed.
    pub(super) fn tell_skipped(&self) -> io::Result<()> {
        match self.skipped {
            0 => Ok(()),
            skipped => writeln!(
                crate::terminal::stderr(),
                "teamwire: {skipped} events from before were taken off unseen"
            ),
        }
    }
}
