//! `teamwire subscriptions plan`: what `apply` would do.

use crate::keeper::answer::Report;
use crate::keeper::{Whereabouts, understood};
use crate::subscriptions::{CHANGES, Output, desired, picture, tell};
use crate::terminal::Ink;
use clap::Args;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

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
pub(super) struct Plan {
    /// What is wanted, in place of what `apply` stored; - for standard input
    file: Option<PathBuf>,
    #[command(flatten)]
    function: Whereabouts,
    /// How to print: json is one document, the function's answer
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    output: Output,
}

impl Plan {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let order = order(self.file.as_deref())?;
        let answer = self.function.keeper().await?.ask(&order).await?;
        let plan: Report = understood(&answer)?;
        let mut out = crate::terminal::stdout();
        match self.output {
            Output::Json => writeln!(out, "{answer}")?,
            Output::Text => write!(out, "{}", picture::of_plan(&plan, Ink::of_stdout()))?,
        }
        tell(&plan.faults)?;
        Ok(status(&plan))
    }
}

/// The order to plan, with the text of a file that was checked.
///
/// # Errors
/// The file can't be read or has faults.
pub(super) fn order(file: Option<&Path>) -> anyhow::Result<Value> {
    let mut order = json!({"action": "plan"});
    if let (Some(file), Some(members)) = (file, order.as_object_mut()) {
        let text = desired::read(file)?;
        members.insert("desired".to_owned(), text.into());
    }
    Ok(order)
}

/// Of a plan that nothing was done about.
pub(super) fn status(plan: &Report) -> ExitCode {
    if !plan.faults.is_empty() || plan.blocked() > 0 {
        ExitCode::FAILURE
    } else if plan.to_do() > 0 {
        ExitCode::from(CHANGES)
    } else {
        ExitCode::SUCCESS
    }
}
