//! A function that makes the calls to SQS that an order asks for, by the AWS SDK, and answers 202: what
//! Lambda's runtime and SQS cost ingest.

use anyhow::Context;
use aws_config::BehaviorVersion;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::task::JoinSet;

/// The most that one call takes.
const BATCH: usize = 10;

/// As many quotes as JSON of ours has, which JSON around it escapes.
const TEXT: &str = "\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";

/// An event of API Gateway, of which the query is the order.
#[derive(Deserialize)]
struct Event {
    #[serde(rename = "queryStringParameters")]
    order: Order,
}

/// Messages to send.
#[derive(Deserialize)]
struct Order {
    messages: String,
    bytes: String,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let queue = std::env::var("TEAMWIRE_DECRYPT_QUEUE_URL").context("no queue")?;
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let (queue, client) = (&queue, &Client::new(&config));
    let answer = async |event: LambdaEvent<Event>| {
        let order = event.payload.order;
        send(client, queue, order.messages.parse()?, order.bytes.parse()?).await?;
        Ok::<Value, Error>(json!({ "statusCode": 202 }))
    };
    run(service_fn(answer))
        .await
        .map_err(|fault| anyhow::anyhow!(fault))
}

async fn send(client: &Client, queue: &str, messages: usize, bytes: usize) -> Result<(), Error> {
    let body = TEXT.repeat(bytes.div_ceil(TEXT.len()));
    let mut calls = JoinSet::new();
    for first in (0..messages).step_by(BATCH) {
        let entries = (first..messages.min(first + BATCH))
            .map(|number| {
                SendMessageBatchRequestEntry::builder()
                    .id(number.to_string())
                    .message_body(&body)
                    .message_group_id("bench")
                    .build()
            })
            .collect::<Result<Vec<_>, _>>()?;
        let call = client.send_message_batch().queue_url(queue);
        calls.spawn(call.set_entries(Some(entries)).send());
    }
    while let Some(call) = calls.join_next().await {
        call??;
    }
    Ok(())
}
