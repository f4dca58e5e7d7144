//! Records that come to many events, or go on.

use super::told::{ROOT, TENANT, batch_of, large_resource, ports, record};
use crate::fakes::{Answer, FakeClaims, FakeQueue};
use teamwire_payload::Event;
use teamwire_transport::batch::{self, Outputs, RecordOutcome, RecordVerdict};
use teamwire_transport::{Disposition, OutgoingEntry, RecordBatchFault, RecordFailure, SendFault};

fn event(name: &str) -> Event {
    super::told::forward(name, "{\"etag\":\"1\"}").event
}

/// An outcome with these events that goes on with these messages.
fn outcome(events: &[&str], follow_ups: &[&str]) -> RecordOutcome {
    RecordOutcome {
        events: events.iter().map(|name| event(name)).collect(),
        follow_ups: follow_ups
            .iter()
            .map(|body| OutgoingEntry::json((*body).to_owned(), TENANT))
            .collect(),
        trace: Some("Root=1-a".to_owned()),
        ..RecordOutcome::default()
    }
}

/// An outcome with this event that is a dead letter after it.
fn end(event: &str) -> RecordVerdict<RecordOutcome> {
    Ok(RecordOutcome {
        end: Some(RecordFailure {
            disposition: Disposition::Dead("given-up".into()),
            label: "given-up".into(),
        }),
        ..outcome(&[event], &[])
    })
}

/// Runs records `m0`, `m1`, .. that come to these; the ids reported.
async fn run(
    outcomes: Vec<RecordVerdict<RecordOutcome>>,
    ports: &Outputs<FakeQueue, FakeClaims>,
) -> Result<Vec<String>, RecordBatchFault> {
    let records = (0..outcomes.len()).map(|n| record(&format!("m{n}"), ""));
    let work = |_| std::future::ready(outcomes);
    let response = batch::run(batch_of(records.collect()), ports, work).await?;
    let failures = response.batch_item_failures.into_iter();
    Ok(failures.map(|failure| failure.item_identifier).collect())
}

fn bodies(queue: &FakeQueue) -> Vec<String> {
    queue
        .accepted()
        .into_iter()
        .map(|entry| entry.body)
        .collect()
}

#[tokio::test]
async fn every_event_is_sent_and_then_what_goes_on() {
    let ports = ports();
    let reported = run(vec![Ok(outcome(&["a", "b"], &["next", "branch"]))], &ports).await;
    assert_eq!(reported, Ok(Vec::new()));
    assert_eq!(ports.events.accepted().len(), 2);
    assert_eq!(bodies(&ports.own), ["next", "branch"]);
    let traces = ports.events.accepted().into_iter().map(|entry| entry.trace);
    assert!(
        traces
            .into_iter()
            .all(|trace| trace.as_deref() == Some("Root=1-a"))
    );
}

#[tokio::test]
async fn a_record_that_ends_is_a_dead_letter_once_its_event_is_sent() {
    let ports = ports();
    assert_eq!(run(vec![end("gap")], &ports).await, Ok(Vec::new()));
    assert_eq!(ports.events.accepted().len(), 1);
    let [letter] = &ports.dead_letters.accepted()[..] else {
        panic!("one letter")
    };
    assert!(
        letter
            .attributes
            .contains(&("reason", "given-up".to_owned()))
    );
}

#[tokio::test]
async fn no_dead_letter_is_sent_whose_event_was_refused() {
    let down = || Answer::Fail(SendFault::Unavailable);
    let ports = Outputs {
        events: FakeQueue::scripted([down(), down()]),
        ..ports()
    };
    assert_eq!(
        run(vec![end("gap")], &ports).await,
        Err(RecordBatchFault::AllFailed)
    );
    assert_eq!(ports.dead_letters.requests(), 0);
}

#[tokio::test]
async fn a_record_whose_dead_letter_is_refused_comes_again() {
    let down = || Answer::Fail(SendFault::Unavailable);
    let ports = Outputs {
        dead_letters: FakeQueue::scripted([down(), down()]),
        ..ports()
    };
    let outcomes = vec![end("gap"), Ok(outcome(&["a"], &[]))];
    assert_eq!(run(outcomes, &ports).await, Ok(vec!["m0".to_owned()]));
    assert_eq!(ports.events.accepted().len(), 2);
}

#[tokio::test]
async fn a_record_that_comes_to_nothing_is_done() {
    let ports = ports();
    assert_eq!(
        run(vec![Ok(RecordOutcome::default())], &ports).await,
        Ok(Vec::new())
    );
    assert_eq!(ports.events.requests() + ports.own.requests(), 0);
}

#[tokio::test]
async fn nothing_goes_on_whose_events_were_not_all_accepted() {
    let refused = || Answer::AllBut(vec![1]);
    let ports = Outputs {
        // The entry that was refused is asked for again alone.
        events: FakeQueue::scripted([refused(), Answer::AllBut(vec![0])]),
        ..ports()
    };
    let outcomes = vec![
        Ok(outcome(&["a", "b"], &["lost"])),
        Ok(outcome(&["c"], &["next"])),
    ];
    assert_eq!(run(outcomes, &ports).await, Ok(vec!["m0".to_owned()]));
    assert_eq!(bodies(&ports.own), ["next"]);
    assert_eq!(ports.events.accepted().len(), 2);
}

#[tokio::test]
async fn a_record_that_could_not_go_on_comes_again() {
    let down = || Answer::Fail(SendFault::Unavailable);
    let ports = Outputs {
        own: FakeQueue::scripted([down(), down()]),
        ..ports()
    };
    let outcomes = vec![Ok(outcome(&["a"], &["next"])), Ok(outcome(&["b"], &[]))];
    assert_eq!(run(outcomes, &ports).await, Ok(vec!["m0".to_owned()]));
    assert_eq!(ports.events.accepted().len(), 2);
}

#[tokio::test]
async fn an_event_of_two_records_is_sent_once_and_settles_both() {
    let ports = ports();
    let outcomes = vec![Ok(outcome(&["a", "b"], &[])), Ok(outcome(&["b", "c"], &[]))];
    assert_eq!(run(outcomes, &ports).await, Ok(Vec::new()));
    assert_eq!(ports.events.accepted().len(), 3);

    let ports = Outputs {
        events: FakeQueue::scripted([Answer::AllBut(vec![1]), Answer::AllBut(vec![0])]),
        ..super::told::ports()
    };
    let shared = vec![
        Ok(outcome(&["a", "b"], &[])),
        Ok(outcome(&["b", "c"], &[])),
        Ok(outcome(&["d"], &[])),
    ];
    let reported = run(shared, &ports).await;
    assert_eq!(reported, Ok(vec!["m0".to_owned(), "m1".to_owned()]));
}

#[tokio::test]
async fn many_events_go_in_many_requests() {
    let ports = ports();
    let names: Vec<String> = (0..95).map(|n| n.to_string()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    assert_eq!(
        run(vec![Ok(outcome(&names, &[]))], &ports).await,
        Ok(Vec::new())
    );
    assert_eq!(
        (ports.events.accepted().len(), ports.events.requests()),
        (95, 10)
    );
}

#[tokio::test]
async fn an_event_that_can_t_be_left_anywhere_keeps_the_others_back() {
    let ports = Outputs {
        claims: FakeClaims::down(),
        ..ports()
    };
    let mut large = outcome(&["a"], &["next"]);
    large
        .events
        .push(super::told::forward("b", &large_resource()).event);
    assert!(large.events[0].source.starts_with(ROOT));
    let reported = run(vec![Ok(large), Ok(RecordOutcome::default())], &ports).await;
    assert_eq!(reported, Ok(vec!["m0".to_owned()]));
    assert_eq!(ports.own.requests(), 0);
}
