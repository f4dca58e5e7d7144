//! The terminal, if there is one: colours, questions, and nothing that could command it.

mod printer;
mod wrap;

pub(crate) use printer::{TerminalPrinter, page, stderr, stdout};

use anyhow::bail;
use std::ffi::OsStr;
use std::io::{self, IsTerminal};
use std::path::Path;
use teamwire_payload::printable;

/// Colours, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TextColours {
    colours: bool,
}

/// A colour of every terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextColour {
    Red,
    Green,
    Yellow,
    Grey,
}

impl TextColours {
    /// Colours, if standard output is a terminal and `NO_COLOR` is not set.
    pub(crate) fn of_stdout() -> Self {
        let no_color = std::env::var_os("NO_COLOR");
        Self::when(stdout_is_terminal(), no_color.as_deref())
    }

    /// No colours.
    pub(crate) const fn none() -> Self {
        Self { colours: false }
    }

    fn when(is_terminal: bool, no_color: Option<&OsStr>) -> Self {
        Self {
            colours: is_terminal && no_color.is_none_or(OsStr::is_empty),
        }
    }

    /// The text in that colour.
    pub(crate) fn paint(self, colour: TextColour, text: &str) -> String {
        let code = match colour {
            TextColour::Red => 31,
            TextColour::Green => 32,
            TextColour::Yellow => 33,
            TextColour::Grey => 90,
        };
        match self.colours {
            true => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
            false => text.to_owned(),
        }
    }
}

/// True if people read standard output.
pub(crate) fn stdout_is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// True if people read standard error.
pub(crate) fn stderr_is_terminal() -> bool {
    io::stderr().is_terminal()
}

/// The width of the terminal; `None` where standard output is none.
pub(crate) fn columns_of_stdout() -> Option<usize> {
    columns(&console::Term::stdout(), stdout_is_terminal())
}

fn columns_of_stderr() -> Option<usize> {
    columns(&console::Term::stderr(), stderr_is_terminal())
}

fn columns(terminal: &console::Term, is_terminal: bool) -> Option<usize> {
    let (_, columns) = terminal.size_checked().filter(|_| is_terminal)?;
    Some(columns.into())
}

/// A text of others within a line of ours: it neither ends the line nor commands the terminal.
pub(crate) fn plain(text: &str) -> String {
    printable(text).into_owned()
}

/// The name of a file, likewise: whoever makes a file may name it as they like.
pub(crate) fn file_name(path: &Path) -> String {
    plain(&path.to_string_lossy())
}

/// Says why a command failed, on standard error. Lines after the first are indented, whoever wrote them:
/// none looks like a message of its own.
pub(crate) fn tell(fault: &anyhow::Error) {
    let text = format!("{fault:#}");
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    // Nothing is left to do if even this can't be written.
    let _ = writeln!(stderr(), "teamwire: {}", lines.join("\n  "));
}

/// True if the person says yes.
///
/// # Errors
/// There is nobody to ask.
pub(crate) fn agreed(question: &str) -> anyhow::Result<bool> {
    if !io::stdin().is_terminal() {
        bail!("nobody is there to be asked: {question} Say --yes if so");
    }
    write!(stderr(), "{question} Only yes will do: ")?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    Ok(answer.trim().eq_ignore_ascii_case("yes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_for_a_terminal_whose_owner_wants_them() {
        let ink = |terminal, no_color: Option<&str>| {
            TextColours::when(terminal, no_color.map(OsStr::new))
        };
        for (is_terminal, no_color, colours) in [
            (true, None, true),
            (true, Some(""), true),
            (true, Some("1"), false),
            (false, None, false),
            (false, Some("1"), false),
        ] {
            assert_eq!(ink(is_terminal, no_color), TextColours { colours });
        }
        let painted = TextColours { colours: true }.paint(TextColour::Red, "-");
        assert_eq!(painted, "\u{1b}[31m-\u{1b}[0m");
        assert_eq!(
            TextColours { colours: false }.paint(TextColour::Red, "-"),
            "-"
        );
    }

    #[test]
    fn a_name_can_not_move_the_cursor() {
        assert_eq!(plain("a\u{1b}[2Jb\nc"), r"a\u001b[2Jb\nc");
    }
}
