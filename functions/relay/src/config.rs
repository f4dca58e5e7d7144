//! The settings of `relay`. `docs/CONFIGURATION.md` describes them.

use crate::{EventBus, Port};
use aws_config::SdkConfig;
use teamwire_contract::{Queue, variable};
use teamwire_transport::batch::Outputs;
use teamwire_transport::{ConfigFault, Env, EventSink, S3Store, SqsQueue, aws};

/// The settings, read and checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// Name or ARN of the bus.
    pub event_bus: String,
    /// URL of the events queue's dead-letter queue.
    pub dead_letter_queue: String,
    /// The bucket for what is too large for the bus.
    pub claim_bucket: String,
}

impl Config {
    /// Reads the settings.
    ///
    /// # Errors
    /// [`ConfigFault`], which names the variable.
    pub fn from_env(env: &Env<'_>) -> Result<Self, ConfigFault> {
        Ok(Self {
            event_bus: env.required(variable::EVENT_BUS)?,
            dead_letter_queue: env.required(variable::EVENTS_DEAD_LETTER_QUEUE_URL)?,
            claim_bucket: env.required(variable::CLAIM_BUCKET)?,
        })
    }

    /// The ports to them.
    pub fn connect(&self, aws: &SdkConfig) -> Outputs<Port, S3Store> {
        let sqs = aws_sdk_sqs::Client::new(aws);
        let bus = aws_sdk_eventbridge::Client::new(aws);
        Outputs {
            source: Queue::Events.name(),
            events: Port::Bus(EventBus::new(bus, self.event_bus.clone())),
            sink: EventSink::for_event_bus(),
            own: Port::Nowhere,
            dead_letters: Port::Queue(SqsQueue::new(sqs, self.dead_letter_queue.clone())),
            claims: S3Store::new(aws::s3(aws), self.claim_bucket.clone()),
        }
    }
}
