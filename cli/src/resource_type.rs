//! The type of resource that an event or a message is about, as a filter names it.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Arg, Command, error};
use std::collections::BTreeSet;
use std::ffi::OsStr;
use teamwire_payload::ResourceType;

/// The name of a gap where others have their Graph name.
pub(crate) const GAP: &str = "gap";
/// The type of its event.
pub(crate) const GAP_TYPE: &str = "teamwire.gap";
/// The prefix of the name of a type outside of Teams.
const FULL: &str = "microsoft.graph.";

/// Reads a name of Teams or `gap`, in any case, or any other in full: `microsoft.graph.callRecord`.
///
/// A name that nothing has would fit nothing, and a filter says nothing of what does not fit it.
#[derive(Debug, Clone)]
pub(crate) struct ResourceTypeParser;

impl TypedValueParser for ResourceTypeParser {
    type Value = String;

    fn parse_ref(
        &self,
        command: &Command,
        arg: Option<&Arg>,
        value: &OsStr,
    ) -> Result<String, error::Error> {
        let text = value.to_str().unwrap_or_default();
        let known = known()
            .into_iter()
            .find(|name| name.eq_ignore_ascii_case(text));
        if let Some(name) = known {
            return Ok(name.to_owned());
        }
        match text.strip_prefix(FULL) {
            Some(name) if is_name(name) => Ok(name.to_owned()),
            // Refuses it, and says which one may be meant.
            _ => PossibleValuesParser::new(known_values()).parse_ref(command, arg, value),
        }
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(known_values()))
    }
}

fn known_values() -> impl Iterator<Item = PossibleValue> {
    known().into_iter().map(PossibleValue::new)
}

fn known() -> BTreeSet<&'static str> {
    let known = ResourceType::ALL.into_iter().map(ResourceType::name);
    known.chain([GAP]).collect()
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|char| char.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<String, String> {
        let arg = Arg::new("type")
            .long("type")
            .value_parser(ResourceTypeParser);
        let command = Command::new("teamwire").arg(arg);
        let mut parsed = command
            .try_get_matches_from(["teamwire", "--type", text])
            .map_err(|fault| fault.to_string())?;
        Ok(parsed.remove_one("type").unwrap())
    }

    #[test]
    fn a_name_is_one_of_teams_a_gap_or_another_in_full() {
        for (text, name) in [
            ("chatMessage", "chatMessage"),
            ("ChatMessage", "chatMessage"),
            ("callTranscript", "callTranscript"),
            ("gap", "gap"),
            ("microsoft.graph.callRecord", "callRecord"),
        ] {
            assert_eq!(parsed(text).as_deref(), Ok(name), "{text}");
        }
    }

    #[test]
    fn a_name_that_nothing_has_is_refused_with_the_one_that_may_be_meant() {
        for text in ["fooo", "", "driveItem", "microsoft.graph.", "chat/message"] {
            assert!(parsed(text).is_err(), "{text}");
        }
        let says = parsed("chatMesage").unwrap_err();
        assert!(
            says.contains("similar value exists: 'chatMessage'"),
            "{says}"
        );
    }
}
