//! The client states that are live, from their secret.

use aws_sdk_secretsmanager::Client;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use teamwire_contract::variable;
use teamwire_graph::ClientStates;
use teamwire_transport::{RefreshedValue, secrets};

/// A value that was taken out of the secret is refused by every process after this long.
const FRESH: Duration = Duration::from_secs(60);
/// The time that a POST waits for a refresh: Graph is waiting too, and the values read last still
/// serve.
const REFRESH_TIMEOUT: Duration = Duration::from_millis(300);
/// The time that a POST with an item of unknown state waits for the secret: the rest of
/// [`INGEST_DEADLINE`](teamwire_payload::limits::INGEST_DEADLINE) is for the queues.
const REREAD_TIMEOUT: Duration = Duration::from_millis(1_500);
/// The burst of reads of the secret that a process makes for items of unknown state. Anybody can
/// invent some, and each reading costs money.
const REREADS_AT_ONCE: u32 = 20;
/// The time until one more read is allowed.
const REREAD_PAUSE: Duration = Duration::from_millis(500);

/// Finds the client states that are live.
pub trait StateLookup: Send + Sync {
    /// Those read last, or, if none were, now.
    ///
    /// # Errors
    /// A label, where none can be read.
    fn current(&self) -> impl Future<Output = Result<Arc<ClientStates>, &'static str>> + Send;

    /// Those that a reading gives which began at `came` or later.
    ///
    /// # Errors
    /// [`ClientStatesFault`]
    fn read_since(
        &self,
        came: Instant,
    ) -> impl Future<Output = Result<Arc<ClientStates>, ClientStatesFault>> + Send;
}

/// The reason why the client states were not read again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientStatesFault {
    /// Secrets Manager does not give them, or not in time. The label says which.
    Unavailable(&'static str),
    /// They were read too often lately.
    TooOften,
}

/// A secret in Secrets Manager. A reading goes on when the POST that it began for is answered.
pub struct SecretStates {
    client: Client,
    id: String,
    states: RefreshedValue<ClientStates, &'static str>,
    rereads: Mutex<ReadAllowance>,
}

/// A bucket of tokens: when it is full again.
struct ReadAllowance {
    full_at: Instant,
}

impl SecretStates {
    /// Reads nothing yet.
    pub fn new(client: Client, id: String) -> Self {
        let rereads = ReadAllowance {
            full_at: Instant::now(),
        };
        Self {
            client,
            id,
            states: RefreshedValue::default(),
            rereads: Mutex::new(rereads),
        }
    }

    fn read(&self) -> impl Future<Output = Result<ClientStates, &'static str>> + Send + use<> {
        let (client, id, before) = (self.client.clone(), self.id.clone(), self.states.latest());
        async move {
            let began = Instant::now();
            let variable = variable::CLIENT_STATE_SECRET;
            let secret = secrets::read(&client, variable, &id).await;
            let milliseconds = began.elapsed().as_millis();
            if began.elapsed() > REFRESH_TIMEOUT {
                tracing::warn!(milliseconds, "the live client states are slow to read");
            }
            let secret = secret.map_err(|fault| {
                tracing::error!(%fault, "the live client states can't be read");
                "secret-unavailable"
            })?;
            let states = ClientStates::parse(secret.expose()).map_err(|fault| {
                tracing::error!(%fault, variable, "the live client states can't be read");
                "secret-unusable"
            })?;
            Ok(match before {
                Some(before) => states.following(&before),
                None => states,
            })
        }
    }

    fn may_reread(&self) -> bool {
        let mut rereads = self.rereads.lock().unwrap_or_else(PoisonError::into_inner);
        rereads.take(Instant::now())
    }
}

impl StateLookup for SecretStates {
    async fn current(&self) -> Result<Arc<ClientStates>, &'static str> {
        let Some(held) = self.states.latest() else {
            return self.states.get(|_, _| true, || self.read()).await;
        };
        let is_fresh = |_: &_, since: Instant| since.elapsed() < FRESH;
        let fresh = self.states.get(is_fresh, || self.read());
        // Those read last stay live while they can't be read again.
        let fresh = tokio::time::timeout(REFRESH_TIMEOUT, fresh).await;
        Ok(fresh.ok().and_then(Result::ok).unwrap_or(held))
    }

    async fn read_since(&self, came: Instant) -> Result<Arc<ClientStates>, ClientStatesFault> {
        if !self.may_reread() {
            return Err(ClientStatesFault::TooOften);
        }
        let newer = self.states.get(|_, since| since >= came, || self.read());
        let newer = tokio::time::timeout(REREAD_TIMEOUT, newer).await;
        let newer = newer.map_err(|_| ClientStatesFault::Unavailable("secret-slow"))?;
        newer.map_err(ClientStatesFault::Unavailable)
    }
}

impl ReadAllowance {
    fn take(&mut self, now: Instant) -> bool {
        let full_at = self.full_at.max(now) + REREAD_PAUSE;
        let may = full_at.duration_since(now) <= REREAD_PAUSE * REREADS_AT_ONCE;
        if may {
            self.full_at = full_at;
        }
        may
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_invents_client_states_makes_us_read_twice_a_second_at_most() {
        let began = Instant::now();
        let mut rereads = ReadAllowance { full_at: began };
        let at = |milliseconds| began + Duration::from_millis(milliseconds);
        // A hundred a second, for a minute.
        let read = (0..6_000).filter(|n| rereads.take(at(n * 10))).count();
        assert_eq!(read, 20 + 119);
        let after_a_pause = (0..100).filter(|_| rereads.take(at(90_000))).count();
        assert_eq!(after_a_pause, 20);
    }
}
