//! Where gaps are, and what is noted for the next run.

use crate::carry_out::{Alive, Done};
use crate::gaps::{MISSED, end_of_second, gap};
use crate::note::{Entry, Index, Note};
use jiff::{SignedDuration, Timestamp};
use std::collections::HashSet;
use teamwire_graph::desired::Wanted;
use teamwire_payload::{Gap, GapReason, TenantId};

/// Why a tenant is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
    /// The schedule, or a person.
    Order,
    /// A subscription of ours is known to be gone.
    Removed,
    /// The same, and notifications were missed before.
    Missed,
}

/// What a run knows when its steps are done.
pub(crate) struct Coverage<'a> {
    pub(crate) tenant: &'a TenantId,
    pub(crate) cause: Cause,
    /// The time at Graph when the list was read.
    pub(crate) now: Timestamp,
    /// Whether there was a note.
    pub(crate) was_noted: bool,
    pub(crate) noted: &'a Index<'a>,
    /// Whether the list had any subscription of ours.
    pub(crate) had_ours: bool,
}

/// One that is wanted, with what it needs to be noted.
pub(crate) struct Covered<'a> {
    wanted: &'a Wanted,
    alive: Option<&'a Alive>,
    before: Option<Entry>,
    /// The gap between the two.
    pub(crate) gap: Option<Gap>,
}

impl Coverage<'_> {
    /// Everything that is wanted, and its gap if it has one.
    pub(crate) fn of<'a>(&self, done: &'a [Done<'a>]) -> Vec<Covered<'a>> {
        let alive = done.iter().filter_map(|done| done.alive.as_ref());
        let living: HashSet<&str> = alive.map(|alive| alive.id.as_str()).collect();
        let covered = |done: &'a Done<'a>| {
            let wanted = done.step.wanted()?;
            let before = self.before(wanted, done, &living);
            let alive = done.alive.as_ref();
            let gap = alive.and_then(|alive| self.gap(wanted, alive, before.as_ref()));
            Some(Covered {
                wanted,
                alive,
                before,
                gap,
            })
        };
        done.iter().filter_map(covered).collect()
    }

    /// The subscription that served before, if it is known.
    fn before(&self, wanted: &Wanted, done: &Done<'_>, living: &HashSet<&str>) -> Option<Entry> {
        let noted = self.noted.before(wanted, living);
        match &done.ended {
            // It served until it was removed just now, if it is the one that served before.
            Some((id, until)) if noted.is_none_or(|entry| entry.id == *id) => Some(Entry {
                resource: wanted.resource.to_string(),
                changes: wanted.changes.clone(),
                id: id.clone(),
                until: *until,
                certificate_id: None,
                made: false,
            }),
            _ => noted.cloned(),
        }
    }

    fn gap(&self, wanted: &Wanted, alive: &Alive, before: Option<&Entry>) -> Option<Gap> {
        let (since, reason) = match before {
            Some(entry) if entry.id == alive.id => return None,
            Some(entry) => (entry.until, GapReason::Removed),
            None if self.was_noted => self.first_start(wanted, alive)?,
            None if !alive.is_new => return None,
            // There was something, and nobody knows until when.
            None if self.had_ours || self.cause != Cause::Order => {
                let life = SignedDuration::from_mins(wanted.settings.lifetime_minutes.into());
                (earlier(self.now, life), GapReason::Removed)
            }
            None => self.first_start(wanted, alive)?,
        };
        let since = match self.cause {
            Cause::Missed => since.min(earlier(self.now, MISSED)),
            Cause::Order | Cause::Removed => since,
        };
        let until = end_of_second(alive.at);
        Some(gap(self.tenant, wanted, &alive.id, (since, until), reason))
    }

    fn first_start(&self, wanted: &Wanted, alive: &Alive) -> Option<(Timestamp, GapReason)> {
        let hours = SignedDuration::from_hours(wanted.settings.backfill_hours?.into());
        Some((earlier(alive.at, hours), GapReason::FirstStart))
    }
}

impl Covered<'_> {
    /// What is noted of it, once its gap was sent, or was not.
    pub(crate) fn entry(self, sent: bool) -> Option<Entry> {
        let (Some(alive), true) = (self.alive, sent || self.gap.is_none()) else {
            return self.before.clone().or_else(|| self.unsent());
        };
        Some(Entry {
            resource: self.wanted.resource.to_string(),
            changes: self.wanted.changes.clone(),
            id: alive.id.clone(),
            until: alive.at,
            certificate_id: alive.certificate_id.clone(),
            made: alive.made,
        })
    }

    /// Lets the next run find the same gap. Of a first start it finds it anyway.
    fn unsent(&self) -> Option<Entry> {
        let gap = self.gap.as_ref()?;
        (gap.reason == GapReason::Removed).then(|| Entry {
            resource: gap.resource.clone(),
            changes: gap.changes.clone(),
            id: String::new(),
            until: gap.since.parse().unwrap_or(Timestamp::UNIX_EPOCH),
            certificate_id: None,
            made: false,
        })
    }
}

/// A note to begin with, before anything is made: what is there already has no gap.
pub(crate) fn first_note(found: impl Iterator<Item = Entry>) -> Note {
    Note::of(found.collect())
}

fn earlier(time: Timestamp, by: SignedDuration) -> Timestamp {
    time.saturating_sub(by).unwrap_or(time)
}
