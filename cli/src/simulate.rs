//! `teamwire simulate`: notifications as Graph would send them.

mod local;
mod path;
mod remote;
mod tally;

use crate::output::OutputFormat;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

/// Send notifications as Microsoft Graph would, to the local stack or to a URL
///
/// Without --url one good notification goes to the stack that make run has started in this checkout: of
/// any resource, with or without content, large, of any change, or a lifecycle event. The simulated Graph
/// of that stack makes the change, seals and signs, and answers what hydrate asks.
///
/// With --url it sends by itself, with real encryption, real signatures and, if asked for, faults. At the
/// end it says what became of the POSTs, and how long they took.
///
/// Exit status 0: every POST was accepted; 1: some were not; 2: wrong usage, or it can't be sent.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  teamwire simulate\n  teamwire simulate --resource teams/getAllMessages --form basic --change updated\n  teamwire simulate --form large\n  teamwire simulate --lifecycle missed\n  teamwire simulate --url http://127.0.0.1:3000/hook --tenant 9f4ebab6-520d-49c0-85cc-7b25c78d4a93 \\\n    --app-id 925bff9f-f6e2-4a69-b858-f71ea2b9b6d0\n  teamwire simulate --url https://hooks.example.com/notifications --tenant 9f4ebab6-520d-49c0-85cc-7b25c78d4a93 \\\n    --app-id 925bff9f-f6e2-4a69-b858-f71ea2b9b6d0 --count 1000 --rate 50 --rich 1 --certificate 2026a=certificate.pem"
)]
pub(crate) struct SimulateArgs {
    /// Where to POST: https, or http on this machine. Without, the stack that make run has started in this
    /// checkout
    #[arg(long, value_name = "URL", requires_all = ["tenants", "app_id"])]
    url: Option<String>,
    /// How many notifications: 1 at the local stack, else 100
    #[arg(long, value_name = "NOTIFICATIONS", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    count: Option<u32>,
    /// Notifications a second; as fast as they are answered without
    #[arg(long, value_name = "PER_SECOND", requires = "url")]
    rate: Option<f64>,
    /// What changes, as a subscription names it (`teamwire resources` lists them): chats,
    /// teams/getAllMessages, chats/{id}/messages, ..; may be given several times with --url
    #[arg(
        long = "resource",
        value_name = "PATH",
        default_value = "chats/getAllMessages",
        value_parser = path::SubscriptionPathParser,
        hide_possible_values = true
    )]
    resources: Vec<String>,
    #[command(flatten)]
    one: local::OneNotificationArgs,
    /// Share of notifications with sealed content, 0 to 1; needs --certificate
    #[arg(long, value_name = "SHARE", default_value_t = 0.0, requires = "url")]
    rich: f64,
    /// Most notifications in one POST
    #[arg(
        long,
        value_name = "NOTIFICATIONS",
        default_value_t = 1,
        requires = "url"
    )]
    batch: usize,
    /// Let a POST hold notifications of several tenants and resources
    #[arg(long, requires = "url")]
    mix: bool,
    /// Where the random choices come from
    #[arg(long, value_name = "NUMBER", default_value_t = 1, requires = "url")]
    seed: u64,
    /// The tenant that the changes are in; may be given several times
    #[arg(long = "tenant", value_name = "GUID")]
    tenants: Vec<String>,
    /// The app that subscribed, by its id: the audience of the validation tokens
    #[arg(long, value_name = "APP_ID", requires = "url")]
    app_id: Option<String>,
    /// clientState of every notification
    #[arg(long, value_name = "TEXT", requires = "url")]
    client_state: Option<String>,
    /// Certificate to seal for, PEM or DER, with the id it is known by
    #[arg(long, value_name = "ID=FILE", requires = "url")]
    certificate: Option<String>,
    /// Key to sign validation tokens with (PEM); a new one without this and --state
    #[arg(long, value_name = "PEM", conflicts_with = "state", requires = "url")]
    signing_key: Option<PathBuf>,
    /// State directory of a simulator, to sign as it does
    #[arg(long, value_name = "DIR", requires = "url")]
    state: Option<PathBuf>,
    /// Write the key set of the signing key there, for `teamwire verify`
    #[arg(long, value_name = "FILE", requires = "url")]
    jwks_out: Option<PathBuf>,
    /// Share of updates, 0 to 1
    #[arg(long, value_name = "SHARE", default_value_t = 0.0, requires = "url")]
    updated: f64,
    /// Share of deletions, 0 to 1
    #[arg(long, value_name = "SHARE", default_value_t = 0.0, requires = "url")]
    deleted: f64,
    /// Share sent twice, 0 to 1
    #[arg(long, value_name = "SHARE", default_value_t = 0.0, requires = "url")]
    duplicate: f64,
    /// Share sent after later changes, 0 to 1
    #[arg(long, value_name = "SHARE", default_value_t = 0.0, requires = "url")]
    reorder: f64,
    /// Share sent some seconds late, 0 to 1
    #[arg(long, value_name = "SHARE", default_value_t = 0.0, requires = "url")]
    slow: f64,
    /// Share whose sealed content was tampered with, 0 to 1
    #[arg(long, value_name = "SHARE", default_value_t = 0.0, requires = "url")]
    tamper: f64,
    /// Share with a validation token that does not fit, 0 to 1
    #[arg(long, value_name = "SHARE", default_value_t = 0.0, requires = "url")]
    wrong_token: f64,
    /// Share with another clientState, 0 to 1
    #[arg(long, value_name = "SHARE", default_value_t = 0.0, requires = "url")]
    wrong_client_state: f64,
    /// Output format: json prints one document; without it text on a terminal, else json
    #[arg(long, value_name = "FORMAT")]
    output: Option<OutputFormat>,
}

impl SimulateArgs {
    /// True if it is for the stack that make run has started.
    pub(crate) const fn is_local(&self) -> bool {
        self.url.is_none()
    }

    /// # Errors
    /// The order is not possible, or a file can't be read or written.
    pub(crate) async fn run(self) -> anyhow::Result<ExitCode> {
        match self.url.clone() {
            Some(url) => remote::run(self, &url).await,
            None => local::run(self).await,
        }
    }
}
