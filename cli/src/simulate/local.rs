//! One good notification to the local stack, by the Graph that is simulated there.

mod graph;
mod resource;

use crate::aws::{self, LocalStack};
use crate::certificate::in_use;
use crate::output::OutputFormat;
use crate::simulate::SimulateArgs;
use crate::subscriptions_function::FunctionArgs;
use crate::terminal::plain;
use anyhow::{Context, bail};
use aws_sdk_secretsmanager::Client as Secrets;
use clap::{Args, ValueEnum};
use graph::{AnnouncedTo, SimulatedGraph, SimulatorJob};
use resource::ConcretePath;
use serde_json::json;
use std::process::ExitCode;
use teamwire_graph::ClientStates;
use teamwire_payload::TenantId;
use zeroize::Zeroizing;

/// More than an event carries itself: its content goes by way of S3.
const LARGE_BYTES: usize = 1_500_000;

/// The subject of the one notification.
#[derive(Debug, Args)]
pub(super) struct OneNotificationArgs {
    /// At the local stack: what is in it. Large: sealed, and too large for a message of SQS
    #[arg(long, value_name = "FORM", conflicts_with = "url")]
    form: Option<NotificationForm>,
    /// At the local stack: what happened; else the first that the resource has
    #[arg(long, value_name = "CHANGE", conflicts_with = "url")]
    change: Option<SimulatedChange>,
    /// At the local stack: this lifecycle event in place of a change
    #[arg(long, value_name = "EVENT", conflicts_with_all = ["url", "form", "change", "count"])]
    lifecycle: Option<SimulatedLifecycle>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum NotificationForm {
    Rich,
    Basic,
    Large,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum SimulatedChange {
    Created,
    Updated,
    Deleted,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "camelCase")]
enum SimulatedLifecycle {
    ReauthorizationRequired,
    SubscriptionRemoved,
    Missed,
}

/// Has the change made and announced, and says what became of the POSTs.
///
/// # Errors
/// No local stack runs, or it can't do what is asked for.
pub(super) async fn run(args: SimulateArgs) -> anyhow::Result<ExitCode> {
    let Ok(local) = LocalStack::here() else {
        bail!(
            "no stack runs from this folder's checkout: make run starts one. To send elsewhere, \
             --url, --tenant and --app-id say where and as whom, --certificate for whom content is sealed"
        );
    };
    let [path] = args.resources.as_slice() else {
        bail!("the local stack takes one --resource at a time");
    };
    let resource = ConcretePath::named(path)?;
    let change = resource.change(args.one.change)?;
    let is_rich = resource.is_rich(args.one.form.map(|form| form != NotificationForm::Basic))?;
    let graph = SimulatedGraph::of(&local, args.tenants.first().map(String::as_str))?;
    let subscription = match graph.find(&resource, change, is_rich).await? {
        Some(there) => there,
        None => subscribe(&local, &graph, &resource, change, is_rich).await?,
    };
    let job = match args.one.lifecycle {
        Some(event) => graph.lifecycle(&subscription, &event.name()).await,
        None => {
            let bytes = (args.one.form == Some(NotificationForm::Large)).then_some(LARGE_BYTES);
            let count = args.count.unwrap_or(1);
            graph.announce(&subscription, change, count, bytes).await
        }
    };
    graph.clean_up(&subscription).await;
    let job = job?;
    print(&job, &resource, subscription.tenant(), args.output)?;
    Ok(match job.failed {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}

/// A subscription for this one occasion, as the stack's own would be.
async fn subscribe(
    local: &LocalStack,
    graph: &SimulatedGraph,
    resource: &ConcretePath,
    change: SimulatedChange,
    is_rich: bool,
) -> anyhow::Result<AnnouncedTo> {
    let tenant: TenantId = graph.tenant().parse()?;
    let secrets = Secrets::new(&aws::config().await?);
    let secret = local.of("TEAMWIRE_CLIENT_STATE_SECRET")?;
    let answer = secrets.get_secret_value().secret_id(secret).send().await;
    let text = answer.map_err(aws::said)?.secret_string;
    let states = ClientStates::parse(&Zeroizing::new(text.unwrap_or_default()))?;
    let state = states.for_new(&tenant, rand::random());
    let state = state.context("the secret of the client states has no key")?;
    let certificates = match is_rich {
        true => {
            let function = FunctionArgs::usual().connect().await?;
            let listed = in_use::listed(&function).await?;
            Some(listed.context("the stack has no certificate")?)
        }
        false => None,
    };
    let sealed_for = certificates.as_ref().map(|listed| listed.current());
    let sealed_for = sealed_for.map(|(id, certificate)| (id, certificate.base64()));
    let sealed_for = sealed_for.as_ref().map(|(id, der)| (*id, der.as_str()));
    graph
        .subscribe(resource, change, state.expose(), sealed_for)
        .await
}

fn print(
    job: &SimulatorJob,
    resource: &ConcretePath,
    tenant: &str,
    output: Option<OutputFormat>,
) -> anyhow::Result<()> {
    let output = OutputFormat::or_suitable(output);
    let mut out = output.stdout();
    match output {
        OutputFormat::Json => writeln!(
            out,
            "{}",
            json!({
                "tenant": tenant,
                "accepted": job.accepted,
                "failed": job.failed,
                "changes": job.changes,
            })
        )?,
        OutputFormat::Text => {
            for change in &job.changes {
                let (kind, what) = (plain(&change.kind), plain(&change.change_type));
                writeln!(out, "{what} ({kind}):\n  {}", plain(&change.resource))?;
            }
            let path = plain(resource.path());
            writeln!(
                out,
                "told of {path} in tenant {tenant}: {} accepted, {} not",
                job.accepted, job.failed
            )?;
        }
    }
    Ok(())
}

impl SimulatedChange {
    fn name(self) -> String {
        value_name(self)
    }
}

impl SimulatedLifecycle {
    fn name(self) -> String {
        value_name(self)
    }
}

/// As it is written on the command line and by Graph.
fn value_name(value: impl ValueEnum) -> String {
    let value = value.to_possible_value();
    value.map_or_else(String::new, |value| value.get_name().to_owned())
}
