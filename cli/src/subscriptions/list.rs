//! `teamwire subscriptions list`: what there is at Graph.

use crate::keeper::answer::{Action, Change, Report};
use crate::keeper::{Whereabouts, understood};
use crate::subscriptions::{Output, tell};
use crate::terminal::plain;
use clap::Args;
use serde_json::json;
use std::io::Write;
use std::process::ExitCode;
use teamwire_payload::TenantId;

/// List every subscription of the app, ours or not
///
/// In the tenants of the stored file, or in one tenant that may not be in it. Ours are those that
/// send to this stack.
///
/// Exit status 0: listed; 1: a tenant could not be; 2: the function can't be asked.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  teamwire subscriptions list\n  teamwire subscriptions list --tenant 9f4ebab6-520d-49c0-85cc-7b25c78d4a93\n  teamwire subscriptions list --output json | jq '.tenants[].changes[].expires'"
)]
pub(super) struct List {
    /// This tenant alone
    #[arg(long, value_name = "GUID")]
    tenant: Option<TenantId>,
    #[command(flatten)]
    function: Whereabouts,
    /// How to print
    #[arg(long, default_value = "text")]
    output: Output,
}

impl List {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let keeper = self.function.keeper().await?;
        let answer = keeper
            .ask(&json!({"action": "list", "tenant": self.tenant}))
            .await?;
        let list: Report = understood(&answer)?;
        let mut out = std::io::stdout().lock();
        match self.output {
            Output::Json => writeln!(out, "{answer}")?,
            Output::Text => write!(out, "{}", text(&list))?,
        }
        tell(&list.faults)?;
        Ok(if list.faults.is_empty() {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }
}

fn text(list: &Report) -> String {
    let mut text = String::new();
    for tenant in &list.tenants {
        let (id, wanted, ours) = (plain(&tenant.tenant), tenant.wanted, tenant.live);
        text.push_str(&format!("tenant {id}: {wanted} wanted, {ours} ours\n"));
        let mut changes: Vec<_> = tenant.changes.iter().collect();
        changes.sort_by_key(|change| (change.action, &change.resource));
        text.extend(changes.into_iter().map(line));
    }
    text
}

fn line(change: &Change) -> String {
    let whose = match change.action {
        Action::Foreign => "foreign",
        _ => "ours",
    };
    let shown = |text: &Option<String>| plain(text.as_deref().unwrap_or("-"));
    let mut line = format!(
        "  {whose:<7} {id}  until {expires}  {resource} ({changes})",
        id = shown(&change.subscription_id),
        expires = shown(&change.expires),
        resource = plain(&change.resource),
        changes = plain(&change.changes.join(", ")),
    );
    if let Some(id) = &change.certificate_id {
        line.push_str(&format!("  certificate {}", plain(id)));
    }
    line.push('\n');
    line
}
