//! `teamwire`: what a person runs.

mod aws;
mod backfill;
mod certificate;
mod completions;
mod dead_letters;
mod decrypt;
mod doctor;
mod http;
mod input;
mod inspect;
mod manual;
mod output;
mod queue;
mod replay;
mod resource_type;
mod resources;
mod simulate;
mod span;
mod subscriptions;
mod subscriptions_function;
mod tail;
mod terminal;
mod trace;
mod verify;

use clap::{CommandFactory, Parser, Subcommand};
use std::process::ExitCode;
use std::sync::LazyLock;

/// The version, and the commit where the build names it (`make build`, `make cli`).
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let version = env!("CARGO_PKG_VERSION");
    match option_env!("TEAMWIRE_COMMIT") {
        None | Some("") => version.to_owned(),
        Some(commit) => format!("{version} ({commit})"),
    }
});

/// Every change in Microsoft Teams, on your own AWS queue
///
/// Keep the subscriptions, make the certificates, see what is wrong, replay dead letters, have gaps
/// read again; look at notifications, open them, check them, send them.
#[derive(Parser)]
#[command(
    version = VERSION.as_str(),
    propagate_version = true,
    arg_required_else_help = true,
    max_term_width = 100,
    after_help = "`teamwire <COMMAND> --help` says more of each, with examples.",
    after_long_help = "Examples:
  teamwire subscriptions plan subscriptions.toml
  teamwire subscriptions apply subscriptions.toml
  teamwire replay --queue decrypt
  teamwire inspect notification.json

Exit status:
  0    it was done, or nothing is wrong
  1    the answer is no, something was found, or part of it failed
  2    wrong usage, or it could not be done at all
  3    nothing failed, and something is left to do (subscriptions plan and apply)
  130  interrupted

Environment:
  AWS is asked as its own command line does it: AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL, ..
  NO_COLOR=1 is for no colours; without a terminal there never are any."
)]
struct TeamwireArgs {
    /// Take the stack that make run has started in this checkout for AWS
    #[arg(long, global = true, conflicts_with = "profile")]
    local: bool,
    /// Profile of ~/.aws/config, in place of AWS_PROFILE
    #[arg(long, global = true, value_name = "PROFILE")]
    profile: Option<String>,
    /// Region, in place of that of the profile or AWS_REGION
    #[arg(long, global = true, value_name = "REGION")]
    region: Option<String>,
    #[command(subcommand)]
    command: TeamwireCommand,
}

#[derive(Subcommand)]
enum TeamwireCommand {
    Doctor(Box<doctor::DoctorArgs>),
    Subscriptions(Box<subscriptions::SubscriptionsArgs>),
    Certificate(Box<certificate::CertificateArgs>),
    Backfill(Box<backfill::BackfillArgs>),
    Replay(Box<replay::ReplayArgs>),
    DeadLetters(Box<dead_letters::DeadLetters>),
    Tail(Box<tail::TailArgs>),
    Trace(Box<trace::TraceArgs>),
    Inspect(inspect::InspectArgs),
    Decrypt(decrypt::DecryptArgs),
    Verify(verify::VerifyArgs),
    Resources(resources::ResourcesArgs),
    Simulate(Box<simulate::SimulateArgs>),
    Completions(completions::CompletionsArgs),
    Man(manual::ManualArgs),
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = match TeamwireArgs::try_parse() {
        Ok(arguments) => arguments,
        Err(unusable) => return usage(&unusable),
    };
    let is_local = match &arguments.command {
        TeamwireCommand::Simulate(simulate) => simulate.is_local(),
        _ => false,
    };
    aws::choose(aws::EndpointChoice {
        is_local: arguments.local || is_local,
        profile: arguments.profile,
        region: arguments.region,
    });
    let outcome = match arguments.command {
        TeamwireCommand::Doctor(doctor) => doctor.run().await,
        TeamwireCommand::Subscriptions(subscriptions) => subscriptions.run().await,
        TeamwireCommand::Backfill(backfill) => backfill.run().await,
        TeamwireCommand::Replay(replay) => replay.run().await,
        TeamwireCommand::DeadLetters(letters) => letters.run().await,
        TeamwireCommand::Tail(tail) => tail.run().await,
        TeamwireCommand::Trace(trace) => trace.run().await,
        TeamwireCommand::Inspect(inspect) => inspect.run(),
        TeamwireCommand::Decrypt(decrypt) => decrypt.run().await,
        TeamwireCommand::Verify(verify) => verify.run().await,
        TeamwireCommand::Resources(resources) => resources.run(),
        TeamwireCommand::Certificate(certificate) => certificate.run().await,
        TeamwireCommand::Simulate(simulate) => simulate.run().await,
        TeamwireCommand::Completions(completions) => completions.run(TeamwireArgs::command()),
        TeamwireCommand::Man(man) => man.run(TeamwireArgs::command()),
    };
    outcome.unwrap_or_else(|fault| {
        // Whoever reads has seen enough: `teamwire .. | head`.
        let closed = fault.downcast_ref::<std::io::Error>();
        if closed.is_some_and(|fault| fault.kind() == std::io::ErrorKind::BrokenPipe) {
            return ExitCode::SUCCESS;
        }
        terminal::tell(&fault);
        ExitCode::from(2)
    })
}

/// Prints help as clap does, and what is wrong with the arguments without its colours and as said of the
/// same arguments on one line each: it quotes them.
fn usage(answer: &clap::Error) -> ExitCode {
    let harmless = || std::env::args_os().map(|one| terminal::plain(&one.to_string_lossy()));
    let printed = match answer.use_stderr() {
        true => match TeamwireArgs::try_parse_from(harmless()) {
            Err(answer) => write!(terminal::stderr(), "{}", answer.render()),
            Ok(_) => write!(terminal::stderr(), "{}", answer.render()),
        },
        false => answer.print(),
    };
    // Nothing is left to do if even this can't be written.
    let _ = printed;
    ExitCode::from(u8::try_from(answer.exit_code()).unwrap_or(2))
}
