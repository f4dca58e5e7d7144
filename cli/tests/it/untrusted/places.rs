//! The places of a document that have a string, and the same document with something hostile there.

use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// C0, DEL, C1, bidi, separators, zero widths, a tag, a byte order mark, and an end of a line.
pub(super) const HOSTILE: &str = "x\u{1b}[31m\u{7}\u{7f}\u{9b}5m\u{85}\u{61c}\u{200f}\u{202e}\u{2066}\u{2028}\u{2029}\u{200b}\u{2060}\u{e0041}\u{feff}\r\nFORGED";
/// The same for what has no controls: XML.
pub(super) const HOSTILE_XML: &str =
    "x\u{85}\u{9b}5m\u{202e}\u{2066}\u{2028}\u{200b}\u{2060}\u{e0041}\u{feff}\nFORGED";

pub(super) fn is_hostile(char: char) -> bool {
    char.is_control() || (char != 'x' && HOSTILE.contains(char) && !char.is_ascii_graphic())
}

/// A place in what a source gives.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    /// The operation that was answered, or the file.
    pub(super) source: String,
    /// Names of members; `[]` for any item of a list, `{}` for the JSON in a string.
    pub(super) path: Vec<String>,
    pub(super) part: Part,
}

/// The hostile part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// The value.
    Whole,
    /// The end of the value.
    End,
    /// The member's name.
    Name,
}

/// Every place of a document.
pub(super) fn places(source: &str, document: &Value) -> BTreeSet<Place> {
    let mut found = BTreeSet::new();
    walk(document, &mut Vec::new(), &mut |path, is_text| {
        let parts: &[Part] = match (is_text, path.last().map(String::as_str)) {
            (true, None | Some("[]" | "{}")) => &[Part::Whole, Part::End],
            (true, _) => &[Part::Whole, Part::End, Part::Name],
            (false, _) => &[Part::Whole],
        };
        found.extend(parts.iter().map(|part| Place {
            source: source.to_owned(),
            path: path.to_vec(),
            part: *part,
        }));
    });
    found
}

fn walk(value: &Value, path: &mut Vec<String>, visit: &mut impl FnMut(&[String], bool)) {
    let mut below = |name: &str, value: &Value, path: &mut Vec<String>| {
        path.push(name.to_owned());
        walk(value, path, visit);
        path.pop();
    };
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                below(name, value, path);
            }
        }
        Value::Array(items) => {
            for item in items {
                below("[]", item, path);
            }
        }
        Value::String(text) => match inner(text) {
            Some(inner) => below("{}", &inner, path),
            None => visit(path, true),
        },
        _ => visit(path, false),
    }
}

/// The document with something hostile at every such place.
pub(super) fn made_hostile(document: &Value, place: &Place) -> Value {
    changed(document, &place.path, place.part)
}

fn changed(value: &Value, path: &[String], part: Part) -> Value {
    let Some((first, rest)) = path.split_first() else {
        return match (part, value) {
            (Part::End, Value::String(text)) => Value::String(format!("{text}{HOSTILE}")),
            (Part::Name, value) => value.clone(),
            _ => Value::String(HOSTILE.to_owned()),
        };
    };
    match value {
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| match name == first {
                true if rest.is_empty() && part == Part::Name => {
                    (HOSTILE.to_owned(), value.clone())
                }
                true => (name.clone(), changed(value, rest, part)),
                false => (name.clone(), value.clone()),
            });
            Value::Object(members.collect::<Map<_, _>>())
        }
        // One is enough, and whoever waits for a good one gets it.
        Value::Array(items) => {
            let mut items = items.clone();
            if let Some(first) = items.first_mut() {
                *first = changed(first, rest, part);
            }
            Value::Array(items)
        }
        Value::String(text) => match inner(text) {
            Some(inner) => Value::String(changed(&inner, rest, part).to_string()),
            None => value.clone(),
        },
        other => other.clone(),
    }
}

/// JSON in a string.
fn inner(text: &str) -> Option<Value> {
    let is_json = text.starts_with('{') || text.starts_with('[');
    is_json.then(|| serde_json::from_str(text).ok())?
}
