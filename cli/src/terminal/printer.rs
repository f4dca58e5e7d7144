//! Standard output and standard error: the one way by which anything is printed.
//!
//! Whatever is printed may quote what others wrote. The values within a line are escaped where they are
//! put into it ([`plain`](super::plain)), because only there is known what is ours; here everything is
//! once more, whatever was forgotten there, but for line feeds and our own colours. A line of JSON means
//! the same afterwards.

use crate::terminal::{TextColours, wrap};
use std::fmt::Arguments;
use std::io::{self, Write};
use teamwire_payload::printable_lines;

/// The codes that [`TextColours`] writes.
const COLOURS: [&str; 5] = [
    "\u{1b}[31m",
    "\u{1b}[32m",
    "\u{1b}[33m",
    "\u{1b}[90m",
    "\u{1b}[0m",
];

/// The printer to standard output or error. `write!` and `writeln!` take it. `write!` and
/// `writeln!` take it.
#[derive(Debug)]
pub(crate) struct TerminalPrinter<W> {
    to: W,
    /// The ink that may pass: our own colours, or none.
    ink: TextColours,
    /// Width that lines are wrapped to; none are without.
    columns: Option<usize>,
}

/// Standard output, locked, for what programs read: lines stay whole.
pub(crate) fn stdout() -> TerminalPrinter<io::StdoutLock<'static>> {
    TerminalPrinter {
        to: io::stdout().lock(),
        ink: TextColours::of_stdout(),
        columns: None,
    }
}

/// Standard output, locked, for people: on a terminal no line is wider than that.
pub(crate) fn page() -> TerminalPrinter<io::StdoutLock<'static>> {
    TerminalPrinter {
        columns: super::columns_of_stdout(),
        ..stdout()
    }
}

/// Standard error, locked. Nothing is coloured there.
pub(crate) fn stderr() -> TerminalPrinter<io::StderrLock<'static>> {
    TerminalPrinter {
        to: io::stderr().lock(),
        ink: TextColours::none(),
        columns: super::columns_of_stderr(),
    }
}

impl<W: Write> TerminalPrinter<W> {
    /// Prints text, all of it at once.
    ///
    /// # Errors
    /// Nobody reads any longer.
    pub(crate) fn write_fmt(&mut self, text: Arguments<'_>) -> io::Result<()> {
        let text = harmless(&text.to_string(), self.ink);
        let text = match self.columns {
            Some(columns) => wrap::lines(&text, columns),
            None => text,
        };
        self.to.write_all(text.as_bytes())?;
        self.to.flush()
    }

    /// Prints bytes as they are: what teamwire itself is made of, and what was asked for byte for byte
    /// and does not go to a terminal.
    ///
    /// # Errors
    /// Nobody reads any longer.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.to.write_all(bytes)?;
        self.to.flush()
    }
}

fn harmless(text: &str, ink: TextColours) -> String {
    if ink == TextColours::none() {
        return printable_lines(text).into_owned();
    }
    let mut harmless = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\u{1b}') {
        let (before, escape) = rest.split_at_checked(at).unwrap_or((rest, ""));
        harmless.push_str(&printable_lines(before));
        let ours = COLOURS
            .into_iter()
            .find(|colour| escape.starts_with(colour));
        let length = ours.map_or(1, str::len);
        let (escape, after) = escape.split_at_checked(length).unwrap_or((escape, ""));
        match ours {
            Some(colour) => harmless.push_str(colour),
            None => harmless.push_str(&printable_lines(escape)),
        }
        rest = after;
    }
    harmless.push_str(&printable_lines(rest));
    harmless
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terminal::TextColour;
    use std::path::Path;

    fn printed_with(ink: TextColours, text: &str) -> String {
        let mut out = TerminalPrinter {
            to: Vec::new(),
            ink,
            columns: None,
        };
        writeln!(out, "{text}").unwrap();
        String::from_utf8(out.to).unwrap()
    }

    fn printed(text: &str) -> String {
        printed_with(TextColours { colours: true }, text)
    }

    #[test]
    fn what_was_forgotten_elsewhere_is_escaped_and_our_colours_are_not() {
        let red = TextColours { colours: true }.paint(TextColour::Red, "a");
        assert_eq!(printed(&red), format!("{red}\n"));
        // Where there are none of ours, it is not ours.
        let theirs = "\\u001b[31ma\\u001b[0m\n";
        assert_eq!(printed_with(TextColours::none(), &red), theirs);
        assert_eq!(printed("a\nb"), "a\nb\n");
        assert_eq!(
            printed("\u{1b}[2J\u{1b}]0;x\u{7}\u{9b}5m\u{202e}\u{1b}"),
            "\\u001b[2J\\u001b]0;x\\u0007\\u009b5m\\u202e\\u001b\n"
        );
    }

    #[test]
    fn a_line_of_json_means_the_same() {
        let value = serde_json::json!({"a": "\u{1b}[31m\u{9b}\u{2028}\u{feff}\n"});
        let line = printed(&value.to_string());
        assert!(line.is_ascii() && line.lines().count() == 1, "{line}");
        let read: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(read, value);
    }

    /// A test that prints by itself is no output.
    #[test]
    fn nothing_is_printed_in_another_way() {
        fn look(folder: &Path, found: &mut Vec<String>) {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    look(&path, found);
                    continue;
                }
                let name = path.display().to_string();
                let source = std::fs::read_to_string(&path).unwrap();
                let code = source.split("#[cfg(test)]").next().unwrap();
                for way in [
                    "io::stdout()",
                    "io::stderr()",
                    ".display()",
                    "println!",
                    "print!(",
                ] {
                    let is_ours = name.ends_with("terminal.rs") || name.ends_with("printer.rs");
                    if code.contains(way) && !is_ours {
                        found.push(format!("{name}: {way}"));
                    }
                }
            }
        }
        let mut found = Vec::new();
        look(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
            &mut found,
        );
        assert_eq!(found, Vec::<String>::new());
    }
}
