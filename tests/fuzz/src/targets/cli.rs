//! A dead letter, as `teamwire dead-letters show` reads it.

/// A folder of the command line, which is no library.
#[path = "../../../../cli/src/dead_letters"]
mod dead_letters {
    mod redact;

    use serde_json::Value;
    use teamwire_contract::attribute::{FAULT, REASON, ROUTE, SOURCE};

    /// Body, attributes, group and trace of a letter in which everything is `text`.
    pub(super) fn shown(text: &str) -> Vec<Value> {
        let names = [REASON, FAULT, SOURCE, ROUTE, "x"];
        let attributes = names.map(|name| redact::attribute(name, text));
        let others = [redact::body(text), redact::group(text), redact::trace(text)];
        others.into_iter().chain(attributes).collect()
    }
}

/// What is shown holds nothing that commands a terminal, and no markup.
pub(crate) fn dead_letter(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return false;
    };
    for shown in dead_letters::shown(text) {
        let shown = shown.to_string();
        assert!(
            !shown.contains(['\u{1b}', '\u{7}', '\u{202e}', '<']),
            "{shown}"
        );
    }
    true
}
