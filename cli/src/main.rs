//! `teamwire`: what a person runs.

mod decrypt;
mod input;
mod inspect;
mod simulate;
mod verify;

use clap::{Parser, Subcommand};
use std::io::Write;
use std::process::ExitCode;

/// Microsoft Teams changes on AWS: look at notifications, open them, check them, send them.
#[derive(Parser)]
#[command(version, about, propagate_version = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Inspect(inspect::Inspect),
    Decrypt(decrypt::Decrypt),
    Verify(verify::Verify),
    Simulate(Box<simulate::Simulate>),
}

#[tokio::main]
async fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Inspect(inspect) => inspect.run(),
        Command::Decrypt(decrypt) => decrypt.run().await,
        Command::Verify(verify) => verify.run().await,
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
