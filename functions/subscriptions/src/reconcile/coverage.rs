//! Where gaps are, and what is last_seen for the next run.

use crate::reconcile::gaps::{end_of_second, gap};
use crate::reconcile::last_seen::{LastSeen, LastSeenDocument, LastSeenIndex};
use crate::reconcile::outcome::{ActiveSubscription, StepOutcome};
use crate::reconcile::plan::Step;
use jiff::{SignedDuration, Timestamp};
use std::collections::HashSet;
use teamwire_graph::desired::Wanted;
use teamwire_payload::{Gap, GapReason, TenantId};

/// StepReason a tenant is looked at.
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
    pub(crate) last_seen: &'a LastSeenIndex<'a>,
}

/// One that is wanted, with what it needs to be last_seen.
pub(crate) struct Covered<'a> {
    wanted: &'a Wanted,
    alive: Option<&'a ActiveSubscription>,
    /// What is last_seen of it until it serves.
    kept: Vec<LastSeen>,
    /// The gap between the two.
    pub(crate) gap: Option<Gap>,
}

impl Coverage<'_> {
    /// Everything that is wanted, and its gap if it has one.
    pub(crate) fn of<'a>(&self, done: &'a [StepOutcome<'a>]) -> Vec<Covered<'a>> {
        let alive = done.iter().filter_map(StepOutcome::serving);
        let living: HashSet<&str> = alive.map(|alive| alive.id.as_str()).collect();
        let covered = |done: &'a StepOutcome<'a>| {
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
    fn before(
        &self,
        wanted: &Wanted,
        done: &StepOutcome<'_>,
        living: &HashSet<&str>,
    ) -> Option<LastSeen> {
        let ended = done.ended.as_ref();
        let until = |entry: &LastSeen| match ended {
            Some((id, until)) if *id == entry.id => *until,
            _ => entry.until,
        };
        if let Some(last_seen) = self.last_seen.before(wanted, living, until) {
            return Some(LastSeen {
                until: until(last_seen),
                ..last_seen.clone()
            });
        }
        ended.map(|(id, until)| LastSeen {
            resource: wanted.resource.to_string(),
            changes: wanted.changes.clone(),
            id: id.clone(),
            until: *until,
            certificate_id: None,
            made: false,
        })
    }

    /// Where one for other changes is still there: all that is last_seen of those to this resource that
    /// are to give way, so that the gap begins when the first of them was last seen.
    fn kept(
        &self,
        wanted: &Wanted,
        step: Step<'_>,
        other: &ActiveSubscription,
        living: &HashSet<&str>,
    ) -> Vec<LastSeen> {
        let kept: Vec<LastSeen> = self.last_seen.gone(wanted, living).cloned().collect();
        if !kept.is_empty() {
            return kept;
        }
        let found = step.found().into_iter();
        found
            .map(|found| LastSeen {
                resource: wanted.resource.to_string(),
                changes: found.changes.clone(),
                id: other.id.clone(),
                until: other.at,
                certificate_id: other.certificate_id.clone(),
                made: other.made,
            })
            .collect()
    }

    fn gap(
        &self,
        wanted: &Wanted,
        alive: &ActiveSubscription,
        before: Option<&LastSeen>,
    ) -> Option<Gap> {
        let (since, reason) = match before {
            Some(entry) if entry.id == alive.id => return None,
            Some(entry) => (entry.until, GapReason::Removed),
            None => self.first_start(wanted, alive)?,
        };
        let until = end_of_second(alive.at);
        Some(gap(self.tenant, wanted, &alive.id, (since, until), reason))
    }

    fn first_start(
        &self,
        wanted: &Wanted,
        alive: &ActiveSubscription,
    ) -> Option<(Timestamp, GapReason)> {
        let hours = SignedDuration::from_hours(wanted.settings.backfill_hours?.into());
        Some((earlier(alive.at, hours), GapReason::FirstStart))
    }
}

impl Covered<'_> {
    /// What is last_seen of it, once its gap was sent, or was not: then the next run finds it again.
    pub(crate) fn entries(self, sent: bool) -> Vec<LastSeen> {
        let (Some(alive), true) = (self.alive, sent || self.gap.is_none()) else {
            return self.kept;
        };
        vec![LastSeen {
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
pub(crate) fn first_note(steps: &[Step<'_>], now: Timestamp, was_more: bool) -> LastSeenDocument {
    let entry = |step: &Step<'_>| {
        let wanted = step.wanted()?;
        let life = SignedDuration::from_mins(wanted.settings.lifetime_minutes.into());
        let found = step.found();
        let (id, changes, until) = match found.filter(|_| !matches!(step, Step::Conflict(..))) {
            Some(found) => (found.id.clone(), &found.changes, now),
            None if was_more => (String::new(), &wanted.changes, earlier(now, life)),
            None => return None,
        };
        Some(LastSeen {
            resource: wanted.resource.to_string(),
            changes: changes.clone(),
            id,
            until,
            certificate_id: None,
            made: false,
        })
    };
    LastSeenDocument::of(steps.iter().filter_map(entry).collect())
}

fn earlier(time: Timestamp, by: SignedDuration) -> Timestamp {
    time.saturating_sub(by).unwrap_or(time)
}
