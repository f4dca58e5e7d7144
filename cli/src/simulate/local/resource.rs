//! The resource that changes: a row of what can be subscribed to, and keys in its path.

use crate::simulate::local::SimulatedChange;
use crate::terminal::plain;
use anyhow::{Context, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::ValueEnum;
use teamwire_simulator::change::SimulatedChangeType;
use teamwire_simulator::graph::resources::{self, EmissionRow};
use teamwire_simulator::ids;

/// A path without open places, and its row.
pub(super) struct ConcretePath {
    path: String,
    row: &'static EmissionRow,
}

impl ConcretePath {
    /// The resource that a path names; `{places}` in it get keys of their own.
    ///
    /// # Errors
    /// Nothing announces changes there.
    pub(super) fn named(path: &str) -> anyhow::Result<Self> {
        let path = path.trim_start_matches('/');
        let found = resources::find(path);
        let (row, _) = found.with_context(|| {
            format!(
                "--resource {} can't be subscribed to: `teamwire resources` lists what can",
                plain(path)
            )
        })?;
        let segments = path.split('/').zip(row.path.split('/'));
        let filled = segments.map(|(segment, of_row)| match (key(segment), key(of_row)) {
            (Some(open), Some(name)) => segment.replace(&format!("{{{open}}}"), &new_key(name)),
            _ => segment.to_owned(),
        });
        Ok(Self {
            path: filled.collect::<Vec<_>>().join("/"),
            row,
        })
    }

    pub(super) fn path(&self) -> &str {
        &self.path
    }

    pub(super) fn is_beta_only(&self) -> bool {
        self.row.beta_only
    }

    /// The change that is asked for, or the first that there is.
    ///
    /// # Errors
    /// Graph announces no such change there.
    pub(super) fn change(&self, asked: Option<SimulatedChange>) -> anyhow::Result<SimulatedChange> {
        let there = self.row.emits.change_types;
        let is_there =
            |change: &SimulatedChange| there.contains(&SimulatedChangeType::from(*change));
        match asked {
            None => SimulatedChange::value_variants()
                .iter()
                .copied()
                .find(is_there)
                .context("nothing is announced there"),
            Some(change) if is_there(&change) => Ok(change),
            Some(change) => {
                let there = SimulatedChange::value_variants()
                    .iter()
                    .copied()
                    .filter(is_there);
                let there: Vec<String> = there.map(SimulatedChange::name).collect();
                bail!(
                    "Graph announces no {} of {}: {} alone",
                    change.name(),
                    self.row.path,
                    there.join(" and ")
                )
            }
        }
    }

    /// True if there is content in it: as asked, or wherever Graph can.
    ///
    /// # Errors
    /// Graph announces it without content alone.
    pub(super) fn is_rich(&self, asked: Option<bool>) -> anyhow::Result<bool> {
        if asked == Some(true) && !self.row.rich {
            bail!(
                "Graph announces {} without content alone: --form basic",
                self.row.path
            );
        }
        Ok(asked.unwrap_or(self.row.rich))
    }
}

impl From<SimulatedChange> for SimulatedChangeType {
    fn from(change: SimulatedChange) -> Self {
        match change {
            SimulatedChange::Created => Self::Created,
            SimulatedChange::Updated => Self::Updated,
            SimulatedChange::Deleted => Self::Deleted,
        }
    }
}

/// The text between braces.
fn key(segment: &str) -> Option<&str> {
    let (_, rest) = segment.split_once('{')?;
    Some(rest.split_once('}')?.0)
}

/// A key of the form that the row's key has at Graph.
fn new_key(name: &str) -> String {
    let guid = || ids::guid(&mut rand::rng());
    let hex = || guid().replace('-', "");
    match name {
        "chat" => format!("19:{}@thread.v2", hex()),
        "channel" => format!("19:{}@thread.tacv2", hex()),
        "meeting" => STANDARD.encode(format!("1*{}*0**19:meeting_{}@thread.v2", guid(), hex())),
        "url" => format!(
            "https%3A%2F%2Fteams.microsoft.com%2Fl%2Fmeetup-join%2F{}",
            hex()
        ),
        _ => guid(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_that_can_be_subscribed_to_is_completed() {
        for row in resources::ROWS {
            let resource = ConcretePath::named(row.path).unwrap();
            assert!(!resource.path().contains('{'), "{}", resource.path());
            assert_eq!(resource.row.path, row.path);
            let (again, _) = resources::find(resource.path()).unwrap();
            assert_eq!(again.path, row.path, "{}", resource.path());
        }
        let named = ConcretePath::named("/chats/19:a@thread.v2/messages").unwrap();
        assert_eq!(named.path(), "chats/19:a@thread.v2/messages");
        assert!(ConcretePath::named("me/messages").is_err());
    }

    #[test]
    fn what_graph_does_not_announce_is_refused_with_what_it_does() {
        let teams = ConcretePath::named("teams/{id}").unwrap();
        assert_eq!(teams.change(None).unwrap(), SimulatedChange::Updated);
        let refused = teams
            .change(Some(SimulatedChange::Created))
            .unwrap_err()
            .to_string();
        assert_eq!(
            refused,
            "Graph announces no created of teams/{team}: updated and deleted alone"
        );
        let records = ConcretePath::named("communications/callRecords").unwrap();
        assert!(!records.is_rich(None).unwrap());
        assert!(records.is_rich(Some(true)).is_err());
    }
}
