//! Values of a filter that no letter has: mistyped, or of another queue or stack.

use crate::dead_letters::filter::Filter;
use crate::dead_letters::letter::Letter;
use crate::terminal::{self, plain};
use std::collections::{BTreeMap, BTreeSet};

/// How many of what there is are named.
const NAMED: usize = 5;

/// What was looked for, and what there was.
#[derive(Debug, Default)]
pub(crate) struct Unknown(BTreeMap<&'static str, Looked>);

#[derive(Debug, Default)]
struct Looked {
    missing: BTreeSet<String>,
    /// One more than are named, at most.
    there: BTreeSet<String>,
    /// Everything that was seen is small enough to be remembered once it fits.
    found: BTreeSet<String>,
}

impl Unknown {
    /// Notes what one letter has.
    pub(crate) fn note(&mut self, filter: &Filter, letter: &Letter) {
        for (option, wanted, has) in filter.named(letter) {
            let looked = self.0.entry(option).or_default();
            for id in wanted {
                match has.is_some_and(|has| has.eq_ignore_ascii_case(id)) {
                    true => {
                        looked.missing.remove(id);
                        looked.found.insert(id.to_owned());
                    }
                    false if !looked.found.contains(id) => {
                        looked.missing.insert(id.to_owned());
                    }
                    false => {}
                }
            }
            if let Some(has) = has.filter(|_| looked.there.len() <= NAMED) {
                looked.there.insert(has.to_owned());
            }
        }
    }

    /// Says on standard error which values no letter has, and which there are.
    ///
    /// # Errors
    /// Standard error is closed.
    pub(crate) fn tell(&self) -> std::io::Result<()> {
        for line in self.lines() {
            writeln!(terminal::stderr(), "teamwire: {line}")?;
        }
        Ok(())
    }

    fn lines(&self) -> Vec<String> {
        let told = self
            .0
            .iter()
            .filter(|(_, looked)| !looked.missing.is_empty());
        told.map(|(option, looked)| {
            let list = |ids: &BTreeSet<String>| {
                let ids: Vec<_> = ids.iter().take(NAMED).map(|id| plain(id)).collect();
                ids.join(", ")
            };
            let more = if looked.there.len() > NAMED {
                ", .."
            } else {
                ""
            };
            let there = match looked.there.is_empty() {
                true => "none has any".to_owned(),
                false => format!("there are {}{more}", list(&looked.there)),
            };
            format!("no letter has {option} {}; {there}", list(&looked.missing))
        })
        .collect()
    }
}
