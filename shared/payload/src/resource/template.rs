//! Paths as the tables write them: words, and `{names}` of keys.

use crate::resource::{JOIN_URL, PathPart, is_function, percent_encode, without_fragment};

/// A word, or the name of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TemplatePart {
    /// A collection or a function.
    Word(&'static str),
    /// A key, as a segment or quoted.
    Key(&'static str),
    /// The URL that a meeting is joined by: `(joinWebUrl='..')`.
    JoinUrl(&'static str),
}

/// The parts of `path`.
pub(crate) fn parts(path: &'static str) -> impl Iterator<Item = TemplatePart> {
    path.split('/').flat_map(|segment| {
        let name = |text: &'static str| text.strip_prefix('{')?.strip_suffix('}');
        let joined = segment.split_once(JOIN_URL);
        let joined = joined.and_then(|(word, key)| Some((word, name(key.strip_suffix("')")?)?)));
        let (one, other) = match (name(segment), joined) {
            (Some(key), _) => (TemplatePart::Key(key), None),
            (None, Some((word, key))) => {
                (TemplatePart::Word(word), Some(TemplatePart::JoinUrl(key)))
            }
            (None, None) => (TemplatePart::Word(segment), None),
        };
        std::iter::once(one).chain(other)
    })
}

/// The names of its keys.
pub(crate) fn keys(path: &'static str) -> impl Iterator<Item = &'static str> {
    parts(path).filter_map(|part| match part {
        TemplatePart::Word(_) => None,
        TemplatePart::Key(name) | TemplatePart::JoinUrl(name) => Some(name),
    })
}

/// The keys in `given`, each with its name, if it is an instance of `path`.
pub(crate) fn matched<'a>(
    path: &'static str,
    given: &'a [PathPart],
) -> Option<Vec<(&'static str, &'a str)>> {
    let mut rest = given.iter();
    let mut keys = Vec::new();
    for part in parts(path) {
        let given = rest.next()?;
        match part {
            TemplatePart::Word(word) if given.is(word) => {}
            TemplatePart::Key(name) if !given.is_join_url() && !is_function(given.text()) => {
                keys.push((name, given.text()));
            }
            TemplatePart::JoinUrl(name) if given.is_join_url() => keys.push((name, given.text())),
            TemplatePart::Word(_) | TemplatePart::Key(_) | TemplatePart::JoinUrl(_) => return None,
        }
    }
    rest.next().is_none().then_some(keys)
}

/// The style of keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyStyle {
    /// `chats('c')`
    Quoted,
    /// `chats/c`, or quoted where the key holds a slash.
    Segments,
    /// `chats/c` with the key percent-encoded.
    Url,
}

/// `path` with keys in the place of their names. Names that `key` has nothing for stay.
pub(crate) fn filled<'a>(
    path: &'static str,
    style: KeyStyle,
    mut key: impl FnMut(&'static str) -> Option<&'a str>,
) -> String {
    let mut text = String::with_capacity(path.len() * 2);
    for part in parts(path) {
        let (TemplatePart::Key(name) | TemplatePart::JoinUrl(name) | TemplatePart::Word(name)) =
            part;
        let slash = if text.is_empty() { "" } else { "/" };
        match part {
            TemplatePart::Word(word) => text.extend([slash, word]),
            TemplatePart::JoinUrl(_) => {
                let url = key(name).map_or_else(|| format!("{{{name}}}"), percent_encode);
                text.extend([JOIN_URL, &url, "')"]);
            }
            TemplatePart::Key(_) => match (key(name), style) {
                (None, _) => text.extend([slash, "{", name, "}"]),
                (Some(key), KeyStyle::Url) => text.extend([slash, &percent_encode(key)]),
                (Some(key), KeyStyle::Segments) if !key.contains(['/', '\'']) => {
                    text.extend([slash, &without_fragment(key)]);
                }
                (Some(key), KeyStyle::Segments | KeyStyle::Quoted) => {
                    let key = without_fragment(key).replace('\'', "''");
                    text.extend(["('", &key, "')"]);
                }
            },
        }
    }
    text
}

/// `path` with the names of its keys in parentheses: `chats(chatId)`.
pub(crate) fn with_names(path: &'static str) -> String {
    let mut text = String::with_capacity(path.len());
    for part in parts(path) {
        match part {
            TemplatePart::Word(word) if text.is_empty() => text.push_str(word),
            TemplatePart::Word(word) => text.extend(["/", word]),
            TemplatePart::Key(name) | TemplatePart::JoinUrl(name) => text.extend(["(", name, ")"]),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = "chats/{chatId}/messages/{messageId}";

    #[test]
    fn a_path_is_filled_with_its_keys_in_each_style() {
        for (style, expected) in [
            (KeyStyle::Quoted, "chats('a')/messages('b/c')"),
            (KeyStyle::Segments, "chats/a/messages('b/c')"),
            (KeyStyle::Url, "chats/a/messages/b%2Fc"),
        ] {
            let key = |name| Some(if name == "chatId" { "a" } else { "b/c" });
            assert_eq!(filled(PATH, style, key), expected);
        }
    }

    #[test]
    fn a_path_names_its_keys() {
        assert_eq!(with_names(PATH), "chats(chatId)/messages(messageId)");
    }
}
