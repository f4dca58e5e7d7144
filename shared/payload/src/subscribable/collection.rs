//! A collection that can be subscribed to, as a notification may name it.

use super::SubscribableRow;
use super::path::{find, split_query};
use crate::ResourcePath;
use crate::resource::{RelativePath, relative, template};

/// A path of the table with its keys, options aside.
pub(crate) struct CollectionPath {
    row: &'static SubscribableRow,
    keys: Vec<String>,
}

impl CollectionPath {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (path, _) = split_query(text);
        let parts = RelativePath::parse(relative(path).ok()?).ok()?.parts();
        let (row, keys) = find(&parts).ok()?;
        Some(Self { row, keys })
    }

    /// True if it announces `path`: one of its type, and below the same user, team or channel where
    /// both name one.
    pub(crate) fn holds(&self, path: &ResourcePath) -> bool {
        let mut keys = template::keys(self.row.path).zip(&self.keys);
        path.resource_type() == self.row.resource_type
            && keys.all(|(name, key)| {
                let own = path.key(&in_camel_case(name));
                own.is_none_or(|own| own == key || is_by_name(name, key))
            })
    }
}

/// True if a user is named as they sign in, where Graph's pointers have the GUID.
fn is_by_name(name: &str, key: &str) -> bool {
    name == "user-id" && key.contains('@')
}

/// `team-id` is `teamId`.
fn in_camel_case(name: &str) -> String {
    let mut words = name.split('-');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |mut text, word| {
        let (initial, rest) = word.split_at_checked(1).unwrap_or((word, ""));
        text.push_str(&initial.to_ascii_uppercase());
        text.push_str(rest);
        text
    })
}
