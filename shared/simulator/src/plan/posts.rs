//! The POSTs of a plan: the changes that go together, and their order.

use super::changes::{choose, number};
use super::{Announcement, Audience, PlanFault, PlannedChange, PlannedPost};
use crate::faults::PlantedFault;
use rand::Rng;
use rand::rngs::StdRng;
use std::collections::BTreeMap;
use std::time::Duration;

/// The distance that a reordered change moves back, at most.
const REORDER: usize = 16;

/// The distance at which a duplicate follows, at most, in changes.
const DUPLICATE: usize = 32;

/// The time for which a slow change is held back, in milliseconds.
const SLOW_MILLIS: std::ops::Range<u64> = 1_000..3_000;

/// Puts the changes in an order and cuts it into POSTs.
pub(super) fn deliver(
    announcement: &Announcement,
    audiences: &[Audience],
    changes: &[PlannedChange],
    rng: &mut StdRng,
) -> Result<Vec<PlannedPost>, PlanFault> {
    let all: Vec<usize> = (0..changes.len()).collect();
    let late = number(announcement, announcement.faults.reorder);
    let late = choose("reorder", late, &all, rng)?;
    let slow = number(announcement, announcement.faults.slow);
    let slow = choose("slow", slow, &all, rng)?;
    // Twice the index leaves room between two neighbours.
    let mut places: Vec<(usize, usize)> = Vec::with_capacity(changes.len());
    for (index, change) in changes.iter().enumerate() {
        let moved = match late.binary_search(&index) {
            Ok(_) => 2 * rng.random_range(1..=REORDER) + 1,
            Err(_) => 0,
        };
        places.push((2 * index + moved, index));
        if change.duplicated {
            let later = announcement.batch + rng.random_range(1..=DUPLICATE);
            places.push((2 * (index + later) + moved + 1, index));
        }
    }
    places.sort_unstable();
    let mut posts = Vec::new();
    let mut open: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (_, index) in places {
        let Some(change) = changes.get(index) else {
            continue;
        };
        let held = match slow.binary_search(&index) {
            Ok(_) => Duration::from_millis(rng.random_range(SLOW_MILLIS)),
            Err(_) => Duration::ZERO,
        };
        if held > Duration::ZERO || matches!(change.fault, Some(PlantedFault::WrongToken(_))) {
            posts.push(PlannedPost {
                changes: vec![index],
                held,
            });
            continue;
        }
        let group = match (announcement.mix, audiences.get(change.target)) {
            (true, Some(audience)) => audience.url.clone(),
            _ => change.target.to_string(),
        };
        let together = open.entry(group).or_default();
        together.push(index);
        if together.len() >= announcement.batch {
            posts.push(together_now(std::mem::take(together)));
        }
    }
    let rest = open.into_values().filter(|rest| !rest.is_empty());
    posts.extend(rest.map(together_now));
    Ok(posts)
}

const fn together_now(changes: Vec<usize>) -> PlannedPost {
    PlannedPost {
        changes,
        held: Duration::ZERO,
    }
}
