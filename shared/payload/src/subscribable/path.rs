//! One subscription's resource: a row of the table, its keys and its options.

use super::{OptionFault, Options, ROWS, Subscribable};
use crate::resource::{PathFault, RelativePath};
use std::fmt;

/// What a subscription is to. Equal for two texts that mean the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriptionPath {
    row: &'static Subscribable,
    keys: Vec<String>,
    options: Options,
}

/// Why a text names nothing of Teams that can be subscribed to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SubscriptionFault {
    /// Not a relative path.
    #[error(transparent)]
    Path(#[from] PathFault),
    /// A path that the documents do not have.
    #[error("{0} is not a path of Teams that can be subscribed to")]
    Unknown(String),
    /// An option that no path has, or not in this form.
    #[error(transparent)]
    Option(#[from] OptionFault),
    /// An option that this path does not take.
    #[error("{path} does not take {option}")]
    NotTaken {
        /// The path of the table.
        path: &'static str,
        /// The option.
        option: &'static str,
    },
}

impl SubscriptionPath {
    /// Reads the `resource` of a subscription, with or without a leading slash.
    ///
    /// # Errors
    /// [`SubscriptionFault`]
    pub fn parse(text: &str) -> Result<Self, SubscriptionFault> {
        let (path, query) = text.trim().split_once('?').unwrap_or((text.trim(), ""));
        let parts = RelativePath::parse(path)?.parts();
        let (row, keys) = ROWS
            .iter()
            .find_map(|row| keys_by(row.path, &parts).map(|keys| (row, keys)))
            .ok_or_else(|| SubscriptionFault::Unknown(path.to_owned()))?;
        let options = Options::parse(query)?;
        if let Some(option) = options.set().find(|option| !row.options.contains(option)) {
            return Err(SubscriptionFault::NotTaken {
                path: row.path,
                option: option.name(),
            });
        }
        Ok(Self { row, keys, options })
    }

    /// Its row of the table.
    pub const fn row(&self) -> &'static Subscribable {
        self.row
    }

    /// The key that stands for `{name}` in the row's path.
    pub fn key(&self, name: &str) -> Option<&str> {
        key_names(self.row.path)
            .zip(&self.keys)
            .find_map(|(key, value)| (key == name).then_some(value.as_str()))
    }

    /// Its options.
    pub const fn options(&self) -> &Options {
        &self.options
    }
}

impl fmt::Display for SubscriptionPath {
    /// As it is given to Graph: the keys as segments, quoted where they hold a slash.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut keys = self.keys.iter();
        for (at, part) in self.row.path.split('/').enumerate() {
            match part.starts_with('{').then(|| keys.next()).flatten() {
                Some(key) if key.contains(['/', '\'']) => {
                    write!(f, "('{}')", key.replace('\'', "''"))?;
                }
                Some(key) => write!(f, "/{key}")?,
                None if at == 0 => f.write_str(part)?,
                None => write!(f, "/{part}")?,
            }
        }
        let options = self.options.to_string();
        if options.is_empty() {
            Ok(())
        } else {
            write!(f, "?{options}")
        }
    }
}

fn key_names(path: &'static str) -> impl Iterator<Item = &'static str> {
    path.split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

/// The keys in `parts`, if they are an instance of `path`. The rows with words in the place of
/// keys stand before those with keys.
fn keys_by(path: &'static str, parts: &[String]) -> Option<Vec<String>> {
    let names: Vec<_> = path.split('/').collect();
    if names.len() != parts.len() {
        return None;
    }
    let mut keys = Vec::new();
    for (name, part) in names.iter().zip(parts) {
        if name.starts_with('{') {
            if crate::resource::is_function(part) {
                return None;
            }
            keys.push(part.clone());
        } else if !name.eq_ignore_ascii_case(part) {
            return None;
        }
    }
    Some(keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resource_is_one_however_it_is_written() {
        let path = "teams/fbe2bf47-16c8-47cf-b4a5-4b9b187c508b/channels/19:a@thread.tacv2/messages";
        for text in [
            path.to_owned(),
            format!("/{path}"),
            format!("{path}?model=A"),
            "teams('fbe2bf47-16c8-47cf-b4a5-4b9b187c508b')/channels('19:a@thread.tacv2')/messages"
                .to_owned(),
            path.replace("19:a@", "19%3Aa%40"),
            path.replace("teams", "Teams"),
        ] {
            let parsed = SubscriptionPath::parse(&text).unwrap();
            assert_eq!(parsed.to_string(), path, "{text}");
            assert_eq!(parsed.key("channel-id"), Some("19:a@thread.tacv2"));
        }
    }

    #[test]
    fn every_row_is_found_by_its_own_path() {
        for row in ROWS {
            let text = row.path.replace('{', "a-").replace('}', "");
            let parsed = SubscriptionPath::parse(&text).unwrap();
            assert_eq!(parsed.row(), row);
            assert_eq!(parsed.to_string(), text);
        }
    }

    #[test]
    fn a_key_with_a_slash_is_quoted() {
        let text = "chats('a/b')/messages";
        assert_eq!(SubscriptionPath::parse(text).unwrap().to_string(), text);
    }

    #[test]
    fn a_function_is_not_a_key_and_an_option_stands_where_it_belongs() {
        for text in [
            "chats/getAllSecrets",
            "chats/getAllMessages/messages",
            "teams/delta",
            "users",
            "me/messages",
            "chats/a/messages?notifyOnUserSpecificProperties=true",
            "chats?$search=a",
            "https://graph.microsoft.com/chats",
            "v1.0/chats",
            "chats/../users",
        ] {
            assert!(SubscriptionPath::parse(text).is_err(), "{text}");
        }
    }
}
