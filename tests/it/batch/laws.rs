//! Laws that hold for every batch, whatever its records ask for and its queues answer.

use super::counted::Counted;
use super::told::{numbered, ports, run};
use crate::fakes::{Answer, FakeClaims, FakeQueue};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use teamwire_transport::{RecordBatchFault, SendFault};

/// An answer of a queue, in a form that can be shown.
#[derive(Debug, Clone)]
enum Told {
    Accept,
    AllBut(Vec<usize>),
    Refuse,
    Down,
    Lose,
}

impl Told {
    fn answer(&self) -> Answer {
        match self {
            Self::Accept => Answer::Accept,
            Self::AllBut(refused) => Answer::AllBut(refused.clone()),
            Self::Refuse => Answer::Fail(SendFault::Refused),
            Self::Down => Answer::Fail(SendFault::Unavailable),
            Self::Lose => Answer::AcceptAndLose,
        }
    }
}

fn answers() -> impl Strategy<Value = Vec<Told>> {
    let answer = prop_oneof![
        Just(Told::Accept),
        proptest::collection::vec(0_usize..10, 0..4).prop_map(Told::AllBut),
        Just(Told::Refuse),
        Just(Told::Down),
        Just(Told::Lose),
    ];
    proptest::collection::vec(answer, 0..6)
}

/// Orders that differ from record to record, except that events may be of one change.
fn orders() -> impl Strategy<Value = Vec<String>> {
    let order = prop_oneof![
        3 => (0_u8..6).prop_map(|change| format!("forward {change}")),
        1 => Just("forward-large x".to_owned()),
        1 => Just("defer {n}".to_owned()),
        1 => Just("dead {n}".to_owned()),
        1 => Just("retry {n}".to_owned()),
        1 => Just("done {n}".to_owned()),
        1 => Just("panic {n}".to_owned()),
    ];
    proptest::collection::vec(order, 1..25).prop_map(|orders| {
        let numbered = orders.into_iter().enumerate();
        numbered
            .map(|(n, order)| order.replace("{n}", &n.to_string()))
            .collect()
    })
}

/// The outcome of one run.
struct Outcome {
    reported: Result<Vec<String>, RecordBatchFault>,
    events: BTreeMap<String, usize>,
    own: BTreeMap<String, usize>,
    dead_letters: BTreeMap<String, usize>,
    counted: Counted,
}

fn outcome(orders: &[String], scripts: &[Vec<Told>; 3], claims_up: bool) -> Outcome {
    let mut ports = ports();
    let queue = |script: &Vec<Told>| FakeQueue::scripted(script.iter().map(Told::answer));
    [ports.events, ports.own, ports.dead_letters] = scripts.each_ref().map(queue);
    if !claims_up {
        ports.claims = FakeClaims::down();
    }
    let bodies: Vec<&str> = orders.iter().map(String::as_str).collect();
    let counted = Counted::default();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let reported = metrics::with_local_recorder(&counted, || {
        runtime.block_on(run(numbered(&bodies), &ports))
    });
    let multiset = |texts: Vec<String>| {
        let mut set = BTreeMap::new();
        texts
            .into_iter()
            .for_each(|text| *set.entry(text).or_default() += 1);
        set
    };
    let bodies = |queue: &FakeQueue| {
        multiset(
            queue
                .accepted()
                .into_iter()
                .map(|entry| entry.body)
                .collect(),
        )
    };
    let subjects = ports.events.bodies();
    let subject = |event: &serde_json::Value| event["subject"].as_str().unwrap().to_owned();
    Outcome {
        reported,
        events: multiset(subjects.iter().map(subject).collect()),
        own: bodies(&ports.own),
        dead_letters: bodies(&ports.dead_letters),
        counted,
    }
}

impl Outcome {
    /// True if something has what the order wanted kept.
    fn holds(&self, order: &str) -> bool {
        let (what, of) = order.split_once(' ').unwrap();
        match what {
            "forward" | "forward-large" => self
                .events
                .contains_key(&format!("chats('{of}')/messages('1')")),
            "defer" => self.own.contains_key(order),
            "dead" => self.dead_letters.contains_key(order),
            "done" => true,
            _ => false,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_record_is_held_elsewhere_or_comes_again_and_every_one_is_counted_once(
        orders in orders(),
        scripts in [answers(), answers(), answers()],
        claims_up in any::<bool>(),
    ) {
        let outcome = outcome(&orders, &scripts, claims_up);
        let ids: BTreeSet<String> = (0..orders.len()).map(|n| format!("m{n}")).collect();
        let reported: BTreeSet<String> = match &outcome.reported {
            Ok(reported) => reported.iter().cloned().collect(),
            Err(fault) => {
                prop_assert_eq!(*fault, RecordBatchFault::AllFailed);
                ids.clone()
            }
        };
        prop_assert!(reported.is_subset(&ids));
        for (n, order) in orders.iter().enumerate() {
            let forgotten = !reported.contains(&format!("m{n}"));
            prop_assert!(!forgotten || outcome.holds(order), "{} is lost", order);
        }

        let count = |name| outcome.counted.of(name);
        let done = orders.iter().filter(|order| order.starts_with("done")).count() as u64;
        prop_assert_eq!(count("taken"), orders.len() as u64);
        prop_assert_eq!(
            count("taken"),
            count("forwarded") + count("deferred") + count("dead") + count("returned") + done
        );
        prop_assert_eq!(count("returned"), reported.len() as u64);
    }

    #[test]
    fn nothing_is_sent_twice_within_a_run_unless_an_answer_was_lost(
        orders in orders(),
        scripts in [answers(), answers(), answers()],
    ) {
        let certain = scripts.map(|mut script| {
            script.retain(|answer| !matches!(answer, Told::Lose));
            script
        });
        let outcome = outcome(&orders, &certain, true);
        for queue in [&outcome.events, &outcome.own, &outcome.dead_letters] {
            prop_assert!(queue.values().all(|times| *times == 1), "{:?}", queue);
        }
    }
}
