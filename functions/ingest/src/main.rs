//! Wiring of the `ingest` function.

use anyhow::Context;
use lambda_http::{Request, RequestExt, service_fn};
use std::time::SystemTime;
use teamwire_ingest::{Config, Ingest, LazyAws};
use teamwire_transport::{Env, telemetry::Telemetry};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let lookup = |name: &str| std::env::var(name).ok();
    let env = Env::new(&lookup);
    let telemetry = Telemetry::start(&env, "ingest")?;
    let config = Config::from_env(&env)
        .inspect_err(|fault| tracing::error!(%fault, "the configuration can't be used"))?;
    let content = config.content.clone();
    let ingest = Ingest::new(LazyAws::new(config).context("no HTTP client")?, content);
    let (ingest, telemetry) = (&ingest, &telemetry);
    lambda_http::run(service_fn(move |request: Request| async move {
        let trace = request
            .lambda_context_ref()
            .and_then(|context| context.xray_trace_id.clone());
        let answer = ingest.answer(request, trace, SystemTime::now()).await;
        telemetry.flush();
        Ok::<_, std::convert::Infallible>(answer)
    }))
    .await
    .map_err(|fault| anyhow::anyhow!(fault))
}
