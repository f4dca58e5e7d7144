//! `teamwire subscriptions plan`: what `apply` would do.

use crate::subscriptions::counts::{conflicts, to_do};
use crate::subscriptions::{CHANGES, OutputFormat, desired, picture, tell};
use crate::subscriptions_function::FunctionArgs;
use crate::terminal::TextColours;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;
use teamwire_contract::SubscriptionsCommand;
use teamwire_contract::report::SubscriptionReport;

/// Say what would be done to make the subscriptions what a file says
///
/// The signs: + create; ~ renew, move to the current certificate, or adopt; -/+ recreate; -
/// remove; = not ours, left alone. Renewals are due when half of a subscription's life is over;
/// the schedule sees to them too.
///
/// Exit status 0: all is in order; 1: something could not be looked at, or can't be made; 2: wrong
/// usage, a file with faults, or the function can't be asked; 3: there are changes to make.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  teamwire subscriptions plan\n  teamwire subscriptions plan subscriptions.toml --stack teamwire-test\n  teamwire subscriptions plan subscriptions.toml --output json | jq '.tenants[].changes[]'"
)]
pub(super) struct PlanSubscriptionsArgs {
    /// What is wanted, in place of what `apply` stored; - for standard input
    file: Option<PathBuf>,
    #[command(flatten)]
    function: FunctionArgs,
    /// Output format: json prints one document, the function's answer
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    output: OutputFormat,
}

impl PlanSubscriptionsArgs {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let desired = self.file.as_deref().map(desired::read).transpose()?;
        let command = SubscriptionsCommand::Plan { desired };
        let answer = self.function.connect().await?.ask(&command).await?;
        let plan: SubscriptionReport = answer.read;
        let mut out = self.output.stdout();
        match self.output {
            OutputFormat::Json => writeln!(out, "{}", answer.json)?,
            OutputFormat::Text => {
                write!(out, "{}", picture::of_plan(&plan, TextColours::of_stdout()))?
            }
        }
        tell(&plan.faults)?;
        Ok(status(&plan))
    }
}

/// Exit status of a plan that nothing was done about.
pub(super) fn status(plan: &SubscriptionReport) -> ExitCode {
    if !plan.faults.is_empty() || conflicts(plan) > 0 {
        ExitCode::FAILURE
    } else if to_do(plan) > 0 {
        ExitCode::from(CHANGES)
    } else {
        ExitCode::SUCCESS
    }
}
