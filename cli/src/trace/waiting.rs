//! Copies on the tail queue: events that went to the consumer within the last hour.

use crate::queue::Queue;
use crate::replay::stop::Stop;
use crate::tail::tail_queue;
use crate::terminal::plain;
use crate::trace::Found;
use aws_sdk_sqs::Client;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;
use std::collections::HashSet;
use std::time::Duration;

/// For how long a look hides what is on the queue.
const HIDDEN: Duration = Duration::from_secs(10);
/// The wait after which the queue counts as read.
const PATIENCE: Duration = Duration::from_secs(1);

#[derive(Deserialize)]
struct Event {
    id: String,
    #[serde(rename = "type")]
    event_type: String,
    subject: String,
    origin: String,
}

/// Events that came before now and have the text in them. Each is visible again soon.
///
/// # Errors
/// The error of SQS.
pub(super) async fn with(
    text: &str,
    stack: &str,
    client: &Client,
    stop: &Stop,
) -> anyhow::Result<Vec<Found>> {
    let Some(url) = tail_queue(client, stack).await? else {
        return Ok(Vec::new());
    };
    let tail = Queue::new(client.clone(), url);
    let (mut seen, mut found, mut handles) = (HashSet::new(), Vec::new(), Vec::new());
    let begun = Timestamp::now();
    while !stop.is_asked() {
        let letters = tail.receive(PATIENCE, HIDDEN).await?;
        let mut is_read = true;
        for letter in letters {
            handles.push(letter.handle.clone());
            let is_new = seen.insert(letter.id.clone());
            is_read &= !is_new || letter.sent_at > begun;
            let is_meant = letter.body.contains(text) || letter.id.eq_ignore_ascii_case(text);
            let Ok(event) = serde_json::from_str::<Event>(&letter.body) else {
                continue;
            };
            if is_new && is_meant {
                found.push(Found {
                    at: letter.sent_at,
                    text: format!(
                        "{}  event sent to the consumer: {} {}, {}, id {}",
                        letter.sent_at,
                        plain(&event.event_type),
                        plain(&event.subject),
                        plain(&event.origin),
                        plain(&event.id),
                    ),
                    json: json!({
                        "where": "tail",
                        "sentAt": letter.sent_at.to_string(),
                        "id": event.id,
                        "type": event.event_type,
                        "subject": event.subject,
                        "origin": event.origin,
                    }),
                });
            }
        }
        // Only what was seen, or came since: a busy stack never ends.
        if is_read {
            break;
        }
    }
    tail.hide_all(&handles, Duration::ZERO).await;
    Ok(found)
}
