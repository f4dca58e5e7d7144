//! A date of a resource.

use super::content::{Content, text};
use jiff::Timestamp;
use serde::Serialize;

/// A date, as Graph wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct GraphDate(String);

impl GraphDate {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The moment, if the text is a date with a time and an offset. The year 1 is Graph's word
    /// for "from the beginning".
    pub fn timestamp(&self) -> Option<Timestamp> {
        self.0.parse().ok()
    }
}

impl Content for GraphDate {
    const KIND: &'static str = text::KIND;

    #[cfg(test)]
    fn schema(_: &mut crate::schema::SchemaDefinitions) -> serde_json::Value {
        // As Graph wrote it, which need not be a date.
        serde_json::json!({ "type": "string" })
    }

    fn of_text(text: String) -> Option<Self> {
        Some(Self(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_its_text_and_a_moment_if_it_is_one() {
        let date = |text: &str| GraphDate(text.to_owned());
        let moment = date("2021-06-03T14:25:04+05:30").timestamp().unwrap();
        assert_eq!(moment.to_string(), "2021-06-03T08:55:04Z");
        assert!(date("0001-01-01T00:00:00Z").timestamp().is_some());
        assert_eq!(date("yesterday").timestamp(), None);
        assert_eq!(date("yesterday").as_str(), "yesterday");
    }
}
