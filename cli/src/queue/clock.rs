//! The time at the queue: what `SentTimestamp` follows.

use crate::aws::said;
use anyhow::bail;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::config::interceptors::BeforeDeserializationInterceptorContextRef;
use aws_sdk_sqs::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_sqs::types::QueueAttributeName;
use jiff::{SignedDuration, Timestamp, fmt::rfc2822};
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The part of a second that `Date` cuts off; also the difference that the clocks of two of SQS's
/// machines may have.
const SECOND: SignedDuration = SignedDuration::from_secs(1);
/// The interval at which the queue is asked for its time.
const EVERY: Duration = Duration::from_millis(250);
/// The limit of requests: a `Date` that something in between keeps would be waited for without an
/// end.
const LOOKS: u32 = 40;

/// Boundary between what was sent before the call, which has an earlier `SentTimestamp`, and what is
/// sent after it returns, which has a later one or the same. Waits up to two seconds for that. This
/// machine's clock is used only where the queue's answers have no `Date`.
///
/// # Errors
/// What SQS says, or that its time stands still.
pub(crate) async fn boundary(client: &Client, url: &str) -> anyhow::Result<Timestamp> {
    let boundary = date(client, url).await? + SECOND;
    for _ in 0..LOOKS {
        tokio::time::sleep(EVERY).await;
        if date(client, url).await? >= boundary + SECOND {
            return Ok(boundary);
        }
    }
    bail!("the time of the queue stands still: what is between here and SQS may keep its answers")
}

async fn date(client: &Client, url: &str) -> anyhow::Result<Timestamp> {
    let date = DateOfAnswer::default();
    let request = client.get_queue_attributes().queue_url(url);
    let request = request.attribute_names(QueueAttributeName::QueueArn);
    let request = request.customize().interceptor(date.clone());
    request.send().await.map_err(said)?;
    let date = date.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    Ok(date.unwrap_or_else(Timestamp::now))
}

/// Keeps the `Date` of an answer, which the SDK does not pass on.
#[derive(Debug, Clone, Default)]
struct DateOfAnswer(Arc<Mutex<Option<Timestamp>>>);

impl Intercept for DateOfAnswer {
    fn name(&self) -> &'static str {
        "DateOfAnswer"
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), Box<dyn Error + Send + Sync>> {
        let date = context.response().headers().get("date");
        let date = date.and_then(|date| rfc2822::parse(date).ok());
        let date = date.map(|date| date.timestamp());
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = date;
        Ok(())
    }
}
