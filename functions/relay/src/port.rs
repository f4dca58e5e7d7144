//! Where the relay sends.

use crate::EventBus;
use teamwire_payload::limits;
use teamwire_transport::{MessageQueue, OutgoingEntry, SendFault, SqsQueue};

/// A place for what came of a record.
#[derive(Debug, Clone)]
pub enum RelayOutput {
    /// For events.
    Bus(EventBus),
    /// For dead letters.
    Queue(SqsQueue),
    /// For deferrals, of which the relay has none: its role may not send to the queue that it takes
    /// from.
    Nowhere,
}

impl MessageQueue for RelayOutput {
    const BATCH_BYTES: usize = limits::EVENT_BUS_BYTES;

    async fn send_batch(&self, entries: &[OutgoingEntry]) -> Result<Vec<bool>, SendFault> {
        match self {
            Self::Bus(bus) => bus.send_batch(entries).await,
            Self::Queue(queue) => queue.send_batch(entries).await,
            Self::Nowhere => Ok(vec![false; entries.len()]),
        }
    }
}
