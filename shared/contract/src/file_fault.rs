//! A fault of `subscriptions.toml`.

use serde::{Deserialize, Serialize};
use std::fmt;

/// One fault of `subscriptions.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFault {
    /// Line, from 1.
    pub line: usize,
    /// Name of the field; empty where the text itself is at fault.
    pub field: String,
    /// Problem, in plain words.
    pub problem: String,
}

impl fmt::Display for FileFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.field.as_str() {
            "" => write!(f, "line {}: {}", self.line, self.problem),
            field => write!(f, "line {}: {field} {}", self.line, self.problem),
        }
    }
}
