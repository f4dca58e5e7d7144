//! Events, made ready for the events queue.

use crate::{ClaimFault, ClaimStore, Outgoing};
use teamwire_payload::{Event, Resource, limits};

/// Turns events into queue entries.
#[derive(Debug, Clone)]
pub struct EventSink {
    fifo: bool,
}

impl EventSink {
    /// For the queue at `url`. On a FIFO queue the events of one chat or channel stay in order
    /// and duplicates are dropped by event id.
    pub fn new(url: &str) -> Self {
        Self {
            fifo: url.ends_with(".fifo"),
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
        event: &Event,
        trace: Option<String>,
    ) -> Result<Outgoing, ClaimFault> {
        let mut outgoing = self.entry(event)?;
        if outgoing.bytes() > limits::SQS_BYTES
            && let Some(data) = &event.data
        {
            let key = format!("events/{}.json", event.id);
            store.put(&key, data.get().to_owned()).await?;
            let mut event = event.clone();
            event.dataref = Some(format!("{}/{key}", store.location()));
            event.data = None;
            outgoing = self.entry(&event)?;
        }
        outgoing.trace = trace;
        Ok(outgoing)
    }

    fn entry(&self, event: &Event) -> Result<Outgoing, ClaimFault> {
        let body = serde_json::to_string(event).map_err(|_| ClaimFault::Mismatch)?;
        let group = if self.fifo {
            fifo_group(event)
        } else {
            event.tenantid.clone()
        };
        let mut outgoing = Outgoing::json(body, &group);
        outgoing.deduplication = Some(event.id.clone());
        Ok(outgoing)
    }
}

/// A group id holds at most 128 characters, less than some paths.
fn fifo_group(event: &Event) -> String {
    let conversation = match Resource::parse(&event.subject) {
        Ok(Resource::Teams(path)) => path.conversation(),
        _ => event.subject.clone(),
    };
    teamwire_payload::event::short_hash(&[&event.tenantid, &conversation])
}
