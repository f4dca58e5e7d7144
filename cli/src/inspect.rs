//! `teamwire inspect`: what a notification is and where it would go, or what a subscription is to
//! and what is wrong with it.

mod notification;
mod subscription;

use crate::input::{self, Input};
use crate::output::Output;
use crate::terminal::plain;
use clap::Args;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use teamwire_payload::cloud::Cloud;

/// Say what each notification or subscription of a file is, and what is odd about it
///
/// Of a notification: where it would go, its keys, whose view of the resource it names, and the
/// GET that reads it. Of a subscription, as it is asked for or as Graph answers: what it is to,
/// the API version and the permissions that it takes (the least first), how long it lives, and
/// what Graph or teamwire would not take.
///
/// Exit status 0: every item could be read; 1: one could not be; 2: wrong usage, or a file that is
/// neither.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  teamwire inspect notification.json\n  pbpaste | teamwire inspect -\n  teamwire inspect subscription.json | jq .problems"
)]
pub(crate) struct Inspect {
    /// A batch, one notification, a request for a subscription, one or a list as Graph answers;
    /// - for standard input
    file: PathBuf,
    /// The cloud of the GET: global, gcc-high, dod, china
    #[arg(long, value_name = "CLOUD", default_value = "global")]
    cloud: Cloud,
    /// How to print: json is a line an item; without it text on a terminal, else json
    #[arg(long, value_name = "FORMAT")]
    output: Option<Output>,
}

impl Inspect {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let content = input::bytes(&self.file)?;
        let mut out = std::io::stdout().lock();
        if let Some(subscriptions) = subscription::find(&content) {
            let now = Timestamp::now();
            for (index, item) in subscriptions.iter().enumerate() {
                let line = subscription::line(index, item, now);
                self.print(&mut out, &line)?;
            }
            return Ok(ExitCode::SUCCESS);
        }
        let input = Input::parse(&self.file, &content)?;
        let mut all_read = true;
        for (index, item) in input.items.iter().enumerate() {
            all_read &= item.is_ok();
            let line = match item {
                Ok(item) => notification::line(self.cloud, index, item, input.tokens.is_empty()),
                Err(fault) => notification::unreadable(index, *fault),
            };
            self.print(&mut out, &line)?;
        }
        Ok(if all_read {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }

    /// A line of JSON, or what it holds, a member a line.
    fn print(&self, out: &mut impl Write, line: &impl Serialize) -> anyhow::Result<()> {
        match Output::or_suitable(self.output) {
            Output::Json => writeln!(out, "{}", serde_json::to_string(line)?)?,
            Output::Text => writeln!(out, "{}", text(&serde_json::to_value(line)?))?,
        }
        Ok(())
    }
}

/// What is known, and every problem at the end.
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
            let members = members.map(|(name, value)| format!("{name} {}", shown(value)));
            members.collect::<Vec<_>>().join(", ")
        }
        value => value.to_string(),
    }
}
