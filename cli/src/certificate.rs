//! `teamwire certificate`: the key pairs that Graph seals rich notifications for.

mod files;
pub(crate) mod in_use;
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

use crate::output::Output;
use clap::{Args, Subcommand};
use std::process::ExitCode;

/// Make, look at, change and retire the certificates that Graph seals rich notifications for
#[derive(Args)]
#[command(
    after_help = "Examples:\n  teamwire certificate rotate --id 2027a --secret teamwire/envelope-keys\n  teamwire certificate status\n  teamwire certificate show certificate.pem"
)]
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
