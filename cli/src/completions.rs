//! `teamwire completions`: what a shell needs to complete a command line.

use clap::{Args, Command};
use clap_complete::Shell;
use std::process::ExitCode;

/// Print the completions of a shell
///
/// Exit status 0: printed; 2: wrong usage.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  teamwire completions bash > ~/.local/share/bash-completion/completions/teamwire\n  teamwire completions zsh > ~/.zfunc/_teamwire\n  teamwire completions fish > ~/.config/fish/completions/teamwire.fish\n  teamwire completions powershell >> $PROFILE"
)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

impl CompletionsArgs {
    /// `command` is all of teamwire.
    pub(crate) fn run(self, mut command: Command) -> anyhow::Result<ExitCode> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut command, "teamwire", &mut script);
        crate::terminal::stdout().bytes(&script)?;
        Ok(ExitCode::SUCCESS)
    }
}
