//! The options of a list, and the tokens that stand for them in links.

use super::errors::GraphErrorResponse;
use crate::path::{Segments, percent_decode};
use crate::world::{AnyOf, BY_CREATION, Position, Range};
use axum::http::StatusCode;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::sync::Arc;

/// The options of a GET. Those without a `$` are none of OData's and change nothing.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Query {
    pub(super) top: Option<usize>,
    pub(super) filter: Option<String>,
    pub(super) order_by: Option<String>,
    pub(super) expand: String,
    /// The members that `$select` names; all of them where it names none.
    pub(super) select: Vec<String>,
    /// `$format`
    pub(super) format: Option<String>,
    /// `$skiptoken` or `$deltatoken`
    pub(super) token: Option<String>,
    /// Every option with a `$`, in small letters.
    names: Vec<String>,
}

impl Query {
    /// Reads the query of a URL.
    ///
    /// # Errors
    /// 400 `InvalidRequest`
    pub(super) fn read(query: &str) -> Result<Self, GraphErrorResponse> {
        let mut read = Self::default();
        for option in query.split('&').filter(|option| !option.is_empty()) {
            let (name, value) = option.split_once('=').unwrap_or((option, ""));
            let decoded = |text: &str| {
                percent_decode(&text.replace('+', " "))
                    .ok_or_else(|| GraphErrorResponse::invalid("The query has a malformed escape."))
            };
            let (name, value) = (decoded(name)?.to_ascii_lowercase(), decoded(value)?);
            match name.as_str() {
                "$top" => {
                    let top = value.parse();
                    read.top =
                        Some(top.map_err(|_| GraphErrorResponse::invalid("$top is no number."))?);
                }
                "$filter" => read.filter = Some(value),
                "$orderby" => read.order_by = Some(value),
                "$expand" => read.expand = value,
                "$select" => read.select = value.split(',').map(|one| one.trim().into()).collect(),
                "$format" => read.format = Some(value),
                "$skiptoken" | "$deltatoken" => read.token = Some(value),
                _ => {}
            }
            if name.starts_with('$') {
                read.names.push(name);
            }
        }
        Ok(read)
    }

    /// Checks that there is no option but those that `takes` knows.
    ///
    /// # Errors
    /// 400 `BadRequest`, in Graph's words
    pub(super) fn check(&self, takes: impl Fn(&str) -> bool) -> Result<(), GraphErrorResponse> {
        match self.names.iter().find(|name| !takes(name)) {
            Some(name) => Err(bad_request(format!(
                "Query option '{}' is not allowed. To allow it, set the 'AllowedQueryOptions' \
                 property on EnableQueryAttribute or QueryValidationSettings.",
                name.trim_start_matches('$')
            ))),
            None => Ok(()),
        }
    }

    /// A resource with no members but those selected.
    pub(super) fn selected(&self, resource: String) -> String {
        selected(&self.select, resource)
    }
}

fn selected(select: &[String], resource: String) -> String {
    if select.is_empty() {
        return resource;
    }
    let members: Result<Map<String, Value>, _> = serde_json::from_str(&resource);
    let Ok(mut members) = members else {
        return resource;
    };
    members.retain(|name, _| name.starts_with('@') || select.contains(name));
    Value::Object(members).to_string()
}

/// The selection of a `$filter`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Filter {
    /// `.. gt ..` of the date, in milliseconds since 1970.
    pub(super) after: Option<i64>,
    /// `.. lt ..` of the date, in milliseconds since 1970.
    pub(super) before: Option<i64>,
    /// Further conditions on messages.
    pub(super) conditions: Vec<AnyOf>,
}

impl Filter {
    /// Reads conditions with `and` between them, those with `or` in parentheses: of
    /// `lastModifiedDateTime`, and of what messages are.
    ///
    /// # Errors
    /// 400 `BadRequest`
    pub(super) fn of_messages(filter: &str) -> Result<Self, GraphErrorResponse> {
        let mut read = Self::default();
        for part in parts(filter) {
            match AnyOf::read(part) {
                Some(any) => read.conditions.push(any),
                None => read.bound(part, "lastModifiedDateTime", &["gt", "lt"])?,
            }
        }
        Ok(read)
    }

    /// Reads conditions of the date of that name, with these operators.
    ///
    /// # Errors
    /// 400 `BadRequest`
    pub(super) fn dates(
        filter: &str,
        date: &str,
        operators: &[&str],
    ) -> Result<Self, GraphErrorResponse> {
        let mut read = Self::default();
        for part in parts(filter) {
            read.bound(part, date, operators)?;
        }
        Ok(read)
    }

    fn bound(
        &mut self,
        part: &str,
        date: &str,
        operators: &[&str],
    ) -> Result<(), GraphErrorResponse> {
        let words: Vec<&str> = part.split_whitespace().collect();
        let [property, operator, value] = words.as_slice() else {
            return Err(bad_request("Invalid filter clause".into()));
        };
        let operator = operator.to_ascii_lowercase();
        if *property != date || !operators.contains(&operator.as_str()) {
            return Err(not_allowed(property, &operator));
        }
        let value: Timestamp = value
            .parse()
            .map_err(|_| bad_request("Invalid filter clause".into()))?;
        let millis = value.as_millisecond();
        // What is sorted by the millisecond comes before the rest of that millisecond.
        let rest = value.subsec_nanosecond() % 1_000_000 != 0;
        match operator.as_str() {
            "lt" => self.before = Some(millis + i64::from(rest)),
            _ => self.after = Some(millis),
        }
        Ok(())
    }
}

/// The conditions of a filter, without the parentheses around each.
fn parts(filter: &str) -> impl Iterator<Item = &str> {
    filter.split(" and ").map(|part| {
        let part = part.trim();
        let bare = part
            .strip_prefix('(')
            .and_then(|part| part.strip_suffix(')'));
        bare.unwrap_or(part)
    })
}

/// The refusal of a filter, in Graph's words.
fn not_allowed(property: &str, operator: &str) -> GraphErrorResponse {
    let kind = match operator {
        "eq" => "Equal",
        "ne" => "NotEqual",
        "gt" => "GreaterThan",
        "ge" => "GreaterThanOrEqual",
        "lt" => "LessThan",
        "le" => "LessThanOrEqual",
        _ => return bad_request("Invalid filter clause".into()),
    };
    bad_request(format!(
        "The entity property '{property}' and operationKind '{kind}' is not allowed in $filter query."
    ))
}

pub(super) fn bad_request(message: String) -> GraphErrorResponse {
    GraphErrorResponse::new(StatusCode::BAD_REQUEST, "BadRequest", message)
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
    #[serde(default)]
    select: Vec<String>,
}

impl Token {
    pub(super) fn new(started: i64, list: &str, range: &Range, query: Query) -> Self {
        Self {
            started,
            list: list.to_owned(),
            after: range.after,
            before: range.before,
            conditions: range.conditions.clone(),
            behind: None,
            descending: range.descending,
            limit: range.limit,
            expand: query.expand,
            select: query.select,
        }
    }

    /// The list, as the world calls it.
    pub(super) fn list(&self) -> &str {
        &self.list
    }

    /// The members to show with each entry.
    pub(super) fn expand(&self) -> &str {
        &self.expand
    }

    /// An entry with no members but those selected.
    pub(super) fn selected(&self, resource: String) -> String {
        selected(&self.select, resource)
    }

    /// The same, to go on behind a position.
    pub(super) fn behind(&self, position: Position) -> Self {
        Self {
            behind: Some((position.0, position.1.as_ref().clone())),
            ..self.clone()
        }
    }

    /// True if it is of that list, in whatever order.
    pub(super) fn is_of(&self, started: i64, list: &str) -> bool {
        let name = self.list.strip_suffix(BY_CREATION).unwrap_or(&self.list);
        self.started == started && name == list
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
        assert!(query.check(|name| name != "a").is_ok());
        assert!(query.check(|name| name != "$orderby").is_err());
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
            let read = Filter::of_messages(&filter).unwrap();
            let found = (read.after, read.before, read.conditions.len());
            assert_eq!(found, (after, before, conditions), "{filter}");
            let dates = Filter::dates(&filter, "lastModifiedDateTime", &["gt", "lt"]);
            assert_eq!(dates.is_ok(), conditions == 0, "{filter}");
        }
        let upper = Filter::dates(lt, "lastModifiedDateTime", &["gt"]).unwrap_err();
        assert_eq!(
            upper.message,
            "The entity property 'lastModifiedDateTime' and operationKind 'LessThan' is not \
             allowed in $filter query."
        );
        for wrong in [
            "",
            "id eq '1'",
            "lastModifiedDateTime ge 2026-01-01T00:00:00Z",
            "lastModifiedDateTime gt yesterday",
            "createdDateTime gt 2026-01-01T00:00:00Z",
        ] {
            assert!(Filter::of_messages(wrong).is_err(), "{wrong}");
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
        let query = Query::read("$expand=members&$select=id,%20topic").unwrap();
        let token = Token::new(3, "list", &range, query).behind(behind.clone());
        let read = Token::read(&token.text()).unwrap();
        assert!(read.is_of(3, "list") && !read.is_of(4, "list") && !read.is_of(3, "other"));
        assert_eq!(read.expand(), "members");
        let chat = r#"{"@odata.type":"t","id":"1","topic":null,"webUrl":""}"#;
        let shown = r#"{"@odata.type":"t","id":"1","topic":null}"#;
        assert_eq!(read.selected(chat.to_owned()), shown);
        let range = read.range();
        assert_eq!((range.after, range.limit), (Some(1), 7));
        assert_eq!(range.behind, Some(behind));
        assert!(Token::read("no-token").is_none());
    }
}
