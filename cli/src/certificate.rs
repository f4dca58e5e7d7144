//! `teamwire certificate`: the key pairs that Graph seals rich notifications for.

mod files;
mod in_use;
mod issue;
mod key_home;
mod keys_secret;
mod kms_key;
mod made;
mod new;
mod place;
mod read;
mod report;
mod retire;
mod rotate;
mod rotation;
mod show;
mod status;

use clap::{Args, Subcommand, ValueEnum};
use std::process::ExitCode;

/// Make, look at, change and retire the certificates that Graph seals rich notifications for
#[derive(Args)]
pub(crate) struct Certificate {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    New(new::New),
    Rotate(rotate::Rotate),
    Status(status::Status),
    Retire(retire::Retire),
    Show(show::Show),
}

/// How to print.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Output {
    /// For people
    Text,
    /// One line of JSON a certificate
    Json,
}

impl Certificate {
    pub(crate) async fn run(self) -> anyhow::Result<ExitCode> {
        match self.command {
            Command::New(new) => new.run().await,
            Command::Rotate(rotate) => rotate.run().await,
            Command::Status(status) => status.run().await,
            Command::Retire(retire) => retire.run().await,
            Command::Show(show) => show.run(),
        }
    }
}
