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

use crate::output::OutputFormat;
use clap::{Args, Subcommand};
use std::process::ExitCode;

/// Make, look at, change and retire the certificates that Graph seals rich notifications for
#[derive(Args)]
#[command(
    after_help = "Examples:\n  teamwire certificate rotate --id 2027a --secret teamwire/envelope-keys\n  teamwire certificate status\n  teamwire certificate show certificate.pem"
)]
pub(crate) struct CertificateArgs {
    #[command(subcommand)]
    command: CertificateCommand,
}

#[derive(Subcommand)]
enum CertificateCommand {
    New(new::NewCertificateArgs),
    Rotate(rotate::RotateCertificateArgs),
    Status(status::CertificateStatusArgs),
    Retire(retire::RetireCertificateArgs),
    Show(show::ShowCertificateArgs),
}

impl CertificateArgs {
    pub(crate) async fn run(self) -> anyhow::Result<ExitCode> {
        match self.command {
            CertificateCommand::New(new) => new.run().await,
            CertificateCommand::Rotate(rotate) => rotate.run().await,
            CertificateCommand::Status(status) => status.run().await,
            CertificateCommand::Retire(retire) => retire.run().await,
            CertificateCommand::Show(show) => show.run(),
        }
    }
}
