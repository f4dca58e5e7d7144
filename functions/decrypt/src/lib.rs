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

pub use config::{Config, KeySources};
pub use fault::DecryptFault;

use std::sync::Arc;
use teamwire_envelope::KeyUnwrap;
use teamwire_payload::event;
use teamwire_payload::{Message, Origin, Reference, Sealed};
use teamwire_transport::batch::{Forward, Verdict};
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
    pub async fn work(self: Arc<Self>, delivery: Delivery) -> Verdict {
        Ok(self.open(&delivery).await?)
    }

    async fn open(&self, delivery: &Delivery) -> Result<Forward, DecryptFault> {
        let text = claims::resolve(&self.claims, &delivery.body).await?;
        let message = Message::<Sealed>::parse(&text)?;
        let Message {
            received_at,
            trace,
            body: Sealed { change, content },
        } = message;
        let resource = change.announced()?;
        let plaintext = teamwire_envelope::open(&content, &self.keys).await?;
        let change = Message::<Reference> {
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
        Ok(Forward {
            event,
            trace: change.trace,
        })
    }
}
