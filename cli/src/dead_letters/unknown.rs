//! Values of a filter that no letter has: mistyped, or of another queue or stack.

use crate::dead_letters::filter::{Has, LetterFilter};
use crate::dead_letters::letter::DeadLetter;
use crate::terminal::{self, plain};
use std::collections::BTreeSet;

/// The number of known values that are named.
const NAMED: usize = 5;

/// The values looked for, and those that there were.
pub(crate) struct UnknownValues(Vec<Looked>);

struct Looked {
    option: &'static str,
    has: Has,
    missing: BTreeSet<String>,
    /// One more than are named, at most.
    there: BTreeSet<String>,
}

impl UnknownValues {
    /// Nothing of what the filter names was seen yet.
    pub(crate) fn of(filter: &LetterFilter) -> Self {
        let looked = filter.named().map(|(option, wanted, has)| Looked {
            option,
            has,
            missing: wanted.into_iter().map(str::to_owned).collect(),
            there: BTreeSet::new(),
        });
        Self(looked.into())
    }

    /// Notes what one letter has.
    pub(crate) fn note(&mut self, letter: &DeadLetter) {
        for looked in &mut self.0 {
            let Some(has) = (looked.has)(letter) else {
                continue;
            };
            looked.missing.retain(|id| !id.eq_ignore_ascii_case(has));
            if looked.there.len() <= NAMED {
                looked.there.insert(has.to_owned());
            }
        }
    }

    /// Says on standard error which values no letter has, and which there are. Whether there were any.
    ///
    /// # Errors
    /// Standard error is closed.
    pub(crate) fn tell(&self) -> std::io::Result<bool> {
        let lines = self.lines();
        for line in &lines {
            writeln!(terminal::stderr(), "teamwire: {line}")?;
        }
        Ok(!lines.is_empty())
    }

    fn lines(&self) -> Vec<String> {
        let told = self.0.iter().filter(|looked| !looked.missing.is_empty());
        told.map(|looked| {
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
            format!(
                "no letter has {} {}; {there}",
                looked.option,
                list(&looked.missing)
            )
        })
        .collect()
    }
}
