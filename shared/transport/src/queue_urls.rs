//! The queues that a function sends to.

use crate::batch::Outputs;
use crate::config::{ConfigFault, EnvironmentReader};
use crate::{EventSink, S3Store, SqsQueue, TailedQueue, aws};
use aws_config::SdkConfig;
use teamwire_contract::{StackQueue, variable};

/// The queues and the bucket of one function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueUrls {
    /// URL of the queue it takes from, for deferrals.
    pub own_queue: String,
    /// URL of that queue's dead-letter queue.
    pub dead_letter_queue: String,
    /// URL of the events queue.
    pub events_queue: String,
    /// URL of the queue that has a copy of each event, where there is one.
    pub tail_queue: Option<String>,
    /// The bucket for what is too large for a queue.
    pub claim_bucket: String,
}

impl QueueUrls {
    /// Reads the settings of a function; `own` and `dead_letters` are the variables that hold the
    /// URLs of its own two queues.
    ///
    /// # Errors
    /// [`ConfigFault`], which names the variable.
    pub fn from_env(
        env: &EnvironmentReader<'_>,
        own: &str,
        dead_letters: &str,
    ) -> Result<Self, ConfigFault> {
        Ok(Self {
            own_queue: env.required(own)?,
            dead_letter_queue: env.required(dead_letters)?,
            events_queue: env.required(variable::EVENTS_QUEUE_URL)?,
            tail_queue: env.optional(variable::TAIL_QUEUE_URL),
            claim_bucket: env.required(variable::CLAIM_BUCKET)?,
        })
    }

    /// The ports to them. `own` is the queue that the function takes from.
    pub fn connect(
        &self,
        own: StackQueue,
        aws: &SdkConfig,
    ) -> Outputs<TailedQueue<SqsQueue>, S3Store> {
        let sqs = aws_sdk_sqs::Client::new(aws);
        let queue = |url: &String| SqsQueue::new(sqs.clone(), url.clone());
        let tail = self.tail_queue.as_ref().map(queue);
        Outputs {
            source: own.name(),
            events: TailedQueue::new(queue(&self.events_queue), tail),
            sink: EventSink::new(&self.events_queue),
            own: TailedQueue::new(queue(&self.own_queue), None),
            dead_letters: TailedQueue::new(queue(&self.dead_letter_queue), None),
            claims: S3Store::new(aws::s3(aws), self.claim_bucket.clone()),
        }
    }
}
