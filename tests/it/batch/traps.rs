//! One test for each trap that handlers of batches fall into.

use super::told::{batch_of, follow_order, forward, numbered, ports, record, run};
use crate::fakes::{Answer, FakeQueue};
use serde_json::json;
use teamwire_transport::{Deadline, RecordBatchFault, SendFault, batch};

#[tokio::test]
async fn a_panicking_record_is_retried_and_the_others_are_delivered() {
    let ports = ports();
    let reported = run(numbered(&["forward a", "panic", "forward b"]), &ports).await;
    assert_eq!(reported, Ok(vec!["m1".to_owned()]));
    assert_eq!(ports.events.accepted().len(), 2);
}

#[tokio::test]
async fn a_missing_message_id_fails_the_whole_batch_before_anything_is_done() {
    for id in [json!(null), json!("")] {
        let ports = ports();
        let mut nameless = record("m1", "forward b");
        nameless["messageId"] = id;
        let event = batch_of(vec![record("m0", "forward a"), nameless]);
        assert_eq!(run(event, &ports).await, Err(RecordBatchFault::NoMessageId));
        assert_eq!(ports.events.requests(), 0);
    }
}

#[tokio::test]
async fn one_poison_record_is_only_its_own_failure() {
    let ports = ports();
    let mut orders = vec!["forward a"; 10];
    orders[4] = "dead tampered";
    assert_eq!(run(numbered(&orders), &ports).await, Ok(vec![]));
    assert_eq!(ports.dead_letters.accepted().len(), 1);
    assert_eq!(ports.events.accepted().len(), 1);
}

#[tokio::test]
async fn when_every_record_failed_the_batch_is_an_error_so_that_polling_slows_down() {
    let ports = ports();
    for orders in [vec!["retry"], vec!["retry", "panic", "retry"]] {
        assert_eq!(
            run(numbered(&orders), &ports).await,
            Err(RecordBatchFault::AllFailed)
        );
    }
    let all_but_one = ["retry", "done"];
    assert_eq!(
        run(numbered(&all_but_one), &ports).await,
        Ok(vec!["m0".to_owned()])
    );
}

#[tokio::test]
async fn an_empty_batch_is_no_failure() {
    let ports = ports();
    assert_eq!(run(batch_of(vec![]), &ports).await, Ok(vec![]));
    assert_eq!(ports.events.requests() + ports.own.requests(), 0);
}

#[tokio::test]
async fn two_notifications_of_one_change_are_one_event_and_both_are_settled() {
    let ports = ports();
    let reported = run(numbered(&["forward a", "forward a", "forward b"]), &ports).await;
    assert_eq!(reported, Ok(vec![]));
    let ids: Vec<_> = ports
        .events
        .bodies()
        .iter()
        .map(|event| event["id"].clone())
        .collect();
    let id = |name| json!(forward(name, "{\"etag\":\"1\"}").event.id);
    assert_eq!(ids, [id("a"), id("b")]);
}

#[tokio::test]
async fn two_notifications_of_one_change_are_both_reported_if_their_event_is_refused() {
    let mut ports = ports();
    ports.events = FakeQueue::scripted([Answer::AllBut(vec![0]), Answer::AllBut(vec![0])]);
    let reported = run(numbered(&["forward a", "forward a", "forward b"]), &ports).await;
    assert_eq!(reported, Ok(vec!["m0".to_owned(), "m1".to_owned()]));
}

#[tokio::test]
async fn a_change_is_not_a_duplicate_because_an_earlier_try_of_it_failed() {
    let mut ports = ports();
    let refused = || Answer::Fail(SendFault::Refused);
    ports.events = FakeQueue::scripted([refused(), refused()]);
    let order = || numbered(&["forward a"]);
    assert_eq!(run(order(), &ports).await, Err(RecordBatchFault::AllFailed));
    assert_eq!(run(order(), &ports).await, Ok(vec![]));
    assert_eq!(ports.events.accepted().len(), 1);
}

#[tokio::test]
async fn two_records_with_one_id_are_both_worked_on_and_reported_by_it() {
    let ports = ports();
    let event = batch_of(vec![
        record("m0", "forward a"),
        record("m0", "retry"),
        record("m1", "done"),
    ]);
    assert_eq!(run(event, &ports).await, Ok(vec!["m0".to_owned()]));
    assert_eq!(ports.events.accepted().len(), 1);
}

#[tokio::test]
async fn work_that_outlives_the_deadline_is_retried_and_what_is_done_is_delivered() {
    let ports = ports();
    let deadline = Deadline::after(Deadline::SETTLING);
    let work = |deliveries| {
        batch::each(deliveries, deadline, |delivery| async move {
            if delivery.message_id == "m1" {
                std::future::pending::<()>().await;
            }
            follow_order(delivery).await
        })
    };
    let response = batch::run(numbered(&["forward a", "forward b"]), &ports, work)
        .await
        .unwrap();
    assert_eq!(response.batch_item_failures[0].item_identifier, "m1");
    assert_eq!(ports.events.accepted().len(), 1);
}

#[tokio::test]
async fn a_record_without_a_verdict_is_retried() {
    let ports = ports();
    let work = |_| async { vec![Ok(forward("a", "{}"))] };
    let response = batch::run(numbered(&["", ""]), &ports, work).await.unwrap();
    assert_eq!(
        serde_json::to_value(&response).unwrap(),
        json!({ "batchItemFailures": [{ "itemIdentifier": "m1" }] })
    );
}
