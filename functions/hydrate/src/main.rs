//! Wiring of the `hydrate` function.

use anyhow::Context;
use aws_lambda_events::event::sqs::SqsEvent;
use lambda_runtime::{LambdaEvent, service_fn};
use std::sync::Arc;
use teamwire_graph::{http, resource_reader::READ_TIMEOUT};
use teamwire_hydrate::{Config, Hydrate, LazyReader};
use teamwire_transport::aws::{self, Patience};
use teamwire_transport::batch::{self, Ports};
use teamwire_transport::{Deadline, Env, EventSink, S3Claims, SqsQueue, telemetry::Telemetry};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let lookup = |name: &str| std::env::var(name).ok();
    let env = Env::new(&lookup);
    let telemetry = Telemetry::start(&env, "hydrate")?;
    let config = Config::from_env(&env)
        .inspect_err(|fault| tracing::error!(%fault, "the configuration can't be used"))?;
    let aws = aws::config(Patience::LONG).await;
    let sqs = aws_sdk_sqs::Client::new(&aws);
    let queue = |url: &String| SqsQueue::new(sqs.clone(), url.clone());
    let claims = S3Claims::new(aws::s3(&aws), config.claim_bucket.clone());
    let ports = Ports {
        source: "hydrate",
        events: queue(&config.events_queue),
        sink: EventSink::new(&config.events_queue),
        own: queue(&config.own_queue),
        dead_letters: queue(&config.dead_letter_queue),
        claims: claims.clone(),
    };
    let http = http::client(READ_TIMEOUT).context("no HTTP client")?;
    let graph_root = config.endpoints.cloud.graph_root();
    let hydrate = Hydrate::new(graph_root, LazyReader::new(&aws, http, config), claims);

    let (ports, hydrate) = (&ports, &Arc::new(hydrate));
    lambda_runtime::run(service_fn(move |event: LambdaEvent<SqsEvent>| async move {
        let deadline = Deadline::from_epoch_millis(event.context.deadline);
        let answer = batch::run(event.payload, ports, |deliveries| {
            hydrate.work(deliveries, deadline)
        })
        .await;
        telemetry.flush();
        answer.map_err(lambda_runtime::Error::from)
    }))
    .await
    .map_err(|fault| anyhow::anyhow!(fault))
}
