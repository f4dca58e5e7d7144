//! Bugs that are planted to see whether the checker finds them.

use super::world::{Name, World};
use teamwire_payload::event;
use teamwire_payload::event::{ReferenceReason, short_hash};
use teamwire_payload::{ChangeType, QueueMessage, ReferencedChange, ResourceRef};
use teamwire_transport::batch::{ForwardedEvent, RecordVerdict};
use teamwire_transport::{Delivery, Disposition, RecordFailure, SendFault};

/// Each is a mistake that respected code has made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bug {
    None,
    /// Records are deleted when they are received.
    AckBeforeSend,
    /// Deletes all records of a batch for which there is an answer.
    DropOnPartialFailure,
    /// A record counts as seen before its event was sent.
    DedupBeforeDone,
    /// Redelivery and redrive change an event's id.
    IdFromMessageId,
    /// A send without an answer counts as sent.
    LostAnswerIsSuccess,
    /// A record whose task panicked counts as done.
    PanicIsSuccess,
    /// Nobody looks whether the dead-letter queue took it.
    DeadLetterSendIgnored,
    /// Graph is told 202 whatever became of the items.
    AcceptedFromMemory,
    /// Forwards a notification that can't be opened as a reference.
    TamperedIsForwarded,
    /// What a queue took of a request in part counts as taken whole.
    PartIsSuccess,
    /// Nobody looks whether the own queue took a deferral.
    DeferralSendIgnored,
    /// Nobody looks whether quarantine took an item.
    QuarantineSendIgnored,
    /// Nobody looks whether the bucket took what is too large.
    ClaimPutIgnored,
    /// What Graph does not answer for is taken for deleted.
    OutageIsDeletion,
    /// An item is judged by a secret that was read before it came.
    StaleSecret,
    /// A deferral loses the trace that its record came with.
    LostTrace,
    /// What comes of a replayed message does not say that it was replayed.
    LostReplays,
    /// A replay goes on with what comes back.
    EndlessReplay,
}

impl Bug {
    pub(super) const ALL: [Self; 18] = [
        Self::AckBeforeSend,
        Self::DropOnPartialFailure,
        Self::DedupBeforeDone,
        Self::IdFromMessageId,
        Self::LostAnswerIsSuccess,
        Self::PanicIsSuccess,
        Self::DeadLetterSendIgnored,
        Self::AcceptedFromMemory,
        Self::TamperedIsForwarded,
        Self::PartIsSuccess,
        Self::DeferralSendIgnored,
        Self::QuarantineSendIgnored,
        Self::ClaimPutIgnored,
        Self::OutageIsDeletion,
        Self::StaleSecret,
        Self::LostTrace,
        Self::LostReplays,
        Self::EndlessReplay,
    ];

    /// What a function with this bug makes of a queue's answer to `entries`.
    pub(super) fn misread(
        self,
        to: Name,
        at_work: Option<Name>,
        entries: usize,
        answer: Result<Vec<bool>, SendFault>,
    ) -> Result<Vec<bool>, SendFault> {
        let is_ignored = match self {
            Self::LostAnswerIsSuccess => answer.is_err(),
            Self::PartIsSuccess => answer.is_ok(),
            Self::DeadLetterSendIgnored => {
                matches!(to, Name::DecryptDeadLetters | Name::HydrateDeadLetters)
            }
            Self::DeferralSendIgnored => at_work == Some(to),
            Self::QuarantineSendIgnored => to == Name::Quarantine,
            _ => false,
        };
        if is_ignored {
            Ok(vec![true; entries])
        } else {
            answer
        }
    }
}

impl Bug {
    /// The verdicts as a function with this bug would give them.
    pub(super) fn spoil(
        self,
        world: &World,
        deliveries: &[Delivery],
        verdicts: Vec<RecordVerdict>,
    ) -> Vec<RecordVerdict> {
        let pairs = deliveries.iter().zip(verdicts);
        pairs
            .map(|(delivery, verdict)| self.spoil_one(world, delivery, verdict))
            .collect()
    }

    fn spoil_one(
        self,
        world: &World,
        delivery: &Delivery,
        verdict: RecordVerdict,
    ) -> RecordVerdict {
        match (self, verdict) {
            (Self::DedupBeforeDone, Ok(forward)) => {
                let new = world.state().noted.insert(forward.event.id.clone());
                if new { Ok(forward) } else { Err(done()) }
            }
            (Self::IdFromMessageId, Ok(mut forward)) => {
                forward.event.id = short_hash(&[&delivery.message_id]);
                Ok(forward)
            }
            (Self::PanicIsSuccess, Err(failure)) if failure.label == "panic" => Err(done()),
            (Self::TamperedIsForwarded, Err(failure)) if is_tampered(&failure) => {
                Ok(guess(delivery))
            }
            (_, verdict) => verdict,
        }
    }
}

fn done() -> RecordFailure {
    RecordFailure {
        disposition: Disposition::Done,
        label: "done".into(),
    }
}

fn is_tampered(failure: &RecordFailure) -> bool {
    failure.disposition == Disposition::Dead("tampered".into())
}

fn guess(delivery: &Delivery) -> ForwardedEvent {
    let body: serde_json::Value = serde_json::from_str(&delivery.body).unwrap();
    let text = |name: &str| body["body"][name].as_str().unwrap().to_owned();
    let resource = ResourceRef::parse(&text("resource")).unwrap();
    let change = QueueMessage {
        received_at: 0,
        trace: None,
        body: ReferencedChange {
            tenant_id: text("tenantId").parse().unwrap(),
            subscription_id: text("subscriptionId"),
            change_type: ChangeType::Created,
            resource: text("resource"),
            odata_type: None,
            odata_id: None,
            etag: None,
        },
    };
    let root = "https://graph.microsoft.com";
    let event = event::reference(root, &change, &resource, ReferenceReason::Foreign);
    ForwardedEvent { event, trace: None }
}
