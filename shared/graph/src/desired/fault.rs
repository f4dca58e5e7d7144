//! Faults of the file.

use std::fmt;
use teamwire_contract::FileFault;

/// Every fault of a file, in the order of its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DesiredStateFaults(pub Vec<FileFault>);

impl fmt::Display for DesiredStateFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<_> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for DesiredStateFaults {}
