//! A path that can be subscribed to, as an argument.

use clap::builder::{PossibleValue, TypedValueParser};
use clap::{Arg, Command, error};
use std::ffi::OsStr;
use teamwire_simulator::graph::resources::ROWS;

/// Takes any text, and shows a shell the paths that there are. What a path names is looked at later, where
/// more can be said of it.
#[derive(Debug, Clone)]
pub(super) struct SubscriptionPathParser;

impl TypedValueParser for SubscriptionPathParser {
    type Value = String;

    fn parse_ref(
        &self,
        _: &Command,
        _: Option<&Arg>,
        value: &OsStr,
    ) -> Result<String, error::Error> {
        Ok(value.to_string_lossy().into_owned())
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(
            ROWS.iter().map(|row| PossibleValue::new(row.path)),
        ))
    }
}
