//! The law of ingest: every item of an accepted batch becomes exactly one message or one counted
//! rejection.

use super::counters::Counters;
use super::site::{
    Keys, Line, Plan, QUEUES, Told, basic, lifecycle, minted_state, rich, with, without,
};
use crate::fakes::{Answer, FakeQueue};
use crate::mint::{Draft, OTHER_TENANT, TENANT};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use teamwire_transport::SendFault;

/// Items of every kind, each made its own by its number.
fn item() -> impl Strategy<Value = Value> {
    let kind = prop_oneof![
        Just(rich()),
        Just(basic()),
        Just(lifecycle()),
        Just(with(basic(), "changeType", "deleted")),
        Just(with(basic(), "changeType", "later")),
        Just(without(basic(), "subscriptionId")),
    ];
    let change = prop_oneof![
        6 => Just(None),
        1 => Just(Some(("clientState", json!("of nobody's")))),
        1 => Just(Some(("clientState", json!(minted_state("k1", TENANT))))),
        1 => Just(Some(("tenantId", json!(OTHER_TENANT)))),
        1 => Just(Some(("tenantId", json!("common")))),
        1 => Just(Some(("organizationId", json!(OTHER_TENANT)))),
        1 => Just(Some(("resource", json!(7)))),
        1 => Just(Some(("resource", json!("")))),
    ];
    (kind, change).prop_map(|(item, change)| match change {
        Some((name, value)) => with(item, name, value),
        None => item,
    })
}

fn tokens() -> impl Strategy<Value = Vec<String>> {
    prop_oneof![
        Just(vec![]),
        Just(vec![Draft::v2().signed()]),
        Just(vec![
            Draft::v1().signed(),
            Draft::v2().of_tenant(OTHER_TENANT).signed()
        ]),
        Just(vec![Draft::v2().signed(), "x".to_owned()]),
    ]
}

/// The answers of a queue to its next requests.
fn script() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(0_u8..6, 0..6)
}

fn line(script: &[u8]) -> FakeQueue {
    FakeQueue::scripted(script.iter().map(|answer| match answer {
        0 | 1 => Answer::Accept,
        2 => Answer::AllBut(vec![0]),
        3 => Answer::AllBut(vec![1, 3]),
        4 => Answer::Fail(SendFault::Unavailable),
        _ => Answer::Fail(SendFault::Refused),
    }))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn what_is_received_is_enqueued_quarantined_or_rejected(
        items in proptest::collection::vec(item(), 0..60),
        tokens in tokens(),
    ) {
        let counters = Counters::default();
        let watch = counters.watch();
        let site = Plan::default().open();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let told = runtime.block_on(site.post(&items, &tokens));
        drop(watch);
        prop_assert_eq!(told, Told::accepted());
        let depths = site.depths();
        let queued: usize = depths.values().sum();
        prop_assert_eq!(counters.total("received"), items.len() as u64);
        prop_assert_eq!(queued as u64 + counters.total("rejected"), items.len() as u64);
        let quarantined = depths.get("quarantine").copied().unwrap_or(0);
        prop_assert_eq!(counters.total("quarantined"), quarantined as u64);
        for queue in QUEUES.into_iter().filter(|queue| *queue != "quarantine") {
            let depth = depths.get(queue).copied().unwrap_or(0);
            prop_assert_eq!(counters.of("enqueued", "route", queue), depth as u64);
        }
        prop_assert_eq!(counters.total("returned"), 0);
    }

    #[test]
    fn whatever_a_queue_does_202_means_that_every_item_is_on_it(
        count in 1_usize..60,
        script in script(),
    ) {
        let hydrate = line(&script);
        let site = Plan { keys: Keys::Unavailable, ..Plan::default() }
            .with_line("hydrate", Line::Open(hydrate.clone()))
            .open();
        let items: Vec<Value> = (0..count)
            .map(|n| with(basic(), "resource", format!("chats('{n}')")))
            .collect();
        let counters = Counters::default();
        let watch = counters.watch();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let told = runtime.block_on(site.post(&items, &[]));
        drop(watch);
        let mut on_queue: BTreeMap<String, usize> = BTreeMap::new();
        for body in hydrate.bodies() {
            *on_queue.entry(body["body"]["resource"].to_string()).or_default() += 1;
        }
        let received = counters.total("received");
        prop_assert_eq!(received, count as u64);
        if told == Told::accepted() {
            prop_assert_eq!(on_queue.len(), count);
            prop_assert_eq!(counters.total("enqueued"), count as u64);
        } else {
            prop_assert_eq!(told, Told::try_again());
            prop_assert_eq!(counters.total("returned"), count as u64);
        }
        prop_assert!(on_queue.values().all(|times| *times == 1), "{:?}", on_queue);
    }
}
