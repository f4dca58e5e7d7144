//! `teamwire subscriptions show`: the file that the stack goes by.

use crate::subscriptions_function::FunctionArgs;
use clap::Args;
use std::process::ExitCode;
use teamwire_contract::SubscriptionsCommand;
use teamwire_contract::answer::ShowAnswer;

/// Print the file that `apply` stored, as it was given
///
/// Exit status 0: printed; 1: none is stored; 2: the function can't be asked.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  teamwire subscriptions show > subscriptions.toml\n  teamwire subscriptions show | diff - subscriptions.toml"
)]
pub(super) struct ShowSubscriptionsArgs {
    #[command(flatten)]
    function: FunctionArgs,
}

impl ShowSubscriptionsArgs {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let function = self.function.connect().await?;
        let answer: ShowAnswer = function.ask(&SubscriptionsCommand::Show).await?.read;
        let Some(text) = answer.desired else {
            writeln!(
                crate::terminal::stderr(),
                "teamwire: no file is stored: `teamwire subscriptions apply FILE` stores one"
            )?;
            return Ok(ExitCode::FAILURE);
        };
        write!(crate::terminal::stdout(), "{text}")?;
        Ok(ExitCode::SUCCESS)
    }
}
