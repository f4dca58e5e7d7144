//! Dead letters, and what is in quarantine.

use crate::dead_letters::letter::DeadLetter;
use crate::dead_letters::list::{facts, why};
use crate::dead_letters::look::look;
use crate::dead_letters::queues::{LetterQueue, LetterQueueArgs};
use crate::dead_letters::source::LetterSource;
use crate::replay::stop::StopSignal;
use crate::terminal::plain;
use crate::trace::TracePlace;
use aws_sdk_sqs::Client;
use serde_json::json;
use std::ops::ControlFlow;
use std::sync::Arc;

/// Letters that have the text in them, in their attributes or as their id.
///
/// # Errors
/// There is no such stack, or what SQS says.
pub(super) async fn with(
    text: &str,
    stack: &str,
    client: &Client,
    stop: &Arc<StopSignal>,
) -> anyhow::Result<Vec<TracePlace>> {
    let mut found = Vec::new();
    for place in LetterQueueArgs::of(stack).places(client).await? {
        let source = Arc::new(LetterSource::new(client.clone(), place.url.clone())?);
        source.tell_hidden().await?;
        look(&source, stop, |letter| {
            if has(letter, text) {
                found.push(of(&place, letter, stack));
            }
            Ok(ControlFlow::Continue(()))
        })
        .await?;
        if stop.is_asked() {
            break;
        }
    }
    Ok(found)
}

fn has(letter: &DeadLetter, text: &str) -> bool {
    let attributes = letter.attributes.values();
    letter.id.eq_ignore_ascii_case(text)
        || letter.body.contains(text)
        || letter.group.as_deref() == Some(text)
        || attributes
            .filter_map(|value| value.string_value())
            .any(|value| value.contains(text))
}

fn of(place: &LetterQueue, letter: &DeadLetter, stack: &str) -> TracePlace {
    let queue = place.name.map_or("other", |name| name.text());
    let (id, what) = (plain(&letter.id), letter.subject.resource_type.as_deref());
    let (stack, what) = (plain(stack), plain(what.unwrap_or("-")));
    let mut json = facts(place, letter);
    if let Some(members) = json.as_object_mut() {
        members.insert("where".to_owned(), json!("dead-letter"));
    }
    TracePlace {
        at: letter.sent_at,
        text: format!(
            "{}  dead letter of {queue}: {} ({what}), message {id}\n      `teamwire dead-letters show \
             --stack {stack} --queue {queue} {id}`",
            letter.sent_at,
            why(letter),
        ),
        json,
    }
}
