//! The queues around the function: gaps go round until none is left.

use super::world::Change;
use crate::fakes::{Answer, FakeClaims, FakeQueue};
use crate::simulation::forecast::Dice;
use aws_lambda_events::event::sqs::SqsEvent;
use serde_json::json;
use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;
use teamwire_backfill::{Backfill, ListSource};
use teamwire_payload::{CoverageGap, Event, QueueMessage};
use teamwire_transport::batch::{self, Outputs};
use teamwire_transport::{Deadline, EventSink, OutgoingEntry, SendFault};

pub(super) const ROOT: &str = "https://graph.microsoft.com";
/// Records taken at once.
const BATCH: usize = 4;

/// The output.
#[derive(Default)]
pub(super) struct Filled {
    pub(super) events: Vec<Event>,
    /// Reasons of dead letters.
    pub(super) dead: Vec<String>,
    /// The delays of deferred messages.
    pub(super) waits: Vec<Duration>,
    /// Batches that were run.
    pub(super) turns: usize,
}

impl Filled {
    /// Subject, version and change of each event about a resource.
    pub(super) fn changes(&self) -> BTreeSet<Change> {
        let about_resources = self.events.iter().filter(|event| !is_gap(event));
        about_resources
            .map(|event| {
                let (_, change) = event.event_type.rsplit_once('.').unwrap();
                let known = ["created", "updated", "deleted"];
                let change = known.into_iter().find(|known| *known == change).unwrap();
                let version = event.contentversion.clone().unwrap_or_default();
                (event.subject.clone(), version, change)
            })
            .collect()
    }

    /// Subjects of the events about resources, each once.
    pub(super) fn subjects(&self) -> BTreeSet<String> {
        let changes = self.changes().into_iter();
        changes.map(|(subject, _, _)| subject).collect()
    }

    /// The gaps that were reported, and the reason of each.
    pub(super) fn gaps(&self) -> BTreeSet<(String, String)> {
        let gaps = self.events.iter().filter(|event| is_gap(event));
        gaps.map(|event| {
            let data: serde_json::Value =
                serde_json::from_str(event.data.as_ref().unwrap().get()).unwrap();
            let why = data["unfilled"].as_str().unwrap().to_owned();
            (event.subject.clone(), why)
        })
        .collect()
    }
}

fn is_gap(event: &Event) -> bool {
    event.event_type == "teamwire.gap"
}

/// The message that a gap travels as.
pub(super) fn text(gap: CoverageGap) -> String {
    let message = QueueMessage {
        received_at: 1_795_255_200_123,
        trace: Some("Root=1-a".to_owned()),
        body: gap,
    };
    message.to_json().unwrap()
}

/// Fills a gap, while nothing goes wrong but what Graph does.
pub(super) async fn fill(pages: impl ListSource, gap: CoverageGap) -> Filled {
    drive(pages, text(gap), None).await
}

/// Fills a gap while queues refuse, answers get lost and records come twice.
pub(super) async fn fill_with_mishaps(
    pages: impl ListSource,
    gap: CoverageGap,
    seed: u64,
) -> Filled {
    drive(pages, text(gap), Some(Dice::new(seed))).await
}

pub(super) async fn drive(pages: impl ListSource, first: String, mut dice: Option<Dice>) -> Filled {
    let backfill = Arc::new(Backfill::new(ROOT, pages, FakeClaims::default()));
    let mut waiting = VecDeque::from([OutgoingEntry::json(first, "t")]);
    let mut filled = Filled::default();
    while !waiting.is_empty() {
        filled.turns += 1;
        assert!(filled.turns < 3_000, "it does not come to an end");
        let taken: Vec<OutgoingEntry> = waiting.drain(..waiting.len().min(BATCH)).collect();
        let ports = Outputs {
            source: "backfill",
            events: queue(dice.as_mut()),
            sink: EventSink::new("https://sqs.example/events"),
            own: queue(dice.as_mut()),
            dead_letters: FakeQueue::default(),
            claims: FakeClaims::default(),
        };
        let deadline = Deadline::after(Duration::from_secs(60));
        let work = |deliveries| backfill.work(deliveries, deadline);
        let answer = batch::run(records(&taken), &ports, work).await;
        let returned: Vec<usize> = match answer {
            Ok(response) => {
                let failures = response.batch_item_failures.iter();
                failures
                    .map(|failure| failure.item_identifier.parse().unwrap())
                    .collect()
            }
            Err(_) => (0..taken.len()).collect(),
        };
        for (at, record) in taken.into_iter().enumerate() {
            // A crash before the record was deleted: it comes again.
            let comes_again = dice.as_mut().is_some_and(|dice| dice.percent(5));
            if returned.contains(&at) || comes_again {
                waiting.push_back(record);
            }
        }
        for entry in ports.own.accepted() {
            filled.waits.push(entry.delay);
            waiting.push_back(entry);
        }
        for body in ports.events.bodies() {
            filled.events.push(serde_json::from_value(body).unwrap());
        }
        for letter in ports.dead_letters.accepted() {
            let reason = letter.attributes.iter().find(|(name, _)| *name == "reason");
            filled.dead.push(reason.unwrap().1.clone());
        }
    }
    filled
}

/// A queue that may refuse what it is asked first.
fn queue(dice: Option<&mut Dice>) -> FakeQueue {
    let Some(dice) = dice else {
        return FakeQueue::default();
    };
    let answers = (0..4).map(|_| match dice.below(12) {
        0 => Answer::Fail(SendFault::Unavailable),
        1 => Answer::Fail(SendFault::Refused),
        2 => Answer::AcceptAndLose,
        3 => Answer::AllBut(vec![0]),
        _ => Answer::Accept,
    });
    FakeQueue::scripted(answers.collect::<Vec<_>>())
}

fn records(taken: &[OutgoingEntry]) -> SqsEvent {
    let records = taken.iter().enumerate().map(|(at, entry)| {
        json!({
            "messageId": at.to_string(),
            "body": entry.body,
            "attributes": { "MessageGroupId": entry.group },
            "messageAttributes": {},
        })
    });
    serde_json::from_value(json!({ "Records": records.collect::<Vec<_>>() })).unwrap()
}
