//! `teamwire dead-letters`: what nobody could work on.

pub(crate) mod filter;
mod held;
pub(crate) mod letter;
pub(crate) mod list;
pub(crate) mod look;
pub(crate) mod queues;
pub(crate) mod reason;
mod redact;
mod show;
pub(crate) mod source;
pub(crate) mod subject;
pub(crate) mod unknown;

use clap::{Args, Subcommand};
use std::process::ExitCode;

/// Look at dead letters, and at what is in quarantine
///
/// To look at a letter is to receive it: its receive count grows by one, it is hidden meanwhile, and
/// made visible again at the end (after a minute to five where teamwire is killed). Nothing is moved.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  teamwire dead-letters list\n  teamwire dead-letters show 5f0c3b8e-53a6-4d0b-9c55-0f6e2a1b7c44"
)]
pub(crate) struct DeadLetters {
    #[command(subcommand)]
    command: DeadLettersCommand,
}

#[derive(Subcommand)]
enum DeadLettersCommand {
    List(list::ListDeadLettersArgs),
    Show(show::ShowDeadLettersArgs),
}

impl DeadLetters {
    pub(crate) async fn run(self) -> anyhow::Result<ExitCode> {
        match self.command {
            DeadLettersCommand::List(list) => list.run().await,
            DeadLettersCommand::Show(show) => show.run().await,
        }
    }
}
