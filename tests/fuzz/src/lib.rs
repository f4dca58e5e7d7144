//! Every parser of bytes that others wrote: what holds of it whatever they are, and bytes to try.
//!
//! `make test` runs each target for a moment on its `corpus` and on inputs that are made of it by a seed;
//! `make fuzz` for as long as is wanted under libFuzzer, which keeps what goes a new way through the code.
#![expect(
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what does not hold has to stop it"
)]

mod mutate;
mod run;
mod targets;

pub use run::{Broken, run};
pub use targets::TARGETS;

use std::path::Path;

/// A parser, and what holds of it.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Its name, and that of its folder.
    pub name: &'static str,
    /// Panics where something does not hold; else whether the parser took what it got.
    pub body: fn(&[u8]) -> bool,
}

impl Target {
    /// A target by its parts.
    pub const fn new(name: &'static str, body: fn(&[u8]) -> bool) -> Self {
        Self { name, body }
    }

    /// Its kept inputs in the order of their names. Those called `seed` are such as the parser takes.
    pub fn inputs(&self) -> Vec<(String, Vec<u8>)> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let folder = folder.join("corpus").join(self.name);
        let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let named = files.filter_map(|file| {
            let name = file.file_name().into_string().ok()?;
            Some((name, std::fs::read(file.path()).ok()?))
        });
        let mut inputs: Vec<_> = named.collect();
        inputs.sort();
        inputs
    }
}
