//! The events shown, of those that were received.

use crate::dead_letters::letter::Letter;
use crate::output::Output;
use crate::tail::event::{Event, on_one_line};
use crate::tail::filter::Filter;
use crate::tail::forward::Posted;
use crate::tail::line::Lines;
use crate::terminal::plain;
use jiff::Timestamp;
use std::io;

/// Shows events, one after the other.
pub(super) struct View {
    filter: Filter,
    since: Option<Timestamp>,
    /// The number that may still be shown.
    left: u64,
    output: Output,
    lines: Lines,
    /// The number that came before `since`.
    skipped: u64,
}

impl View {
    pub(super) fn new(
        filter: Filter,
        since: Option<Timestamp>,
        max: Option<u64>,
        output: Output,
        lines: Lines,
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
    pub(super) fn wants(&self, letter: &Letter) -> bool {
        let is_old = self.since.is_some_and(|since| letter.sent_at < since);
        let fits = |event: Event| self.filter.fits(&event);
        !is_old && Event::parse(&letter.body).is_some_and(fits)
    }

    /// Shows it, if it is meant, with what a consumer answered.
    ///
    /// # Errors
    /// Standard output is closed.
    pub(super) fn show(&mut self, letter: &Letter, posted: Option<&Posted>) -> io::Result<()> {
        if self.since.is_some_and(|since| letter.sent_at < since) {
            self.skipped += 1;
            return Ok(());
        }
        match Event::parse(&letter.body) {
            Some(event) if self.filter.fits(&event) => {
                self.left = self.left.saturating_sub(1);
                let line = match self.output {
                    Output::Text => self.lines.of(&event, letter.sent_at, posted),
                    Output::Json => on_one_line(&letter.body),
                };
                writeln!(crate::terminal::stdout(), "{line}")
            }
            None if self.filter.is_empty() => self.show_no_event(letter),
            _ => Ok(()),
        }
    }

    /// Of JSON every line is an event, so what is none is told elsewhere.
    fn show_no_event(&self, letter: &Letter) -> io::Result<()> {
        let bytes = letter.body.len();
        match self.output {
            Output::Text => {
                let line = self.lines.of_no_event(bytes, letter.sent_at);
                writeln!(crate::terminal::stdout(), "{line}")
            }
            Output::Json => writeln!(
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
