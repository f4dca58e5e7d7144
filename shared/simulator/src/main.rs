//! `teamwire-simulator`: Microsoft Graph and Entra for one machine.

use anyhow::Context;
use clap::{Args, Parser, Subcommand};
use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use teamwire_simulator::{Simulator, SimulatorConfig, ids};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// Microsoft Graph and Entra for one machine
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve until SIGTERM or SIGINT; prints one line of JSON with the URL once it is ready
    Serve(Serve),
}

#[derive(Args)]
struct Serve {
    /// Address to listen on; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Serve HTTPS: with a new certificate, whose root is written to root.pem in the state directory
    #[arg(long)]
    tls: bool,
    /// Directory of the signing key, made at the first start
    #[arg(long)]
    state: PathBuf,
    /// A tenant that exists; may be given several times
    #[arg(long = "tenant", required = true, value_parser = guid)]
    tenants: Vec<String>,
    /// The application that is registered in every tenant
    #[arg(long, value_parser = guid)]
    app_id: String,
    /// Secret of the application
    #[arg(long, env = "TEAMWIRE_SIMULATOR_CLIENT_SECRET", hide_env_values = true)]
    client_secret: String,
    /// Limit GETs of resources as documented: 20 a second for a tenant, 1 for a chat or channel
    #[arg(long)]
    throttle: bool,
}

fn guid(text: &str) -> Result<String, &'static str> {
    if ids::is_guid(text) {
        Ok(text.to_ascii_lowercase())
    } else {
        Err("not a GUID")
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let Command::Serve(serve) = Cli::parse().command;
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    let mut config = SimulatorConfig::new(serve.tenants, &serve.app_id, &serve.client_secret);
    config.listen = serve.listen;
    config.tls = serve.tls;
    config.state_dir = Some(serve.state.clone());
    config.throttle = serve.throttle;
    let mut terminate = signal(SignalKind::terminate()).context("no signals")?;
    let running = Simulator::start(config).await?;
    if let Some(root) = &running.root_certificate {
        let path = serve.state.join("root.pem");
        std::fs::write(&path, root)
            .with_context(|| format!("{} can't be written", path.display()))?;
    }
    let ready = serde_json::json!({ "url": running.url });
    writeln!(std::io::stdout(), "{ready}").context("stdout is closed")?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    running.stop().await;
    Ok(())
}
