//! Lists: which there are, and how they are answered page by page.

use super::errors::GraphErrorResponse;
use super::query::{self, Filter, Query, Token};
use crate::path::{Segments, percent_encode};
use crate::world::{AnyOf, BY_CREATION, Position, Range, Tenant};
use axum::http::StatusCode;
use std::sync::Arc;

/// One documented list.
#[derive(Debug)]
struct Row {
    /// Names, and `{}` for keys.
    path: &'static str,
    /// The number of its segments that name a resource that has to be there.
    within: usize,
    /// The content, where `@odata.context` has that instead of the path.
    of: Option<&'static str>,
    /// Entries in a page, by default and at most.
    page: (usize, usize),
    order: Order,
}

/// The order of a list, and the use of `$filter`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    /// Oldest first.
    Plain,
    /// Newest first.
    Newest,
    /// By `lastModifiedDateTime`, which can be filtered with `gt` and `lt`.
    Modified,
    /// Newest first; `$filter` counts only beside the same property in `$orderby`.
    Ordered,
    /// Meetings, of which `$filter` has to choose one.
    Joined,
    /// Delta query; `$filter` with `gt`.
    Delta,
    /// The artefacts of meetings between two dates.
    Meetings,
    /// Oldest first, filtered by this date.
    Dated(&'static str),
}

const fn row(
    path: &'static str,
    within: usize,
    of: Option<&'static str>,
    page: (usize, usize),
    order: Order,
) -> Row {
    Row {
        path,
        within,
        of,
        page,
        order,
    }
}

const MESSAGES: Option<&str> = Some("Collection(chatMessage)");

#[rustfmt::skip]
static ROWS: &[Row] = &[
    row("users", 0, None, (100, 999), Order::Plain),
    row("users/{}/chats", 2, None, (20, 50), Order::Newest),
    row("users/{}/chats/getAllMessages", 2, MESSAGES, (50, 50), Order::Modified),
    row("users/{}/teamwork/installedApps", 2, None, (20, 50), Order::Plain),
    row("users/{}/onlineMeetings", 2, None, (20, 50), Order::Joined),
    row("users/{}/onlineMeetings/getAllTranscripts", 2, Some("Collection(callTranscript)"), (20, 50), Order::Meetings),
    row("users/{}/onlineMeetings/getAllRecordings", 2, Some("Collection(callRecording)"), (20, 50), Order::Meetings),
    row("users/{}/onlineMeetings/{}/transcripts", 2, None, (20, 50), Order::Plain),
    row("users/{}/onlineMeetings/{}/recordings", 2, None, (20, 50), Order::Plain),
    row("users/{}/adhocCalls/getAllTranscripts", 2, Some("Collection(callTranscript)"), (20, 50), Order::Meetings),
    row("users/{}/adhocCalls/getAllRecordings", 2, Some("Collection(callRecording)"), (20, 50), Order::Meetings),
    row("communications/callRecords", 0, None, (60, 60), Order::Dated("startDateTime")),
    row("copilot/users/{}/interactionHistory/getAllEnterpriseInteractions", 0, Some("Collection(aiInteraction)"), (100, 100), Order::Dated("createdDateTime")),
    row("copilot/users/{}/onlineMeetings/{}/aiInsights", 0, None, (20, 50), Order::Plain),
    row("teams/{}/schedule/shifts", 2, None, (100, 100), Order::Plain),
    row("teams/{}/schedule/offerShiftRequests", 2, None, (100, 100), Order::Plain),
    row("teams/{}/schedule/openShiftChangeRequests", 2, None, (100, 100), Order::Plain),
    row("teams/{}/schedule/swapShiftsChangeRequests", 2, None, (100, 100), Order::Plain),
    row("teams/{}/schedule/timeOffRequests", 2, None, (100, 100), Order::Plain),
    row("solutions/virtualEvents/webinars/{}/sessions", 0, None, (20, 50), Order::Plain),
    row("solutions/virtualEvents/webinars/{}/registrations", 0, None, (20, 50), Order::Plain),
    row("solutions/virtualEvents/webinars/{}/sessions/{}/attendanceReports", 0, None, (20, 50), Order::Plain),
    row("chats/{}/messages", 2, None, (20, 50), Order::Ordered),
    row("chats/{}/members", 2, None, (100, 999), Order::Plain),
    row("chats/{}/installedApps", 2, None, (20, 50), Order::Plain),
    row("teams", 0, None, (20, 999), Order::Plain),
    row("teams/{}/members", 2, None, (100, 999), Order::Plain),
    row("teams/{}/installedApps", 2, None, (20, 50), Order::Plain),
    row("teams/{}/channels", 2, None, (100, 999), Order::Plain),
    row("teams/{}/channels/getAllMessages", 2, MESSAGES, (50, 50), Order::Modified),
    row("teams/{}/channels/{}/messages", 4, None, (20, 50), Order::Newest),
    row("teams/{}/channels/{}/messages/delta", 4, MESSAGES, (20, 50), Order::Delta),
    row("teams/{}/channels/{}/messages/{}/replies", 6, None, (20, 50), Order::Newest),
    row("teams/{}/channels/{}/members", 4, None, (100, 999), Order::Plain),
    row("teams/{}/channels/{}/allMembers", 4, None, (100, 999), Order::Plain),
    row("teams/{}/channels/{}/sharedWithTeams", 4, None, (100, 999), Order::Plain),
];

/// A list that is asked for.
#[derive(Debug)]
pub(super) struct Collection<'a> {
    row: &'static Row,
    path: &'a Segments,
    /// The arguments of its function, without parentheses.
    arguments: &'a str,
}

impl<'a> Collection<'a> {
    /// The list at a path; `None` where there is none documented.
    pub(super) fn at(path: &'a Segments) -> Option<Self> {
        let last = path.iter().last()?;
        let (name, arguments) = last.split_once('(').unwrap_or((last, ")"));
        let names: Vec<&str> = path.iter().collect();
        let row = ROWS.iter().find(|row| {
            let mut expected = row.path.split('/');
            let fits = names.iter().enumerate().all(|(index, found)| {
                let found = if index + 1 == names.len() {
                    name
                } else {
                    found
                };
                expected
                    .next()
                    .is_some_and(|expected| expected == "{}" || expected == found)
            });
            fits && expected.next().is_none()
        })?;
        Some(Self {
            row,
            path,
            arguments: arguments.strip_suffix(')')?,
        })
    }

    /// A page of it. `here` is where this simulator's Graph is, with the version.
    pub(super) fn list(
        &self,
        tenant: &Tenant,
        here: &str,
        version: &str,
        query: &str,
    ) -> Result<String, GraphErrorResponse> {
        if self.row.within > 0 && tenant.find(&self.path.first(self.row.within)).is_none() {
            return Err(GraphErrorResponse::no_resource());
        }
        let query = Query::read(query)?;
        let token = match &query.token {
            Some(token) => self.known(Token::read(token), tenant)?,
            None => {
                let range = self.range(&query)?;
                Token::new(tenant.started(), &self.ordered_name(&query), &range, query)
            }
        };
        let range = token.range();
        let (found, next) = tenant.list(token.list(), &range);
        let link = match (next, self.row.order) {
            (Some(next), _) => Some(("nextLink", "$skiptoken", token.behind(next))),
            (None, Order::Delta) => {
                // What happens from now on is newer than all that is there.
                let seen = tenant.newest(token.list()).or_else(|| range.behind.clone());
                let seen = seen.unwrap_or_else(|| nothing_yet(&range));
                Some(("deltaLink", "$deltatoken", token.behind(seen)))
            }
            (None, _) => None,
        };
        let found: Vec<String> = found
            .into_iter()
            .map(|found| token.selected(tenant.expanded(found, token.expand())))
            .collect();
        Ok(self.body(here, version, &found, link))
    }

    /// The world's name for it.
    fn name(&self) -> String {
        let plain = self.path.plain();
        let plain = plain
            .split_once('(')
            .map_or(plain.as_str(), |(name, _)| name);
        plain.strip_suffix("/delta").unwrap_or(plain).to_owned()
    }

    /// The token, if it is of this list and of this simulator.
    fn known(&self, token: Option<Token>, tenant: &Tenant) -> Result<Token, GraphErrorResponse> {
        let name = self.name();
        let fits = |token: &Token| token.is_of(tenant.started(), &name);
        match (token.filter(fits), self.row.order) {
            (Some(token), _) => Ok(token),
            (None, Order::Delta) => Err(GraphErrorResponse {
                status: StatusCode::GONE,
                code: "syncStateNotFound",
                message: "The state token is not known; begin anew.".into(),
                ..GraphErrorResponse::no_resource()
            }),
            (None, _) => Err(GraphErrorResponse::invalid("The skip token is not known.")),
        }
    }

    /// The range that the options ask for.
    fn range(&self, query: &Query) -> Result<Range, GraphErrorResponse> {
        query.check(|option| self.takes(option))?;
        let (default, most) = self.row.page;
        let limit = query.top.unwrap_or(default);
        if !(1..=most).contains(&limit) {
            return Err(GraphErrorResponse::invalid(format!(
                "$top is 1 to {most} here."
            )));
        }
        let order = self.row.order;
        if let Some(order_by) = &query.order_by
            && ![MODIFIED, CREATED].contains(&order_by.as_str())
        {
            return Err(GraphErrorResponse::invalid(
                "$orderby is not supported here.",
            ));
        }
        let filter = match (order, &query.filter) {
            (Order::Meetings, _) => self.meetings()?,
            (Order::Joined, filter) => joined(filter.as_deref())?,
            (Order::Modified, Some(filter)) => Filter::of_messages(filter)?,
            (Order::Ordered, Some(filter)) => ordered(filter, query.order_by.as_deref())?,
            (Order::Dated(date), Some(filter)) => Filter::dates(filter, date, &["gt", "lt"])?,
            (Order::Delta, Some(filter)) => Filter::dates(filter, "lastModifiedDateTime", &["gt"])?,
            (Order::Plain | Order::Newest, _) | (_, None) => Filter::default(),
        };
        Ok(Range {
            after: filter.after,
            before: filter.before,
            conditions: filter.conditions,
            behind: None,
            descending: matches!(order, Order::Newest | Order::Ordered),
            limit,
        })
    }

    /// True if the documents have the option for this list.
    fn takes(&self, option: &str) -> bool {
        let path = self.row.path;
        let order = self.row.order;
        match option {
            "$top" | "$skiptoken" | "$deltatoken" => true,
            "$filter" => !matches!(order, Order::Plain | Order::Newest | Order::Meetings),
            "$orderby" => order == Order::Ordered,
            "$expand" => {
                path == "users/{}/chats"
                    || path == "teams/{}/channels/{}/messages"
                    || path.ends_with("installedApps")
            }
            "$select" => SELECTED.contains(&path),
            _ => false,
        }
    }

    /// The world's name of it in the order that is asked for.
    fn ordered_name(&self, query: &Query) -> String {
        let by_creation = query.order_by.as_deref() == Some(CREATED);
        let end = if by_creation { BY_CREATION } else { "" };
        self.name() + end
    }

    /// The dates among the arguments; the organizer has to be the user of the path.
    fn meetings(&self) -> Result<Filter, GraphErrorResponse> {
        let mut filter = Filter::default();
        let arguments = self.arguments.split(',').filter(|one| !one.is_empty());
        for argument in arguments {
            let (name, value) = argument.split_once('=').unwrap_or((argument, ""));
            let date = || {
                let date = value.trim_matches('\'').parse::<jiff::Timestamp>();
                date.map(jiff::Timestamp::as_millisecond)
                    .map_err(|_| GraphErrorResponse::invalid(format!("{name} is not a date.")))
            };
            match name.trim() {
                "startDateTime" => filter.after = Some(date()? - 1),
                "endDateTime" => filter.before = Some(date()? + 1),
                "meetingOrganizerUserId" | "userId"
                    if self.path.iter().nth(1) == Some(value.trim_matches('\'')) => {}
                _ => return Err(GraphErrorResponse::invalid(format!("{name} does not fit."))),
            }
        }
        Ok(filter)
    }

    fn body(
        &self,
        here: &str,
        version: &str,
        found: &[String],
        link: Option<(&str, &str, Token)>,
    ) -> String {
        let context = self.row.of.map_or_else(|| self.context(), str::to_owned);
        let context = format!("https://graph.microsoft.com/{version}/$metadata#{context}");
        let link = link.map_or_else(String::new, |(link, option, token)| {
            let path: Vec<String> = self.path.iter().map(percent_encode).collect();
            let url = format!("{here}/{}?{option}={}", path.join("/"), token.text());
            format!("\"@odata.{link}\":{},", serde_json::Value::from(url))
        });
        format!(
            "{{\"@odata.context\":{},\"@odata.count\":{},{link}\"value\":[{}]}}",
            serde_json::Value::from(context),
            found.len(),
            found.join(",")
        )
    }

    /// The path, its keys in parentheses.
    fn context(&self) -> String {
        let mut context = String::new();
        for (expected, segment) in self.row.path.split('/').zip(self.path.iter()) {
            if expected == "{}" {
                context.push_str(&format!("('{}')", percent_encode(segment)));
            } else if context.is_empty() {
                context.push_str(segment);
            } else {
                context.push_str(&format!("/{segment}"));
            }
        }
        context
    }
}

/// The orders of a chat's messages.
const MODIFIED: &str = "lastModifiedDateTime desc";
const CREATED: &str = "createdDateTime desc";

/// The lists that `$select` is documented for.
const SELECTED: [&str; 7] = [
    "users",
    "teams",
    "teams/{}/channels",
    "teams/{}/members",
    "teams/{}/channels/{}/members",
    "teams/{}/channels/{}/allMembers",
    "chats/{}/members",
];

/// The filter of a chat's messages, which Graph ignores without the same property in `$orderby`.
fn ordered(filter: &str, order_by: Option<&str>) -> Result<Filter, GraphErrorResponse> {
    let (read, order) = match filter.contains("createdDateTime") {
        true => (Filter::dates(filter, "createdDateTime", &["lt"])?, CREATED),
        false => {
            let read = Filter::dates(filter, "lastModifiedDateTime", &["gt", "lt"])?;
            (read, MODIFIED)
        }
    };
    Ok(match order_by == Some(order) {
        true => read,
        false => Filter::default(),
    })
}

/// The filter of meetings: by the URL or the number that one is joined by.
fn joined(filter: Option<&str>) -> Result<Filter, GraphErrorResponse> {
    let filter = filter.ok_or_else(|| {
        query::bad_request(
            "Filter expression expected - /onlineMeetings?$filter=JoinWebUrl eq '{join_url}'."
                .into(),
        )
    })?;
    let condition = AnyOf::of_meetings(filter)
        .ok_or_else(|| query::bad_request("Invalid filter clause".into()))?;
    Ok(Filter {
        conditions: vec![condition],
        ..Filter::default()
    })
}

/// Before everything that the range lets through.
fn nothing_yet(range: &Range) -> Position {
    (
        range.after.unwrap_or_default(),
        Arc::new(Segments::default()),
    )
}
