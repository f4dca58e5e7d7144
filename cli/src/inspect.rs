//! `teamwire inspect`: what something is, and what is wrong with it.

mod notification;
mod other;
mod subscription;

use crate::input::{self, InputItems};
use crate::output::OutputFormat;
use crate::terminal::{file_name, plain};
use anyhow::bail;
use clap::Args;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use std::path::PathBuf;
use std::process::ExitCode;
use teamwire_payload::cloud::MicrosoftCloud;

/// Members of which a change notification has one at least.
const OF_NOTIFICATIONS: [&str; 6] = [
    "value",
    "subscriptionId",
    "changeType",
    "lifecycleEvent",
    "resource",
    "encryptedContent",
];

/// Say what each notification, subscription, event or dead letter of a file is, and what is odd about it
///
/// Of a notification: where it would go, its keys, whose view of the resource it names, and the
/// GET that reads it. Of a subscription, as it is asked for or as Graph answers: what it is to,
/// the API version and the permissions that it takes (the least first), how long it lives, and
/// what Graph or teamwire would not take. Of an event, whether it is one of teamwire's, and what about.
/// Of a message between functions, which one takes it. Of a dead letter, as `dead-letters show` prints
/// it, what a replay comes to.
///
/// Exit status 0: every item is something; 1: one is nothing, goes nowhere, or is not what it seems; 2:
/// wrong usage, or a file with nothing of that.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  teamwire inspect notification.json\n  pbpaste | teamwire inspect -\n  teamwire inspect subscription.json | jq .problems"
)]
pub(crate) struct InspectArgs {
    /// A batch, one notification, a request for a subscription, one or a list as Graph answers, an
    /// event, a message between functions, or a dead letter; - for standard input
    file: PathBuf,
    /// The cloud of the GET: global, gcc-high, dod, china
    #[arg(long, value_name = "CLOUD", default_value = "global")]
    cloud: MicrosoftCloud,
    /// Output format: json prints one line per item; without it text on a terminal, else json
    #[arg(long, value_name = "FORMAT")]
    output: Option<OutputFormat>,
}

impl InspectArgs {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let content = input::text(&self.file)?;
        let document = serde_json::from_str::<Value>(&content).ok();
        if let Some(line) = document.as_ref().and_then(|item| other::line(0, item)) {
            self.print(&line)?;
            return Ok(status(line.problems.is_empty()));
        }
        if let Some(subscriptions) = subscription::find(content.as_bytes()) {
            let now = Timestamp::now();
            for (index, item) in subscriptions.iter().enumerate() {
                self.print(&subscription::line(index, item, now))?;
            }
            return Ok(ExitCode::SUCCESS);
        }
        let is_one = |item: &Value| OF_NOTIFICATIONS.iter().any(|name| item.get(name).is_some());
        if document.as_ref().is_some_and(|item| !is_one(item)) {
            bail!(
                "{}: no notification, subscription, event, message or dead letter",
                file_name(&self.file)
            );
        }
        let input = InputItems::parse(&self.file, content.as_bytes())?;
        let mut all_go = true;
        for (index, item) in input.items.iter().enumerate() {
            let line = match item {
                Ok(item) => notification::line(self.cloud, index, item, input.tokens.is_empty()),
                Err(fault) => notification::unreadable(index, *fault),
            };
            all_go &= line.goes_somewhere();
            self.print(&line)?;
        }
        Ok(status(all_go))
    }

    /// A line of JSON, or what it holds, a member a line.
    fn print(&self, line: &impl Serialize) -> anyhow::Result<()> {
        let output = OutputFormat::or_suitable(self.output);
        let mut out = output.stdout();
        match output {
            OutputFormat::Json => writeln!(out, "{}", serde_json::to_string(line)?)?,
            OutputFormat::Text => writeln!(out, "{}", text(&serde_json::to_value(line)?))?,
        }
        Ok(())
    }
}

fn status(is_good: bool) -> ExitCode {
    match is_good {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

/// The facts, and every problem at the end.
fn text(line: &Value) -> String {
    let mut text = String::new();
    let members = line.as_object().into_iter().flatten();
    for (name, value) in members.filter(|(name, _)| *name != "problems") {
        let value = match value {
            Value::Null => continue,
            Value::Object(members) if members.is_empty() => continue,
            Value::Array(items) if items.is_empty() => continue,
            value => shown(value),
        };
        text.push_str(&format!("{name:<16} {value}\n"));
    }
    let problems = line.get("problems").and_then(Value::as_array);
    for problem in problems.into_iter().flatten() {
        text.push_str(&format!("{:<16} {}\n", "problem", shown(problem)));
    }
    text
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => plain(text),
        Value::Array(items) => items.iter().map(shown).collect::<Vec<_>>().join(", "),
        Value::Object(members) => {
            let members = members.iter();
            let members = members.map(|(name, value)| format!("{} {}", plain(name), shown(value)));
            members.collect::<Vec<_>>().join(", ")
        }
        value => value.to_string(),
    }
}
