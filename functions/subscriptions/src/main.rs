//! Wiring of the `subscriptions` function.

use aws_lambda_events::event::sqs::SqsEvent;
use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::Value;
use std::sync::Arc;
use teamwire_access::GraphAccess;
use teamwire_contract::{StackFunction, StackQueue};
use teamwire_graph::{SubscriptionsApi, http, subscriptions::CREATE_TIMEOUT};
use teamwire_subscriptions::{Invocation, SecretMint, SubscriptionManager, SubscriptionsConfig};
use teamwire_transport::aws::{self, AwsTimeouts};
use teamwire_transport::batch::{self, Outputs};
use teamwire_transport::{
    Deadline, EnvironmentReader, EventSink, S3Store, SqsQueue, telemetry::Telemetry,
};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let lookup = |name: &str| std::env::var(name).ok();
    let env = EnvironmentReader::new(&lookup);
    let telemetry = Telemetry::start(&env, StackFunction::Subscriptions)?;
    let config = SubscriptionsConfig::from_env(&env)
        .inspect_err(|fault| tracing::error!(%fault, "the configuration can't be used"))?;
    let aws = aws::config(AwsTimeouts::LONG)?;
    let sqs = aws_sdk_sqs::Client::new(&aws);
    let queue = |url: &String| SqsQueue::new(sqs.clone(), url.clone());
    let store = S3Store::new(aws::s3(&aws), config.config_bucket);
    let ports = Outputs {
        source: StackQueue::Lifecycle.name(),
        // No lifecycle event becomes an event.
        events: queue(&config.backfill_queue),
        sink: EventSink::new(&config.backfill_queue),
        own: queue(&config.lifecycle_queue),
        dead_letters: queue(&config.lifecycle_dead_letter_queue),
        claims: store.clone(),
    };
    let http = http::client(CREATE_TIMEOUT)?;
    let endpoints = config.access.endpoints.clone();
    let tokens = GraphAccess::new(&aws, http.clone(), config.access);
    let manager = SubscriptionManager::new(
        SubscriptionsApi::new(http, &endpoints, tokens),
        queue(&config.backfill_queue).starting_chains(),
        store,
        SecretMint::new(&aws, config.client_state_secret),
        config.urls,
    );

    let (ports, manager) = (&ports, &Arc::new(manager));
    lambda_runtime::run(service_fn(move |event: LambdaEvent<Value>| async move {
        let deadline = Deadline::from_epoch_millis(event.context.deadline);
        let invocation = Invocation::starting(deadline);
        let answer = if event.payload.get("Records").is_some() {
            let records: SqsEvent = serde_json::from_value(event.payload)?;
            let work = |deliveries| manager.process_batch(deliveries, deadline, invocation);
            let answer = batch::run(records, ports, work).await;
            answer
                .map_err(lambda_runtime::Error::from)
                .and_then(|answer| Ok(serde_json::to_value(answer)?))
        } else {
            // Futures within futures are laid out to a limited depth.
            Ok(Box::pin(manager.handle(event.payload, invocation)).await)
        };
        telemetry.flush();
        answer
    }))
    .await
    .map_err(|fault| anyhow::anyhow!(fault))
}
