//! The output of results, the same for every command.

use clap::ValueEnum;

/// The format of results. Text for people may change; the JSON may only get more members. What is
/// printed for people may change; the JSON may only get more members.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    /// For people
    Text,
    /// For programs
    Json,
}

impl Output {
    /// The format asked for, or the one that suits standard output: of commands that print one line
    /// per item.
    pub(crate) fn or_suitable(asked: Option<Self>) -> Self {
        asked.unwrap_or(match crate::terminal::stdout_is_terminal() {
            true => Self::Text,
            false => Self::Json,
        })
    }
}
