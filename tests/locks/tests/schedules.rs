//! The promises for a moment, and that a planted fault is found.

use teamwire_locks::{planted, promises, under};

/// Schedules of each kind and promise.
const SCHEDULES: usize = 2_000;

#[test]
fn no_schedule_breaks_a_promise() {
    let broken: Vec<_> = promises()
        .iter()
        .filter_map(|promise| Some((promise.name, under(promise, SCHEDULES, 1).err()?)))
        .collect();
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn every_planted_fault_is_found() {
    let missed: Vec<_> = planted()
        .into_iter()
        .filter(|(_, promises)| {
            promises
                .iter()
                .all(|promise| under(promise, SCHEDULES, 1).is_ok())
        })
        .map(|(name, _)| name)
        .collect();
    assert!(missed.is_empty(), "{missed:?}");
}
