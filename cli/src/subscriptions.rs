//! `teamwire subscriptions`: what is wanted, what there is, and making the one of the other.

mod apply;
mod check;
pub(crate) mod counts;
mod delete;
mod desired;
mod init;
mod list;
mod picture;
mod plan;
mod schema;
mod show;

use crate::output::OutputFormat;
use crate::terminal::plain;
use clap::{Args, Subcommand};
use std::process::ExitCode;
use teamwire_contract::report::FaultReport;

/// Keep Graph's subscriptions as a file says
///
/// All of it is done by the stack's own function, which has Graph's credentials; here are needed
/// those of AWS, as its own command line takes them (AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL, ..),
/// and lambda:InvokeFunction.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  teamwire subscriptions init --tenant 9f4ebab6-520d-49c0-85cc-7b25c78d4a93\n  teamwire subscriptions check subscriptions.toml\n  teamwire subscriptions plan subscriptions.toml\n  teamwire subscriptions apply subscriptions.toml\n  teamwire subscriptions list"
)]
pub(crate) struct SubscriptionsArgs {
    #[command(subcommand)]
    command: SubscriptionsSubcommand,
}

#[derive(Subcommand)]
enum SubscriptionsSubcommand {
    Init(init::InitSubscriptionsArgs),
    Check(check::CheckSubscriptionsArgs),
    Plan(plan::PlanSubscriptionsArgs),
    Apply(apply::ApplySubscriptionsArgs),
    Show(show::ShowSubscriptionsArgs),
    List(list::ListSubscriptionsArgs),
    Delete(delete::DeleteSubscriptionsArgs),
}

/// There are changes to make.
const CHANGES: u8 = 3;

impl SubscriptionsArgs {
    pub(crate) async fn run(self) -> anyhow::Result<ExitCode> {
        match self.command {
            SubscriptionsSubcommand::Init(init) => init.run(),
            SubscriptionsSubcommand::Check(check) => check.run(),
            SubscriptionsSubcommand::Show(show) => show.run().await,
            SubscriptionsSubcommand::Plan(plan) => plan.run().await,
            SubscriptionsSubcommand::Apply(apply) => apply.run().await,
            SubscriptionsSubcommand::List(list) => list.run().await,
            SubscriptionsSubcommand::Delete(delete) => delete.run().await,
        }
    }
}

/// Says what went wrong, on standard error.
///
/// # Errors
/// It can't be written.
pub(crate) fn tell(faults: &[FaultReport]) -> anyhow::Result<()> {
    let mut err = crate::terminal::stderr();
    for fault in faults {
        let tenant = fault.tenant.as_ref();
        let of = tenant.map(|tenant| format!("tenant {tenant}: "));
        let of = of.unwrap_or_default();
        // Some messages begin with their reason, in words.
        let reason = format!("{}: ", fault.reason.replace('-', " "));
        let message = fault.message.strip_prefix(&reason);
        let message = message.unwrap_or(&fault.message);
        for (at, line) in message.lines().enumerate() {
            let line = plain(line);
            match at {
                0 => writeln!(err, "teamwire: {of}{}: {line}", plain(&fault.reason))?,
                _ => writeln!(err, "  {line}")?,
            }
        }
    }
    Ok(())
}
