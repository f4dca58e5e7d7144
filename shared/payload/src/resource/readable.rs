//! The resources outside of Teams that may be read: those that the operator allowed.

use super::grammar::is_function;
use super::segments::PathSegment;
use super::{Absence, ForeignPath, ResourceGet};
use std::str::FromStr;

/// A path with `{}` where keys stand, such as `users/{}/events/{}` or
/// `communications/callRecords/{}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadablePattern(Vec<(String, bool)>);

/// The text is not such a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be collections with {{}} for each key, and end in a key: communications/callRecords/{{}}"
)]
pub struct UnreadablePattern;

impl ReadablePattern {
    /// The GET of `path`, if it has this form.
    pub fn get(&self, path: &ForeignPath) -> Option<ResourceGet> {
        let mut segments = path.0.as_slice();
        let mut collections = Vec::with_capacity(self.0.len());
        for (name, has_key) in &self.0 {
            let (segment, rest) = segments.split_first()?;
            segments = rest;
            let has_other_key = segment.by_join_url || segment.key.is_some() && !has_key;
            if !segment.name.eq_ignore_ascii_case(name) || has_other_key {
                return None;
            }
            let key = match &segment.key {
                Some(key) => Some(key.as_str()),
                None if *has_key => {
                    let (key, rest) = segments.split_first()?;
                    segments = rest;
                    Some(bare(key)?)
                }
                None => None,
            };
            if key.is_some_and(is_function) {
                return None;
            }
            collections.push((name.as_str(), key));
        }
        segments.is_empty().then(|| {
            ResourceGet::new(
                collections.into_iter(),
                path.canonical(),
                Absence::Unreadable,
            )
        })
    }
}

/// A key that stands as a segment of its own.
fn bare(segment: &PathSegment) -> Option<&str> {
    segment.key.is_none().then_some(segment.name.as_str())
}

impl FromStr for ReadablePattern {
    type Err = UnreadablePattern;

    fn from_str(text: &str) -> Result<Self, UnreadablePattern> {
        let mut collections: Vec<(String, bool)> = Vec::new();
        for part in text.trim_start_matches('/').split('/') {
            if part == "{}" {
                match collections.last_mut() {
                    Some((_, has_key @ false)) => *has_key = true,
                    _ => return Err(UnreadablePattern),
                }
            } else if !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                collections.push((part.to_owned(), false));
            } else {
                return Err(UnreadablePattern);
            }
        }
        match collections.last() {
            Some((_, true)) => Ok(Self(collections)),
            _ => Err(UnreadablePattern),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ResourceRef;

    fn get(pattern: &str, path: &str) -> Option<String> {
        let pattern: ReadablePattern = pattern.parse().unwrap();
        match ResourceRef::parse(path).unwrap() {
            ResourceRef::Foreign(path) => pattern.get(&path).map(|get| get.path().to_owned()),
            ResourceRef::Teams(path) => panic!("{} is of Teams", path.canonical()),
        }
    }

    #[test]
    fn what_has_the_form_is_read_by_its_keys() {
        for (pattern, path, expected) in [
            ("print/jobs/{}", "print/jobs('a b'')')", None),
            ("print/jobs/{}", "print/jobs/7", Some("/print/jobs/7")),
            (
                "users/{}",
                "Users('a@b.example')",
                Some("/users/a%40b.example"),
            ),
            (
                "users/{}/events/{}",
                "users/u/events('AAMk=')",
                Some("/users/u/events/AAMk%3D"),
            ),
        ] {
            if ResourceRef::parse(path).is_err() {
                assert_eq!(expected, None, "{path}");
                continue;
            }
            assert_eq!(get(pattern, path).as_deref(), expected, "{path}");
        }
    }

    #[test]
    fn what_has_another_form_is_not_read() {
        for path in [
            "users",
            "users('a')/messages('m')",
            "users/a/messages/m",
            "groups('a')",
            "users('$count')",
            "users/delta",
            "users('getAllMessages')",
        ] {
            assert_eq!(get("users/{}", path), None, "{path}");
        }
        for path in [
            "print('a')/jobs('b')",
            "print/jobs(joinWebUrl='https://teams.microsoft.com/l/1')",
        ] {
            assert_eq!(get("print/jobs/{}", path), None, "{path}");
        }
    }

    #[test]
    fn a_form_that_could_read_a_whole_collection_is_refused() {
        for text in [
            "",
            "/",
            "{}",
            "users",
            "users/{}/messages",
            "users/{}/{}",
            "users/{id}",
            "us?rs/{}",
            "users//{}",
        ] {
            assert_eq!(
                text.parse::<ReadablePattern>(),
                Err(UnreadablePattern),
                "{text}"
            );
        }
    }
}
