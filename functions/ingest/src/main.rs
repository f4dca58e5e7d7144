//! Wiring of the `ingest` function.

use futures::FutureExt;
use lambda_http::lambda_runtime::{self, LambdaEvent};
use lambda_http::service_fn;
use serde_json::value::RawValue;
use std::time::SystemTime;
use teamwire_contract::StackFunction;
use teamwire_ingest::{AwsBackend, HttpEvent, Ingest, IngestConfig};
use teamwire_transport::{EnvironmentReader, telemetry::Telemetry};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let lookup = |name: &str| std::env::var(name).ok();
    let env = EnvironmentReader::new(&lookup);
    let telemetry = Telemetry::start(&env, StackFunction::Ingest)?;
    let config = IngestConfig::from_env(&env)
        .inspect_err(|fault| tracing::error!(%fault, "the configuration can't be used"))?;
    let content = config.content.clone();
    let ingest = Ingest::new(AwsBackend::new(config)?, content);
    let (ingest, telemetry) = (&ingest, &telemetry);
    let answer = move |event: LambdaEvent<Box<RawValue>>| async move {
        let trace = event.context.xray_trace_id;
        let event = HttpEvent::read(&event.payload)?;
        // Boxed: the compiler's own limit is on how deep a future nests.
        let answer = ingest.answer(event, trace, SystemTime::now()).boxed().await;
        telemetry.flush();
        Ok::<_, lambda_runtime::Error>(answer)
    };
    lambda_runtime::run(service_fn(answer))
        .await
        .map_err(|fault| anyhow::anyhow!(fault))
}
