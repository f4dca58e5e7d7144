//! A message about to be sent.

use std::time::Duration;

/// One entry for a queue.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OutgoingEntry {
    /// The text.
    pub body: String,
    /// `MessageGroupId`: on standard queues the tenant, which keeps a noisy one from delaying
    /// the others; on FIFO queues what is kept in order.
    pub group: String,
    /// `MessageDeduplicationId`, used on FIFO queues only.
    pub deduplication: Option<String>,
    /// The delay on the queue; at most 900 s.
    pub delay: Duration,
    /// X-Ray trace header.
    pub trace: Option<String>,
    /// String attributes.
    pub attributes: Vec<(&'static str, String)>,
}

impl OutgoingEntry {
    /// An entry with a JSON body.
    ///
    /// SQS refuses two characters that JSON does not (AWS-10): they are escaped.
    pub fn json(body: String, group: &str) -> Self {
        // Few bodies have a byte that either begins with, and bytes are searched many at once.
        let may_hold_either = memchr::memchr(0xef, body.as_bytes()).is_some();
        let body = if may_hold_either && body.contains(['\u{fffe}', '\u{ffff}']) {
            body.replace('\u{fffe}', "\\ufffe")
                .replace('\u{ffff}', "\\uffff")
        } else {
            body
        };
        Self {
            body,
            group: group.to_owned(),
            ..Self::default()
        }
    }

    /// The size that SQS counts against its limit: the body, and each attribute's name, type and
    /// value.
    pub fn bytes(&self) -> usize {
        let attributes: usize = self
            .attributes
            .iter()
            .map(|(name, value)| name.len() + "String".len() + value.len())
            .sum();
        self.body.len() + attributes
    }
}

#[cfg(test)]
mod tests {
    use super::OutgoingEntry;

    #[test]
    fn characters_that_sqs_refuses_are_escaped_and_mean_the_same() {
        let body = "{\"a\":\"x\u{ffff}\u{fffe}\u{fffd}\"}";
        let sent = OutgoingEntry::json(body.to_owned(), "g").body;
        assert!(!sent.contains(['\u{ffff}', '\u{fffe}']));
        let meaning = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(meaning(&sent), meaning(body));
    }

    #[test]
    fn attributes_count_towards_the_size() {
        let mut entry = OutgoingEntry::json("{}".to_owned(), "g");
        entry.attributes.push(("reason", "hmac".to_owned()));
        assert_eq!(entry.bytes(), 2 + 6 + 6 + 4);
    }
}
