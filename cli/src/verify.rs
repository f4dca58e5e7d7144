//! `teamwire verify`: whether Graph sent it.

use crate::http;
use crate::input::{self, InputItems};
use crate::output::OutputFormat;
use crate::terminal::plain;
use anyhow::{Context, bail};
use clap::Args;
use serde::Serialize;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use teamwire_graph::signing_keys::{KEY_SET_BYTES, KeySet};
use teamwire_graph::{TokenPolicy, ValidationTokenFault, validation_token};
use teamwire_payload::cloud::MicrosoftCloud;
use teamwire_payload::{NotificationItem, TenantId};

/// Check the validation tokens of a batch, and each rich item against them
///
/// Basic and lifecycle items need no token: only their clientState proves them, which is not checked
/// here.
///
/// Exit status 0: every item is accepted; 1: one is rejected; 2: wrong usage, or the file or the keys
/// can't be read.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  teamwire verify --app-id 925bff9f-f6e2-4a69-b858-f71ea2b9b6d0 \\\n    --jwks https://login.microsoftonline.com/common/discovery/v2.0/keys notification.json"
)]
pub(crate) struct VerifyArgs {
    /// The app that tokens must be meant for, by its id; may be given several times
    #[arg(
        long = "app-id",
        visible_alias = "audience",
        value_name = "APP_ID",
        required = true,
        value_delimiter = ','
    )]
    app_ids: Vec<String>,
    /// Signing keys: a file, an https URL, or an http URL on this machine
    #[arg(long, value_name = "FILE|URL")]
    jwks: String,
    /// A tenant that items may be of; may be given several times. Any tenant without
    #[arg(long = "tenant", value_name = "GUID", value_delimiter = ',')]
    tenants: Vec<TenantId>,
    /// At what time: RFC 3339, or seconds since 1970. Now without
    #[arg(long, value_name = "TIME", value_parser = instant)]
    at: Option<i64>,
    /// The cloud: global, gcc-high, dod, china
    #[arg(long, value_name = "CLOUD", default_value = "global")]
    cloud: MicrosoftCloud,
    /// A batch, or one notification; - for standard input
    file: PathBuf,
    /// Output format: json prints one line per item; without it text on a terminal, else json
    #[arg(long, value_name = "FORMAT")]
    output: Option<OutputFormat>,
}

#[derive(Serialize)]
struct VerifyLine {
    index: usize,
    verdict: &'static str,
    reason: Option<&'static str>,
}

impl VerifyArgs {
    pub(crate) async fn run(self) -> anyhow::Result<ExitCode> {
        let output = OutputFormat::or_suitable(self.output);
        let input = InputItems::read(&self.file)?;
        let keys = key_set(&self.jwks).await?;
        let policy = TokenPolicy {
            cloud: self.cloud,
            app_ids: self
                .app_ids
                .iter()
                .map(|id| id.to_ascii_lowercase())
                .collect(),
        };
        let now = self
            .at
            .unwrap_or_else(|| jiff::Timestamp::now().as_second());
        let spoken_for = validation_token::verify_all(&input.tokens, &keys, &policy, now).await;
        let mut out = output.stdout();
        let mut all_accepted = true;
        for (index, item) in input.items.iter().enumerate() {
            let reason = match item {
                Ok(item) => self.judge(item, &spoken_for).err(),
                Err(fault) => Some(fault.label()),
            };
            all_accepted &= reason.is_none();
            let verdict = if reason.is_none() {
                "accepted"
            } else {
                "rejected"
            };
            let line = VerifyLine {
                index,
                verdict,
                reason,
            };
            match output {
                OutputFormat::Json => writeln!(out, "{}", serde_json::to_string(&line)?)?,
                OutputFormat::Text => {
                    let why = reason.map_or_else(String::new, |reason| format!(": {reason}"));
                    writeln!(out, "item {index}  {verdict}{why}")?;
                }
            }
        }
        Ok(if all_accepted {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }

    fn judge(
        &self,
        item: &NotificationItem,
        spoken_for: &Result<BTreeSet<TenantId>, ValidationTokenFault>,
    ) -> Result<(), &'static str> {
        let spoken_for = spoken_for.as_ref().map_err(|fault| fault.label())?;
        let tenant = item
            .tenant_id
            .as_deref()
            .and_then(|tenant| tenant.parse::<TenantId>().ok());
        if !self.tenants.is_empty() && tenant.as_ref().is_none_or(|t| !self.tenants.contains(t)) {
            return Err("tenant");
        }
        match tenant {
            _ if item.encrypted_content.is_none() => Ok(()),
            _ if spoken_for.is_empty() => Err("missing-token"),
            Some(tenant) if spoken_for.contains(&tenant) => Ok(()),
            _ => Err("tenant"),
        }
    }
}

async fn key_set(source: &str) -> anyhow::Result<KeySet> {
    let json = match reqwest::Url::parse(source) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => {
            let loopback = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
            if url.scheme() == "http" && !loopback {
                bail!("{}: keys are fetched over https only", plain(source));
            }
            let client = http::client(Duration::from_secs(10))?;
            let answer = client
                .get(url)
                .send()
                .await
                .and_then(|r| r.error_for_status());
            http::read_body(answer.context("signing keys")?, KEY_SET_BYTES).await?
        }
        _ => input::text(source.as_ref())?.into_bytes(),
    };
    KeySet::parse(&json).with_context(|| plain(source))
}

fn instant(text: &str) -> Result<i64, String> {
    text.parse::<i64>()
        .or_else(|_| {
            text.parse::<jiff::Timestamp>()
                .map(jiff::Timestamp::as_second)
        })
        .map_err(|_| "neither RFC 3339 nor seconds since 1970".to_owned())
}

#[cfg(test)]
mod tests {
    use super::instant;

    #[test]
    fn times_are_rfc_3339_or_seconds() {
        assert_eq!(instant("1624649764"), Ok(1_624_649_764));
        assert_eq!(instant("2021-06-25T19:36:04Z"), Ok(1_624_649_764));
        assert_eq!(instant("2021-06-25T21:36:04+02:00"), Ok(1_624_649_764));
        assert!(instant("yesterday").is_err());
    }
}
