//! The whole pipeline in one process, by a seed: ingest, decrypt and hydrate on ports that fail,
//! with a model of SQS between them, somebody who replays dead letters, and a clock of its own.
//!
//! Whatever goes wrong, every authentic change that was announced is at the end on the events
//! queue, in a dead-letter queue, or still on its way, and nothing else is.

mod bugs;
mod changes;
mod checker;
pub(crate) mod forecast;
mod history;
mod operator;
mod ports;
mod run;
mod sender;
mod sqs;
mod world;

use bugs::Bug;
use checker::Violation;
use forecast::Weather;
use run::simulate;
use std::fmt::Debug;

/// Seeds of a test.
const SEEDS: u64 = 2_000;
/// Seeds within which a planted bug is found.
const SOON: u64 = 20;

/// Does `work` for each number in one of two threads, as machines for tests have at least two cores.
fn each<T: Send>(numbers: u64, work: impl Fn(u64) -> Vec<T> + Sync) -> Vec<T> {
    let half = |parity: u64| {
        let numbers = (0..numbers).filter(|number| number % 2 == parity);
        numbers.flat_map(&work).collect::<Vec<_>>()
    };
    std::thread::scope(|scope| {
        let odd = scope.spawn(|| half(1));
        let mut found = half(0);
        found.extend(odd.join().unwrap());
        found
    })
}

fn violations(seeds: u64, weather: Weather, bug: Bug) -> Vec<(u64, Violation)> {
    each(seeds, |seed| {
        let found = simulate(seed, weather, bug).into_iter();
        found.map(|violation| (seed, violation)).collect()
    })
}

#[test]
fn nothing_is_lost_and_nothing_is_unexpected_whatever_fails() {
    assert_eq!(violations(SEEDS, Weather::Storm, Bug::None), []);
}

#[test]
fn in_calm_weather_everything_arrives_once() {
    assert_eq!(violations(4, Weather::Calm, Bug::None), []);
}

#[test]
fn nothing_is_lost_at_whichever_call_a_process_ends() {
    let calls = run::calls(0);
    assert!(calls > 100, "{calls}");
    let found = each(2 * calls, |point| {
        let weather = Weather::Crash {
            call: usize::try_from(point / 2).unwrap(),
            after: point % 2 == 1,
        };
        let found = simulate(0, weather, Bug::None).into_iter();
        found.map(|violation| (point, violation)).collect()
    });
    assert_eq!(found, []);
}

#[test]
fn a_seed_gives_the_same_run_again() {
    let once = run::journal(7, Weather::Storm);
    assert_eq!(once, run::journal(7, Weather::Storm));
    assert_ne!(once, run::journal(8, Weather::Storm));
}

#[test]
fn an_outage_of_55_minutes_makes_no_dead_letter() {
    for port in forecast::Port::ALL {
        let weather = Weather::Outage(port);
        for seed in 0..3 {
            assert_eq!(
                simulate(seed, weather, Bug::None),
                [],
                "{port:?}, seed {seed}"
            );
        }
    }
}

#[test]
fn the_storm_is_one() {
    // Every fourth seed has a change that needs the claim store.
    let seeds = (0..200).step_by(4);
    let journals = seeds.flat_map(|seed| run::journal(seed, Weather::Storm));
    let happened: std::collections::BTreeSet<String> = journals.collect();
    for port in forecast::Port::ALL {
        for outcome in forecast::CallOutcome::ALL {
            let event = format!("{port:?} {outcome:?}");
            assert!(happened.contains(&event), "{event}");
        }
    }
}

#[test]
fn what_is_replayed_becomes_an_event_or_a_dead_letter_that_says_so() {
    let (events, letters) = run::replayed(3);
    assert!(
        events > 0 && letters > 0,
        "{events} events, {letters} letters"
    );
}

/// The first finding for a planted bug from a seed on, and the number of seeds that it took.
fn found<T: Debug>(from: u64, look: impl Fn(u64) -> Option<T>) -> Option<(u64, T)> {
    (0..SOON).find_map(|n| Some((n + 1, look(from + n)?)))
}

/// The first finding of a run with a bug, but for those of the model.
fn at_the_end(seed: u64, bug: Bug) -> Option<Violation> {
    let mut found = simulate(seed, Weather::Storm, bug).into_iter();
    found.find(|violation| !matches!(violation, Violation::Astray(_)))
}

#[test]
fn every_planted_bug_is_found_by_what_became_of_the_changes() {
    for bug in Bug::ALL {
        let (_, violation) = found(0, |seed| at_the_end(seed, bug))
            .unwrap_or_else(|| panic!("{bug:?} is not found"));
        let is_expected = match bug {
            Bug::IdFromMessageId => matches!(violation, Violation::TwoIds(_)),
            Bug::TamperedIsForwarded | Bug::ClaimPutIgnored => {
                matches!(violation, Violation::Unexpected(_))
            }
            Bug::OutageIsDeletion => matches!(violation, Violation::Changed(_)),
            Bug::LostTrace => matches!(violation, Violation::Untraced(_)),
            Bug::LostReplays => matches!(violation, Violation::Unnumbered(_)),
            Bug::EndlessReplay => matches!(violation, Violation::ReplayedOn(_)),
            _ => matches!(violation, Violation::Lost(_)),
        };
        assert!(is_expected, "{bug:?}: {violation:?}");
    }
}

#[test]
fn every_planted_bug_that_forgets_or_makes_up_leaves_the_model() {
    for bug in Bug::ALL {
        let found = found(0, |seed| run::astray(seed, bug)).is_some();
        let is_told_otherwise = matches!(
            bug,
            // An id, a trace, a number and the data of an event are none of the model's.
            Bug::IdFromMessageId | Bug::LostTrace | Bug::LostReplays | Bug::OutageIsDeletion
        );
        assert_eq!(found, !is_told_otherwise, "{bug:?}");
    }
}

#[test]
fn a_model_that_parts_from_the_code_is_found() {
    assert_eq!(run::astray(1, Bug::None), None);
    assert!(run::leaves_a_model_of_fewer_receives(1));
}

/// `make sim SEED=7` runs one seed, and prints its journal and what is wrong; `SEEDS=100000` runs as many,
/// and looks for each planted bug from many seeds on.
#[test]
#[ignore = "make sim and make evidence run it"]
fn by_the_environment() {
    let number = |name: &str| {
        let text = std::env::var(name).ok().filter(|text| !text.is_empty());
        text.map(|text| text.parse::<u64>().unwrap())
    };
    if let Some(seed) = number("SEED") {
        for line in run::journal(seed, Weather::Storm) {
            println!("{line}");
        }
        assert_eq!(simulate(seed, Weather::Storm, Bug::None), []);
    }
    let Some(seeds) = number("SEEDS") else { return };
    let began = std::time::Instant::now();
    let found = violations(seeds, Weather::Storm, Bug::None);
    println!(
        "seeds {seeds}, violations {}, in {} s",
        found.len(),
        began.elapsed().as_secs()
    );
    for bug in Bug::ALL {
        let first = |seed| at_the_end(seed, bug);
        let mut took: Vec<u64> = each(21, |n| {
            let took = found_after(1_000 * n, first);
            vec![took]
        });
        took.sort_unstable();
        println!("{bug:?}: found after {} seeds (median of 21)", took[10]);
    }
    assert_eq!(found, []);
}

fn found_after<T: Debug>(from: u64, look: impl Fn(u64) -> Option<T>) -> u64 {
    found(from, look).map_or(u64::MAX, |(seeds, _)| seeds)
}
