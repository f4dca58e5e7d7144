//! A consumer that is a Lambda function on the events queue.

mod table;
mod teamwire;
#[cfg(test)]
mod tests;

use aws_config::BehaviorVersion;
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use futures::future::join_all;
use lambda_runtime::tracing::{self, init_default_subscriber};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use std::env::var;
use table::Table;

struct Consumer {
    table: Table,
    s3: aws_sdk_s3::Client,
    claim_bucket: String,
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    init_default_subscriber();
    let aws = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let s3 = aws_sdk_s3::Client::new(&aws);
    let dynamodb = aws_sdk_dynamodb::Client::new(&aws);
    let consumer = &Consumer {
        table: Table::new(dynamodb, var("TABLE")?, s3.clone(), var("BUCKET")?),
        s3,
        claim_bucket: var("CLAIM_BUCKET")?,
    };
    let handler = service_fn(async |batch: LambdaEvent<SqsEvent>| {
        Ok::<_, Error>(consumer.handle_batch(&batch.payload.records).await)
    });
    lambda_runtime::run(handler).await
}

impl Consumer {
    /// Lambda deletes what is not named in the answer.
    async fn handle_batch(&self, messages: &[SqsMessage]) -> SqsBatchResponse {
        let results = join_all(messages.iter().map(|message| self.handle(message))).await;
        let mut answer = SqsBatchResponse::default();
        for (message, result) in messages.iter().zip(results) {
            if let Err(error) = result {
                let id = message.message_id.clone().unwrap_or_default();
                tracing::error!("message {id} stays on the queue: {error:#}");
                answer.add_failure(id);
            }
        }
        answer
    }

    async fn handle(&self, message: &SqsMessage) -> anyhow::Result<()> {
        let event = teamwire::read(message.body.as_deref().unwrap_or_default())?;
        let event = teamwire::fetch_data(event, &self.s3, &self.claim_bucket).await?;
        // True where that was news; `event.resource()` is what it shows, typed.
        self.table.apply(&event).await?;
        Ok(())
    }
}
