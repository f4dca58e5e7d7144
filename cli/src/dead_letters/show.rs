//! `teamwire dead-letters show`: one letter.

use crate::aws;
use crate::dead_letters::filter;
use crate::dead_letters::letter::DeadLetter;
use crate::dead_letters::list::facts;
use crate::dead_letters::look::look;
use crate::dead_letters::queues::{LetterQueue, LetterQueueArgs};
use crate::dead_letters::redact;
use crate::dead_letters::source::LetterSource;
use crate::output::OutputFormat;
use crate::replay::stop::{INTERRUPTED, StopSignal};
use crate::terminal::{self, plain};
use aws_sdk_sqs::Client;
use clap::Args;
use serde_json::{Value, json};
use std::ops::ControlFlow;
use std::process::ExitCode;
use std::sync::Arc;

/// Show a dead letter as JSON
///
/// Of the body only what is known by its place and its form is shown: ids, kinds, times, the shape of a
/// path. Of everything else, ciphertext, the resource of an event and the keys of a path among it, there
/// is the length, unless --reveal is given.
///
/// Exit status 0: shown; 1: no visible letter has that id; 2: wrong usage, no such
/// queue, or AWS can't be asked; 130: interrupted.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  teamwire dead-letters show 5f0c3b8e-53a6-4d0b-9c55-0f6e2a1b7c44\n  teamwire dead-letters show --queue events --reveal 5f0c3b8e-53a6-4d0b-9c55-0f6e2a1b7c44"
)]
pub(super) struct ShowDeadLettersArgs {
    /// The message id, as `dead-letters list` shows it
    #[arg(value_name = "ID", value_parser = filter::message_id)]
    id: String,
    #[command(flatten)]
    from: LetterQueueArgs,
    /// The body as it is: names, texts, everything that is not sealed
    #[arg(long)]
    reveal: bool,
    /// Output format: JSON either way, indented as text and on one line as json
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    output: OutputFormat,
}

impl ShowDeadLettersArgs {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let client = Client::new(&aws::config().await?);
        let stop = StopSignal::at_interrupt();
        let mut found = None;
        for place in self.from.places(&client).await? {
            let source = Arc::new(LetterSource::new(client.clone(), place.url.clone())?);
            source.tell_hidden().await?;
            look(&source, &stop, |letter| {
                if !letter.id.eq_ignore_ascii_case(&self.id) {
                    return Ok(ControlFlow::Continue(()));
                }
                found = Some(shown(&place, letter, self.reveal));
                Ok(ControlFlow::Break(()))
            })
            .await?;
            if stop.is_asked() {
                break;
            }
        }
        let Some(letter) = found else {
            if stop.is_interrupted() {
                return Ok(ExitCode::from(INTERRUPTED));
            }
            writeln!(
                terminal::stderr(),
                "teamwire: no visible letter there has the id {}",
                plain(&self.id)
            )?;
            return Ok(ExitCode::FAILURE);
        };
        let mut out = terminal::stdout();
        match self.output {
            OutputFormat::Json => writeln!(out, "{letter}")?,
            OutputFormat::Text => writeln!(out, "{letter:#}")?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn shown(place: &LetterQueue, letter: &DeadLetter, reveal: bool) -> Value {
    let mut shown = facts(place, letter);
    let attributes = letter.attributes.iter().map(|(name, value)| {
        let value = match value.string_value() {
            Some(text) if reveal => json!(text),
            Some(text) => redact::attribute(name, text),
            None => json!("[not text]"),
        };
        (name.clone(), value)
    });
    let body = match reveal {
        // As JSON where it is.
        true => serde_json::from_str(&letter.body).unwrap_or_else(|_| json!(letter.body)),
        false => redact::body(&letter.body),
    };
    if let Some(shown) = shown.as_object_mut() {
        shown.insert(
            "group".to_owned(),
            json!(letter.group.as_deref().map(redact::group)),
        );
        shown.insert(
            "trace".to_owned(),
            json!(letter.trace.as_deref().map(redact::trace)),
        );
        shown.insert("attributes".to_owned(), Value::Object(attributes.collect()));
        shown.insert("bytes".to_owned(), json!(letter.body.len()));
        shown.insert("body".to_owned(), body);
    }
    shown
}
