//! From sealed notifications to events.
//!
//! ```text
//! SQS record -> (claim check) -> Message<Sealed> -> Authentic -> resource -> Event
//! ```
//!
//! Whatever can't be opened becomes a dead letter with a reason, never a guess; whatever only
//! lacks its key just now waits in the queue.

mod config;
mod fault;
pub mod key_ring;

pub use config::{DecryptConfig, KeySources};
pub use fault::DecryptFault;

use std::sync::Arc;
use teamwire_envelope::KeyUnwrap;
use teamwire_payload::event;
use teamwire_payload::{Origin, QueueMessage, ReferencedChange, SealedChange};
use teamwire_transport::batch::{ForwardedEvent, RecordVerdict};
use teamwire_transport::{ClaimStore, Delivery, claims};

/// Opens sealed notifications.
pub struct Decrypt<K, S> {
    graph_root: &'static str,
    keys: K,
    claims: S,
}

impl<K: KeyUnwrap + Send + Sync, S: ClaimStore> Decrypt<K, S> {
    /// `graph_root` is the cloud's, for the events.
    pub fn new(graph_root: &'static str, keys: K, claims: S) -> Self {
        Self {
            graph_root,
            keys,
            claims,
        }
    }

    /// The verdict on one delivery.
    pub async fn work(self: Arc<Self>, delivery: Delivery) -> RecordVerdict {
        Ok(self.open(&delivery).await?)
    }

    async fn open(&self, delivery: &Delivery) -> Result<ForwardedEvent, DecryptFault> {
        let text = claims::resolve(&self.claims, &delivery.body).await?;
        let message = QueueMessage::<SealedChange>::parse(&text)?;
        let QueueMessage {
            received_at,
            trace,
            body: SealedChange { change, content },
        } = message;
        let resource = change.announced()?;
        let plaintext = teamwire_envelope::open(&content, &self.keys).await?;
        let change = QueueMessage::<ReferencedChange> {
            received_at,
            trace,
            body: change,
        };
        let event = event::with_data(
            self.graph_root,
            &change,
            &resource,
            Origin::Decrypted,
            &plaintext,
            content.data_signature.as_deref().unwrap_or_default(),
        )?;
        Ok(ForwardedEvent {
            event,
            trace: change.trace,
        })
    }
}
