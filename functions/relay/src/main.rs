//! Wiring of the `relay` function.

use aws_lambda_events::event::sqs::SqsEvent;
use lambda_runtime::{LambdaEvent, service_fn};
use teamwire_contract::StackFunction;
use teamwire_relay::{RelayConfig, read};
use teamwire_transport::aws::{self, AwsTimeouts};
use teamwire_transport::{EnvironmentReader, batch, telemetry::Telemetry};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let lookup = |name: &str| std::env::var(name).ok();
    let env = EnvironmentReader::new(&lookup);
    let telemetry = Telemetry::start(&env, StackFunction::Relay)?;
    let config = RelayConfig::from_env(&env)
        .inspect_err(|fault| tracing::error!(%fault, "the configuration can't be used"))?;
    let aws = aws::config(AwsTimeouts::LONG)?;
    let ports = config.connect(&aws);

    let ports = &ports;
    lambda_runtime::run(service_fn(move |event: LambdaEvent<SqsEvent>| async move {
        let answer = batch::run(event.payload, ports, |deliveries| async move {
            deliveries.iter().map(read).collect()
        })
        .await;
        telemetry.flush();
        answer.map_err(lambda_runtime::Error::from)
    }))
    .await
    .map_err(|fault| anyhow::anyhow!(fault))
}
