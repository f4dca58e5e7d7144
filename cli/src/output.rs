//! How results are printed, the same for every command.

use crate::terminal::{self, Printer};
use clap::ValueEnum;
use std::io::StdoutLock;

/// How to print. What is printed for people may change; the JSON may only get more members.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    /// For people
    Text,
    /// For programs
    Json,
}

impl Output {
    /// Standard output; for people on a terminal no line of it is wider than that.
    pub(crate) fn stdout(self) -> Printer<StdoutLock<'static>> {
        match self {
            Self::Text => terminal::page(),
            Self::Json => terminal::stdout(),
        }
    }

    /// What was asked for, or what suits standard output: of commands that print a line an item.
    pub(crate) fn or_suitable(asked: Option<Self>) -> Self {
        asked.unwrap_or(match terminal::stdout_is_terminal() {
            true => Self::Text,
            false => Self::Json,
        })
    }
}
