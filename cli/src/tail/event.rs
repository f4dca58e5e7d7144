//! The members of an event that a line needs. Whatever is on the queue was written by somebody
//! else.

use crate::resource_type::{GAP, GAP_TYPE};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

/// A CloudEvent, as far as it is shown.
#[derive(Debug, Deserialize)]
pub(super) struct ShownEvent {
    #[serde(rename = "specversion")]
    _version: String,
    #[serde(rename = "type")]
    event_type: String,
    pub(super) subject: String,
    time: String,
    pub(super) tenantid: String,
    pub(super) origin: String,
    pub(super) dataref: Option<String>,
    pub(super) data: Option<Box<RawValue>>,
}

impl ShownEvent {
    /// `None` for what is no event.
    pub(super) fn parse(body: &str) -> Option<Self> {
        serde_json::from_str(body).ok()
    }

    /// `chatMessage.created`, `teamwire.gap`
    pub(super) fn short_type(&self) -> &str {
        let prefix = "microsoft.graph.";
        self.event_type
            .strip_prefix(prefix)
            .unwrap_or(&self.event_type)
    }

    /// By its Graph name, or `gap`.
    pub(super) fn resource_type(&self) -> Option<&str> {
        match self.event_type.as_str() {
            GAP_TYPE => Some(GAP),
            _ => Some(self.resource_and_change()?.0),
        }
    }

    /// `created`, `updated` or `deleted`; a gap has none.
    pub(super) fn change(&self) -> Option<&str> {
        Some(self.resource_and_change()?.1)
    }

    /// The time at which the resource changed, if it has one; else the time of the notification.
    pub(super) fn time(&self) -> Option<Timestamp> {
        self.time.parse().ok()
    }

    fn resource_and_change(&self) -> Option<(&str, &str)> {
        let named = self.event_type.strip_prefix("microsoft.graph.")?;
        named.rsplit_once('.')
    }
}

/// The event's JSON on one line, without a character that a terminal would obey. Means the same.
pub(super) fn on_one_line(json: &str) -> String {
    let mut line = String::with_capacity(json.len());
    for char in json.trim().chars() {
        match char {
            // Between the tokens; within a string they can't be.
            '\n' | '\r' | '\t' => line.push(' '),
            // Within a string, the only place where it can be.
            char if char.is_control() => line.push_str(&format!("\\u{:04x}", u32::from(char))),
            char => line.push(char),
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn an_event_on_several_lines_is_put_on_one_and_means_the_same() {
        let json = "{\n\t\"subject\": \"a\u{9b}2J\u{7f} b\\n\",\r\n \"n\": 1.0\n}\n";
        let line = on_one_line(json);
        assert_eq!(line, r#"{  "subject": "a\u009b2J\u007f b\n",   "n": 1.0 }"#);
        let meaning = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        assert_eq!(meaning(&line), meaning(json));
    }

    #[test]
    fn what_is_no_event_is_none() {
        let whole = r#"{"specversion":"1.0","type":"t","subject":"s","time":"?","tenantid":"","origin":""}"#;
        assert!(ShownEvent::parse(whole).is_some());
        for body in [
            "",
            "hello",
            "[]",
            "null",
            r#"{"specversion":"1.0"}"#,
            r#"{"version":"sealed.v1","receivedAt":1,"body":{}}"#,
            &whole.replace("\"s\"", "7"),
        ] {
            assert!(ShownEvent::parse(body).is_none(), "{body}");
        }
    }
}
