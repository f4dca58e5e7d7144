//! Resource paths: `chats('C')/messages('M')`, `chats/C/messages/M`, percent-encoded or not.

use crate::ids::is_guid;
use serde::{Deserialize, Serialize};

/// A path as its names and keys in order, so that both forms of one path are equal. The query,
/// the leading slash, the case of GUIDs and the difference between a name and a key are gone.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Segments(Vec<String>);

impl Segments {
    /// Reads either form; `None` where an escape or a key is malformed.
    pub fn parse(path: &str) -> Option<Self> {
        let (path, _query) = path.split_once('?').unwrap_or((path, ""));
        let mut segments = Vec::new();
        for raw in path.split('/').filter(|raw| !raw.is_empty()) {
            let segment = percent_decode(raw)?;
            match segment.split_once("('") {
                Some((name, rest)) => {
                    segments.push(name.to_owned());
                    segments.push(rest.strip_suffix("')")?.replace("''", "'"));
                }
                None => segments.push(segment),
            }
        }
        for guid in segments.iter_mut().filter(|segment| is_guid(segment)) {
            guid.make_ascii_lowercase();
        }
        Some(Self(segments))
    }

    /// True if it leads to what `other` leads to, or to something in it.
    pub fn is_within(&self, other: &Self) -> bool {
        self.0.starts_with(&other.0)
    }

    /// All but the last segment; `None` of nothing.
    pub fn parent(&self) -> Option<Self> {
        let (_, parent) = self.0.split_last()?;
        Some(Self(parent.to_vec()))
    }

    /// The first so many segments.
    pub fn first(&self, count: usize) -> Self {
        Self(self.0.iter().take(count).cloned().collect())
    }

    /// Names and keys, a slash between two: `chats/C/messages`.
    pub fn plain(&self) -> String {
        self.0.join("/")
    }

    /// The names and keys in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

/// Percent-encodes everything but unreserved characters, upper case, as Graph does for the ids
/// in `@odata.context` and `webUrl`.
pub fn percent_encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                char::from(byte).to_string()
            }
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

pub(crate) fn percent_decode(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => {
                let high = char::from(bytes.next()?).to_digit(16)?;
                let low = char::from(bytes.next()?).to_digit(16)?;
                u8::try_from(high * 16 + low).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(decoded).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_path_is_one_path() {
        let expected = Segments::parse("chats('19:a@unq.gbl.spaces')/messages('1')").unwrap();
        for form in [
            "/chats/19:a@unq.gbl.spaces/messages/1",
            "chats/19%3Aa%40unq.gbl.spaces/messages/1?$select=id",
            "chats('19%3aa%40unq.gbl.spaces')/messages/1",
            "/chats(%2719:a@unq.gbl.spaces%27)/messages('1')",
        ] {
            assert_eq!(Segments::parse(form), Some(expected.clone()), "{form}");
        }
        let team = |id: &str| Segments::parse(&format!("teams/{id}"));
        let guid = "fbe2bf47-16c8-47cf-b4a5-4b9b187c508b";
        assert_eq!(team(&guid.to_uppercase()), team(guid));
        assert_ne!(team("General"), team("general"));
        assert_eq!(expected.iter().len(), 4);
        assert_eq!(expected.plain(), "chats/19:a@unq.gbl.spaces/messages/1");
        let chat = Segments::parse("chats/19:a@unq.gbl.spaces").unwrap();
        assert!(expected.is_within(&chat) && !chat.is_within(&expected));
    }

    #[test]
    fn malformed_paths_have_no_segments() {
        for path in ["chats/%", "chats/%4", "chats/%zz", "chats/%ff", "chats('a"] {
            assert_eq!(Segments::parse(path), None, "{path}");
        }
    }

    #[test]
    fn ids_are_encoded_as_graph_does() {
        assert_eq!(
            percent_encode("19:a_b-c@unq.gbl.spaces"),
            "19%3Aa_b-c%40unq.gbl.spaces"
        );
    }
}
