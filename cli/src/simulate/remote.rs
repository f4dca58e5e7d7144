//! Notifications sent from here at any URL.

use crate::input;
use crate::output::OutputFormat;
use crate::simulate::SimulateArgs;
use crate::simulate::tally::SimulateTally;
use crate::terminal::file_name;
use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use jiff::{SignedDuration, Timestamp};
use std::path::Path;
use std::process::ExitCode;
use std::sync::{Arc, Mutex};
use teamwire_simulator::campaign::{Campaign, Progress, SLOTS};
use teamwire_simulator::change::{Change, SimulatedChangeType};
use teamwire_simulator::clock::Clock;
use teamwire_simulator::deliver::DeliveryTimeouts;
use teamwire_simulator::entra::keys::EntraSigningKey;
use teamwire_simulator::entra::tokens::{TokenVersion, issuer};
use teamwire_simulator::graph::{endpoint, resources};
use teamwire_simulator::plan::{Announcement, Audience, FaultShares, Plan};
use teamwire_simulator::sender::Sender;
use teamwire_simulator::target::Target;
use teamwire_simulator::world::World;
use teamwire_simulator::{certificate, ids};
use tokio::sync::{Semaphore, mpsc};

/// Notifications unless a number is given.
const COUNT: u32 = 100;

/// Sends everything, then prints one line of JSON. Fails where a POST was not accepted.
///
/// # Errors
/// The order is not possible, or a file can't be read or written.
pub(super) async fn run(args: SimulateArgs, to: &str) -> anyhow::Result<ExitCode> {
    let url = reqwest::Url::parse(to).context("--url is not a URL")?;
    if !endpoint::is_allowed(&url) {
        bail!("--url must be https, or http on this machine");
    }
    let key = signing_key(&args)?;
    if let Some(path) = &args.jwks_out {
        let jwks = key.jwks(Some(&issuer(TokenVersion::V2, "{tenantid}")));
        std::fs::write(path, jwks.to_string())
            .with_context(|| format!("{} can't be written", file_name(path)))?;
    }
    let targets = targets(&args, to)?;
    let campaign = Campaign {
        plan: Plan::new(&announcement(&args), &audiences(&targets))?,
        targets,
        rate: args.rate,
        seed: args.seed,
        patience: DeliveryTimeouts::ONCE,
        edited_since: 0.0,
        clock: Clock::default(),
    };
    let sender = Arc::new(Sender::new(Arc::new(key))?);
    let tally = send(campaign, sender).await?;
    let output = OutputFormat::or_suitable(args.output);
    let mut stdout = output.stdout();
    match output {
        OutputFormat::Json => writeln!(stdout, "{}", tally.summary())?,
        OutputFormat::Text => write!(stdout, "{}", tally.text())?,
    }
    Ok(if tally.failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

async fn send(campaign: Campaign, sender: Arc<Sender>) -> anyhow::Result<SimulateTally> {
    let posts = &campaign.plan.posts;
    let total: usize = posts.iter().map(|post| post.changes.len()).sum();
    let bar =
        ProgressBar::with_draw_target(u64::try_from(total).ok(), ProgressDrawTarget::stderr());
    bar.set_style(ProgressStyle::with_template(
        "{wide_bar} {pos}/{len} {per_sec} {msg}",
    )?);
    let (progress, mut reports) = mpsc::channel(SLOTS);
    let mut tally = SimulateTally::new();
    let count = async {
        while let Some(report) = reports.recv().await {
            if let Progress::Posted(delivered) = report {
                tally.add(delivered);
                bar.inc(u64::try_from(delivered.items).unwrap_or_default());
                if tally.failed > 0 {
                    bar.set_message(format!("{} failed", tally.failed));
                }
            }
        }
    };
    // Nobody reads anything back here, so nothing is kept.
    let world = Arc::new(Mutex::new(World::new(0, Timestamp::now())));
    let slots = Arc::new(Semaphore::new(SLOTS));
    let recipients = |target: &Target, _: &Change| vec![target.clone()];
    let run = campaign.run(sender, world, slots, recipients, progress);
    let (run, ()) = tokio::join!(run, count);
    bar.finish_and_clear();
    run?;
    Ok(tally)
}

fn signing_key(args: &SimulateArgs) -> anyhow::Result<EntraSigningKey> {
    match (&args.signing_key, &args.state) {
        (Some(path), _) => EntraSigningKey::from_pem(&input::text_or_bytes(path)?)
            .with_context(|| format!("{} holds no signing key", file_name(path))),
        (None, Some(dir)) => Ok(EntraSigningKey::load_or_create(dir)?),
        (None, None) => Ok(EntraSigningKey::generate()?),
    }
}

/// One made-up subscription for each tenant, resource, and rich or basic.
fn targets(args: &SimulateArgs, url: &str) -> anyhow::Result<Vec<Target>> {
    let recipient = match &args.certificate {
        Some(text) => {
            let (id, path) = text.split_once('=').context("--certificate is ID=FILE")?;
            let content = input::text_or_bytes(Path::new(path))?;
            Some(Arc::new(certificate::from_file_content(id, &content)?))
        }
        None => None,
    };
    let mut kinds = Vec::new();
    if args.rich > 0.0 {
        kinds.push(Some(recipient.context("--rich needs --certificate")?));
    }
    if args.rich < 1.0 {
        kinds.push(None);
    }
    let mut targets = Vec::new();
    for tenant in &args.tenants {
        if !ids::is_guid(tenant) {
            bail!("--tenant {tenant} is not a GUID");
        }
        for resource in &args.resources {
            let (row, scope) = resources::find(resource)
                .with_context(|| format!("--resource {resource} can't be subscribed to"))?;
            for recipient in &kinds {
                targets.push(Target {
                    subscription_id: ids::guid(&mut rand::rng()),
                    tenant_id: tenant.clone(),
                    app_id: args.app_id.clone().unwrap_or_default(),
                    client_state: args.client_state.clone(),
                    expires: Timestamp::now() + SignedDuration::from_hours(1),
                    recipient: recipient.clone(),
                    url: url.to_owned(),
                    row,
                    scope: scope.clone(),
                    change_types: vec![
                        SimulatedChangeType::Created,
                        SimulatedChangeType::Updated,
                        SimulatedChangeType::Deleted,
                    ],
                    all_members: true,
                });
            }
        }
    }
    Ok(targets)
}

fn audiences(targets: &[Target]) -> Vec<Audience> {
    targets.iter().map(Target::audience).collect()
}

fn announcement(args: &SimulateArgs) -> Announcement {
    Announcement {
        count: args.count.unwrap_or(COUNT) as usize,
        rate: args.rate,
        batch: args.batch,
        seed: args.seed,
        subscriptions: None,
        rich: Some(args.rich),
        every_subscription: false,
        mix: args.mix,
        bytes: Vec::new(),
        deleted: args.deleted,
        updated: args.updated,
        faults: FaultShares {
            duplicate: args.duplicate,
            reorder: args.reorder,
            slow: args.slow,
            tamper: args.tamper,
            wrong_token: args.wrong_token,
            wrong_client_state: args.wrong_client_state,
            deleted_since: 0.0,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(clap::Parser)]
    struct Line {
        #[command(flatten)]
        args: SimulateArgs,
    }

    async fn refusal(more: &[&str]) -> String {
        let tenant = "9f4ebab6-520d-49c0-85cc-7b25c78d4a93";
        let line = ["simulate", "--app-id", "app", "--tenant", tenant];
        let args = Line::try_parse_from(line.iter().chain(more)).unwrap().args;
        args.run().await.unwrap_err().to_string()
    }

    #[tokio::test]
    async fn what_cannot_be_sent_is_refused_before_anything_is() {
        let here = "http://127.0.0.1:1/";
        for (more, reason) in [
            (vec!["--url", "http://hook.example/"], "--url must be https"),
            (vec!["--url", "hook"], "--url is not a URL"),
            (
                vec!["--url", here, "--rich", "1"],
                "--rich needs --certificate",
            ),
            (
                vec!["--url", here, "--tenant", "t"],
                "--tenant t is not a GUID",
            ),
            (
                vec!["--url", here, "--resource", "me/messages"],
                "--resource me/messages can't be subscribed to",
            ),
            (vec!["--url", here, "--tamper", "1"], "tamper asks for 100"),
        ] {
            let refused = refusal(&more).await;
            assert!(refused.starts_with(reason), "{more:?}: {refused}");
        }
    }
}
