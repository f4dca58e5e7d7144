//! `teamwire`: what a person runs.

mod certificate;
mod decrypt;
mod input;
mod inspect;
mod resources;
mod simulate;
mod verify;

use clap::{Parser, Subcommand};
use std::io::Write;
use std::process::ExitCode;

/// Microsoft Teams changes on AWS: look at notifications, open them, check them, send
/// them; make the certificates they are sealed for.
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
    Resources(resources::Resources),
    Verify(verify::Verify),
    Simulate(Box<simulate::Simulate>),
    Certificate(Box<certificate::Certificate>),
}

#[tokio::main]
async fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
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
