//! How results are printed, the same for every command.

use clap::ValueEnum;

/// How to print. What is printed for people may change; the JSON may only get more members.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    /// For people
    Text,
    /// For programs
    Json,
}

impl Output {
    /// What was asked for, or what suits standard output: of commands that print a line an item.
    pub(crate) fn or_suitable(asked: Option<Self>) -> Self {
        asked.unwrap_or(match crate::terminal::stdout_is_terminal() {
            true => Self::Text,
            false => Self::Json,
        })
    }
}
