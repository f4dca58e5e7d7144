//! `teamwire man`: pages for `man`, and docs/CLI.md. Both are what `--help` prints.

use crate::terminal::file_name;
use anyhow::Context;
use clap::{Args, Command};
use clap_mangen::Man;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

/// Print the manual page of teamwire, or write one page per command
///
/// `man -l teamwire.1` shows a page; in a folder `man1` of the manpath they are found by name:
/// `man teamwire-replay`.
///
/// Exit status 0: printed or written; 2: wrong usage, or the folder can't be written to.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  teamwire man | man -l -\n  teamwire man --dir ~/.local/share/man/man1\n  teamwire man --markdown > docs/CLI.md"
)]
pub(crate) struct ManualArgs {
    /// Write a page for each command into this folder, which is made if it is not there
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Print all of docs/CLI.md instead
    #[arg(long, conflicts_with = "dir")]
    markdown: bool,
}

impl ManualArgs {
    /// `command` is all of teamwire.
    pub(crate) fn run(self, command: Command) -> anyhow::Result<ExitCode> {
        let command = command.disable_help_subcommand(true);
        if let Some(folder) = &self.dir {
            std::fs::create_dir_all(folder).with_context(|| file_name(folder))?;
            clap_mangen::generate_to(command, folder).with_context(|| file_name(folder))?;
            return Ok(ExitCode::SUCCESS);
        }
        let mut out = crate::terminal::stdout();
        if self.markdown {
            out.bytes(document(command).as_bytes())?;
        } else {
            let mut page = Vec::new();
            Man::new(command).render(&mut page)?;
            out.bytes(&page)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Width of the help in docs/CLI.md, in columns.
const WIDTH: usize = 100;

const HEAD: &str = "# Command line

Everything that `teamwire` does, as `--help` prints it: `teamwire man --markdown` writes this page, and a test holds \
the two together. `teamwire man --dir DIR` writes pages for `man`, `teamwire completions bash` and so on print completions \
for a shell, and `make cli` puts binary, pages and completions into `target/cli`.

Commands find queues, functions and alarms by the name of the stack (`--stack`, default `teamwire`). Results go to \
standard output; progress, faults and questions to standard error. A command prints text for people, or with \
`--output json` for programs; those that print one line per item print JSON where standard output is no terminal. \
Members of the JSON are in camel case, and are only ever added to.

## Exit status

| | |
|---|---|
| 0 | done, or nothing is wrong |
| 1 | the answer is no, something was found, or part of it failed |
| 2 | wrong usage, or it could not be done at all |
| 3 | nothing failed, and something is left to do (`subscriptions plan` and `apply`) |
| 130 | interrupted |

## Environment

| | |
|---|---|
| `AWS_PROFILE` | the profile of `~/.aws/config` whose credentials, region and endpoint are used: keys, roles, IAM \
Identity Center (`aws sso login`) or a `credential_process` |
| `AWS_REGION` | the region, before that of the profile |
| `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN` | credentials, before those of the profile |
| `AWS_ENDPOINT_URL` | another place than AWS, such as an emulator; `AWS_ENDPOINT_URL_SQS` and so on for one service |
| `AWS_CONFIG_FILE`, `AWS_SHARED_CREDENTIALS_FILE` | other files than `~/.aws/config` and `~/.aws/credentials` |
| `TEAMWIRE_STACK` | name of the stack where `--stack` is not given |
| `XDG_STATE_HOME` | folder of `teamwire/replay.jsonl`, the record of what was moved (default: `~/.local/state`) |
| `NO_COLOR` | no colours if it is not empty; without a terminal there never are any |

## Commands
";

fn document(command: Command) -> String {
    let mut text = String::from(HEAD);
    for (name, mut command) in commands(command) {
        let help = command.render_long_help().to_string();
        let lines = help.lines().map(str::trim_end);
        let help = lines.collect::<Vec<_>>().join("\n");
        let _ = write!(text, "\n### {name}\n\n```text\n{}\n```\n", help.trim_end());
    }
    text
}

/// Every command that does something, by its whole name.
fn commands(command: Command) -> Vec<(String, Command)> {
    let mut all = command.disable_help_subcommand(true).term_width(WIDTH);
    all.build();
    let mut found = Vec::new();
    gather(&all, "", &mut found);
    found
}

fn gather(command: &Command, above: &str, found: &mut Vec<(String, Command)>) {
    for below in command.get_subcommands().filter(|each| !each.is_hide_set()) {
        let name = format!("{above}{} {}", command.get_name(), below.get_name());
        match below.has_subcommands() {
            true => gather(below, &format!("{above}{} ", command.get_name()), found),
            false => found.push((name, below.clone().term_width(WIDTH))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn all() -> Vec<(String, Command)> {
        commands(crate::TeamwireArgs::command())
    }

    /// The lines of a command's examples.
    fn examples(command: &Command) -> String {
        let after = command.get_after_help().map(ToString::to_string);
        let after = after.unwrap_or_default();
        let (_, below) = after.split_once("Examples:\n").unwrap_or_default();
        below.to_owned()
    }

    #[test]
    fn docs_cli_md_is_printed_from_the_help() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/CLI.md");
        let document = document(crate::TeamwireArgs::command());
        if std::env::var_os("BLESS_CLI").is_some() {
            std::fs::write(path, &document).unwrap();
        }
        assert!(
            std::fs::read_to_string(path).unwrap() == document,
            "write it again: BLESS_CLI=1 cargo test -p teamwire docs_cli"
        );
    }

    #[test]
    fn every_command_says_what_its_exit_status_means_and_gives_examples() {
        for (name, command) in all() {
            let long = command
                .get_long_about()
                .map(ToString::to_string)
                .unwrap_or_default();
            let long = long.split_whitespace().collect::<Vec<_>>().join(" ");
            let statuses = long.split_once("Exit status ").unwrap_or_default().1;
            assert!(statuses.starts_with("0: "), "{name}: {statuses}");
            assert!(statuses.contains("; 2: "), "{name}: {statuses}");
            let examples = examples(&command);
            assert!(!examples.is_empty(), "{name}");
            let first_lines = examples.lines().filter(|line| !line.starts_with("   "));
            for example in first_lines {
                assert!(example.contains(&name), "{name}: {example}");
            }
        }
    }

    #[test]
    fn every_example_is_a_command_that_would_be_understood() {
        for (name, command) in all() {
            let examples = examples(&command).replace("\\\n", " ");
            let parts = examples.lines().flat_map(|line| line.split(" | "));
            for part in parts
                .map(str::trim)
                .filter(|part| part.starts_with("teamwire "))
            {
                let words = part.split_whitespace();
                let words = words.take_while(|word| !["#", ">", ">>"].contains(word));
                let words = words.map(|word| word.trim_matches('\''));
                let understood = crate::TeamwireArgs::command().try_get_matches_from(words);
                assert!(
                    understood.is_ok(),
                    "{name}: {part}: {}",
                    understood.unwrap_err()
                );
            }
        }
    }

    #[test]
    fn one_thing_has_one_name_and_is_written_one_way() {
        for (name, command) in all() {
            for option in command.get_arguments() {
                let expected = match option.get_long() {
                    Some("stack") => "NAME",
                    Some("tenant") => "GUID",
                    Some("output") => "FORMAT",
                    Some("since" | "until") => "TIME",
                    Some("rate") => "PER_SECOND",
                    _ => continue,
                };
                let value = option.get_value_names().unwrap_or_default();
                assert_eq!(value, [expected], "{name} {option}");
            }
        }
    }
}
