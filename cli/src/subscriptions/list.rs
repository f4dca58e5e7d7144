//! `teamwire subscriptions list`: what there is at Graph.

use crate::subscriptions::counts::kinds;
use crate::subscriptions::{OutputFormat, tell};
use crate::subscriptions_function::FunctionArgs;
use crate::terminal::{TextColour, TextColours, plain};
use clap::Args;
use std::process::ExitCode;
use teamwire_contract::SubscriptionsCommand;
use teamwire_contract::report::{SubscriptionAction, SubscriptionChange, SubscriptionReport};
use teamwire_payload::TenantId;

/// List every subscription of the app, ours or not
///
/// In the tenants of the stored file, or in one tenant that may not be in it. Ours are those that
/// send to this stack. Of each of those stands when its last notification came, some minutes late
/// at most, and SILENT, if that was longer ago than `silence` says in the file.
///
/// Exit status 0: listed; 1: a tenant could not be; 2: the function can't be asked.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  teamwire subscriptions list\n  teamwire subscriptions list --tenant 9f4ebab6-520d-49c0-85cc-7b25c78d4a93\n  teamwire subscriptions list --output json | jq '.tenants[].changes[].expires'"
)]
pub(super) struct ListSubscriptionsArgs {
    /// This tenant alone
    #[arg(long, value_name = "GUID")]
    tenant: Option<TenantId>,
    #[command(flatten)]
    function: FunctionArgs,
    /// Output format: json prints one document, the function's answer
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    output: OutputFormat,
}

impl ListSubscriptionsArgs {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let command = SubscriptionsCommand::List {
            tenant: self.tenant,
        };
        let answer = self.function.connect().await?.ask(&command).await?;
        let list: SubscriptionReport = answer.read;
        let mut out = self.output.stdout();
        match self.output {
            OutputFormat::Json => writeln!(out, "{}", answer.json)?,
            OutputFormat::Text => write!(out, "{}", text(&list, TextColours::of_stdout()))?,
        }
        tell(&list.faults)?;
        Ok(if list.faults.is_empty() {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }
}

fn text(list: &SubscriptionReport, ink: TextColours) -> String {
    let mut text = String::new();
    for tenant in &list.tenants {
        let (id, wanted, ours) = (&tenant.tenant, tenant.wanted, tenant.live);
        text.push_str(&format!("tenant {id}: {wanted} wanted, {ours} ours"));
        let silent = tenant.changes.iter().filter(|change| change.silent).count();
        if silent > 0 {
            text.push_str(&format!(", {silent} silent"));
        }
        text.push('\n');
        let mut changes: Vec<_> = tenant.changes.iter().collect();
        changes.sort_by_key(|change| (change.action, &change.resource));
        text.extend(changes.into_iter().map(|change| entry(change, ink)));
    }
    text
}

/// Two lines or three: what it is to, its id and end, and what is known of its notifications.
fn entry(change: &SubscriptionChange, ink: TextColours) -> String {
    let foreign = match change.action {
        SubscriptionAction::Unmanaged => "foreign: ",
        _ => "",
    };
    let what = format!("{} ({})", plain(&change.resource), kinds(&change.changes));
    let expires = change.expires.map(|expires| expires.to_string());
    let shown = |text: Option<&str>| plain(text.unwrap_or("-"));
    let id = shown(change.subscription_id.as_deref());
    let expires = shown(expires.as_deref());
    let mut more = Vec::new();
    if let Some(id) = change.certificate_id.as_deref() {
        more.push(format!("certificate {}", plain(id)));
    }
    match (change.heard, change.silent_since) {
        (Some(heard), _) => more.push(format!("heard {heard}")),
        (None, Some(since)) => more.push(format!("nothing heard since {since}")),
        (None, None) => {}
    }
    if let Some(minutes) = change.silence_minutes.filter(|_| change.silent) {
        let silent = format!("SILENT: up to {} is normal", time(minutes));
        more.push(ink.paint(TextColour::Red, &silent));
    }
    let more = match more.is_empty() {
        true => String::new(),
        false => format!("      {}\n", more.join("  ")),
    };
    format!("  {foreign}{what}\n      {id}  until {expires}\n{more}")
}

/// As it is written in the file.
fn time(minutes: u32) -> String {
    match minutes {
        _ if minutes.is_multiple_of(24 * 60) => format!("{}d", minutes / (24 * 60)),
        _ if minutes.is_multiple_of(60) => format!("{}h", minutes / 60),
        _ => format!("{minutes}m"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    const TENANT: &str = "9f4ebab6-520d-49c0-85cc-7b25c78d4a93";

    fn listed(more: Value) -> String {
        let mut change = json!({"action": "keep", "resource": "chats", "changes": ["created"],
            "subscriptionId": "a", "expires": "2026-11-24T12:00:00Z", "why": ""});
        let members = change.as_object_mut().unwrap();
        members.extend(more.as_object().unwrap().clone());
        let list = json!({"tenants": [{"tenant": TENANT, "at": "2026-11-21T12:00:00Z", "wanted": 1, "live": 1, "changes": [change]}],
            "faults": []});
        text(&serde_json::from_value(list).unwrap(), TextColours::none())
    }

    #[test]
    fn each_shows_when_it_was_last_heard_of() {
        let head = format!(
            "tenant {TENANT}: 1 wanted, 1 ours\n  chats (created)\n      a  until 2026-11-24T12:00:00Z\n"
        );
        for (more, expected) in [
            (json!({}), ""),
            (
                json!({"heard": "2026-11-21T12:00:00Z", "quietSince": "2026-11-21T12:00:00Z"}),
                "      heard 2026-11-21T12:00:00Z\n",
            ),
            (
                json!({"quietSince": "2026-11-21T12:00:00Z", "silenceMinutes": 240}),
                "      nothing heard since 2026-11-21T12:00:00Z\n",
            ),
        ] {
            assert_eq!(listed(more), format!("{head}{expected}"));
        }
    }

    #[test]
    fn the_silent_are_counted_and_marked() {
        for (minutes, written) in [(240, "4h"), (5760, "4d"), (90, "90m")] {
            let text = listed(
                json!({"heard": "2026-11-19T12:00:00Z", "silenceMinutes": minutes,
                "silent": true}),
            );
            let head = format!("tenant {TENANT}: 1 wanted, 1 ours, 1 silent\n");
            assert!(text.starts_with(&head));
            let mark = format!("  SILENT: up to {written} is normal\n");
            assert!(text.ends_with(&mark), "{text}");
        }
    }
}
