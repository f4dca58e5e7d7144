//! The reason of a dead letter, as a filter names it.

use crate::dead_letters::queues::LetterQueueName;
use anyhow::bail;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Arg, Command, error};
use std::collections::BTreeSet;
use std::ffi::OsStr;
use teamwire_contract::dead_letter::{DeadLetterReason, REASONS};

/// Reads the name of a reason that some function gives, `none` included.
///
/// A name that nothing has would fit nothing, and a filter says nothing of what does not fit it.
#[derive(Debug, Clone)]
pub(crate) struct ReasonParser;

impl TypedValueParser for ReasonParser {
    type Value = String;

    fn parse_ref(
        &self,
        command: &Command,
        arg: Option<&Arg>,
        value: &OsStr,
    ) -> Result<String, error::Error> {
        let text = value.to_str().unwrap_or_default();
        match DeadLetterReason::find(text, None) {
            Some(_) if !text.contains('<') => Ok(text.to_owned()),
            // Refuses it, and says which there are.
            _ => PossibleValuesParser::new(known_values()).parse_ref(command, arg, value),
        }
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(known_values()))
    }
}

/// Checks that messages of that queue may have the reason.
///
/// # Errors
/// They never do: with those that they have.
pub(crate) fn check(reason: &str, queue: LetterQueueName) -> anyhow::Result<()> {
    let is_of = |reason: &DeadLetterReason| reason.is_of(queue.text());
    if DeadLetterReason::find(reason, Some(queue.text())).is_some_and(|reason| is_of(&reason)) {
        return Ok(());
    }
    let names = REASONS.iter().filter(|reason| is_of(reason));
    let names: BTreeSet<_> = names.map(|reason| reason.name).collect();
    let names: Vec<_> = names.into_iter().collect();
    bail!(
        "letters of {} never have --reason {reason}; they have {}",
        queue.text(),
        names.join(", ")
    )
}

fn known_values() -> impl Iterator<Item = PossibleValue> {
    let names: BTreeSet<_> = REASONS.iter().map(|reason| reason.name).collect();
    // The placeholder of a status is no value.
    let name = |name: &'static str| if name.contains('<') { "http-403" } else { name };
    names.into_iter().map(name).map(PossibleValue::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<String, String> {
        let arg = Arg::new("reason").long("reason").value_parser(ReasonParser);
        let command = Command::new("teamwire").arg(arg);
        let mut parsed = command
            .try_get_matches_from(["teamwire", "--reason", text])
            .map_err(|fault| fault.to_string())?;
        Ok(parsed.remove_one("reason").unwrap())
    }

    #[test]
    fn a_reason_that_no_function_gives_is_refused_with_those_that_there_are() {
        for text in ["tampered", "http-418", "none", "client-state"] {
            assert_eq!(parsed(text).as_deref(), Ok(text));
        }
        for text in ["tamperd", "", "http-", "http-<status>", "hmac"] {
            let says = parsed(text).unwrap_err();
            assert!(
                says.contains("possible values") && says.contains("tampered"),
                "{says}"
            );
        }
    }
}
