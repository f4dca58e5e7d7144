//! Wiring of the `backfill` function.

use aws_lambda_events::event::sqs::SqsEvent;
use lambda_runtime::{LambdaEvent, service_fn};
use std::sync::Arc;
use teamwire_access::GraphAccess;
use teamwire_backfill::{Backfill, BackfillConfig};
use teamwire_contract::{StackFunction, StackQueue};
use teamwire_graph::{PageReader, http, resource_reader::READ_TIMEOUT};
use teamwire_transport::aws::{self, AwsTimeouts};
use teamwire_transport::{Deadline, EnvironmentReader, batch, telemetry::Telemetry};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let lookup = |name: &str| std::env::var(name).ok();
    let env = EnvironmentReader::new(&lookup);
    let telemetry = Telemetry::start(&env, StackFunction::Backfill)?;
    let config = BackfillConfig::from_env(&env)
        .inspect_err(|fault| tracing::error!(%fault, "the configuration can't be used"))?;
    let aws = aws::config(AwsTimeouts::LONG)?;
    let ports = config.queue_urls.connect(StackQueue::Backfill, &aws);
    let http = http::client(READ_TIMEOUT)?;
    let endpoints = config.access.endpoints.clone();
    let tokens = GraphAccess::new(&aws, http.clone(), config.access);
    let backfill = Backfill::new(
        endpoints.cloud.graph_root(),
        PageReader::new(http, &endpoints, tokens),
        ports.claims.clone(),
    );

    let (ports, backfill) = (&ports, &Arc::new(backfill));
    lambda_runtime::run(service_fn(move |event: LambdaEvent<SqsEvent>| async move {
        let deadline = Deadline::from_epoch_millis(event.context.deadline);
        let answer = batch::run(event.payload, ports, |deliveries| {
            backfill.work(deliveries, deadline)
        })
        .await;
        ports.events.copy(deadline.answer_by()).await;
        telemetry.flush();
        answer.map_err(lambda_runtime::Error::from)
    }))
    .await
    .map_err(|fault| anyhow::anyhow!(fault))
}
