//! Where a function that takes from a queue sends to.

use crate::batch::Ports;
use crate::config::{ConfigFault, Env};
use crate::{EventSink, S3Claims, SqsQueue, aws};
use aws_config::SdkConfig;

/// The queues and the bucket of one function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stations {
    /// URL of the queue it takes from, for deferrals.
    pub own_queue: String,
    /// URL of that queue's dead-letter queue.
    pub dead_letter_queue: String,
    /// URL of the events queue.
    pub events_queue: String,
    /// The bucket for what is too large for a queue.
    pub claim_bucket: String,
}

impl Stations {
    /// Reads the settings of a function; `own` and `dead_letters` are the variables that hold the
    /// URLs of its own two queues.
    ///
    /// # Errors
    /// [`ConfigFault`], which names the variable.
    pub fn from_env(env: &Env<'_>, own: &str, dead_letters: &str) -> Result<Self, ConfigFault> {
        Ok(Self {
            own_queue: env.required(own)?,
            dead_letter_queue: env.required(dead_letters)?,
            events_queue: env.required("TEAMWIRE_EVENTS_QUEUE_URL")?,
            claim_bucket: env.required("TEAMWIRE_CLAIM_BUCKET")?,
        })
    }

    /// The ports to them. `source` names the queue in dead letters.
    pub fn connect(&self, source: &'static str, aws: &SdkConfig) -> Ports<SqsQueue, S3Claims> {
        let sqs = aws_sdk_sqs::Client::new(aws);
        let queue = |url: &String| SqsQueue::new(sqs.clone(), url.clone());
        Ports {
            source,
            events: queue(&self.events_queue),
            sink: EventSink::new(&self.events_queue),
            own: queue(&self.own_queue),
            dead_letters: queue(&self.dead_letter_queue),
            claims: S3Claims::new(aws::s3(aws), self.claim_bucket.clone()),
        }
    }
}
