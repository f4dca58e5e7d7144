//! The real backend.

use crate::backend::{Backend, BackendOf, Backends, IngestQueues};
use crate::client_states::SecretStates;
use crate::{IngestConfig, ItemGuard};
use teamwire_graph::http;
use teamwire_graph::signing_keys::{FETCH_TIMEOUT, SigningKeys};
use teamwire_http::NoTls;
use teamwire_transport::aws::{self, AwsTimeouts};
use teamwire_transport::{EventSink, S3Store, SqsQueue, TailedQueue};

/// SQS, S3, Secrets Manager and Entra. None is asked before the first batch.
pub struct AwsBackend(BackendOf<Self>);

impl AwsBackend {
    /// Makes the clients, which takes no call, while Lambda still gives a whole processor.
    ///
    /// # Errors
    /// [`NoTls`]
    pub fn new(config: IngestConfig) -> Result<Self, NoTls> {
        let aws = aws::config(AwsTimeouts::SHORT)?;
        let keys = SigningKeys::new(http::client(FETCH_TIMEOUT)?, &config.endpoints);
        let sqs = aws_sdk_sqs::Client::new(&aws);
        let queue = |url: &String| SqsQueue::new(sqs.clone(), url.clone());
        let secrets = aws::secrets(&aws, AwsTimeouts::BACKGROUND);
        let states = SecretStates::new(secrets, config.client_state_secret);
        Ok(Self(Backend {
            guard: ItemGuard::new(keys, config.policy, config.tenants, states),
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
                claims: S3Store::new(aws::s3(&aws), config.claim_bucket),
            },
        }))
    }
}

impl Backends for AwsBackend {
    type Keys = SigningKeys;
    type States = SecretStates;
    type Queue = SqsQueue;
    type Claims = S3Store;

    async fn backend(&self) -> Result<&BackendOf<Self>, &'static str> {
        Ok(&self.0)
    }
}
