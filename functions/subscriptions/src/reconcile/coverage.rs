//! Where gaps are, and what is noted for the next run.

use crate::reconcile::gaps::{end_of_second, gap};
use crate::reconcile::last_seen::{Entry, Index, Note};
use crate::reconcile::outcome::{Alive, Done};
use crate::reconcile::plan::Step;
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
}

/// What a run knows when its steps are done.
pub(crate) struct Coverage<'a> {
    pub(crate) tenant: &'a TenantId,
    pub(crate) noted: &'a Index<'a>,
}

/// One that is wanted, with what it needs to be noted.
pub(crate) struct Covered<'a> {
    wanted: &'a Wanted,
    alive: Option<&'a Alive>,
    /// What is noted of it until it serves.
    kept: Vec<Entry>,
    /// The gap between the two.
    pub(crate) gap: Option<Gap>,
}

impl Coverage<'_> {
    /// Everything that is wanted, and its gap if it has one.
    pub(crate) fn of<'a>(&self, done: &'a [Done<'a>]) -> Vec<Covered<'a>> {
        let alive = done.iter().filter_map(Done::serving);
        let living: HashSet<&str> = alive.map(|alive| alive.id.as_str()).collect();
        let covered = |done: &'a Done<'a>| {
            let wanted = done.step.wanted()?;
            let before = self.before(wanted, done, &living);
            let alive = done.serving();
            let gap = alive.and_then(|alive| self.gap(wanted, alive, before.as_ref()));
            let kept = match &done.alive {
                Some(other) if alive.is_none() => self.kept(wanted, done.step, other, &living),
                _ => before.into_iter().collect(),
            };
            Some(Covered {
                wanted,
                alive,
                kept,
                gap,
            })
        };
        done.iter().filter_map(covered).collect()
    }

    /// The subscription that served before, if it is known. One that was removed just now served
    /// until then.
    fn before(&self, wanted: &Wanted, done: &Done<'_>, living: &HashSet<&str>) -> Option<Entry> {
        let ended = done.ended.as_ref();
        let until = |entry: &Entry| match ended {
            Some((id, until)) if *id == entry.id => *until,
            _ => entry.until,
        };
        if let Some(noted) = self.noted.before(wanted, living, until) {
            return Some(Entry {
                until: until(noted),
                ..noted.clone()
            });
        }
        ended.map(|(id, until)| Entry {
            resource: wanted.resource.to_string(),
            changes: wanted.changes.clone(),
            id: id.clone(),
            until: *until,
            certificate_id: None,
            made: false,
        })
    }

    /// Where one for other changes is still there: all that is noted of those to this resource that
    /// are to give way, so that the gap begins when the first of them was last seen.
    fn kept(
        &self,
        wanted: &Wanted,
        step: Step<'_>,
        other: &Alive,
        living: &HashSet<&str>,
    ) -> Vec<Entry> {
        let kept: Vec<Entry> = self.noted.gone(wanted, living).cloned().collect();
        if !kept.is_empty() {
            return kept;
        }
        let found = step.found().into_iter();
        found
            .map(|found| Entry {
                resource: wanted.resource.to_string(),
                changes: found.changes.clone(),
                id: other.id.clone(),
                until: other.at,
                certificate_id: other.certificate_id.clone(),
                made: other.made,
            })
            .collect()
    }

    fn gap(&self, wanted: &Wanted, alive: &Alive, before: Option<&Entry>) -> Option<Gap> {
        let (since, reason) = match before {
            Some(entry) if entry.id == alive.id => return None,
            Some(entry) => (entry.until, GapReason::Removed),
            None => self.first_start(wanted, alive)?,
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
    /// What is noted of it, once its gap was sent, or was not: then the next run finds it again.
    pub(crate) fn entries(self, sent: bool) -> Vec<Entry> {
        let (Some(alive), true) = (self.alive, sent || self.gap.is_none()) else {
            return self.kept;
        };
        vec![Entry {
            resource: self.wanted.resource.to_string(),
            changes: self.wanted.changes.clone(),
            id: alive.id.clone(),
            until: alive.at,
            certificate_id: alive.certificate_id.clone(),
            made: alive.made,
        }]
    }
}

/// A note to begin with where there is none, before anything is made. What is there already was
/// seen alive now. Of what is not, nobody knows until when it was, if `was_more` was there.
pub(crate) fn first_note(steps: &[Step<'_>], now: Timestamp, was_more: bool) -> Note {
    let entry = |step: &Step<'_>| {
        let wanted = step.wanted()?;
        let life = SignedDuration::from_mins(wanted.settings.lifetime_minutes.into());
        let found = step.found();
        let (id, changes, until) = match found.filter(|_| !matches!(step, Step::Blocked(..))) {
            Some(found) => (found.id.clone(), &found.changes, now),
            None if was_more => (String::new(), &wanted.changes, earlier(now, life)),
            None => return None,
        };
        Some(Entry {
            resource: wanted.resource.to_string(),
            changes: changes.clone(),
            id,
            until,
            certificate_id: None,
            made: false,
        })
    };
    Note::of(steps.iter().filter_map(entry).collect())
}

fn earlier(time: Timestamp, by: SignedDuration) -> Timestamp {
    time.saturating_sub(by).unwrap_or(time)
}
