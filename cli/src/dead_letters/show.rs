//! `teamwire dead-letters show`: one letter.

use crate::aws;
use crate::dead_letters::letter::Letter;
use crate::dead_letters::list::facts;
use crate::dead_letters::look::look;
use crate::dead_letters::queues::Whereabouts;
use crate::dead_letters::redact::redacted;
use crate::dead_letters::source::Source;
use crate::output::Output;
use crate::replay::stop::{INTERRUPTED, Stop};
use aws_sdk_sqs::Client;
use clap::Args;
use serde_json::{Value, json};
use std::io::Write;
use std::ops::ControlFlow;
use std::process::ExitCode;
use std::sync::Arc;

/// Show a dead letter as JSON
///
/// Ciphertext is a length. Of everything else that is not known to be harmless, such as the resource
/// of an event and the keys in a path, only the length is shown too, unless --reveal is given.
///
/// Exit status 0: shown; 1: there is no such letter, or it is hidden just now; 2: wrong usage, no such
/// queue, or AWS can't be asked; 130: interrupted.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  teamwire dead-letters show --queue decrypt 5f0c3b8e-53a6-4d0b-9c55-0f6e2a1b7c44\n  teamwire dead-letters show --queue events --reveal 5f0c3b8e-53a6-4d0b-9c55-0f6e2a1b7c44"
)]
pub(super) struct Show {
    /// The message id, as `dead-letters list` shows it
    #[arg(value_name = "ID")]
    id: String,
    #[command(flatten)]
    from: Whereabouts,
    /// The body as it is: names, texts, everything that is not sealed
    #[arg(long)]
    reveal: bool,
    /// How to print: JSON either way; text is indented, json is one line
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    output: Output,
}

impl Show {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let client = Client::new(&aws::config().await?);
        let url = self.from.url(&client).await?;
        let source = Arc::new(Source::new(client, url)?);
        let stop = Stop::at_interrupt();
        let mut found = None;
        look(&source, &stop, |letter| {
            if letter.id != self.id {
                return Ok(ControlFlow::Continue(()));
            }
            found = Some(shown(letter, self.reveal));
            Ok(ControlFlow::Break(()))
        })
        .await?;
        let Some(letter) = found else {
            if stop.is_interrupted() {
                return Ok(ExitCode::from(INTERRUPTED));
            }
            writeln!(
                std::io::stderr(),
                "teamwire: no visible letter on {} has that id",
                source.url()
            )?;
            return Ok(ExitCode::FAILURE);
        };
        let mut out = std::io::stdout().lock();
        match self.output {
            Output::Json => writeln!(out, "{letter}")?,
            Output::Text => writeln!(out, "{letter:#}")?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn shown(letter: &Letter, reveal: bool) -> Value {
    let mut shown = facts(letter);
    let text = |value: &aws_sdk_sqs::types::MessageAttributeValue| match value.string_value() {
        Some(text) => json!(text),
        None => json!("[not text]"),
    };
    let attributes = letter.attributes.iter();
    let attributes = attributes.map(|(name, value)| (name.clone(), text(value)));
    let body = match reveal {
        // As JSON where it is.
        true => serde_json::from_str(&letter.body).unwrap_or_else(|_| json!(letter.body)),
        false => redacted(&letter.body),
    };
    if let Some(shown) = shown.as_object_mut() {
        shown.insert("group".to_owned(), json!(letter.group));
        shown.insert("trace".to_owned(), json!(letter.trace));
        shown.insert("attributes".to_owned(), Value::Object(attributes.collect()));
        shown.insert("bytes".to_owned(), json!(letter.body.len()));
        shown.insert("body".to_owned(), body);
    }
    shown
}
