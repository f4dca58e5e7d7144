//! `teamwire man`: the manual, as pages for `man` and as docs/CLI.md. Both come from what `--help`
//! says, so they can't say anything else.

mod markdown;
mod page;
mod roff;

use crate::terminal::file_name;
use anyhow::Context;
use clap::{Args, Command};
use page::Page;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Print the manual page of teamwire, or write one page a command
///
/// `man -l teamwire.1` shows a page; in a folder `man1` of the manpath they are found by name:
/// `man teamwire-replay`.
///
/// Exit status 0: printed or written; 2: wrong usage, or the folder can't be written to.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  teamwire man | man -l -\n  teamwire man --dir ~/.local/share/man/man1\n  teamwire man --markdown > docs/CLI.md"
)]
pub(crate) struct Man {
    /// Write a page for each command into this folder, which is made if it is not there
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Print all of docs/CLI.md instead
    #[arg(long, conflicts_with = "dir")]
    markdown: bool,
}

impl Man {
    /// `command` is all of teamwire.
    pub(crate) fn run(self, command: Command) -> anyhow::Result<ExitCode> {
        let pages = Page::all(command);
        if let Some(folder) = &self.dir {
            write(&pages, folder)?;
            return Ok(ExitCode::SUCCESS);
        }
        let mut out = crate::terminal::stdout();
        if self.markdown {
            out.bytes(markdown::document(&pages).as_bytes())?;
        } else if let Some(first) = pages.first() {
            out.bytes(&roff::page(first)?)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn write(pages: &[Page], folder: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder).with_context(|| file_name(folder))?;
    for page in pages {
        let path = folder.join(format!("{}.1", page.file_name()));
        std::fs::write(&path, roff::page(page)?).with_context(|| file_name(&path))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn pages() -> Vec<Page> {
        Page::all(crate::Arguments::command())
    }

    #[test]
    fn docs_cli_md_is_printed_from_the_help() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/CLI.md");
        let document = markdown::document(&pages());
        if std::env::var_os("BLESS_CLI").is_some() {
            std::fs::write(path, &document).unwrap();
        }
        assert!(
            std::fs::read_to_string(path).unwrap() == document,
            "write it anew: BLESS_CLI=1 cargo test -p teamwire docs_cli"
        );
    }

    #[test]
    fn every_command_says_what_its_exit_status_means_and_gives_examples() {
        for page in pages() {
            let name = page.name();
            assert!(!page.about.is_empty(), "{name}");
            if page.is_group() {
                continue;
            }
            let codes: Vec<_> = page
                .statuses
                .iter()
                .map(|(code, _)| code.as_str())
                .collect();
            assert!(
                codes.starts_with(&["0"]) && codes.contains(&"2"),
                "{name}: {codes:?}"
            );
            for code in codes {
                assert!(
                    ["0", "1", "2", "3", "130"].contains(&code),
                    "{name}: {code}"
                );
            }
            assert!(!page.examples.is_empty(), "{name}");
            for example in page.examples.iter().filter(|line| !line.starts_with(' ')) {
                assert!(example.contains(&name), "{name}: {example}");
            }
        }
    }

    #[test]
    fn every_example_is_a_command_that_would_be_understood() {
        for page in pages() {
            for example in page.commands() {
                let understood = crate::Arguments::command().try_get_matches_from(&example);
                assert!(
                    understood.is_ok(),
                    "{example:?}: {}",
                    understood.unwrap_err()
                );
            }
        }
    }

    #[test]
    fn one_thing_has_one_name_and_is_written_one_way() {
        for page in pages() {
            for option in &page.options {
                let (name, value) = (option.name.as_str(), option.value.as_deref());
                let expected = match name {
                    "--stack" => Some("NAME"),
                    "--tenant" => Some("GUID"),
                    "--output" => Some("FORMAT"),
                    "--since" | "--until" => Some("TIME"),
                    "--rate" => Some("PER_SECOND"),
                    "--yes" => None,
                    _ => continue,
                };
                assert_eq!(value, expected, "{} {name}", page.name());
            }
        }
    }
}
