//! `teamwire certificate`: the key pair that Graph seals rich notifications for.

mod aws;
mod files;
mod issue;
mod key_home;
mod keys_secret;
mod kms_key;
mod made;
mod new;
mod place;
mod read;
mod report;
mod show;

use clap::{Args, Subcommand, ValueEnum};
use std::process::ExitCode;

/// Make and look at the certificates that Graph seals rich notifications for
#[derive(Args)]
pub(crate) struct Certificate {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    New(new::New),
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
            Command::Show(show) => show.run(),
        }
    }
}
