//! The rate at which a tenant, and a conversation in it, may be asked.
//!
//! Graph counts what all processes of an app ask for together, and each of them knows its own
//! requests alone. So a process begins with a part of a tenant's rate, takes more as long as nothing
//! is refused, and less when it is: together they settle below the limit.

mod tenant_pace;
mod tenant_paces;
#[cfg(test)]
mod tests;

use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use teamwire_payload::TenantId;
use tenant_pace::TenantPace;
use tenant_paces::TenantPaces;

/// The share of a documented rate that can be sustained (GRAPH-23).
const SUSTAINED: f64 = 0.83;
/// Reads of messages a second for one app in one tenant, and of one chat, channel or team
/// (GRAPH-23).
const MESSAGE_READS: ReadRates = ReadRates {
    tenant: 20.0,
    conversation: 1.0,
};

/// Spaces out requests, and keeps away from what asked us to wait.
pub struct RequestPacer {
    paces: Mutex<TenantPaces>,
    /// Moves the ends of pauses apart from those of other processes.
    jitter: RandomState,
}

/// Requests a second that Graph documents for an app: in a tenant, and of one conversation in it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReadRates {
    /// In a tenant.
    pub tenant: f64,
    /// Of one conversation.
    pub conversation: f64,
}

/// A chat, channel or team, by its tenant and path.
pub type Conversation = (TenantId, String);

impl Default for RequestPacer {
    fn default() -> Self {
        Self::new(MESSAGE_READS)
    }
}

impl RequestPacer {
    /// Keeps within what can be sustained of `documented`.
    pub fn new(documented: ReadRates) -> Self {
        let rates = ReadRates {
            tenant: documented.tenant * SUSTAINED,
            conversation: documented.conversation * SUSTAINED,
        };
        Self {
            paces: Mutex::new(TenantPaces::new(rates)),
            jitter: RandomState::new(),
        }
    }

    /// Waits for the conversation's turn, then for the tenant's, if both come within `timeout`.
    ///
    /// # Errors
    /// How long the wait would be, where it is longer. Who comes back by then finds a turn free:
    /// of those who are sent away each is told a later time.
    pub async fn turn(&self, whose: &Conversation, timeout: Duration) -> Result<(), Duration> {
        let give_up = Instant::now() + timeout;
        let of_conversation = self.pace(whose, |pace, now| {
            pace.conversations_turn(&whose.1, now, give_up)
        })?;
        tokio::time::sleep_until(of_conversation.into()).await;
        loop {
            let at = self.pace(whose, |pace, now| {
                let turn = pace.tenants_turn(&whose.1, now, give_up);
                turn.inspect_err(|_| pace.leave(&whose.1, of_conversation))
            })?;
            tokio::time::sleep_until(at.into()).await;
            if self.pace(whose, |pace, now| !pace.is_paused(&whose.1, now)) {
                return Ok(());
            }
        }
    }

    /// Keeps away from the conversation for as long as Graph asked, and from the whole tenant once
    /// two of its conversations were told to wait one after the other: requests made meanwhile
    /// would count too.
    pub fn refused(&self, whose: &Conversation, wait: Duration) {
        let draw = f64::from(self.jitter.hash_one(Instant::now()) as u32) / f64::from(u32::MAX);
        self.pace(whose, |pace, now| pace.refused(&whose.1, now, wait, draw));
    }

    /// Takes note that Graph answered.
    pub fn answered(&self, whose: &Conversation) {
        self.pace(whose, |pace, now| pace.answered(&whose.1, now));
    }

    fn pace<T>(&self, whose: &Conversation, act: impl FnOnce(&mut TenantPace, Instant) -> T) -> T {
        let mut paces = self.paces.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        paces.of(&whose.0, now, |pace| act(pace, now))
    }
}
