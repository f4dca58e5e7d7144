//! The whole pipeline in one process, by a seed: ingest, decrypt and hydrate on ports that fail,
//! with a model of SQS between them and a clock of its own.
//!
//! Whatever goes wrong, every authentic change that was announced is at the end on the events
//! queue, in a dead-letter queue, or still on its way, and nothing else is.

mod bugs;
mod changes;
mod checker;
pub(crate) mod forecast;
mod ports;
mod run;
mod sender;
mod sqs;
mod world;

use bugs::Bug;
use checker::Violation;
use forecast::Weather;
use run::simulate;

/// Seeds of the long run.
const SEEDS: u64 = 200;

/// Runs each seed in one of two threads, as machines for tests have at least two cores.
fn violations(seeds: u64, weather: Weather, bug: Bug) -> Vec<(u64, Violation)> {
    let half = |parity: u64| {
        let seeds = (0..seeds).filter(|seed| seed % 2 == parity);
        let found = seeds.flat_map(|seed| {
            let found = simulate(seed, weather, bug);
            found.into_iter().map(move |violation| (seed, violation))
        });
        found.collect::<Vec<_>>()
    };
    std::thread::scope(|scope| {
        let odd = scope.spawn(|| half(1));
        let mut found = half(0);
        found.extend(odd.join().unwrap());
        found
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
    let seeds = (0..SEEDS).step_by(4);
    let journals = seeds.flat_map(|seed| run::journal(seed, Weather::Storm));
    let happened: std::collections::BTreeSet<String> = journals.collect();
    for port in forecast::Port::ALL {
        for outcome in forecast::CallOutcome::ALL {
            let event = format!("{port:?} {outcome:?}");
            assert!(happened.contains(&event), "{event}");
        }
    }
}

/// The checker's first finding for a planted bug, within 20 seeds.
fn finding(bug: Bug) -> Violation {
    let found = (0..20).find_map(|seed| simulate(seed, Weather::Storm, bug).into_iter().next());
    found.unwrap_or_else(|| panic!("{bug:?} is not found"))
}

#[test]
fn a_record_deleted_before_its_event_is_sent_is_found() {
    assert!(matches!(finding(Bug::AckBeforeSend), Violation::Lost(_)));
}

#[test]
fn a_failed_record_deleted_with_the_others_is_found() {
    assert!(matches!(
        finding(Bug::DropOnPartialFailure),
        Violation::Lost(_)
    ));
}

#[test]
fn a_duplicate_noted_before_the_work_is_done_is_found() {
    assert!(matches!(finding(Bug::DedupBeforeDone), Violation::Lost(_)));
}

#[test]
fn an_event_id_made_of_the_message_id_is_found() {
    assert!(matches!(
        finding(Bug::IdFromMessageId),
        Violation::TwoIds(_)
    ));
}

#[test]
fn a_lost_answer_taken_for_success_is_found() {
    assert!(matches!(
        finding(Bug::LostAnswerIsSuccess),
        Violation::Lost(_)
    ));
}

#[test]
fn a_panic_taken_for_success_is_found() {
    assert!(matches!(finding(Bug::PanicIsSuccess), Violation::Lost(_)));
}

#[test]
fn a_dead_letter_that_was_not_taken_is_found() {
    assert!(matches!(
        finding(Bug::DeadLetterSendIgnored),
        Violation::Lost(_)
    ));
}

#[test]
fn a_202_before_the_queue_has_it_is_found() {
    assert!(matches!(
        finding(Bug::AcceptedFromMemory),
        Violation::Lost(_)
    ));
}

#[test]
fn a_guess_at_what_was_tampered_with_is_found() {
    assert!(matches!(
        finding(Bug::TamperedIsForwarded),
        Violation::Unexpected(_)
    ));
}
