//! Copies of events for whoever watches: never at the cost of an event.

use super::counted::Counted;
use crate::fakes::{Answer, FakeQueue};
use std::time::{Duration, Instant};
use teamwire_payload::limits;
use teamwire_transport::send::send_all;
use teamwire_transport::{MessageQueue, OutgoingEntry, SendFault, TailedQueue};

/// A queue that answers, or one that never does.
enum Line {
    Open(FakeQueue),
    Silent,
}

impl Line {
    fn open(queue: &FakeQueue) -> Self {
        Self::Open(queue.clone())
    }
}

impl MessageQueue for Line {
    async fn send_batch(&self, entries: &[OutgoingEntry]) -> Result<Vec<bool>, SendFault> {
        match self {
            Self::Open(queue) => queue.send_batch(entries).await,
            Self::Silent => std::future::pending().await,
        }
    }
}

fn entries(n: usize) -> Vec<OutgoingEntry> {
    let entry = |n: usize| OutgoingEntry::json(format!("{{\"n\":{n}}}"), "tenant");
    (0..n).map(entry).collect()
}

fn later() -> Instant {
    Instant::now() + Duration::from_secs(60)
}

/// The counters of a run: copies that arrived, and those that were lost.
fn counted(run: impl Future<Output = ()>) -> (u64, u64) {
    let counted = Counted::default();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    metrics::with_local_recorder(&counted, || runtime.block_on(run));
    (counted.of("copied"), counted.of("copiesLost"))
}

#[test]
fn each_event_is_copied_once_as_it_was_sent() {
    let (events, tail) = (FakeQueue::default(), FakeQueue::default());
    let tailed = TailedQueue::new(Line::open(&events), Some(Line::open(&tail)));
    let counts = counted(async {
        assert_eq!(send_all(&tailed, &entries(25)).await, [true; 25]);
        assert_eq!(tail.requests(), 0, "no event waits for a copy");
        tailed.copy(later()).await;
        tailed.copy(later()).await;
    });
    assert_eq!(counts, (25, 0));
    assert_eq!(tail.accepted(), events.accepted());
    assert_eq!(tail.requests(), 3);
}

#[test]
fn only_what_the_events_queue_accepted_is_copied() {
    // The second entry is refused twice, the third only at first.
    let events = FakeQueue::scripted([Answer::AllBut(vec![1, 2]), Answer::AllBut(vec![0])]);
    let tail = FakeQueue::default();
    let tailed = TailedQueue::new(Line::open(&events), Some(Line::open(&tail)));
    let counts = counted(async {
        assert_eq!(send_all(&tailed, &entries(3)).await, [true, false, true]);
        tailed.copy(later()).await;
    });
    assert_eq!(counts, (2, 0));
    assert_eq!(tail.accepted(), events.accepted());
}

#[test]
fn a_tail_that_is_down_costs_no_event_and_is_asked_once() {
    let events = FakeQueue::default();
    let down = FakeQueue::down();
    let tailed = TailedQueue::new(Line::open(&events), Some(Line::open(&down)));
    let counts = counted(async {
        assert_eq!(send_all(&tailed, &entries(4)).await, [true; 4]);
        tailed.copy(later()).await;
    });
    assert_eq!(counts, (0, 4));
    assert_eq!((events.accepted().len(), down.requests()), (4, 1));
}

#[test]
fn copies_that_the_tail_refuses_are_lost_and_the_others_arrive() {
    let events = FakeQueue::default();
    let tail = FakeQueue::scripted([Answer::AllBut(vec![0])]);
    let tailed = TailedQueue::new(Line::open(&events), Some(Line::open(&tail)));
    let counts = counted(async {
        send_all(&tailed, &entries(3)).await;
        tailed.copy(later()).await;
    });
    assert_eq!(counts, (2, 1));
    assert_eq!(tail.requests(), 1, "nothing is sent again");
}

#[test]
fn a_tail_that_does_not_answer_is_given_up() {
    let events = FakeQueue::default();
    let tailed = TailedQueue::new(Line::open(&events), Some(Line::Silent));
    // Of twenty requests some have no turn at all.
    let counts = counted(async {
        assert_eq!(send_all(&tailed, &entries(200)).await, [true; 200]);
        tailed.copy(later()).await;
    });
    assert_eq!((counts, events.accepted().len()), ((0, 200), 200));
}

#[test]
fn no_copy_is_waited_for_past_the_end_of_the_invocation() {
    let tailed = TailedQueue::new(Line::open(&FakeQueue::default()), Some(Line::Silent));
    let counts = counted(async {
        send_all(&tailed, &entries(20)).await;
        let gave_up_first = tokio::select! {
            biased;
            () = tailed.copy(Instant::now()) => true,
            () = tokio::time::sleep(limits::COPY_DEADLINE) => false,
        };
        assert!(gave_up_first);
    });
    assert_eq!(counts, (0, 20));
}

#[test]
fn copies_that_nobody_fetches_do_not_fill_the_memory() {
    let (events, tail) = (FakeQueue::default(), FakeQueue::default());
    let tailed = TailedQueue::new(Line::open(&events), Some(Line::open(&tail)));
    let large = OutgoingEntry::json("x".repeat(limits::SQS_BYTES), "tenant");
    let fitting = limits::COPY_BYTES / limits::SQS_BYTES;
    let counts = counted(async {
        let entries = vec![large.clone(); fitting + 3];
        assert!(send_all(&tailed, &entries).await.into_iter().all(|it| it));
        tailed.copy(later()).await;
        assert_eq!(send_all(&tailed, &[large]).await, [true]);
        tailed.copy(later()).await;
    });
    assert_eq!(counts, (fitting as u64 + 1, 3));
    assert_eq!(events.accepted().len(), fitting + 4);
}

#[test]
fn without_a_tail_nothing_is_counted() {
    let events = FakeQueue::default();
    let tailed = TailedQueue::new(Line::open(&events), None);
    let counts = counted(async {
        assert_eq!(send_all(&tailed, &entries(3)).await, [true; 3]);
        tailed.copy(later()).await;
    });
    assert_eq!((counts, events.accepted().len()), ((0, 0), 3));
}
