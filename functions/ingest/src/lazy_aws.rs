//! The real backend, made at the first batch and kept.

use crate::backend::{Backend, BackendOf, Backends, IngestQueues};
use crate::client_states::SecretStates;
use crate::{IngestConfig, ItemGuard};
use teamwire_graph::http;
use teamwire_graph::signing_keys::{FETCH_TIMEOUT, SigningKeys};
use teamwire_transport::aws::{self, AwsTimeouts};
use teamwire_transport::{EventSink, S3Store, SqsQueue, TailedQueue};
use tokio::sync::OnceCell;

/// SQS, S3, Secrets Manager and Entra. None is touched before the first batch.
pub struct LazyAws {
    config: IngestConfig,
    http: reqwest::Client,
    connected: OnceCell<BackendOf<Self>>,
}

impl LazyAws {
    /// Makes nothing yet but an HTTP client.
    ///
    /// # Errors
    /// Where TLS can't be set up.
    pub fn new(config: IngestConfig) -> Result<Self, reqwest::Error> {
        let http = http::client(FETCH_TIMEOUT)?;
        Ok(Self {
            config,
            http,
            connected: OnceCell::new(),
        })
    }

    async fn connect(&self) -> BackendOf<Self> {
        let config = &self.config;
        let aws = aws::config(AwsTimeouts::SHORT).await;
        let sqs = aws_sdk_sqs::Client::new(&aws);
        let queue = |url: &String| SqsQueue::new(sqs.clone(), url.clone());
        let secret = config.client_state_secret.clone();
        Backend {
            guard: ItemGuard::new(
                SigningKeys::new(self.http.clone(), &config.endpoints),
                config.policy.clone(),
                config.tenants.clone(),
                SecretStates::new(aws::secrets(&aws, AwsTimeouts::BACKGROUND), secret),
            ),
            queues: IngestQueues {
                decrypt: queue(&config.decrypt_queue),
                hydrate: queue(&config.hydrate_queue),
                lifecycle: queue(&config.lifecycle_queue),
                activity: queue(&config.lifecycle_queue).starting_chains(),
                events: TailedQueue::new(
                    queue(&config.events_queue),
                    config.tail_queue.as_ref().map(queue),
                ),
                quarantine: queue(&config.quarantine_queue),
                sink: EventSink::new(&config.events_queue),
                claims: S3Store::new(aws::s3(&aws), config.claim_bucket.clone()),
            },
        }
    }
}

impl Backends for LazyAws {
    type Keys = SigningKeys;
    type States = SecretStates;
    type Queue = SqsQueue;
    type Claims = S3Store;

    async fn backend(&self) -> Result<&BackendOf<Self>, &'static str> {
        Ok(self.connected.get_or_init(|| self.connect()).await)
    }
}
