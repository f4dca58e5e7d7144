//! The real backend, made at the first batch and kept.

use crate::backend::{Backend, BackendOf, Backends, Queues};
use crate::{Config, Guard};
use std::time::Duration;
use teamwire_graph::signing_keys::SigningKeys;
use teamwire_graph::{ClientStates, http};
use teamwire_transport::aws::{self, Patience};
use teamwire_transport::{EventSink, Refreshed, S3Claims, SqsQueue, Tailed, secrets};
use tokio::sync::OnceCell;

/// What fetching the signing keys may take, within the deadline of one answer.
const KEYS_TIMEOUT: Duration = Duration::from_millis(1_500);
/// A change of the `clientState` secret is known to every process after this long.
const CLIENT_STATES_FRESH: Duration = Duration::from_secs(60);

/// What reading that secret again may take of the time that Graph waits.
const PATIENCE: Duration = Duration::from_millis(300);

/// SQS, S3, Secrets Manager and Entra. None is touched before the first batch.
pub struct LazyAws {
    config: Config,
    http: reqwest::Client,
    connected: OnceCell<Connected>,
    client_states: Refreshed<(), &'static str>,
}

struct Connected {
    backend: Backend<SigningKeys, SqsQueue, S3Claims>,
    secrets: aws_sdk_secretsmanager::Client,
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
            connected: OnceCell::new(),
            client_states: Refreshed::default(),
        })
    }

    async fn connect(&self) -> Connected {
        let config = &self.config;
        let aws = aws::config(Patience::SHORT).await;
        let sqs = aws_sdk_sqs::Client::new(&aws);
        let queue = |url: &String| SqsQueue::new(sqs.clone(), url.clone());
        let backend = Backend {
            guard: Guard::new(
                SigningKeys::new(self.http.clone(), &config.endpoints),
                config.policy.clone(),
                config.tenants.clone(),
                ClientStates::default(),
            ),
            queues: Queues {
                decrypt: queue(&config.decrypt_queue),
                hydrate: queue(&config.hydrate_queue),
                lifecycle: queue(&config.lifecycle_queue),
                heard: queue(&config.lifecycle_queue).starting_chains(),
                events: Tailed::new(
                    queue(&config.events_queue),
                    config.tail_queue.as_ref().map(queue),
                ),
                quarantine: queue(&config.quarantine_queue),
                sink: EventSink::new(&config.events_queue),
                claims: S3Claims::new(aws::s3(&aws), config.claim_bucket.clone()),
            },
        };
        Connected {
            backend,
            secrets: aws_sdk_secretsmanager::Client::new(&aws),
        }
    }

    async fn read_client_states(
        &self,
        secrets: &aws_sdk_secretsmanager::Client,
    ) -> Result<ClientStates, &'static str> {
        let variable = Config::CLIENT_STATE_SECRET;
        let secret = secrets::read(secrets, variable, &self.config.client_state_secret).await;
        let secret = secret.map_err(|fault| {
            tracing::error!(%fault, "the live client states can't be read");
            "secret-unavailable"
        })?;
        ClientStates::parse(secret.expose()).map_err(|fault| {
            tracing::error!(%fault, variable, "the live client states can't be read");
            "secret-unusable"
        })
    }
}

impl Backends for LazyAws {
    type Keys = SigningKeys;
    type Queue = SqsQueue;
    type Claims = S3Claims;

    async fn backend(&self) -> Result<&BackendOf<Self>, &'static str> {
        let connected = self.connected.get_or_init(|| self.connect()).await;
        let learn = async || {
            let reading = self.read_client_states(&connected.secrets);
            let client_states = match self.client_states.latest() {
                None => reading.await?,
                // Graph is waiting, and those read last still serve.
                Some(_) => tokio::time::timeout(PATIENCE, reading)
                    .await
                    .map_err(|_| "secret-slow")??,
            };
            connected.backend.guard.replace_client_states(client_states);
            Ok(())
        };
        let learned = self
            .client_states
            .get(|(), age| age < CLIENT_STATES_FRESH, learn)
            .await;
        match learned {
            // Those read last stay live while they can't be read anew.
            Err(label) if self.client_states.latest().is_none() => Err(label),
            _ => Ok(&connected.backend),
        }
    }
}
