//! The GETs that Graph may be asked.

use super::{Absence, segments};
use std::fmt;

/// A GET below `{root}/v1.0`. Made only of parsed keys, so it can lead nowhere else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceGet {
    path: String,
    whose_turn: String,
    absence: Absence,
}

impl ResourceGet {
    /// The collections and keys as a URL path, every key percent-encoded.
    pub(super) fn new<'n, 'k>(
        collections: impl Iterator<Item = (&'n str, Option<&'k str>)>,
        whose_turn: String,
        absence: Absence,
    ) -> Self {
        let path = collections
            .map(|(name, key)| match key {
                Some(key) => format!("/{name}/{}", segments::percent_encode(key)),
                None => format!("/{name}"),
            })
            .collect();
        Self {
            path,
            whose_turn,
            absence,
        }
    }

    /// A path whose keys are encoded.
    pub(super) const fn at(path: String, whose_turn: String, absence: Absence) -> Self {
        Self {
            path,
            whose_turn,
            absence,
        }
    }

    /// The path, with its leading slash.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The chat, channel, team or other resource whose rate it counts against.
    pub fn whose_turn(&self) -> &str {
        &self.whose_turn
    }

    /// The meaning of a 404 to it.
    pub const fn absence(&self) -> Absence {
        self.absence
    }

    /// The GET of the content of what this one reads the description of.
    pub fn content(&self) -> Self {
        Self {
            path: format!("{}/content", self.path),
            whose_turn: self.whose_turn.clone(),
            absence: Absence::Unreadable,
        }
    }
}

impl fmt::Display for ResourceGet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)
    }
}
