//! Wiring of the `decrypt` function.

use aws_lambda_events::event::sqs::SqsEvent;
use lambda_runtime::{LambdaEvent, service_fn};
use std::sync::Arc;
use teamwire_contract::{StackFunction, StackQueue};
use teamwire_decrypt::{Decrypt, DecryptConfig, key_ring::KeyRing};
use teamwire_transport::aws::{self, AwsTimeouts};
use teamwire_transport::{Deadline, EnvironmentReader, batch, telemetry::Telemetry};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let lookup = |name: &str| std::env::var(name).ok();
    let env = EnvironmentReader::new(&lookup);
    let telemetry = Telemetry::start(&env, StackFunction::Decrypt)?;
    let config = DecryptConfig::from_env(&env)
        .inspect_err(|fault| tracing::error!(%fault, "the configuration can't be used"))?;
    let aws = aws::config(AwsTimeouts::LONG)?;
    let ports = config.queue_urls.connect(StackQueue::Decrypt, &aws);
    let keys = KeyRing::new(&aws, config.keys);
    let decrypt = Arc::new(Decrypt::new(
        config.cloud.graph_root(),
        keys,
        ports.claims.clone(),
    ));

    let (ports, decrypt) = (&ports, &decrypt);
    lambda_runtime::run(service_fn(move |event: LambdaEvent<SqsEvent>| async move {
        let deadline = Deadline::from_epoch_millis(event.context.deadline);
        let answer = batch::run(event.payload, ports, |deliveries| {
            batch::each(deliveries, deadline, |delivery| {
                Arc::clone(decrypt).work(delivery)
            })
        })
        .await;
        ports.events.copy(deadline.answer_by()).await;
        telemetry.flush();
        answer.map_err(lambda_runtime::Error::from)
    }))
    .await
    .map_err(|fault| anyhow::anyhow!(fault))
}
