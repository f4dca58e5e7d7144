//! The number of requests to Graph.

use super::stand_in::{
    Behaviour, Graph, MESSAGE, OTHER_TENANT, TENANT, change, refusal, text, verdicts, verdicts_by,
};
use crate::fakes::FakeClaims;
use std::time::Duration;
use teamwire_graph::{ReadFault, resource_reader::READ_TIMEOUT};
use teamwire_payload::ChangeType;
use teamwire_transport::{Deadline, Disposition};

#[tokio::test]
async fn ten_records_of_one_resource_are_one_read_and_ten_events() {
    let graph = Graph::default();
    let bodies = vec![text(change(MESSAGE, ChangeType::Updated)); 10];
    let verdicts = verdicts(&graph, bodies).await;
    assert_eq!(graph.reads(), [format!("{TENANT} {MESSAGE}")]);
    assert_eq!(
        verdicts.iter().filter(|verdict| verdict.is_ok()).count(),
        10
    );
}

#[tokio::test]
async fn one_resource_in_different_spellings_is_one_read() {
    let graph = Graph::default();
    let spellings = [
        MESSAGE,
        "/chats('a')/messages('1')",
        "chats/a/messages/1",
        "Chats/%61/messages/1",
    ];
    let bodies = spellings.map(|path| text(change(path, ChangeType::Updated)));
    verdicts(&graph, bodies.to_vec()).await;
    assert_eq!(graph.reads().len(), 1);
}

#[tokio::test]
async fn distinct_resources_are_read_each() {
    let graph = Graph::default();
    let path = |n: usize| format!("chats('a')/messages('{n}')");
    let bodies = (0..10).map(|n| text(change(&path(n % 5), ChangeType::Created)));
    verdicts(&graph, bodies.collect()).await;
    let mut reads = graph.reads();
    reads.sort();
    assert_eq!(
        reads,
        [0, 1, 2, 3, 4].map(|n| format!("{TENANT} {}", path(n)))
    );
}

#[tokio::test]
async fn one_path_in_two_tenants_is_two_resources() {
    let graph = Graph::default();
    let mut other = change(MESSAGE, ChangeType::Created);
    other.tenant_id = OTHER_TENANT.parse().unwrap();
    let bodies = vec![text(change(MESSAGE, ChangeType::Created)), text(other)];
    let verdicts = verdicts(&graph, bodies).await;
    assert_eq!(graph.reads().len(), 2);
    let ids = verdicts
        .into_iter()
        .map(|verdict| verdict.unwrap().event.id);
    assert_eq!(ids.collect::<std::collections::HashSet<_>>().len(), 2);
}

#[tokio::test]
async fn the_next_batch_reads_anew() {
    let graph = Graph::default();
    for _ in 0..2 {
        verdicts(&graph, vec![text(change(MESSAGE, ChangeType::Updated))]).await;
    }
    assert_eq!(graph.reads().len(), 2);
}

#[tokio::test]
async fn a_fault_is_shared_by_the_records_that_asked_for_it() {
    let wait = Duration::from_secs(7);
    let graph = Graph::told(MESSAGE, [Err(ReadFault::Throttled(wait))]);
    let bodies = vec![text(change(MESSAGE, ChangeType::Updated)); 3];
    for verdict in verdicts(&graph, bodies).await {
        let expected = (Disposition::RetryAfter(Some(wait)), "throttled".to_owned());
        assert_eq!(refusal(verdict), expected);
    }
    assert_eq!(graph.reads().len(), 1);
}

#[tokio::test]
async fn without_time_for_a_read_a_record_waits_and_graph_is_not_asked() {
    let graph = Graph::default();
    let left = Deadline::SETTLING + READ_TIMEOUT / 2;
    let bodies = vec![
        text(change(MESSAGE, ChangeType::Created)),
        text(change(MESSAGE, ChangeType::Deleted)),
    ];
    let deadline = Deadline::after(left);
    let mut verdicts = verdicts_by(&graph, FakeClaims::default(), bodies, deadline).await;
    assert!(verdicts.remove(1).is_ok(), "a deletion needs no read");
    let expected = (
        Disposition::RetryAfter(None),
        "graph-unavailable".to_owned(),
    );
    assert_eq!(refusal(verdicts.remove(0)), expected);
    assert_eq!(graph.reads(), Vec::<String>::new());
}

#[tokio::test]
async fn a_panic_while_reading_is_that_records_retry() {
    let graph = Graph::told(MESSAGE, [Behaviour::Panic]);
    let bodies = vec![
        text(change(MESSAGE, ChangeType::Created)),
        text(change("chats('b')", ChangeType::Created)),
    ];
    let mut verdicts = verdicts(&graph, bodies).await;
    assert!(verdicts.remove(1).is_ok());
    assert_eq!(
        refusal(verdicts.remove(0)),
        (Disposition::Retry, "panic".to_owned())
    );
}

#[tokio::test]
async fn a_panic_does_not_strand_the_records_that_wait_for_its_answer() {
    let graph = Graph::told(MESSAGE, [Behaviour::Panic]);
    let verdicts = verdicts(&graph, vec![text(change(MESSAGE, ChangeType::Created)); 10]).await;
    assert_eq!(verdicts.iter().filter(|verdict| verdict.is_ok()).count(), 9);
    assert_eq!(graph.reads().len(), 2);
}
