//! Text that others wrote, as a terminal, a log line or a line of JSON may show it.
//!
//! JSON itself escapes only U+0000 to U+001F. A terminal also obeys U+0080 to U+009F, some programs end
//! a line at U+2028, and marks of direction make a text read otherwise than it is.

use std::borrow::Cow;

/// The text on one line, with each character escaped, as JSON would (`\u009b`), that could command a
/// terminal, end a line, or hide or reorder what stands beside it.
pub fn printable(text: &str) -> Cow<'_, str> {
    escaped(text, |_| false)
}

/// The same of a whole document, whose line feeds stay. A document in JSON means the same afterwards:
/// outside of its strings it has none of these characters but line feeds.
pub fn printable_lines(document: &str) -> Cow<'_, str> {
    escaped(document, |char| char == '\n')
}

fn escaped(text: &str, keeps: impl Fn(char) -> bool) -> Cow<'_, str> {
    let is_escaped = |char: char| !keeps(char) && is_unprintable(char);
    if !text.contains(is_escaped) {
        return Cow::Borrowed(text);
    }
    let mut printable = String::with_capacity(text.len() + 16);
    for char in text.chars() {
        match char {
            char if !is_escaped(char) => printable.push(char),
            '\n' => printable.push_str("\\n"),
            '\r' => printable.push_str("\\r"),
            '\t' => printable.push_str("\\t"),
            char => {
                for unit in char.encode_utf16(&mut [0; 2]) {
                    printable.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    Cow::Owned(printable)
}

/// Unicode's control characters, its line and paragraph separators, and whatever else shows nothing: format
/// characters, fillers, tags, the byte order mark. The two joiners and variation selectors are not: some
/// scripts need them.
const fn is_unprintable(char: char) -> bool {
    matches!(
        char,
        '\0'..='\u{1f}'
            | '\u{7f}'..='\u{9f}'
            | '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180e}'
            | '\u{200b}'
            | '\u{200e}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{fffe}'..='\u{ffff}'
            | '\u{13430}'..='\u{1343f}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e00ff}'
            | '\u{e01f0}'..='\u{e0fff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_commands_a_terminal_or_misleads_a_reader_is_escaped() {
        for (what, text, expected) in [
            ("C0", "\u{1b}[2J\u{7}", r"\u001b[2J\u0007"),
            ("line ends", "a\r\nb\tc", r"a\r\nb\tc"),
            ("DEL", "\u{7f}", r"\u007f"),
            ("C1", "\u{9b}31m\u{85}", r"\u009b31m\u0085"),
            (
                "bidi marks",
                "\u{61c}\u{200e}\u{200f}",
                r"\u061c\u200e\u200f",
            ),
            ("bidi embeddings", "\u{202a}\u{202e}", r"\u202a\u202e"),
            ("bidi isolates", "\u{2066}\u{2069}", r"\u2066\u2069"),
            ("separators", "\u{2028}\u{2029}", r"\u2028\u2029"),
            ("byte order mark", "\u{feff}", r"\ufeff"),
            (
                "zero width",
                "\u{200b}\u{2060}\u{ad}",
                r"\u200b\u2060\u00ad",
            ),
            (
                "fillers",
                "\u{34f}\u{115f}\u{1160}\u{17b4}\u{17b5}\u{3164}\u{ffa0}",
                r"\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0",
            ),
            ("tags", "\u{e0041}", r"\udb40\udc41"),
            ("noncharacters", "\u{fffe}\u{ffff}", r"\ufffe\uffff"),
        ] {
            assert_eq!(printable(text), expected, "{what}");
        }
    }

    #[test]
    fn what_people_write_stays_as_it_is() {
        for text in [
            "plain ascii, with a \\ and a \"",
            "Grüße, 日本語, العربية, שלום",
            "نمی\u{200c}خواهم",
            "👩\u{200d}💻 ❤\u{fe0f} 葛\u{e0100}城",
        ] {
            assert!(matches!(printable(text), Cow::Borrowed(_)), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_document_in_json_means_the_same_and_nothing_is_left(text in "\\PC*|.*|[\u{0}-\u{206f}]*") {
            for document in [
                serde_json::to_string(&[&text]).unwrap(),
                serde_json::to_string_pretty(&[&text]).unwrap(),
            ] {
                let shown = printable_lines(&document);
                let read: Vec<String> = serde_json::from_str(&shown).unwrap();
                proptest::prop_assert_eq!(&read[0], &text);
                proptest::prop_assert!(!shown.contains(|char| char != '\n' && is_unprintable(char)));
            }
            proptest::prop_assert!(!printable(&text).contains(is_unprintable));
        }
    }
}
