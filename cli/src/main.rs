//! `teamwire`: what a person runs.

mod aws;
mod backfill;
mod certificate;
mod dead_letters;
mod decrypt;
mod input;
mod inspect;
mod keeper;
mod replay;
mod resources;
mod simulate;
mod span;
mod subscriptions;
mod terminal;
mod verify;

use clap::{Parser, Subcommand};
use std::io::Write;
use std::process::ExitCode;

/// Microsoft Teams changes on AWS: keep the subscriptions, make the certificates, have gaps read
/// again; look at notifications, open them, check them, send them.
#[derive(Parser)]
#[command(version, propagate_version = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Subscriptions(Box<subscriptions::Subscriptions>),
    Certificate(Box<certificate::Certificate>),
    Backfill(Box<backfill::Backfill>),
    Replay(Box<replay::Replay>),
    DeadLetters(Box<dead_letters::DeadLetters>),
    Inspect(inspect::Inspect),
    Decrypt(decrypt::Decrypt),
    Resources(resources::Resources),
    Verify(verify::Verify),
    Simulate(Box<simulate::Simulate>),
}

#[tokio::main]
async fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Subscriptions(subscriptions) => subscriptions.run().await,
        Command::Backfill(backfill) => backfill.run().await,
        Command::Replay(replay) => replay.run().await,
        Command::DeadLetters(letters) => letters.run().await,
        Command::Inspect(inspect) => inspect.run(),
        Command::Decrypt(decrypt) => decrypt.run().await,
        Command::Resources(resources) => resources.run(),
        Command::Verify(verify) => verify.run().await,
        Command::Certificate(certificate) => certificate.run().await,
        Command::Simulate(simulate) => simulate::run(*simulate).await,
    };
    outcome.unwrap_or_else(|fault| {
        // Whoever reads has seen enough: `teamwire .. | head`.
        let closed = fault.downcast_ref::<std::io::Error>();
        if closed.is_some_and(|fault| fault.kind() == std::io::ErrorKind::BrokenPipe) {
            return ExitCode::SUCCESS;
        }
        // Nothing is left to do if even this can't be written.
        let _ = writeln!(std::io::stderr(), "teamwire: {fault:#}");
        ExitCode::from(2)
    })
}
