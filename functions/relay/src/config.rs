//! The settings of `relay`. `docs/CONFIGURATION.md` describes them.

use crate::{EventBus, RelayOutput};
use aws_config::SdkConfig;
use teamwire_contract::{StackQueue, variable};
use teamwire_transport::batch::Outputs;
use teamwire_transport::{ConfigFault, EnvironmentReader, EventSink, S3Store, SqsQueue, aws};

/// The settings, read and checked.
#[derive(Debug, Clone)]
pub struct RelayConfig {
    /// Name or ARN of the bus.
    pub event_bus: String,
    /// URL of the events queue's dead-letter queue.
    pub dead_letter_queue: String,
    /// The bucket for what is too large for the bus.
    pub claim_bucket: String,
}

impl RelayConfig {
    /// Reads the settings.
    ///
    /// # Errors
    /// [`ConfigFault`], which names the variable.
    pub fn from_env(env: &EnvironmentReader<'_>) -> Result<Self, ConfigFault> {
        Ok(Self {
            event_bus: env.required(variable::EVENT_BUS)?,
            dead_letter_queue: env.required(variable::EVENTS_DEAD_LETTER_QUEUE_URL)?,
            claim_bucket: env.required(variable::CLAIM_BUCKET)?,
        })
    }

    /// The ports to them.
    pub fn connect(&self, aws: &SdkConfig) -> Outputs<RelayOutput, S3Store> {
        let sqs = aws_sdk_sqs::Client::new(aws);
        let bus = aws_sdk_eventbridge::Client::new(aws);
        Outputs {
            source: StackQueue::Events.name(),
            events: RelayOutput::Bus(EventBus::new(bus, self.event_bus.clone())),
            sink: EventSink::for_event_bus(),
            own: RelayOutput::Nowhere,
            dead_letters: RelayOutput::Queue(SqsQueue::new(sqs, self.dead_letter_queue.clone())),
            claims: S3Store::new(aws::s3(aws), self.claim_bucket.clone()),
        }
    }
}
