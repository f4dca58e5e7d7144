//! Crashes between two pages: nothing is lost and nothing is made up.

use super::run::{fill, fill_with_mishaps};
use super::web::AtHand;
use super::world::{World, gap};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Seeds of each reading.
const SEEDS: u64 = 40;

#[tokio::test]
async fn every_message_comes_whatever_breaks() {
    for seed in 0..SEEDS {
        let world = Arc::new(World::eventful(seed, 40));
        for (resource, in_chats) in [
            ("chats/getAllMessages", true),
            ("teams/getAllMessages", false),
        ] {
            let expected = world.changes(|message| message["chatId"].is_null() != in_chats);
            let filled = fill_with_mishaps(AtHand(Arc::clone(&world)), gap(resource), seed).await;
            assert_eq!(filled.changes(), expected, "{resource}, seed {seed}");
            let ids: BTreeSet<_> = filled.events.iter().map(|event| &event.id).collect();
            assert_eq!(ids.len(), expected.len(), "{resource}, seed {seed}");
            assert_eq!(filled.dead, Vec::<String>::new());
        }
    }
}

#[tokio::test]
async fn every_listing_comes_whatever_breaks() {
    for resource in [
        "chats",
        "chats/getAllMembers",
        "teams",
        "teams/getAllChannels",
        "teams/getAllMembers",
        "teams/getAllChannels/getAllMembers",
    ] {
        let world = Arc::new(World::small());
        let undisturbed = fill(AtHand(Arc::clone(&world)), gap(resource)).await;
        for seed in 0..SEEDS / 4 {
            let filled = fill_with_mishaps(AtHand(Arc::clone(&world)), gap(resource), seed).await;
            assert_eq!(filled.subjects(), undisturbed.subjects(), "{resource}");
            assert_eq!(filled.gaps(), undisturbed.gaps(), "{resource}");
        }
    }
}
