//! `docs/CLI.md`, all of it from the commands.

use crate::manual::page::{Described, Page};
use std::fmt::Write as _;

/// The document.
pub(super) fn document(pages: &[Page]) -> String {
    let mut text = String::from(HEAD);
    if let Some(all) = pages.first() {
        text.push_str("\n## Exit status\n\n| | |\n|---|---|\n");
        for (code, what) in &all.statuses {
            let _ = writeln!(text, "| {code} | {} |", cell(what));
        }
        text.push_str("\nWhat each command means by them is said below.\n\n## Environment\n\n| | |\n|---|---|\n");
        for (name, what) in &all.environment {
            let _ = writeln!(text, "| {} | {} |", names(name), cell(what));
        }
        text.push_str("\n## Commands\n\n| | |\n|---|---|\n");
    }
    for page in pages.iter().skip(1) {
        let (name, anchor) = (page.name(), page.file_name());
        let _ = writeln!(text, "| [`{name}`](#{anchor}) | {} |", cell(&page.about));
    }
    for page in pages.iter().skip(1) {
        section(&mut text, page);
    }
    text
}

const HEAD: &str = "# Command line

Everything that `teamwire` does. This page is printed by `teamwire man --markdown` from what `--help` says; a test \
holds the two together, and another has every example understood. `teamwire man --dir DIR` writes the same as pages for \
`man`, and `teamwire completions bash` and so on print completions for a shell. `make cli` puts the binary, the pages \
and the completions into `target/cli`.

Nobody types the URL of a queue: commands find what they need by the name of the stack (`--stack`, `teamwire` without). \
Results go to standard output; progress, faults and questions go to standard error. A command prints text for people, or \
with `--output json` for programs; those that print a line an item do so by themselves where standard output is no \
terminal. Members of the JSON are in camel case, and are only ever added to. Colours and the progress bar are for \
terminals.
";

fn section(text: &mut String, page: &Page) {
    let _ = write!(text, "\n### {}\n\n{}.\n", page.name(), escaped(&page.about));
    for paragraph in &page.description {
        let _ = write!(text, "\n{}\n", escaped(paragraph));
    }
    if page.is_group() {
        return;
    }
    let _ = write!(text, "\n```text\n{}\n```\n", page.usage);
    if !page.options.is_empty() {
        text.push_str("\n| | |\n|---|---|\n");
        for option in &page.options {
            let value = option.value.as_ref();
            let value = value.map_or_else(String::new, |value| format!(" <{value}>"));
            let value = value.replace('|', "\\|");
            let _ = writeln!(text, "| `{}{value}` | {} |", option.name, told(option));
        }
    }
    if !page.statuses.is_empty() {
        text.push_str("\nExit status:\n\n");
        for (code, what) in &page.statuses {
            let _ = writeln!(text, "- {code}: {}", escaped(what));
        }
    }
    if !page.examples.is_empty() {
        let _ = write!(text, "\n```sh\n{}\n```\n", page.examples.join("\n"));
    }
    let (aws, own): (Vec<_>, Vec<_>) = page
        .environment
        .iter()
        .map(|(name, _)| names(name))
        .partition(|name| name.starts_with("`AWS_"));
    let aws = (!aws.is_empty()).then(|| "[those of AWS](#environment)".to_owned());
    let reads: Vec<_> = aws.into_iter().chain(own).collect();
    let _ = write!(text, "\nEnvironment: {}.\n", reads.join(", "));
}

fn told(option: &Described) -> String {
    let mut told = cell(&option.help);
    if !option.choices.is_empty() {
        let choices = option
            .choices
            .iter()
            .map(|(name, help)| match help.as_str() {
                "" => format!("`{name}`"),
                help => format!("`{name}` ({})", uncapitalised(&cell(help))),
            });
        let _ = write!(told, ". One of {}", choices.collect::<Vec<_>>().join(", "));
    }
    if let Some(default) = &option.default {
        let _ = write!(told, ". Default `{default}`");
    }
    if option.is_required {
        told.push_str(". Required");
    }
    told
}

/// As the middle of a sentence.
fn uncapitalised(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|first| first.to_ascii_lowercase());
    let lower: String = first.into_iter().chain(chars).collect();
    let word = lower.split_whitespace().next().unwrap_or_default();
    // A name keeps its capitals.
    match word.chars().any(char::is_uppercase) {
        true => text.to_owned(),
        false => lower,
    }
}

/// Each of the variables as code.
fn names(list: &str) -> String {
    let names = list.split(", ").map(|name| format!("`{name}`"));
    names.collect::<Vec<_>>().join(", ")
}

fn cell(text: &str) -> String {
    escaped(text).replace('|', "\\|")
}

/// Angle brackets and stars are text here, unless they are code already.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    let mut in_code = false;
    for char in text.chars() {
        in_code ^= char == '`';
        if !in_code && ['<', '>', '*'].contains(&char) {
            escaped.push('\\');
        }
        escaped.push(char);
    }
    escaped
}
