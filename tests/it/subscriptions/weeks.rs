//! Days of simulated time in which much goes wrong: the simulator saw when nothing was announced,
//! and each of these times must be in a gap that was sent.

use super::site::{Site, TENANT, actions, text, within};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::time::Duration;

const RESOURCES: [&str; 4] = [
    "chats",
    "teams",
    "chats/getAllMessages",
    "teams/getAllChannels",
];
const HOURS: u64 = 60;

/// Numbers that follow from a seed.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        let next = self.0.wrapping_mul(6_364_136_223_846_793_005);
        self.0 = next.wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

async fn heal(site: &Site) {
    for healed in [
        json!({"fault": "entra", "down": false}),
        json!({"fault": "consent", "tenant": TENANT, "lost": false}),
        json!({"fault": "graph", "on": "subscriptions", "status": 504, "requests": 0}),
    ] {
        site.fault(healed).await;
    }
}

/// Something that goes wrong at Graph, at Entra or in the bucket.
async fn trouble(site: &Site, random: &mut Random) {
    let consent = |lost| json!({"fault": "consent", "tenant": TENANT, "lost": lost});
    match random.below(8) {
        0..=2 => {
            heal(site).await;
            let all = site.subscriptions().await;
            let at = usize::try_from(random.below(4)).unwrap();
            if let Some(one) = all.get(at) {
                site.fault(json!({"fault": "remove", "subscriptionId": one["id"]}))
                    .await;
            }
        }
        3 => {
            let storm = json!({"fault": "graph", "on": "subscriptions", "status": 504,
                "requests": 1, "share": 0.5, "seed": random.below(99), "answerLost": true});
            site.fault(storm).await;
        }
        4 => site.fault(consent(true)).await,
        5 => site.fault(consent(false)).await,
        6 => site.fault(json!({"fault": "entra", "down": true})).await,
        _ => site.fault(json!({"fault": "entra", "down": false})).await,
    }
}

async fn days(seed: u64) -> Site {
    let site = Site::start().await;
    site.control("settings", json!({"ratesByClock": true}))
        .await;
    let wanted = RESOURCES.map(|path| format!("resource = \"{path}\"\nlifetime-minutes = 600"));
    let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
    site.want(&wanted).await;
    site.reconcile().await;
    let watched = RESOURCES
        .map(|path| json!({"tenant": TENANT, "resource": path, "changeTypes": ["created"]}));
    site.control("coverage", json!({"wanted": watched})).await;
    let mut random = Random(seed);
    for _ in 0..HOURS {
        site.pass(1).await;
        if random.below(3) == 0 {
            trouble(&site, &mut random).await;
        }
        let manager = site.manager();
        let run = manager.handle(json!({"action": "reconcile"}), within(60));
        // One in four processes dies, somewhere on its way.
        let life = match random.below(4) {
            0 => Duration::from_millis(random.below(60)),
            _ => Duration::from_secs(60),
        };
        let _ = tokio::time::timeout(life, run).await;
    }
    heal(&site).await;
    site
}

fn at(value: &Value, name: &str) -> Timestamp {
    text(value, name).parse().unwrap()
}

#[tokio::test]
async fn whatever_happens_each_time_that_nobody_watched_is_in_a_gap_that_was_sent() {
    let (mut unwatched, mut sent) = (0, 0);
    for seed in [1, 2, 3] {
        let site = days(seed).await;
        let report = site.reconcile().await;
        assert_eq!(report["tenants"][0]["live"], RESOURCES.len(), "{report}");
        assert!(actions(&site.reconcile().await).is_empty());
        assert_eq!(site.subscriptions().await.len(), RESOURCES.len());
        let gaps = site.gaps();
        sent += gaps.len();
        let coverage = site.look("coverage").await;
        for covered in coverage["resources"].as_array().unwrap() {
            for unseen in covered["gaps"].as_array().unwrap() {
                unwatched += 1;
                let is_sent = gaps.iter().any(|gap| {
                    gap["resource"] == covered["resource"]
                        && at(gap, "since") <= at(unseen, "from")
                        && at(gap, "until") >= at(unseen, "to")
                });
                assert!(is_sent, "seed {seed}: {covered} {gaps:?}");
            }
        }
        let stats = site.stats().await;
        assert_eq!(stats["violations"], json!([]));
        assert_eq!(site.calls("reauthorize").await, 0);
    }
    assert!(
        unwatched >= 10 && sent < 4 * unwatched,
        "{unwatched} {sent}"
    );
}
