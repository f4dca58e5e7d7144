//! The needs of a batch that a handshake does not have: secrets, keys and queues.

use crate::ItemGuard;
use crate::client_states::StateLookup;
use crate::sort::SortedItems;
use futures::{StreamExt, TryStreamExt, stream};
use std::future::Future;
use teamwire_graph::signing_keys::KeyLookup;
use teamwire_payload::Event;
use teamwire_transport::send::send_all;
use teamwire_transport::{ClaimStore, EventSink, MessageQueue, OutgoingEntry, TailedQueue, claims};

/// The dependencies of one batch.
pub struct Backend<K, C, Q, S> {
    /// Tells authentic items.
    pub guard: ItemGuard<K, C>,
    /// Takes them.
    pub queues: IngestQueues<Q, S>,
}

/// The backend that `B` gives.
pub type BackendOf<B> = Backend<
    <B as Backends>::Keys,
    <B as Backends>::States,
    <B as Backends>::Queue,
    <B as Backends>::Claims,
>;

/// Gives the backend when it is first needed.
pub trait Backends: Send + Sync {
    /// Finds signing keys.
    type Keys: KeyLookup + Send + Sync;
    /// Finds the client states that are live.
    type States: StateLookup;
    /// Takes messages.
    type Queue: MessageQueue;
    /// Takes what is too large for a queue.
    type Claims: ClaimStore;

    /// The backend.
    ///
    /// # Errors
    /// A label, where it is unavailable just now.
    fn backend(&self) -> impl Future<Output = Result<&BackendOf<Self>, &'static str>> + Send;
}

/// The queues of ingest.
pub struct IngestQueues<Q, S> {
    /// Sealed items.
    pub decrypt: Q,
    /// Items whose resource has to be read.
    pub hydrate: Q,
    /// Items about subscriptions.
    pub lifecycle: Q,
    /// The same queue, for activity reports.
    pub activity: Q,
    /// Events that need neither, and where their copies go.
    pub events: TailedQueue<Q>,
    /// Authentic items that no function could take.
    pub quarantine: Q,
    /// Makes events fit their queue.
    pub sink: EventSink,
    /// The store for bodies that are too large for a queue.
    pub claims: S,
}

impl<Q: MessageQueue, S: ClaimStore> IngestQueues<Q, S> {
    /// Puts everything on its queue.
    ///
    /// # Errors
    /// A label, where something is not; what already is will come again as a duplicate.
    pub async fn enqueue(&self, sorted: SortedItems) -> Result<(), &'static str> {
        let events = self.events(sorted.events, sorted.trace).await?;
        let (decrypt, hydrate, lifecycle, events, quarantine) = futures::join!(
            self.send(&self.decrypt, sorted.decrypt),
            self.send(&self.hydrate, sorted.hydrate),
            self.send(&self.lifecycle, sorted.lifecycle),
            self.send_fitting(&self.events, events),
            self.send(&self.quarantine, sorted.quarantine),
        );
        decrypt
            .and(hydrate)
            .and(lifecycle)
            .and(events)
            .and(quarantine)
    }

    async fn events(
        &self,
        events: Vec<Event>,
        trace: Option<String>,
    ) -> Result<Vec<OutgoingEntry>, &'static str> {
        let entries = events
            .into_iter()
            .map(|event| self.sink.outgoing(&self.claims, event, trace.clone()));
        futures::future::try_join_all(entries)
            .await
            .map_err(|_| "claims-unavailable")
    }

    async fn send(
        &self,
        queue: &impl MessageQueue,
        entries: Vec<OutgoingEntry>,
    ) -> Result<(), &'static str> {
        let fitting: Vec<OutgoingEntry> = stream::iter(entries)
            .map(|entry| claims::fit(&self.claims, entry))
            .buffered(8)
            .try_collect()
            .await
            .map_err(|_| "claims-unavailable")?;
        self.send_fitting(queue, fitting).await
    }

    async fn send_fitting(
        &self,
        queue: &impl MessageQueue,
        entries: Vec<OutgoingEntry>,
    ) -> Result<(), &'static str> {
        let accepted = send_all(queue, &entries).await;
        if accepted.into_iter().all(|accepted| accepted) {
            Ok(())
        } else {
            Err("queue-refused")
        }
    }
}
