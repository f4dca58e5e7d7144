//! The changes of a plan: the subscription of each, and its fault.

use super::{Announcement, Audience, PlanFault, PlannedChange};
use crate::change::SimulatedChangeType;
use crate::faults::{PlantedFault, Tamper, WrongToken};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;

/// The subscriptions take turns; deletions and updates fall where they can happen.
pub(super) fn happen(
    announcement: &Announcement,
    audiences: &[Audience],
    rng: &mut StdRng,
) -> Result<Vec<PlannedChange>, PlanFault> {
    let turns = turns(announcement, audiences, rng)?;
    let types: Vec<&[SimulatedChangeType]> = turns
        .iter()
        .map(|target| {
            audiences
                .get(*target)
                .map_or(&[][..], |one| &one.change_types)
        })
        .collect();
    let mut changes: Vec<PlannedChange> = turns
        .into_iter()
        .zip(&types)
        .map(|(target, types)| PlannedChange {
            target,
            change_type: types
                .first()
                .copied()
                .unwrap_or(SimulatedChangeType::Created),
            bare: false,
            fault: None,
            duplicated: false,
            deleted_since: false,
            bytes: None,
        })
        .collect();
    for (share, part, change_type) in [
        (
            "deleted",
            announcement.deleted,
            SimulatedChangeType::Deleted,
        ),
        (
            "updated",
            announcement.updated,
            SimulatedChangeType::Updated,
        ),
    ] {
        // Some subscriptions hear of nothing else.
        let already = changes
            .iter()
            .filter(|change| change.change_type == change_type);
        let missing = number(announcement, part).saturating_sub(already.count());
        let able: Vec<usize> = (0..changes.len())
            .filter(|index| {
                let type_now = changes.get(*index).map(|change| change.change_type);
                types.get(*index).is_some_and(|types| {
                    type_now == types.first().copied()
                        && type_now != Some(change_type)
                        && types.contains(&change_type)
                })
            })
            .collect();
        for index in choose(share, missing, &able, rng)? {
            if let Some(change) = changes.get_mut(index) {
                change.change_type = change_type;
            }
        }
    }
    strip(audiences, &mut changes);
    for (change, bytes) in changes.iter_mut().zip(announcement.bytes.iter().cycle()) {
        change.bytes = Some(*bytes);
    }
    Ok(changes)
}

/// The documents show no deletion, so nobody knows whether one carries the resource: where both
/// can be, a subscription gets them by turns.
fn strip(audiences: &[Audience], changes: &mut [PlannedChange]) {
    let mut turns = vec![0_usize; audiences.len()];
    for change in changes {
        let bare = audiences
            .get(change.target)
            .is_some_and(|one| one.bare_deletions);
        if !bare || change.change_type != SimulatedChangeType::Deleted {
            continue;
        }
        if let Some(turn) = turns.get_mut(change.target) {
            change.bare = !turn.is_multiple_of(2);
            *turn += 1;
        }
    }
}

/// The subscription for each change.
fn turns(
    announcement: &Announcement,
    audiences: &[Audience],
    rng: &mut StdRng,
) -> Result<Vec<usize>, PlanFault> {
    let count = announcement.count;
    let Some(share) = announcement.rich else {
        return Ok((0..audiences.len()).cycle().take(count).collect());
    };
    let (rich, basic): (Vec<usize>, Vec<usize>) =
        (0..audiences.len()).partition(|target| audiences.get(*target).is_some_and(|one| one.rich));
    let wanted = number(announcement, share);
    for (share, wanted, able) in [("rich", wanted, &rich), ("basic", count - wanted, &basic)] {
        if wanted > 0 && able.is_empty() {
            let able = able.len();
            return Err(PlanFault::Share {
                share,
                wanted,
                able,
            });
        }
    }
    let all: Vec<usize> = (0..count).collect();
    let chosen = choose("rich", wanted, &all, rng)?;
    let (mut rich, mut basic) = (rich.into_iter().cycle(), basic.into_iter().cycle());
    Ok(all
        .iter()
        .filter_map(|change| match chosen.binary_search(change) {
            Ok(_) => rich.next(),
            Err(_) => basic.next(),
        })
        .collect())
}

/// Faults fall on different changes, and a change told twice is a right one.
pub(super) fn spoil(
    announcement: &Announcement,
    audiences: &[Audience],
    changes: &mut [PlannedChange],
    rng: &mut StdRng,
) -> Result<(), PlanFault> {
    type Make = fn(usize) -> Option<PlantedFault>;
    let faults = &announcement.faults;
    let rows: [(&'static str, f64, bool, Make); 3] = [
        ("tamper", faults.tamper, true, |turn| {
            Tamper::ALL
                .get(turn % Tamper::ALL.len())
                .copied()
                .map(PlantedFault::Tamper)
        }),
        ("wrongToken", faults.wrong_token, true, |turn| {
            WrongToken::ALL
                .get(turn % WrongToken::ALL.len())
                .copied()
                .map(PlantedFault::WrongToken)
        }),
        ("wrongClientState", faults.wrong_client_state, false, |_| {
            Some(PlantedFault::WrongClientState)
        }),
    ];
    for (share, part, rich_only, make) in rows {
        let able: Vec<usize> = changes
            .iter()
            .enumerate()
            .filter(|(_, change)| {
                let rich = audiences.get(change.target).is_some_and(|one| one.rich);
                change.fault.is_none() && (rich && !change.bare || !rich_only)
            })
            .map(|(index, _)| index)
            .collect();
        let chosen = choose(share, number(announcement, part), &able, rng)?;
        for (turn, index) in chosen.into_iter().enumerate() {
            if let Some(change) = changes.get_mut(index) {
                change.fault = make(turn);
            }
        }
    }
    let able: Vec<usize> = changes
        .iter()
        .enumerate()
        .filter(|(_, change)| change.fault.is_none())
        .map(|(index, _)| index)
        .collect();
    let wanted = number(announcement, faults.duplicate);
    for index in choose("duplicate", wanted, &able, rng)? {
        if let Some(change) = changes.get_mut(index) {
            change.duplicated = true;
        }
    }
    let able: Vec<usize> = changes
        .iter()
        .enumerate()
        .filter(|(_, change)| {
            let deletable = audiences
                .get(change.target)
                .is_some_and(|one| one.deletable);
            deletable
                && change.change_type != SimulatedChangeType::Deleted
                && change.fault.is_none()
        })
        .map(|(index, _)| index)
        .collect();
    let wanted = number(announcement, faults.deleted_since);
    for index in choose("deletedSince", wanted, &able, rng)? {
        if let Some(change) = changes.get_mut(index) {
            change.deleted_since = true;
        }
    }
    Ok(())
}

/// A share of the count, rounded.
pub(super) fn number(announcement: &Announcement, share: f64) -> usize {
    (announcement.count as f64 * share).round() as usize
}

/// `wanted` of the able ones, in order.
pub(super) fn choose(
    share: &'static str,
    wanted: usize,
    able: &[usize],
    rng: &mut StdRng,
) -> Result<Vec<usize>, PlanFault> {
    if wanted > able.len() {
        return Err(PlanFault::Share {
            share,
            wanted,
            able: able.len(),
        });
    }
    let mut chosen: Vec<usize> = able.choose_multiple(rng, wanted).copied().collect();
    chosen.sort_unstable();
    Ok(chosen)
}
