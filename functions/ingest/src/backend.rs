//! What a batch needs and a handshake does not: secrets, keys and queues.

use crate::sort::Sorted;
use crate::{Config, Guard};
use futures::{StreamExt, TryStreamExt, stream};
use std::future::Future;
use std::time::Duration;
use teamwire_graph::signing_keys::{KeyLookup, SigningKeys};
use teamwire_graph::{ClientStates, http};
use teamwire_payload::Event;
use teamwire_transport::aws::{self, Patience};
use teamwire_transport::send::send_all;
use teamwire_transport::{
    ClaimStore, EventSink, Outgoing, Queue, S3Claims, SqsQueue, claims, secrets,
};
use tokio::sync::OnceCell;

/// What fetching the signing keys may take, within the deadline of one answer.
const KEYS_TIMEOUT: Duration = Duration::from_millis(1_500);

/// What one batch is worked on with.
pub struct Backend<K, Q, S> {
    /// Tells authentic items.
    pub guard: Guard<K>,
    /// Takes them.
    pub queues: Queues<Q, S>,
}

/// The backend that `B` gives.
pub type BackendOf<B> =
    Backend<<B as Backends>::Keys, <B as Backends>::Queue, <B as Backends>::Claims>;

/// Gives the backend when it is first needed.
pub trait Backends: Send + Sync {
    /// Finds signing keys.
    type Keys: KeyLookup + Send + Sync;
    /// Takes messages.
    type Queue: Queue;
    /// Takes what is too large for a queue.
    type Claims: ClaimStore;

    /// The backend.
    ///
    /// # Errors
    /// A label, where it can't be had just now.
    fn backend(&self) -> impl Future<Output = Result<&BackendOf<Self>, &'static str>> + Send;
}

/// The queues of ingest.
pub struct Queues<Q, S> {
    /// Sealed items.
    pub decrypt: Q,
    /// Items whose resource has to be read.
    pub hydrate: Q,
    /// Items about subscriptions.
    pub lifecycle: Q,
    /// Events that need neither.
    pub events: Q,
    /// Authentic items that no function could take.
    pub quarantine: Q,
    /// Makes events fit their queue.
    pub sink: EventSink,
    /// What is too large for a queue.
    pub claims: S,
}

impl<Q: Queue, S: ClaimStore> Queues<Q, S> {
    /// Puts everything on its queue.
    ///
    /// # Errors
    /// A label, where something is not; what already is will come again as a duplicate.
    pub async fn enqueue(&self, sorted: Sorted) -> Result<(), &'static str> {
        let events = self.events(sorted.events, sorted.trace).await?;
        let (decrypt, hydrate, lifecycle, events, quarantine) = futures::join!(
            self.send(&self.decrypt, sorted.decrypt),
            self.send(&self.hydrate, sorted.hydrate),
            self.send(&self.lifecycle, sorted.lifecycle),
            self.send(&self.events, events),
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
    ) -> Result<Vec<Outgoing>, &'static str> {
        let entries = events
            .iter()
            .map(|event| self.sink.outgoing(&self.claims, event, trace.clone()));
        futures::future::try_join_all(entries)
            .await
            .map_err(|_| "claims-unavailable")
    }

    async fn send(&self, queue: &Q, entries: Vec<Outgoing>) -> Result<(), &'static str> {
        let fitting: Vec<Outgoing> = stream::iter(entries)
            .map(|entry| claims::fit(&self.claims, entry))
            .buffered(8)
            .try_collect()
            .await
            .map_err(|_| "claims-unavailable")?;
        let accepted = send_all(queue, &fitting).await;
        if accepted.into_iter().all(|accepted| accepted) {
            Ok(())
        } else {
            Err("queue-refused")
        }
    }
}

/// The real backend, made at the first batch and kept.
pub struct LazyAws {
    config: Config,
    // The keys outlive a failed start, and are shared by every batch.
    http: reqwest::Client,
    backend: OnceCell<Backend<SigningKeys, SqsQueue, S3Claims>>,
}

impl LazyAws {
    /// Makes nothing yet but an HTTP client.
    ///
    /// # Errors
    /// Where TLS can't be set up.
    pub fn new(config: Config) -> Result<Self, reqwest::Error> {
        let http = http::client(KEYS_TIMEOUT)?;
        Ok(Self {
            config,
            http,
            backend: OnceCell::new(),
        })
    }

    async fn start(&self) -> Result<Backend<SigningKeys, SqsQueue, S3Claims>, &'static str> {
        let config = &self.config;
        let aws = aws::config(Patience::SHORT).await;
        let secret = secrets::read(
            &aws_sdk_secretsmanager::Client::new(&aws),
            Config::CLIENT_STATE_SECRET,
            &config.client_state_secret,
        )
        .await
        .map_err(|fault| {
            tracing::error!(%fault, "no batch can be taken");
            "secret-unavailable"
        })?;
        let client_states = ClientStates::parse(secret.expose()).map_err(|fault| {
            tracing::error!(%fault, variable = Config::CLIENT_STATE_SECRET, "no batch can be taken");
            "secret-unusable"
        })?;
        let sqs = aws_sdk_sqs::Client::new(&aws);
        let queue = |url: &String| SqsQueue::new(sqs.clone(), url.clone());
        Ok(Backend {
            guard: Guard::new(
                SigningKeys::new(self.http.clone(), &config.endpoints),
                config.policy.clone(),
                config.tenants.clone(),
                client_states,
            ),
            queues: Queues {
                decrypt: queue(&config.decrypt_queue),
                hydrate: queue(&config.hydrate_queue),
                lifecycle: queue(&config.lifecycle_queue),
                events: queue(&config.events_queue),
                quarantine: queue(&config.quarantine_queue),
                sink: EventSink::new(&config.events_queue),
                claims: S3Claims::new(aws::s3(&aws), config.claim_bucket.clone()),
            },
        })
    }
}

impl Backends for LazyAws {
    type Keys = SigningKeys;
    type Queue = SqsQueue;
    type Claims = S3Claims;

    async fn backend(&self) -> Result<&Backend<SigningKeys, SqsQueue, S3Claims>, &'static str> {
        self.backend.get_or_try_init(|| self.start()).await
    }
}
