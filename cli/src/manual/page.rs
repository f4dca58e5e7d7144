//! What a page of the manual holds, taken from clap.

use clap::{Arg, Command};

/// One command, or a group of them.
pub(super) struct Page {
    /// As it is typed: `["teamwire", "certificate", "new"]`.
    pub(super) path: Vec<String>,
    /// In one line.
    pub(super) about: String,
    /// Paragraphs, without that of the exit status.
    pub(super) description: Vec<String>,
    pub(super) usage: String,
    pub(super) options: Vec<Described>,
    /// Names and what they do.
    pub(super) subcommands: Vec<(String, String)>,
    /// Codes and what they mean.
    pub(super) statuses: Vec<(String, String)>,
    /// Lines for a shell.
    pub(super) examples: Vec<String>,
    pub(super) environment: Vec<(&'static str, &'static str)>,
    pub(super) command: Command,
}

/// An option or an argument.
pub(super) struct Described {
    /// `--queue`, or `FILE` of an argument.
    pub(super) name: String,
    /// `QUEUE`; `None` of a switch.
    pub(super) value: Option<String>,
    /// What can be given, where that is a list.
    pub(super) choices: Vec<(String, String)>,
    pub(super) default: Option<String>,
    pub(super) is_required: bool,
    pub(super) help: String,
}

const AWS: [(&str, &str); 5] = [
    (
        "AWS_PROFILE",
        "the profile of ~/.aws/config whose credentials, region and endpoint are used: keys, roles, IAM Identity Center \
         (aws sso login) or a credential_process",
    ),
    ("AWS_REGION", "the region, before that of the profile"),
    (
        "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN",
        "credentials, before those of the profile",
    ),
    (
        "AWS_ENDPOINT_URL",
        "another place than AWS, such as an emulator; AWS_ENDPOINT_URL_SQS and the like for one service",
    ),
    (
        "AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE",
        "other files than ~/.aws/config and ~/.aws/credentials",
    ),
];
const STATE: (&str, &str) = (
    "XDG_STATE_HOME",
    "where teamwire/replay.jsonl is, the record of what was moved, unless --audit names another; ~/.local/state without",
);
const NO_COLOR: (&str, &str) = (
    "NO_COLOR",
    "no colours if it is not empty; without a terminal there never are any",
);
/// Commands that ask nobody but who is named on the command line.
const LOCAL: [&str; 8] = [
    "teamwire certificate show",
    "teamwire inspect",
    "teamwire decrypt",
    "teamwire verify",
    "teamwire resources",
    "teamwire simulate",
    "teamwire completions",
    "teamwire man",
];

impl Page {
    /// A page for teamwire, and for each of its commands, in their order.
    pub(super) fn all(command: Command) -> Vec<Self> {
        let mut command = command.disable_help_subcommand(true);
        command.build();
        let mut pages = Vec::new();
        gather(&command, &[], &mut pages);
        pages
    }

    fn of(command: &Command, path: Vec<String>) -> Self {
        let text = |text: Option<&clap::builder::StyledStr>| {
            text.map(ToString::to_string).unwrap_or_default()
        };
        let about = text(command.get_about());
        let long = text(command.get_long_about());
        let after = [
            text(command.get_after_help()),
            text(command.get_after_long_help()),
        ]
        .join("\n\n");
        let mut description = Vec::new();
        let mut statuses = section(&after, "Exit status:");
        for paragraph in long.split("\n\n").skip(1) {
            let paragraph = paragraph.split_whitespace().collect::<Vec<_>>().join(" ");
            match paragraph.strip_prefix("Exit status ") {
                Some(said) => statuses = said_in_one_sentence(said),
                None if paragraph.is_empty() => {}
                None => description.push(paragraph),
            }
        }
        let shown = |arg: &&Arg| {
            let is_everywhere = ["help", "version"].contains(&arg.get_id().as_str());
            !arg.is_hide_set() && !is_everywhere
        };
        let typed = path.join(" ");
        let mut environment = Vec::new();
        if !LOCAL.contains(&typed.as_str()) {
            environment.extend(AWS);
        }
        if ["teamwire", "teamwire replay"].contains(&typed.as_str()) {
            environment.push(STATE);
        }
        environment.push(NO_COLOR);
        let mut usage = command.clone();
        let usage = usage.render_usage().to_string();
        Self {
            about,
            description,
            usage: usage
                .trim_start_matches("Usage: ")
                .replace("\n       ", "\n"),
            options: command
                .get_arguments()
                .filter(shown)
                .map(Described::of)
                .collect(),
            subcommands: command
                .get_subcommands()
                .filter(|command| !command.is_hide_set())
                .map(|command| (command.get_name().to_owned(), text(command.get_about())))
                .collect(),
            statuses,
            examples: lines(&after, "Examples:").map(str::to_owned).collect(),
            environment,
            command: command.clone(),
            path,
        }
    }

    pub(super) fn name(&self) -> String {
        self.path.join(" ")
    }

    /// `teamwire-certificate-new`.
    pub(super) fn file_name(&self) -> String {
        self.path.join("-")
    }

    /// Whether it only has commands.
    pub(super) fn is_group(&self) -> bool {
        !self.subcommands.is_empty()
    }

    /// The words of every example that is teamwire's own, as a shell would split them.
    #[cfg(test)]
    pub(super) fn commands(&self) -> Vec<Vec<String>> {
        let joined = self.examples.join("\n").replace("\\\n", " ");
        let teamwires = joined.lines().flat_map(|line| line.split(" | "));
        let teamwires = teamwires.filter(|part| part.starts_with("teamwire "));
        let words = |part: &str| -> Vec<String> {
            let words = part.split_whitespace();
            let words = words.take_while(|word| !["#", ">", ">>"].contains(word));
            words
                .map(|word| word.trim_matches('\'').to_owned())
                .collect()
        };
        teamwires.map(words).collect()
    }
}

fn gather(command: &Command, above: &[String], pages: &mut Vec<Page>) {
    let path = [above, &[command.get_name().to_owned()]].concat();
    pages.push(Page::of(command, path.clone()));
    for below in command
        .get_subcommands()
        .filter(|below| !below.is_hide_set())
    {
        gather(below, &path, pages);
    }
}

impl Described {
    fn of(arg: &Arg) -> Self {
        let takes_value = arg.get_action().takes_values();
        let names = || {
            let names = arg.get_value_names().unwrap_or_default();
            names
                .iter()
                .map(|name| name.to_string())
                .collect::<Vec<_>>()
                .join(" ")
        };
        let long = arg.get_long().map(|long| format!("--{long}"));
        let is_argument = long.is_none();
        let defaults = arg.get_default_values().iter();
        let defaults: Vec<_> = defaults
            .map(|value| value.to_string_lossy().into_owned())
            .collect();
        let choices = match takes_value && !arg.is_hide_possible_values_set() {
            true => arg.get_possible_values(),
            false => Vec::new(),
        };
        let said = arg.get_long_help().or_else(|| arg.get_help());
        let said = said.map(ToString::to_string).unwrap_or_default();
        Self {
            name: long.unwrap_or_else(names),
            value: (takes_value && !is_argument).then(names),
            choices: choices
                .iter()
                .filter(|choice| !choice.is_hide_set())
                .map(|choice| {
                    let help = choice.get_help().map(ToString::to_string);
                    (choice.get_name().to_owned(), help.unwrap_or_default())
                })
                .collect(),
            default: (!defaults.is_empty() && takes_value).then(|| defaults.join(",")),
            is_required: arg.is_required_set(),
            help: said.split_whitespace().collect::<Vec<_>>().join(" "),
        }
    }
}

/// The indented lines below a heading of an after-help.
fn lines<'a>(after: &'a str, heading: &str) -> impl Iterator<Item = &'a str> {
    let mut below = after
        .lines()
        .skip_while(move |line| line.trim_end() != heading);
    let is_there = below.next().is_some();
    below
        .take_while(move |line| is_there && line.starts_with("  "))
        .map(|line| line.strip_prefix("  ").unwrap_or(line))
}

/// The two columns below a heading.
fn section(after: &str, heading: &str) -> Vec<(String, String)> {
    let mut rows: Vec<(String, String)> = Vec::new();
    for line in lines(after, heading) {
        match (
            line.starts_with(' '),
            line.split_once("  "),
            rows.last_mut(),
        ) {
            (false, Some((name, what)), _) => {
                rows.push((name.to_owned(), what.trim().to_owned()));
            }
            (_, _, Some((_, what))) => {
                what.push(' ');
                what.push_str(line.trim());
            }
            _ => {}
        }
    }
    rows
}

/// `0: done; 1: this; or that; 2: wrong usage.` as rows.
fn said_in_one_sentence(said: &str) -> Vec<(String, String)> {
    let mut rows: Vec<(String, String)> = Vec::new();
    for part in said.trim_end_matches('.').split("; ") {
        let code = part
            .split_once(": ")
            .filter(|(code, _)| code.parse::<u8>().is_ok());
        match (code, rows.last_mut()) {
            (Some((code, what)), _) => rows.push((code.to_owned(), what.to_owned())),
            (None, Some((_, what))) => {
                what.push_str("; ");
                what.push_str(part);
            }
            (None, None) => {}
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exit_status_is_read_from_a_sentence_and_from_a_table() {
        let row = |code: &str, what: &str| (code.to_owned(), what.to_owned());
        let rows = [
            row("0", "done"),
            row("1", "this; or that"),
            row("130", "interrupted"),
        ];
        assert_eq!(
            said_in_one_sentence("0: done; 1: this; or that; 130: interrupted."),
            rows
        );
        let table = "Exit status:\n  0    done\n  1    this;\n       or that\n  130  interrupted\n\nMore:\n  x  y";
        assert_eq!(section(table, "Exit status:"), rows);
        assert_eq!(section(table, "Nothing:"), []);
    }
}
