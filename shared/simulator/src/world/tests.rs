//! Worlds repeat, and stay within their bound.

use super::*;
use crate::graph::resources::{self, ROWS};

const TENANT: &str = "9f4ebab6-520d-49c0-85cc-7b25c78d4a93";

fn started() -> Timestamp {
    Timestamp::from_second(1_800_000_000).unwrap()
}

/// Lets so many changes happen at every documented path.
fn happen(world: &mut World, rounds: usize, seed: u64) -> Vec<Change> {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut changes = Vec::new();
    for _ in 0..rounds {
        for row in ROWS {
            let resource = row.path.replace('{', "a-").replace('}', "");
            let (_, scope) = resources::find(&resource).unwrap();
            for change_type in row.emits.change_types {
                let tenant = world.tenant(TENANT);
                let change = row.emits.change;
                changes.push(change(tenant, &scope, *change_type, started(), &mut rng).unwrap());
            }
        }
    }
    changes
}

fn texts(changes: &[Change]) -> Vec<String> {
    let text = |change: &Change| format!("{} {}", change.path, change.sealed_json(true));
    changes.iter().map(text).collect()
}

#[test]
fn the_same_seed_makes_the_same_changes_of_every_type_and_another_seed_others() {
    let changes = |seed| texts(&happen(&mut World::new(1_000, started()), 3, seed));
    assert_eq!(changes(1), changes(1));
    assert_ne!(changes(1), changes(2));
}

#[test]
fn each_change_is_of_another_resource_but_where_one_is_named() {
    let changes = happen(&mut World::new(1_000, started()), 5, 1);
    let named = [
        "chats('a-chat')",
        "teams('a-team')",
        "communications/onlineMeetings(joinWebUrl='a-url')/meetingCallEvents",
        "solutions/virtualEvents/webinars('a-webinar')",
    ];
    let mut paths: Vec<&str> = changes
        .iter()
        .map(|change| change.path.as_str())
        .filter(|path| !named.contains(path))
        .collect();
    let all = paths.len();
    paths.sort_unstable();
    paths.dedup();
    assert_eq!(paths.len(), all);
}

#[test]
fn what_is_remembered_does_not_grow_over_the_bound() {
    for keep in [0, 100] {
        let mut world = World::new(keep, started());
        happen(&mut world, 5, 1);
        let before = world.tenant(TENANT).census().len();
        happen(&mut world, 20, 2);
        let after = world.tenant(TENANT).census().len();
        // Chats that are remembered have their people with them.
        assert!(after <= before + 4 * keep, "{before} {after}");
    }
}
