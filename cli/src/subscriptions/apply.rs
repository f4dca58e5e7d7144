//! `teamwire subscriptions apply`: makes the subscriptions what a file says.

use crate::subscriptions::counts::{count, to_do};
use crate::subscriptions::{OutputFormat, desired, picture, plan, tell};
use crate::subscriptions_function::FunctionArgs;
use crate::terminal::{self, TextColours};
use clap::Args;
use serde_json::Value;
use std::path::PathBuf;
use std::process::ExitCode;
use teamwire_contract::SubscriptionsCommand;
use teamwire_contract::report::{SubscriptionAction, SubscriptionReport};

/// Make the subscriptions what a file says, and store the file
///
/// From then on the schedule goes by that file. It removes what is ours and not in it, so nothing
/// at all is done, and the file is not stored, if anything would be removed and --remove is not
/// given: then this is `plan`. The same if a tenant could not be looked at and --remove is not
/// given, as more may be there than is seen. Tenants that the file does not name are not looked at.
///
/// Without a file, makes the subscriptions what the stored one says, now rather than by schedule.
///
/// Exit status 0: done, or nothing to do; 1: something failed, or can't be made; 2: wrong usage,
/// a file with faults, or the function can't be asked; 3: nothing was done, as something would be
/// removed.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  teamwire subscriptions apply subscriptions.toml\n  teamwire subscriptions apply subscriptions.toml --remove\n  teamwire subscriptions apply subscriptions.toml --remove --yes --output json"
)]
pub(super) struct ApplySubscriptionsArgs {
    /// What is wanted; - for standard input
    file: Option<PathBuf>,
    /// Remove what is ours and not wanted
    #[arg(long)]
    remove: bool,
    /// Remove without asking
    #[arg(long, requires = "remove")]
    yes: bool,
    #[command(flatten)]
    function: FunctionArgs,
    /// Output format: json prints one document, the function's answer
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    output: OutputFormat,
}

impl ApplySubscriptionsArgs {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let desired = self.file.as_deref().map(desired::read).transpose()?;
        let function = self.function.connect().await?;
        let command = SubscriptionsCommand::Plan {
            desired: desired.clone(),
        };
        let planned = function.ask(&command).await?;
        let plan: SubscriptionReport = planned.read;
        if self.output == OutputFormat::Text {
            let picture = picture::of_plan(&plan, TextColours::of_stdout());
            write!(self.output.stdout(), "{picture}")?;
        }
        if let Some(why) = self.why_not(&plan)? {
            self.tell_nothing_was_done(why, &planned.json)?;
            tell(&plan.faults)?;
            return Ok(plan::status(&plan));
        }

        let remove = count(&plan, SubscriptionAction::Remove) > 0;
        let answer = function
            .ask(&SubscriptionsCommand::Apply { desired, remove })
            .await?;
        let report: SubscriptionReport = answer.read;
        let mut out = self.output.stdout();
        match self.output {
            OutputFormat::Json => writeln!(out, "{}", marked(answer.json, true))?,
            OutputFormat::Text => write!(out, "{}", picture::of_outcome(&report, remove))?,
        }
        tell(&report.faults)?;
        Ok(if report.faults.is_empty() {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }

    /// The reason why nothing is to be done, if so.
    fn why_not(&self, plan: &SubscriptionReport) -> anyhow::Result<Option<&'static str>> {
        let removals = count(plan, SubscriptionAction::Remove);
        let unseen = "not every tenant could be looked at";
        if plan.tenants.is_empty() && !plan.faults.is_empty() {
            return Ok(Some("nothing could be looked at"));
        }
        // The schedule would remove there what is not seen now, once the file is stored.
        let is_unseen = plan.faults.iter().any(|fault| fault.tenant.is_some());
        if self.file.is_some() && !self.remove && is_unseen {
            return Ok(Some(unseen));
        }
        if removals == 0 {
            let is_there = self.file.is_some() || to_do(plan) > 0;
            return Ok((!is_there).then_some("it is as it should be"));
        }
        if !self.remove {
            return Ok(Some("something would be removed: --remove if it may"));
        }
        // In a tenant that can't be looked at there may be more to remove than is shown.
        if !plan.faults.is_empty() {
            return Ok(Some(unseen));
        }
        let question = format!("Remove {removals} for good?");
        let agreed = self.yes || terminal::agreed(&question)?;
        Ok((!agreed).then_some("it was not agreed to"))
    }

    fn tell_nothing_was_done(&self, why: &str, plan: &Value) -> anyhow::Result<()> {
        let mut out = self.output.stdout();
        match self.output {
            OutputFormat::Json => writeln!(out, "{}", marked(plan.clone(), false))?,
            OutputFormat::Text => writeln!(out, "Nothing was done: {why}.")?,
        }
        Ok(())
    }
}

/// The answer with whether it was carried out.
fn marked(mut answer: Value, applied: bool) -> Value {
    if let Some(members) = answer.as_object_mut() {
        members.insert("applied".to_owned(), applied.into());
    }
    answer
}
