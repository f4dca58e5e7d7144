//! Copies on the tail queue: events that went to the consumer within the last hour.

use crate::queue::QueueAtUrl;
use crate::replay::stop::StopSignal;
use crate::tail::tail_queue;
use crate::terminal::plain;
use crate::trace::TracePlace;
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
struct WaitingEvent {
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
    stop: &StopSignal,
) -> anyhow::Result<Vec<TracePlace>> {
    let Some(url) = tail_queue(client, stack).await? else {
        return Ok(Vec::new());
    };
    let tail = QueueAtUrl::new(client.clone(), url);
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
            let Ok(event) = serde_json::from_str::<WaitingEvent>(&letter.body) else {
                continue;
            };
            if is_new && is_meant {
                found.push(TracePlace {
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
