//! One subscription's resource: a row of the table, its keys and its options.

use super::key::{KeyKind, NotAnId};
use super::{GraphApi, OptionFault, PathOptions, ROWS, SubscribableRow, meant};
use crate::limits;
use crate::resource::template::{self, KeyStyle, TemplatePart};
use crate::resource::{
    PathFault, PathPart, RelativePath, may_be_written_too_long, one_spelling, relative,
};
use std::fmt;

/// The path that a subscription is to. Equal for two texts that mean the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriptionPath {
    row: &'static SubscribableRow,
    keys: Vec<String>,
    options: PathOptions,
    /// All of it, where the table does not have it.
    other: Option<String>,
}

/// The reason why a text names nothing of Teams that an application can subscribe to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SubscriptionFault {
    /// Not a path below Graph.
    #[error(transparent)]
    Path(#[from] PathFault),
    /// A path that the documents do not have.
    #[error(
        "{path} is not a path of Teams that can be subscribed to{}",
        or_meant(meant)
    )]
    Unknown {
        /// The path, as it stood.
        path: String,
        /// The path that may be meant.
        meant: Option<String>,
    },
    /// Something stands where an id should.
    #[error("{fault}{}", or_meant(meant))]
    Id {
        /// The fault.
        fault: NotAnId,
        /// The path that may be meant.
        meant: Option<String>,
    },
    /// A path of the documents that the table leaves out.
    #[error(
        "{0} is not one of those that `teamwire resources` lists; with kind = \"other\" it can be subscribed to"
    )]
    LeftOut(String),
    /// A path of the documents with a name in the place of an id.
    #[error("{0} stands for an id: write the id in its place")]
    Placeholder(String),
    /// The path of whoever is signed in.
    #[error(
        "{path} needs a user who is signed in, whom an application's token has not{}",
        or_meant(meant)
    )]
    Me {
        /// The path, as it stood.
        path: String,
        /// The path that may be meant.
        meant: Option<String>,
    },
    /// A path that the documents give no permission of an application for.
    #[error(
        "{path} can be subscribed to with the token of a user alone ({}), which an application has not{}",
        permissions.join(", "),
        or_meant(meant)
    )]
    DelegatedOnly {
        /// The path of the table.
        path: &'static str,
        /// The permissions of a user.
        permissions: &'static [&'static str],
        /// The path that may be meant.
        meant: Option<String>,
    },
    /// The table has it, so that nobody has to say how it is.
    #[error("{0} is one that `teamwire resources` lists: leave its kind out")]
    NotOther(&'static str),
    /// An option that no path has, or not in this form.
    #[error(transparent)]
    Option(#[from] OptionFault),
    /// An option that this path does not take.
    #[error("{path} does not take {option}{}", or_meant(meant))]
    NotTaken {
        /// The path of the table.
        path: &'static str,
        /// The option.
        option: &'static str,
        /// The path that may be meant.
        meant: Option<String>,
    },
}

fn or_meant(meant: &Option<String>) -> String {
    let meant = meant.as_ref();
    meant.map_or_else(String::new, |path| format!("; did you mean {path}?"))
}

impl SubscriptionPath {
    /// Reads the `resource` of a subscription, in any spelling that Graph takes or gives: with a
    /// slash at either end, below a version or the root of Graph, keys quoted or as segments,
    /// percent-encoded, words and GUIDs in any case.
    ///
    /// # Errors
    /// [`SubscriptionFault`]
    pub fn parse(text: &str) -> Result<Self, SubscriptionFault> {
        let (path, query) = split_query(text.trim());
        let path = &with_quotes(relative(path)?);
        if is_left_out(path) {
            return Err(SubscriptionFault::LeftOut(path.clone()));
        }
        if let Some(name) = placeholder(path) {
            return Err(SubscriptionFault::Placeholder(name.to_owned()));
        }
        let parts =
            RelativePath::parse(path).map_err(|fault| match meant::plainer(path, query) {
                Some(meant) => SubscriptionFault::Unknown {
                    path: path.clone(),
                    meant: Some(meant),
                },
                None => fault.into(),
            })?;
        let parts = parts.parts();
        if parts.iter().any(|part| part.is("me")) {
            return Err(SubscriptionFault::Me {
                path: path.clone(),
                meant: meant::of_user(&parts),
            });
        }
        // Another path to what is announced at one of the table's.
        if let [users, _, presence] = parts.as_slice()
            && users.is("users")
            && presence.is("presence")
            && let Some(row) = ROWS.iter().find(|row| row.path == PRESENCE)
        {
            return Err(delegated_only(row));
        }
        let (row, keys) = find(&parts).map_err(|fault| {
            let meant = meant::closest(path, query, &parts);
            match fault {
                Some(fault) => SubscriptionFault::Id { fault, meant },
                None => SubscriptionFault::Unknown {
                    path: path.clone(),
                    meant,
                },
            }
        })?;
        if row.is_delegated_only() {
            return Err(delegated_only(row));
        }
        let options = PathOptions::parse(query)?;
        if let Some(option) = options.set().find(|option| !row.options.contains(option)) {
            return Err(SubscriptionFault::NotTaken {
                path: row.path,
                option: option.name(),
                meant: meant::that_takes(row, option),
            });
        }
        let parsed = Self {
            row,
            keys,
            options,
            other: None,
        };
        // It is read again from what it is written as.
        if may_be_written_too_long(path) && parsed.path().len() > limits::RESOURCE_PATH_BYTES {
            return Err(PathFault::Length.into());
        }
        Ok(parsed)
    }

    /// Reads the `resource` of a subscription to something that the table does not have. Nothing is
    /// known of it; so it is taken as it stands, but for what [`parse`](Self::parse) evens out around
    /// it, and GUIDs.
    ///
    /// # Errors
    /// [`SubscriptionFault`]: what the table has, or would have with another key or token, is no
    /// other.
    pub fn other(text: &str, api: GraphApi) -> Result<Self, SubscriptionFault> {
        match Self::parse(text) {
            Ok(path) => return Err(SubscriptionFault::NotOther(path.row.path)),
            Err(
                SubscriptionFault::Unknown { .. }
                | SubscriptionFault::LeftOut(_)
                | SubscriptionFault::Path(_),
            ) => {}
            Err(fault) => return Err(fault),
        }
        let (path, query) = split_query(text.trim());
        let path = relative(path)?;
        if path.is_empty() || text.len() > limits::RESOURCE_PATH_BYTES {
            return Err(PathFault::Length.into());
        }
        let is_plain = |byte: u8| byte.is_ascii_graphic() && !br#"\<>#`"#.contains(&byte);
        let spaced = |byte: u8| is_plain(byte) || byte == b' ';
        if !path.bytes().all(spaced) || !query.bytes().all(spaced) {
            return Err(PathFault::Character.into());
        }
        let segments = path.split('/').map(|segment| match segment {
            "" => Err(PathFault::Syntax),
            "." | ".." => Err(PathFault::DotSegment),
            segment => Ok(one_spelling("", segment)),
        });
        let path = segments.collect::<Result<Vec<_>, _>>()?.join("/");
        let other = match query {
            "" => path,
            query => format!("{path}?{query}"),
        };
        Ok(Self {
            row: SubscribableRow::other(api),
            keys: Vec::new(),
            options: PathOptions::default(),
            other: Some(other),
        })
    }

    /// True if the table does not have it.
    pub const fn is_other(&self) -> bool {
        self.other.is_some()
    }

    /// True if both name one resource. Of what the table does not have Graph does not say of which of
    /// its versions it is, so that one that was read there may differ in that alone.
    pub fn is_same_as(&self, another: &Self) -> bool {
        self == another || self.is_other() && self.other == another.other
    }

    /// Its row of the table.
    pub const fn row(&self) -> &'static SubscribableRow {
        self.row
    }

    /// Its keys by the names that the row's path has for them.
    pub fn keys(&self) -> impl Iterator<Item = (&'static str, &str)> {
        template::keys(self.row.path).zip(self.keys.iter().map(String::as_str))
    }

    /// The key that stands for `{name}` in the row's path.
    pub fn key(&self, name: &str) -> Option<&str> {
        self.keys()
            .find_map(|(key, value)| (key == name).then_some(value))
    }

    /// Its words and keys.
    pub fn segments(&self) -> Vec<String> {
        let parts = template::parts(self.row.path).map(|part| match part {
            TemplatePart::Word(word) => word,
            TemplatePart::Key(name) | TemplatePart::JoinUrl(name) => {
                self.key(name).unwrap_or_default()
            }
        });
        parts.map(str::to_owned).collect()
    }

    /// Its keys as segments, quoted where they hold a slash.
    fn path(&self) -> String {
        template::filled(self.row.path, KeyStyle::Segments, |name| self.key(name))
    }

    /// Its options.
    pub const fn options(&self) -> &PathOptions {
        &self.options
    }
}

impl fmt::Display for SubscriptionPath {
    /// As it is given to Graph: the keys as segments, quoted where they hold a slash.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(other) = &self.other {
            return f.write_str(other);
        }
        f.write_str(&self.path())?;
        let options = self.options.to_string();
        if options.is_empty() {
            Ok(())
        } else {
            write!(f, "?{options}")
        }
    }
}

/// The row that `parts` are an instance of, and their keys. The rows with words in the place of keys
/// stand before those with keys.
///
/// # Errors
/// What is wrong with a key, where the words fit a row.
pub(super) fn find(
    parts: &[PathPart],
) -> Result<(&'static SubscribableRow, Vec<String>), Option<NotAnId>> {
    let mut fault = None;
    for row in ROWS {
        let Some(keys) = template::matched(row.path, parts) else {
            continue;
        };
        let keys = keys.into_iter();
        match keys
            .map(|(name, key)| KeyKind::of(name).read(key))
            .collect()
        {
            Ok(keys) => return Ok((row, keys)),
            Err(not_an_id) => fault = fault.or(Some(not_an_id)),
        }
    }
    Err(fault)
}

/// True if it is documented for applications and not in the table: what it announces has no form of
/// its own here.
fn is_left_out(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    path.strip_prefix("solutions/virtualevents/")
        .is_some_and(|event| {
            event.starts_with("events/geteventsfromorganizers(")
                || event.starts_with("townhalls/")
                || event.ends_with("/getvideoondemandpublication")
        })
}

const PRESENCE: &str = "communications/presences/{user-id}";

fn delegated_only(row: &'static SubscribableRow) -> SubscriptionFault {
    SubscriptionFault::DelegatedOnly {
        path: row.path,
        permissions: row.delegated,
        meant: meant::for_applications(row),
    }
}

/// The first `{name}` that stands as a key of its own.
fn placeholder(path: &str) -> Option<&str> {
    let keys = path.split(['/', '\'']);
    let mut names = keys.filter(|key| {
        let name = key.strip_prefix('{').and_then(|key| key.strip_suffix('}'));
        name.is_some_and(|name| {
            !name.is_empty()
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        })
    });
    names.next()
}

/// `path` with its quotes and parentheses as they are, where all of them are percent-encoded.
fn with_quotes(path: &str) -> String {
    if path.contains('\'') {
        return path.to_owned();
    }
    path.replace("%27", "'")
        .replace("%28", "(")
        .replace("%29", ")")
}

/// The path, and what follows its `?`. A quoted key may hold one.
pub(super) fn split_query(text: &str) -> (&str, &str) {
    let mut quoted = false;
    let end = text.find(|char| {
        quoted ^= char == '\'';
        char == '?' && !quoted
    });
    let (path, query) = text.split_at(end.unwrap_or(text.len()));
    (path, query.strip_prefix('?').unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subscribable::ROWS;

    #[test]
    fn every_row_is_found_by_its_own_path() {
        for row in ROWS {
            let text = row.example();
            match SubscriptionPath::parse(&text) {
                Ok(parsed) => {
                    assert_eq!(parsed.row(), row);
                    assert_eq!(parsed.to_string(), text);
                }
                Err(SubscriptionFault::DelegatedOnly { path, .. }) => assert_eq!(path, row.path),
                Err(fault) => panic!("{text}: {fault}"),
            }
        }
    }

    #[test]
    fn what_the_table_lacks_is_the_same_in_either_version_of_graph() {
        let other = |text, api| SubscriptionPath::other(text, api).unwrap();
        let (v1, beta) = (other("users", GraphApi::V1), other("users", GraphApi::Beta));
        assert!(v1.is_same_as(&beta) && beta.is_same_as(&v1));
        assert_ne!(v1, beta);
        assert!(!v1.is_same_as(&other("groups", GraphApi::V1)));
        let [chats, teams] = ["chats", "teams"].map(|text| SubscriptionPath::parse(text).unwrap());
        assert!(chats.is_same_as(&chats) && !chats.is_same_as(&teams) && !chats.is_same_as(&v1));
    }

    /// A thread with little room ends the process where each quote is a call deeper.
    #[test]
    fn the_meaning_of_many_quotes_is_looked_for_once() {
        let quotes = "'".repeat(limits::RESOURCE_KEY_BYTES / 2 - 10);
        let namespaces = "microsoft.graph.".repeat(limits::RESOURCE_KEY_BYTES / 16 - 1);
        for text in [
            format!("chats/{quotes}19:a@thread.v2{quotes}/messages"),
            format!("chats/19:a@thread.v2/{namespaces}messages"),
        ] {
            let parse = move || SubscriptionPath::parse(&text);
            let small = std::thread::Builder::new().stack_size(256 * 1024);
            let parsed = small.spawn(parse).unwrap().join().unwrap();
            let said = parsed.unwrap_err().to_string();
            assert!(
                said.ends_with("; did you mean chats/19:a@thread.v2/messages?"),
                "{said}"
            );
        }
    }

    #[test]
    fn a_path_of_a_hundred_parts_is_not_guessed_at() {
        let messages = "chats/19:a@thread.v2/messages";
        let meant = |more: usize| {
            let path = format!("{messages}{}", "/a".repeat(more));
            SubscriptionPath::parse(&path).unwrap_err().to_string()
        };
        assert!(meant(2).ends_with("; did you mean chats/19:a@thread.v2/messages?"));
        assert!(meant(100).ends_with("can be subscribed to"));
    }

    #[test]
    fn a_key_with_a_slash_is_quoted() {
        let text = "chats('19:a/b')/messages";
        assert_eq!(SubscriptionPath::parse(text).unwrap().to_string(), text);
    }

    #[test]
    fn a_key_is_found_by_the_name_in_the_table() {
        let text = "teams/fbe2bf47-16c8-47cf-b4a5-4b9b187c508b/channels/19:a@thread.tacv2/messages";
        let path = SubscriptionPath::parse(text).unwrap();
        assert_eq!(path.key("channel-id"), Some("19:a@thread.tacv2"));
        assert_eq!(path.key("chat-id"), None);
    }

    #[test]
    fn what_the_table_lacks_is_taken_as_it_stands() {
        for (text, written) in [
            (
                "/v1.0/users/976F4B31-fd01-4e0b-9178-29cc40c14438/events?$select=subject",
                "users/976f4b31-fd01-4e0b-9178-29cc40c14438/events?$select=subject",
            ),
            (
                "solutions/virtualEvents/events/getEventsFromOrganizers(organizerIds=['a', 'b'])",
                "solutions/virtualEvents/events/getEventsFromOrganizers(organizerIds=['a', 'b'])",
            ),
            (
                "users/a/mailFolders('inbox')/messages",
                "users/a/mailFolders('inbox')/messages",
            ),
        ] {
            let path = SubscriptionPath::other(text, GraphApi::Beta).unwrap();
            assert_eq!(path.to_string(), written, "{text}");
            assert_eq!((path.row().api, path.is_other()), (GraphApi::Beta, true));
        }
        for text in [
            "chats",
            "chats/getAllMessages?$select=id",
            "me/events",
            "communications/presences",
            "teams/contoso/channels",
            "https://evil.example/users",
            "users/../chats",
            "users//events",
            "users/a\nb",
            "copilot/me/onlineMeetings",
            "users/976f4b31-fd01-4e0b-9178-29cc40c14438/presence",
            "users/{user-id}/events",
            "",
        ] {
            assert!(
                SubscriptionPath::other(text, GraphApi::V1).is_err(),
                "{text}"
            );
        }
    }

    #[test]
    fn a_question_mark_in_a_key_begins_no_query() {
        assert_eq!(split_query("a('b?c')?d=e?f"), ("a('b?c')", "d=e?f"));
        assert_eq!(split_query("a?"), ("a", ""));
        assert_eq!(split_query("a"), ("a", ""));
    }
}
