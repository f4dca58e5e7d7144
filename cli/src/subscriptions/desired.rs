//! The file of what is wanted, checked before anybody is asked.

use crate::input;
use anyhow::{Context, bail};
use std::path::Path;
use teamwire_graph::Desired;

/// The text of a file without faults.
///
/// # Errors
/// It can't be read, or has faults: all of them, by line and field.
pub(super) fn read(path: &Path) -> anyhow::Result<String> {
    let shown = path.display();
    let bytes = input::bytes(path)?;
    let text = String::from_utf8(bytes).ok();
    let text = text.with_context(|| format!("{shown}: not UTF-8"))?;
    if let Err(faults) = Desired::parse(&text) {
        bail!("{shown} has faults, and nothing was done:\n{faults}");
    }
    Ok(text)
}
