//! Wiring of the `hydrate` function.

use aws_lambda_events::event::sqs::SqsEvent;
use lambda_runtime::{LambdaEvent, service_fn};
use std::sync::Arc;
use teamwire_access::GraphAccess;
use teamwire_contract::{StackFunction, StackQueue};
use teamwire_graph::{ResourceReader, http, resource_reader::READ_TIMEOUT};
use teamwire_hydrate::{Hydrate, HydrateConfig, MeetingContents, S3Contents};
use teamwire_transport::aws::{self, AwsTimeouts};
use teamwire_transport::{Deadline, EnvironmentReader, batch, telemetry::Telemetry};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let lookup = |name: &str| std::env::var(name).ok();
    let env = EnvironmentReader::new(&lookup);
    let telemetry = Telemetry::start(&env, StackFunction::Hydrate)?;
    let config = HydrateConfig::from_env(&env)
        .inspect_err(|fault| tracing::error!(%fault, "the configuration can't be used"))?;
    let aws = aws::config(AwsTimeouts::LONG)?;
    let ports = config.queue_urls.connect(StackQueue::Hydrate, &aws);
    let http = http::client(READ_TIMEOUT)?;
    let endpoints = config.access.endpoints.clone();
    let tokens = GraphAccess::new(&aws, http.clone(), config.access);
    let reader = Arc::new(ResourceReader::new(http, &endpoints, tokens));
    let store = S3Contents::new(aws::s3(&aws), config.queue_urls.claim_bucket);
    let hydrate = Hydrate::new(
        endpoints.cloud.graph_root(),
        config.foreign,
        Arc::clone(&reader),
        ports.claims.clone(),
        MeetingContents::new(config.content, reader, store),
    );

    let (ports, hydrate) = (&ports, &Arc::new(hydrate));
    lambda_runtime::run(service_fn(move |event: LambdaEvent<SqsEvent>| async move {
        let deadline = Deadline::from_epoch_millis(event.context.deadline);
        let answer = batch::run(event.payload, ports, |deliveries| {
            hydrate.work(deliveries, deadline)
        })
        .await;
        ports.events.copy(deadline.answer_by()).await;
        telemetry.flush();
        answer.map_err(lambda_runtime::Error::from)
    }))
    .await
    .map_err(|fault| anyhow::anyhow!(fault))
}
