//! The options of a list, and the tokens that stand for them in links.

use super::errors::GraphError;
use crate::path::{Segments, percent_decode};
use crate::world::{AnyOf, Position, Range};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The options that lists know; others change nothing.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Query {
    pub(super) top: Option<usize>,
    pub(super) filter: Option<String>,
    pub(super) order_by: Option<String>,
    pub(super) expand: String,
    /// `$format`
    pub(super) format: Option<String>,
    /// `$skiptoken` or `$deltatoken`
    pub(super) token: Option<String>,
}

impl Query {
    /// Reads the query of a URL.
    ///
    /// # Errors
    /// 400 `InvalidRequest`
    pub(super) fn read(query: &str) -> Result<Self, GraphError> {
        let mut read = Self::default();
        for option in query.split('&').filter(|option| !option.is_empty()) {
            let (name, value) = option.split_once('=').unwrap_or((option, ""));
            let decoded = |text: &str| {
                percent_decode(&text.replace('+', " "))
                    .ok_or_else(|| GraphError::invalid("The query has a malformed escape."))
            };
            let (name, value) = (decoded(name)?, decoded(value)?);
            match name.to_ascii_lowercase().as_str() {
                "$top" => {
                    let top = value.parse();
                    read.top = Some(top.map_err(|_| GraphError::invalid("$top is no number."))?);
                }
                "$filter" => read.filter = Some(value),
                "$orderby" => read.order_by = Some(value),
                "$expand" => read.expand = value,
                "$format" => read.format = Some(value),
                "$skiptoken" | "$deltatoken" => read.token = Some(value),
                _ => {}
            }
        }
        Ok(read)
    }
}

/// The selection of a `$filter`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Filter {
    /// `lastModifiedDateTime gt ..`, in milliseconds since 1970.
    pub(super) after: Option<i64>,
    /// `lastModifiedDateTime lt ..`, in milliseconds since 1970.
    pub(super) before: Option<i64>,
    /// Further conditions on messages.
    pub(super) conditions: Vec<AnyOf>,
}

impl Filter {
    /// Reads conditions with `and` between them; those with `or` in parentheses.
    ///
    /// # Errors
    /// 400 `InvalidRequest`
    pub(super) fn read(filter: &str) -> Result<Self, GraphError> {
        let mut read = Self::default();
        for part in filter.split(" and ").map(str::trim) {
            let bare = part
                .strip_prefix('(')
                .and_then(|part| part.strip_suffix(')'));
            let part = bare.unwrap_or(part);
            if let Some(any) = AnyOf::read(part) {
                read.conditions.push(any);
            } else {
                read.bound(part).ok_or_else(unsupported)?;
            }
        }
        Ok(read)
    }

    /// The same, where only dates are documented.
    ///
    /// # Errors
    /// 400 `InvalidRequest`
    pub(super) fn dates(filter: &str) -> Result<Self, GraphError> {
        let read = Self::read(filter)?;
        if read.conditions.is_empty() {
            Ok(read)
        } else {
            Err(unsupported())
        }
    }

    fn bound(&mut self, condition: &str) -> Option<()> {
        let words: Vec<&str> = condition.split_whitespace().collect();
        let [property, operator, date] = words.as_slice() else {
            return None;
        };
        let date: Timestamp = date.parse().ok()?;
        let millis = date.as_millisecond();
        // What is sorted by the millisecond comes before the rest of that millisecond.
        let rest = date.subsec_nanosecond() % 1_000_000 != 0;
        match (*property, operator.to_ascii_lowercase().as_str()) {
            ("lastModifiedDateTime", "gt") => self.after = Some(millis),
            ("lastModifiedDateTime", "lt") => self.before = Some(millis + i64::from(rest)),
            _ => return None,
        }
        Some(())
    }
}

fn unsupported() -> GraphError {
    GraphError::invalid("The $filter is not supported here.")
}

/// Everything that a link has to remember.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Token {
    /// The start of the simulator that gave it: it knows no others.
    started: i64,
    list: String,
    after: Option<i64>,
    before: Option<i64>,
    #[serde(default)]
    conditions: Vec<AnyOf>,
    behind: Option<(i64, Segments)>,
    descending: bool,
    limit: usize,
    expand: String,
}

impl Token {
    pub(super) fn new(started: i64, list: &str, range: &Range, expand: String) -> Self {
        Self {
            started,
            list: list.to_owned(),
            after: range.after,
            before: range.before,
            conditions: range.conditions.clone(),
            behind: None,
            descending: range.descending,
            limit: range.limit,
            expand,
        }
    }

    /// The members to show with each entry.
    pub(super) fn expand(&self) -> &str {
        &self.expand
    }

    /// The same, to go on behind a position.
    pub(super) fn behind(&self, position: Position) -> Self {
        Self {
            behind: Some((position.0, position.1.as_ref().clone())),
            ..self.clone()
        }
    }

    pub(super) fn is_of(&self, started: i64, list: &str) -> bool {
        self.started == started && self.list == list
    }

    pub(super) fn range(&self) -> Range {
        let behind = self.behind.clone();
        Range {
            after: self.after,
            before: self.before,
            conditions: self.conditions.clone(),
            behind: behind.map(|(time, address)| (time, Arc::new(address))),
            descending: self.descending,
            limit: self.limit,
        }
    }

    /// As it stands in a URL.
    pub(super) fn text(&self) -> String {
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default())
    }

    pub(super) fn read(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        serde_json::from_slice(&bytes).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read_in_any_spelling() {
        let query = Query::read(
            "$top=5&%24filter=lastModifiedDateTime+gt%202026-01-01T00:00:00Z&$orderBy=x desc&a",
        )
        .unwrap();
        assert_eq!(query.top, Some(5));
        let filter = "lastModifiedDateTime gt 2026-01-01T00:00:00Z";
        assert_eq!(query.filter.as_deref(), Some(filter));
        assert_eq!(query.order_by.as_deref(), Some("x desc"));
        for wrong in ["$top=many", "$top=%zz"] {
            assert!(Query::read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_filter_has_bounds_and_conditions() {
        let gt = "lastModifiedDateTime gt 1970-01-01T00:00:01.0005Z";
        let lt = "lastModifiedDateTime lt 1970-01-01T00:00:02.0005Z";
        let from = "from/user/id eq 'a' or from/user/id eq 'b'";
        for (filter, after, before, conditions) in [
            (gt.to_owned(), Some(1_000), None, 0),
            (lt.to_owned(), None, Some(2_001), 0),
            (format!("{gt} and {lt}"), Some(1_000), Some(2_001), 0),
            (from.to_owned(), None, None, 1),
            (format!("{gt} and ({from})"), Some(1_000), None, 1),
        ] {
            let read = Filter::read(&filter).unwrap();
            let found = (read.after, read.before, read.conditions.len());
            assert_eq!(found, (after, before, conditions), "{filter}");
            assert_eq!(Filter::dates(&filter).is_ok(), conditions == 0, "{filter}");
        }
        for wrong in [
            "",
            "id eq '1'",
            "lastModifiedDateTime ge 2026-01-01T00:00:00Z",
            "lastModifiedDateTime gt yesterday",
            "createdDateTime gt 2026-01-01T00:00:00Z",
        ] {
            assert!(Filter::read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_token_says_the_same_after_its_journey() {
        let range = Range {
            after: Some(1),
            limit: 7,
            ..Range::default()
        };
        let behind = (9, Arc::new(Segments::parse("chats/a/messages/1").unwrap()));
        let token = Token::new(3, "list", &range, "members".into()).behind(behind.clone());
        let read = Token::read(&token.text()).unwrap();
        assert!(read.is_of(3, "list") && !read.is_of(4, "list") && !read.is_of(3, "other"));
        assert_eq!(read.expand(), "members");
        let range = read.range();
        assert_eq!((range.after, range.limit), (Some(1), 7));
        assert_eq!(range.behind, Some(behind));
        assert!(Token::read("no-token").is_none());
    }
}
