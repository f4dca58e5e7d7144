//! `teamwire subscriptions delete`: removes subscriptions by their ids, whoever made them.

use crate::subscriptions::{OutputFormat, tell};
use crate::subscriptions_function::FunctionArgs;
use crate::terminal::{self, plain};
use clap::Args;
use std::process::ExitCode;
use teamwire_contract::SubscriptionsCommand;
use teamwire_contract::answer::DeleteAnswer;
use teamwire_payload::TenantId;

/// Remove subscriptions by their ids, whoever made them
///
/// One that the stored file wants is made anew by the schedule: `apply --remove` with a file that
/// does not have it removes it for good. `list` says the ids.
///
/// Exit status 0: removed, or gone already; 1: one was not; 2: wrong usage, not agreed to, or the
/// function can't be asked.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  teamwire subscriptions delete --tenant 9f4ebab6-520d-49c0-85cc-7b25c78d4a93 7f105c7d-2dc5-4530-97cd-4e7ae6534c07\n  teamwire subscriptions delete --yes --tenant 9f4ebab6-520d-49c0-85cc-7b25c78d4a93 $IDS"
)]
pub(super) struct DeleteSubscriptionsArgs {
    /// The tenant that they are in
    #[arg(long, value_name = "GUID")]
    tenant: TenantId,
    /// Graph's ids of them
    #[arg(required = true, value_name = "ID")]
    ids: Vec<String>,
    /// Remove without asking
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    function: FunctionArgs,
    /// Output format: json prints one document, the function's answer
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    output: OutputFormat,
}

impl DeleteSubscriptionsArgs {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let function = self.function.connect().await?;
        let count = self.ids.len();
        let question = format!("Remove {count} of tenant {} for good?", self.tenant);
        if !self.yes && !terminal::agreed(&question)? {
            anyhow::bail!("nothing was done: it was not agreed to");
        }
        let command = SubscriptionsCommand::Delete {
            tenant: self.tenant,
            ids: self.ids,
        };
        let answer = function.ask(&command).await?;
        let result: DeleteAnswer = answer.read;
        let mut out = self.output.stdout();
        match self.output {
            OutputFormat::Json => writeln!(out, "{}", answer.json)?,
            OutputFormat::Text => {
                for id in &result.deleted {
                    writeln!(out, "removed {}", plain(id))?;
                }
            }
        }
        tell(&result.faults)?;
        Ok(if result.faults.is_empty() {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }
}
