//! Gaps of a run, and what it records as last seen for the next.

use crate::reconcile::gaps::{end_of_second, gap};
use crate::reconcile::last_seen::{LastSeen, LastSeenDocument, LastSeenIndex};
use crate::reconcile::outcome::{ActiveSubscription, StepOutcome};
use crate::reconcile::plan::ReconcileStep;
use jiff::{SignedDuration, Timestamp};
use std::collections::HashSet;
use teamwire_graph::desired::DesiredSubscription;
use teamwire_payload::{CoverageGap, GapReason, ResourceType, TenantId};

/// Cause of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RunCause {
    /// The schedule, or a person.
    Command,
    /// A subscription of ours is known to be gone.
    Removed,
}

/// Coverage of one tenant when its steps are applied.
pub(crate) struct TenantCoverage<'a> {
    pub(crate) tenant: &'a TenantId,
    pub(crate) last_seen: &'a LastSeenIndex<'a>,
}

/// One wanted subscription, with its gap and what is recorded of it.
pub(crate) struct CoveredSubscription<'a> {
    wanted: &'a DesiredSubscription,
    active: Option<&'a ActiveSubscription>,
    /// Entries that stay until it is active.
    kept: Vec<LastSeen>,
    /// Gap before it.
    pub(crate) gap: Option<CoverageGap>,
}

impl TenantCoverage<'_> {
    /// Every wanted subscription, and its gap if it has one.
    pub(crate) fn of<'a>(&self, outcomes: &'a [StepOutcome<'a>]) -> Vec<CoveredSubscription<'a>> {
        let active = outcomes.iter().filter_map(StepOutcome::serving);
        let living: HashSet<&str> = active.map(|active| active.id.as_str()).collect();
        let covered = |outcome: &'a StepOutcome<'a>| {
            let wanted = outcome.step.wanted()?;
            let before = self.before(wanted, outcome, &living);
            let active = outcome.serving();
            let gap = active.and_then(|active| self.gap(wanted, active, before.as_ref()));
            let kept = match &outcome.active {
                Some(other) if active.is_none() => self.kept(wanted, outcome.step, other, &living),
                _ => before.into_iter().collect(),
            };
            Some(CoveredSubscription {
                wanted,
                active,
                kept,
                gap,
            })
        };
        outcomes.iter().filter_map(covered).collect()
    }

    /// The subscription in its place before, if that is known. One that was removed just now was there
    /// until then.
    fn before(
        &self,
        wanted: &DesiredSubscription,
        outcome: &StepOutcome<'_>,
        living: &HashSet<&str>,
    ) -> Option<LastSeen> {
        let ended = outcome.ended.as_ref();
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

    /// Entries where one for other changes is still there: all of those to this resource that are to give
    /// way, so that the gap begins when the first of them was last seen.
    fn kept(
        &self,
        wanted: &DesiredSubscription,
        step: ReconcileStep<'_>,
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
        wanted: &DesiredSubscription,
        active: &ActiveSubscription,
        before: Option<&LastSeen>,
    ) -> Option<CoverageGap> {
        let (since, reason) = match before {
            Some(entry) if entry.id == active.id => return None,
            Some(entry) => (
                earlier(entry.until, announced_within(wanted)),
                GapReason::Removed,
            ),
            None => self.first_start(wanted, active)?,
        };
        let until = end_of_second(active.at);
        Some(gap(self.tenant, wanted, &active.id, (since, until), reason))
    }

    fn first_start(
        &self,
        wanted: &DesiredSubscription,
        active: &ActiveSubscription,
    ) -> Option<(Timestamp, GapReason)> {
        let hours = SignedDuration::from_hours(wanted.settings.backfill_hours?.into());
        Some((earlier(active.at, hours), GapReason::FirstStart))
    }
}

impl CoveredSubscription<'_> {
    /// Entries to record, where its gap was sent, or was not: then the next run finds it again.
    pub(crate) fn entries(self, sent: bool) -> Vec<LastSeen> {
        let (Some(active), true) = (self.active, sent || self.gap.is_none()) else {
            return self.kept;
        };
        vec![LastSeen {
            resource: self.wanted.resource.to_string(),
            changes: self.wanted.changes.clone(),
            id: active.id.clone(),
            until: active.at,
            certificate_id: active.certificate_id.clone(),
            made: active.made,
        }]
    }
}

/// The first document of a tenant, before anything is made. What is there already was seen now. Of
/// what is not, the end is unknown, if `was_more` was there.
pub(crate) fn first_document(
    steps: &[ReconcileStep<'_>],
    now: Timestamp,
    was_more: bool,
) -> LastSeenDocument {
    let entry = |step: &ReconcileStep<'_>| {
        let wanted = step.wanted()?;
        let life = SignedDuration::from_mins(wanted.settings.lifetime_minutes.into());
        let found = step.found();
        let (id, changes, until) =
            match found.filter(|_| !matches!(step, ReconcileStep::Conflict(..))) {
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

/// The longest time that Graph documents from a change to its notification: what a subscription had
/// still to announce when it ended, nobody does.
fn announced_within(wanted: &DesiredSubscription) -> SignedDuration {
    SignedDuration::from_mins(match wanted.resource.row().resource_type {
        ResourceType::ChatMessage | ResourceType::Presence => 1,
        ResourceType::CallRecord => 150,
        _ => 60,
    })
}

fn earlier(time: Timestamp, by: SignedDuration) -> Timestamp {
    time.saturating_sub(by).unwrap_or(time)
}
