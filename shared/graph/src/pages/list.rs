//! The list that a link leads to.

use super::{PageLink, link};
use std::borrow::Cow;

/// Options that a next page may add to those of the first, without the `$` that Graph lets out.
/// Nothing in it brings more than the list has.
const PAGING: [&str; 4] = ["top", "skip", "count", "orderby"];
/// The ending of options that tell pages apart: `$skiptoken`, `$deltatoken` and their kin.
const PAGING_SUFFIX: &str = "token";

/// The list of a link, however its keys are written.
struct LinkedList<'a> {
    /// Its path in small letters, decoded, with `users('a')` as `users/a`.
    path: String,
    /// The parameters of a function at the end of it.
    arguments: Vec<(String, String)>,
    query: Vec<(String, Cow<'a, str>)>,
}

impl PageLink {
    /// True if this is a further page of the list that `first` begins: the same path, and no query
    /// but one that pages. Graph writes keys in its own way (`users('a')` for `users/a`), and
    /// changes capitals.
    pub fn continues(&self, first: &Self) -> bool {
        let (own, first) = (
            LinkedList::of(self.as_str()),
            LinkedList::of(first.as_str()),
        );
        own.path == first.path
            && own.arguments.iter().all(|given| first.has_argument(given))
            && own.query.iter().all(|(name, value)| {
                PAGING.contains(&name.as_str())
                    || name.ends_with(PAGING_SUFFIX)
                    || first.query.iter().any(|(known, _)| known == name)
                    || first.has_argument(&(name.clone(), unquoted(&value.to_lowercase())))
            })
    }
}

impl<'a> LinkedList<'a> {
    fn of(link: &'a str) -> Self {
        let (path, query) = link.split_once('?').unwrap_or((link, ""));
        let decoded = link::percent_decode(path).to_lowercase();
        let (mut path, mut arguments) = (String::new(), Vec::new());
        let mut rest = decoded.as_str();
        while let Some((before, after)) = rest.split_once('(') {
            path.push_str(before);
            let (inside, behind) = closed(after);
            if let Some(named) = named(inside) {
                arguments.extend(named);
            } else if !inside.is_empty() {
                path.push('/');
                path.push_str(&unquoted(inside));
            }
            rest = behind;
        }
        path.push_str(rest);
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        let query = pairs.map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = link::percent_decode(name).to_lowercase();
            let name = name.trim_start_matches('$').to_owned();
            (name, link::percent_decode(value))
        });
        Self {
            path,
            arguments,
            query: query.collect(),
        }
    }

    /// True if the function is called with that argument. Dates may be written in another way.
    fn has_argument(&self, (name, value): &(String, String)) -> bool {
        self.arguments
            .iter()
            .any(|(known, own)| known == name && (own == value || is_date(own) && is_date(value)))
    }
}

/// The content of a parenthesis, up to the one that ends it outside of quotes, and the rest behind
/// it.
fn closed(text: &str) -> (&str, &str) {
    let mut in_quotes = false;
    for (at, c) in text.char_indices() {
        match c {
            '\'' => in_quotes = !in_quotes,
            ')' if !in_quotes => {
                let (inside, behind) = text.split_at(at);
                return (inside, behind.strip_prefix(')').unwrap_or_default());
            }
            _ => {}
        }
    }
    (text, "")
}

/// Of `a='x',b=2026-11-21T10:00:00Z` the names and values; `None` for a key.
fn named(inside: &str) -> Option<Vec<(String, String)>> {
    let pairs = inside.split(',').map(|pair| {
        let (name, value) = pair.split_once('=')?;
        let is_name = name.trim().bytes().all(|b| b.is_ascii_alphanumeric());
        is_name.then(|| (name.trim().to_owned(), unquoted(value.trim())))
    });
    pairs.collect()
}

fn unquoted(literal: &str) -> String {
    let inside = literal
        .strip_prefix('\'')
        .and_then(|rest| rest.strip_suffix('\''));
    inside.map_or_else(|| literal.to_owned(), |inside| inside.replace("''", "'"))
}

fn is_date(text: &str) -> bool {
    text.parse::<jiff::Timestamp>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(text: &str) -> PageLink {
        PageLink::try_from(format!("/v1.0/{text}")).unwrap()
    }

    const MESSAGES: &str = "users/a-1/chats/getAllMessages?$top=50&$filter=x%20gt%202026";
    const TRANSCRIPTS: &str = "users/a-1/onlineMeetings/getAllTranscripts\
        (meetingOrganizerUserId='a-1',startDateTime=2026-11-21T10%3A00%3A00.000Z)";
    const CHAT: &str = "chats/19%3Aa%40thread.v2/messages?$top=50";
    const USERS: &str = "users?$select=id&$top=100";

    #[test]
    fn a_further_page_of_the_same_list_is_followed_however_graph_writes_it() {
        for (first, next) in [
            (MESSAGES, "users/a-1/chats/getAllMessages?$skip=10"),
            (
                MESSAGES,
                "users('a-1')/chats/getallMessages?$top=2&$skiptoken=U%3d%3d",
            ),
            (
                MESSAGES,
                "users(a-1)/chats/getAllMessages()?$filter=x&%24skiptoken=a&top=9",
            ),
            (
                MESSAGES,
                "users/A-1/chats/getAllMessages?skipToken=a&$count=true",
            ),
            (
                CHAT,
                "chats('19:a@thread.v2')/messages?$skiptoken=1&$orderby=x",
            ),
            (CHAT, "chats/19:a@thread.v2/messages?$skiptoken=1"),
            (USERS, "users?$select=id&$skiptoken=RFNwdA"),
            (
                TRANSCRIPTS,
                "users('a-1')/onlineMeetings/getAllTranscripts\
                (meetingOrganizerUserId='a-1',%20startDateTime=2026-11-21T10:00:00Z)?$skiptoken=a",
            ),
            (
                TRANSCRIPTS,
                "users/a-1/onlineMeetings/getAllTranscripts\
                ?meetingOrganizerUserId=%27a-1%27&$skiptoken=a",
            ),
        ] {
            assert!(link(next).continues(&link(first)), "{first} -> {next}");
        }
    }

    #[test]
    fn no_other_list_is() {
        for (first, next) in [
            (MESSAGES, "users/b/chats/getAllMessages?$skip=10"),
            (MESSAGES, "users('b')/chats/getAllMessages?$skip=10"),
            (MESSAGES, "users/a-1/messages?$skip=10"),
            (MESSAGES, "users/a-1/chats/getAllMessages/x?$skip=10"),
            (MESSAGES, "auditLogs/signIns?$top=50"),
            (MESSAGES, "users?$top=50"),
            (MESSAGES, "users/a-1/chats?$top=50"),
            (MESSAGES, "users/a-1/chats/getAllMessages?$expand=replies"),
            (MESSAGES, "users/a-1/chats/getAllMessages?expand=replies"),
            (MESSAGES, "users/a-1/chats/getAllMessages?%24EXPAND=replies"),
            (MESSAGES, "users/a-1/chats/getAllMessages?$select=id"),
            (MESSAGES, "users/a-1/chats/getAllMessages?$search=x"),
            (MESSAGES, "users/a-1/chats%252FgetAllMessages"),
            (USERS, "users?$select=id&$expand=manager"),
            (USERS, "users('a')?$select=id"),
            (USERS, "users(id='a')?$select=id"),
            (USERS, "users/delta?$select=id"),
            (CHAT, "chats/19:a@thread.v2/messages('1')/hostedContents"),
            (CHAT, "chats/19:b@thread.v2/messages"),
            (
                TRANSCRIPTS,
                "users/a-1/onlineMeetings/getAllTranscripts(meetingOrganizerUserId='b')",
            ),
            (
                TRANSCRIPTS,
                "users/a-1/onlineMeetings/getAllTranscripts(x='a-1')",
            ),
            (
                TRANSCRIPTS,
                "users/a-1/onlineMeetings/getAllTranscripts?meetingOrganizerUserId=%27b%27",
            ),
            (
                TRANSCRIPTS,
                "users/a-1/onlineMeetings/getAllRecordings(meetingOrganizerUserId='a-1')",
            ),
            (TRANSCRIPTS, "users/a-1/onlineMeetings"),
        ] {
            assert!(!link(next).continues(&link(first)), "{first} -> {next}");
        }
    }
}
