//! Queues and claim stores that refuse, are down, or lose their answers.

use super::told::{numbered, ports, run};
use crate::fakes::{Answer, FakeClaims, FakeQueue};
use teamwire_transport::{RecordBatchFault, SendFault};

#[tokio::test]
async fn an_outage_of_the_events_queue_reports_the_record_and_does_not_delete_it() {
    let mut ports = ports();
    ports.events = FakeQueue::down();
    let reported = run(numbered(&["forward a", "dead hmac"]), &ports).await;
    assert_eq!(reported, Ok(vec!["m0".to_owned()]));
    assert_eq!(ports.events.requests(), 2, "tried twice");
}

#[tokio::test]
async fn a_dead_letter_queue_that_is_down_means_a_retry_and_never_a_loss() {
    let mut ports = ports();
    ports.dead_letters = FakeQueue::down();
    let reported = run(numbered(&["dead hmac", "forward a"]), &ports).await;
    assert_eq!(reported, Ok(vec!["m0".to_owned()]));
}

#[tokio::test]
async fn a_deferral_is_sent_before_the_record_is_deleted() {
    let mut ports = ports();
    ports.own = FakeQueue::down();
    let reported = run(numbered(&["defer 30", "forward a"]), &ports).await;
    assert_eq!(reported, Ok(vec!["m0".to_owned()]));
}

#[tokio::test]
async fn an_outage_of_everything_returns_the_batch() {
    let mut ports = ports();
    ports.events = FakeQueue::down();
    ports.own = FakeQueue::down();
    ports.dead_letters = FakeQueue::down();
    let orders = ["forward a", "defer", "dead hmac", "retry"];
    assert_eq!(
        run(numbered(&orders), &ports).await,
        Err(RecordBatchFault::AllFailed)
    );
}

#[tokio::test]
async fn failed_entries_of_a_200_answer_are_sent_once_more() {
    let mut ports = ports();
    ports.events = FakeQueue::scripted([Answer::AllBut(vec![1]), Answer::Accept]);
    let orders = ["forward a", "forward b", "forward c"];
    assert_eq!(run(numbered(&orders), &ports).await, Ok(vec![]));
    assert_eq!(
        (ports.events.requests(), ports.events.accepted().len()),
        (2, 3)
    );
}

#[tokio::test]
async fn what_a_queue_refuses_twice_is_reported_alone() {
    let mut ports = ports();
    ports.events = FakeQueue::scripted([Answer::AllBut(vec![1]), Answer::AllBut(vec![0])]);
    let orders = ["forward a", "forward b", "forward c"];
    assert_eq!(
        run(numbered(&orders), &ports).await,
        Ok(vec!["m1".to_owned()])
    );
}

#[tokio::test]
async fn a_request_refused_as_a_whole_is_sent_again_entry_by_entry() {
    let refused = || Answer::Fail(SendFault::Refused);
    let mut ports = ports();
    ports.events = FakeQueue::scripted([refused(), Answer::Accept, refused(), Answer::Accept]);
    let orders = ["forward a", "forward b", "forward c"];
    assert_eq!(
        run(numbered(&orders), &ports).await,
        Ok(vec!["m1".to_owned()])
    );
    assert_eq!(ports.events.accepted().len(), 2);
}

#[tokio::test]
async fn a_lost_answer_may_cost_a_duplicate_with_the_same_id_and_never_a_record() {
    let mut ports = ports();
    ports.events = FakeQueue::scripted([Answer::AcceptAndLose]);
    assert_eq!(run(numbered(&["forward a"]), &ports).await, Ok(vec![]));
    let events = ports.events.bodies();
    assert_eq!(events.len(), 2);
    assert_eq!(events[0]["id"], events[1]["id"]);
}

#[tokio::test]
async fn an_answer_lost_twice_is_reported_though_the_queue_has_it() {
    let mut ports = ports();
    ports.events = FakeQueue::scripted([Answer::AcceptAndLose, Answer::AcceptAndLose]);
    let reported = run(numbered(&["forward a", "done"]), &ports).await;
    assert_eq!(reported, Ok(vec!["m0".to_owned()]));
}

#[tokio::test]
async fn without_a_claim_store_only_the_large_event_is_retried() {
    let mut ports = ports();
    ports.claims = FakeClaims::down();
    let reported = run(numbered(&["forward-large a", "forward b"]), &ports).await;
    assert_eq!(reported, Ok(vec!["m0".to_owned()]));
    assert_eq!(ports.events.accepted().len(), 1);
}

#[tokio::test]
async fn a_dead_letter_whose_answer_was_lost_is_buried_twice_rather_than_not() {
    let mut ports = ports();
    ports.dead_letters = FakeQueue::scripted([Answer::AcceptAndLose]);
    assert_eq!(run(numbered(&["dead hmac"]), &ports).await, Ok(vec![]));
    assert_eq!(ports.dead_letters.accepted().len(), 2);
}
