//! One thing that was found.

use crate::doctor::code::{Code, CodeRow, FindingVerdict};
use crate::terminal::plain;
use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};

/// A finding, with the facts of this case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) code: Code,
    /// One sentence with the facts. It holds no command to a terminal.
    pub(crate) what: String,
    /// The values of the words in angle brackets of the remedy.
    values: Vec<(&'static str, String)>,
}

impl Finding {
    pub(crate) fn new(code: Code, what: impl AsRef<str>) -> Self {
        Self {
            code,
            what: plain(what.as_ref()),
            values: Vec::new(),
        }
    }

    /// The same, where `<name>` of its remedy stands for `value`.
    #[must_use]
    pub(crate) fn with(mut self, name: &'static str, value: impl AsRef<str>) -> Self {
        self.values.push((name, plain(value.as_ref())));
        self
    }

    /// Its tenant, and what it says of it, where it begins with that.
    pub(crate) fn of_tenant(&self) -> Option<(&str, &str)> {
        let (_, tenant) = self.values.iter().find(|(name, _)| *name == "tenant")?;
        let rest = self.what.strip_prefix("tenant ")?.strip_prefix(tenant)?;
        Some((tenant, rest.strip_prefix(": ")?))
    }

    pub(crate) fn verdict(&self) -> FindingVerdict {
        self.code.row().verdict
    }

    /// The remedy; empty where none is needed.
    pub(crate) fn remedy(&self) -> String {
        let remedy = self.code.row().remedy.to_owned();
        self.values.iter().fold(remedy, |text, (name, value)| {
            text.replace(&format!("<{name}>"), value)
        })
    }
}

impl Serialize for Finding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let CodeRow {
            name,
            station,
            verdict,
            means,
            ..
        } = self.code.row();
        let mut members = serializer.serialize_struct("Finding", 6)?;
        members.serialize_field("code", name)?;
        members.serialize_field("station", &station)?;
        members.serialize_field("verdict", &verdict)?;
        members.serialize_field("what", &self.what)?;
        members.serialize_field("means", means)?;
        members.serialize_field("do", &self.remedy())?;
        members.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_says_the_very_command() {
        let finding = Finding::new(Code::DeadLetters, "3 dead letters")
            .with("stack", "teamwire")
            .with("queue", "decrypt");
        assert_eq!(
            finding.remedy(),
            "`teamwire dead-letters list --stack teamwire --queue decrypt`, then `teamwire replay \
             --stack teamwire --queue decrypt`"
        );
    }

    #[test]
    fn nothing_that_aws_or_graph_said_commands_the_terminal() {
        let finding = Finding::new(Code::TokenRefused, "Entra said \u{1b}[2J").with("app", "\u{7}");
        assert_eq!(finding.what, r"Entra said \u001b[2J");
        let json = serde_json::to_string(&finding).unwrap();
        // As text, not as the character.
        assert!(json.contains(r"\\u001b[2J"), "{json}");
    }
}
