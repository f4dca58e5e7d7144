//! A stand-in for the secret with the client states.

use std::sync::{Arc, Mutex};
use std::time::Instant;
use teamwire_graph::ClientStates;
use teamwire_ingest::{ClientStatesFault, StateLookup};

/// The secret with the client states, and how it answers one who wants what is newer.
#[derive(Clone)]
pub(crate) struct Secret(Arc<Mutex<SecretState>>);

struct SecretState {
    held: Arc<ClientStates>,
    stored: String,
    /// The reason why it is not read again.
    unread: Option<ClientStatesFault>,
    readings: usize,
}

impl Secret {
    /// One that holds, and was read as, `text`.
    pub(crate) fn holding(text: &str) -> Self {
        Self(Arc::new(Mutex::new(SecretState {
            held: Arc::new(ClientStates::parse(text).unwrap()),
            stored: text.to_owned(),
            unread: None,
            readings: 0,
        })))
    }

    /// From now on it holds something else; nobody has read that yet.
    pub(crate) fn put(&self, text: &str) {
        text.clone_into(&mut self.0.lock().unwrap().stored);
    }

    /// From now on it is not read again, or it is.
    pub(crate) fn refuse(&self, unread: Option<ClientStatesFault>) {
        self.0.lock().unwrap().unread = unread;
    }

    /// The number of times that it was read for an item of unknown state.
    pub(crate) fn readings(&self) -> usize {
        self.0.lock().unwrap().readings
    }
}

impl StateLookup for Secret {
    async fn current(&self) -> Result<Arc<ClientStates>, &'static str> {
        Ok(Arc::clone(&self.0.lock().unwrap().held))
    }

    async fn read_since(&self, _: Instant) -> Result<Arc<ClientStates>, ClientStatesFault> {
        let mut secret = self.0.lock().unwrap();
        if let Some(unread) = secret.unread {
            return Err(unread);
        }
        secret.readings += 1;
        let newer = ClientStates::parse(&secret.stored).unwrap();
        secret.held = Arc::new(newer.following(&secret.held));
        Ok(Arc::clone(&secret.held))
    }
}
