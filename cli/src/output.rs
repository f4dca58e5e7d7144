//! The output of results, the same for every command.

use crate::terminal::{self, TerminalPrinter};
use clap::ValueEnum;
use std::io::StdoutLock;

/// The format of results. Text for people may change; the JSON may only get more members.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutputFormat {
    /// For people
    Text,
    /// For programs
    Json,
}

impl OutputFormat {
    /// Standard output; for people on a terminal no line of it is wider than that.
    pub(crate) fn stdout(self) -> TerminalPrinter<StdoutLock<'static>> {
        match self {
            Self::Text => terminal::page(),
            Self::Json => terminal::stdout(),
        }
    }

    /// The format asked for, or the one that suits standard output: of commands that print one line
    /// per item.
    pub(crate) fn or_suitable(asked: Option<Self>) -> Self {
        asked.unwrap_or(match terminal::stdout_is_terminal() {
            true => Self::Text,
            false => Self::Json,
        })
    }
}
