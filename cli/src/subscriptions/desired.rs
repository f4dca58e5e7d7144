//! The file of what is wanted, checked before anybody is asked.

use crate::input;
use crate::terminal::file_name;
use anyhow::bail;
use std::path::Path;
use teamwire_graph::DesiredState;

/// The text of a file without faults.
///
/// # Errors
/// It can't be read, or has faults: all of them, by line and field.
pub(super) fn read(path: &Path) -> anyhow::Result<String> {
    let text = input::text(path)?;
    if let Err(faults) = DesiredState::parse(&text) {
        bail!(
            "{} has faults, and nothing was done:\n{faults}",
            file_name(path)
        );
    }
    Ok(text)
}
