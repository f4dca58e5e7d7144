//! A model of SQS: at least once, in no order, with visibility, delays and redrive.

use super::forecast::Dice;
use serde_json::{Value, json};
use teamwire_contract::attribute;
use teamwire_transport::OutgoingEntry;

/// The time for which a received message is hidden, as `infra/sam/template.yaml` sets it.
const VISIBILITY: u64 = 180_000;
/// The number of times a message may fail, as `infra/sam/template.yaml` sets it.
const MAX_RECEIVES: u32 = 25;

/// A message on a queue.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    pub(super) id: String,
    pub(super) entry: OutgoingEntry,
    /// Replays that had been run when it was sent.
    pub(super) sent_after: u32,
    visible_at: u64,
    receives: u32,
}

impl Stored {
    /// The reason of a dead letter.
    pub(super) fn reason(&self) -> Option<&str> {
        self.attribute(attribute::REASON)
    }

    /// The number of replays that it tells of.
    pub(super) fn replayed(&self) -> u32 {
        let told = self.attribute(attribute::REPLAYED);
        told.map_or(0, |number| number.parse().unwrap())
    }

    fn attribute(&self, name: &str) -> Option<&str> {
        let mut attributes = self.entry.attributes.iter();
        let found = attributes.find(|(other, _)| *other == name);
        found.map(|(_, value)| value.as_str())
    }

    fn record(&self) -> Value {
        let attributes = self.entry.attributes.iter().map(|(name, value)| {
            let value = json!({ "stringValue": value, "dataType": "String" });
            ((*name).to_owned(), value)
        });
        let mut system = json!({ "MessageGroupId": self.entry.group });
        if let Some(trace) = &self.entry.trace {
            system["AWSTraceHeader"] = json!(trace);
        }
        json!({
            "messageId": self.id,
            "body": self.entry.body,
            "attributes": system,
            "messageAttributes": attributes.collect::<serde_json::Map<_, _>>(),
        })
    }
}

/// One queue.
#[derive(Debug, Default)]
pub(super) struct SimQueue {
    pub(super) messages: Vec<Stored>,
    sent: usize,
}

/// The messages of one poll.
pub(super) struct Received {
    /// The event of Lambda.
    pub(super) event: Value,
    pub(super) ids: Vec<String>,
    /// Messages that failed too often.
    pub(super) exhausted: Vec<Stored>,
}

impl SimQueue {
    /// Takes a message, after so many replays; its id.
    pub(super) fn send(
        &mut self,
        name: &str,
        entry: &OutgoingEntry,
        now: u64,
        sent_after: u32,
    ) -> String {
        let delay = u64::try_from(entry.delay.as_millis()).unwrap();
        assert!(delay <= 900_000, "SQS delays by at most 900 s");
        self.sent += 1;
        let id = format!("{name}-{}", self.sent);
        self.messages.push(Stored {
            id: id.clone(),
            entry: entry.clone(),
            sent_after,
            visible_at: now + delay,
            receives: 0,
        });
        id
    }

    /// The next time at which something can be received.
    pub(super) fn next_visible(&self) -> Option<u64> {
        self.messages.iter().map(|message| message.visible_at).min()
    }

    /// Some of what is visible, in any order.
    pub(super) fn receive(&mut self, now: u64, dice: &mut Dice) -> Received {
        let most = 1 + dice.below(10);
        let mut visible: Vec<usize> = (0..self.messages.len())
            .filter(|at| self.messages[*at].visible_at <= now)
            .collect();
        let mut records = Vec::new();
        let mut received = Received {
            event: Value::Null,
            ids: vec![],
            exhausted: vec![],
        };
        while !visible.is_empty() && records.len() < most {
            let message = &mut self.messages[visible.swap_remove(dice.below(visible.len()))];
            message.receives += 1;
            message.visible_at = now + VISIBILITY;
            if message.receives > MAX_RECEIVES {
                received.exhausted.push(message.clone());
            } else {
                records.push(message.record());
                received.ids.push(message.id.clone());
            }
        }
        for exhausted in &received.exhausted {
            self.delete(&exhausted.id);
        }
        received.event = json!({ "Records": records });
        received
    }

    pub(super) fn delete(&mut self, id: &str) {
        self.messages.retain(|message| message.id != id);
    }
}
