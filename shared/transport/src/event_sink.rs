//! Events, made ready for the events queue, or for a bus behind it.

use crate::{ClaimFault, ClaimStore, OutgoingEntry};
use teamwire_payload::event;
use teamwire_payload::{Event, ResourceRef, limits};

/// Attribute of an entry for a bus: the event's type.
pub const DETAIL_TYPE: &str = "detail-type";
/// Attribute of an entry for a bus: the event's time.
pub const TIME: &str = "time";

/// Turns events into entries.
#[derive(Debug, Clone)]
pub struct EventSink {
    to: SinkDestination,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SinkDestination {
    Queue,
    FifoQueue,
    EventBus,
}

impl EventSink {
    /// For the queue at `url`. On a FIFO queue the events of one chat or channel stay in order
    /// and duplicates are dropped by event id.
    pub fn new(url: &str) -> Self {
        let to = match url.ends_with(".fifo") {
            true => SinkDestination::FifoQueue,
            false => SinkDestination::Queue,
        };
        Self { to }
    }

    /// For a bus, whose entries have what a rule tells events apart by as attributes.
    pub fn for_event_bus() -> Self {
        Self {
            to: SinkDestination::EventBus,
        }
    }

    /// Most that an entry may hold.
    fn limit(&self) -> usize {
        match self.to {
            SinkDestination::Queue | SinkDestination::FifoQueue => limits::SQS_BYTES,
            SinkDestination::EventBus => limits::EVENT_BUS_BYTES,
        }
    }

    /// The entry for `event`. Data that would not fit is left in `store`, and the event says
    /// where, in `dataref`.
    ///
    /// # Errors
    /// [`ClaimFault::Unavailable`] where it could not be left there.
    pub async fn outgoing(
        &self,
        store: &impl ClaimStore,
        mut event: Event,
        trace: Option<String>,
    ) -> Result<OutgoingEntry, ClaimFault> {
        let mut outgoing = match (self.fitting(&event)?, event.data.take()) {
            (None, Some(data)) => {
                let key = format!("events/{}.json", event.id);
                // Moved, not copied: each event of a batch may be as large.
                store
                    .put(&key, Box::<str>::from(data).into_string())
                    .await?;
                event.dataref = Some(format!("{}/{key}", store.location()));
                self.entry(&event)?
            }
            (Some(entry), _) => entry,
            (None, None) => self.entry(&event)?,
        };
        outgoing.trace = trace;
        Ok(outgoing)
    }

    /// The entry, if it may be so large.
    fn fitting(&self, event: &Event) -> Result<Option<OutgoingEntry>, ClaimFault> {
        let data = event.data.as_ref().map_or(0, |data| data.get().len());
        if data > self.limit() {
            return Ok(None);
        }
        Ok(Some(self.entry(event)?).filter(|entry| entry.bytes() <= self.limit()))
    }

    fn entry(&self, event: &Event) -> Result<OutgoingEntry, ClaimFault> {
        let body = serde_json::to_string(event).map_err(|_| ClaimFault::Mismatch)?;
        let group = match self.to {
            SinkDestination::FifoQueue => fifo_group(event),
            SinkDestination::Queue | SinkDestination::EventBus => event.tenantid.clone(),
        };
        let mut outgoing = OutgoingEntry::json(body, &group);
        if self.to == SinkDestination::EventBus {
            outgoing.attributes.extend([
                (DETAIL_TYPE, event.event_type.clone()),
                (TIME, event.time.clone()),
            ]);
        }
        outgoing.deduplication = Some(event::once(event));
        Ok(outgoing)
    }
}

/// A group id holds at most 128 characters, less than some paths.
fn fifo_group(event: &Event) -> String {
    let conversation = match ResourceRef::parse(&event.subject) {
        Ok(ResourceRef::Teams(path)) => path.conversation(),
        _ => event.subject.clone(),
    };
    teamwire_payload::event::short_hash(&[&event.tenantid, &conversation])
}
