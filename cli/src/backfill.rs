//! `teamwire backfill`: has a time read again.

use crate::output::OutputFormat;
use crate::span;
use crate::subscriptions::tell;
use crate::subscriptions_function::FunctionArgs;
use crate::terminal::plain;
use clap::Args;
use jiff::Timestamp;
use std::process::ExitCode;
use teamwire_contract::SubscriptionsCommand;
use teamwire_contract::answer::BackfillAnswer;
use teamwire_payload::TenantId;

/// Have a time read again, for what may have been missed in it
///
/// Only what the stored file wants can be read again; `teamwire resources` says of each path what
/// Graph offers. The events of what is read have the ids that they had if they came before. Needed
/// is lambda:InvokeFunction.
///
/// Exit status 0: it was ordered; 1: it was not, or nothing that is wanted has that resource; 2: wrong
/// usage, or the function can't be asked.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  teamwire backfill --tenant 9f4ebab6-520d-49c0-85cc-7b25c78d4a93 --since 36h\n  teamwire backfill --tenant 9f4ebab6-520d-49c0-85cc-7b25c78d4a93 --resource chats/getAllMessages \\\n    --since 2026-11-20T08:00:00Z --until 2026-11-20T12:00:00Z"
)]
pub(crate) struct BackfillArgs {
    /// The tenant, by its id
    #[arg(long, value_name = "GUID")]
    tenant: TenantId,
    /// What to read again, as the file has it; everything without
    #[arg(long, value_name = "PATH")]
    resource: Option<String>,
    /// When the time begins: RFC 3339, or how long ago (36h, 3d)
    #[arg(long, value_name = "TIME", value_parser = moment)]
    since: Timestamp,
    /// When it ends, likewise; now without
    #[arg(long, value_name = "TIME", value_parser = moment)]
    until: Option<Timestamp>,
    #[command(flatten)]
    function: FunctionArgs,
    /// Output format: json prints one document, the function's answer
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    output: OutputFormat,
}

impl BackfillArgs {
    pub(crate) async fn run(self) -> anyhow::Result<ExitCode> {
        if self.until.is_some_and(|until| until <= self.since) {
            anyhow::bail!("--since must be before --until");
        }
        // What is told of Graph's resources is told to the second; a little more does no harm.
        let since = Timestamp::from_second(self.since.as_second())?;
        let command = SubscriptionsCommand::Backfill {
            tenant: self.tenant,
            resource: self.resource,
            since,
            until: self.until,
        };
        let answer = self.function.connect().await?.ask(&command).await?;
        let ordered: BackfillAnswer = answer.read;
        let mut out = self.output.stdout();
        match self.output {
            OutputFormat::Json => writeln!(out, "{}", answer.json)?,
            OutputFormat::Text => {
                let resources = ordered.gaps.iter().map(|gap| gap.resource.chars().count());
                let width = resources.max().unwrap_or(0);
                for gap in &ordered.gaps {
                    let resource = plain(&gap.resource);
                    let (since, until) = (plain(&gap.since), plain(&gap.until));
                    writeln!(out, "{resource:<width$}  from {since} to {until}")?;
                }
                let count = ordered.gaps.len();
                // Where nothing was, the fault says all there is to say.
                if count > 0 || ordered.faults.is_empty() {
                    writeln!(out, "Ordered to be read again: {count}.")?;
                }
            }
        }
        tell(&ordered.faults)?;
        Ok(if ordered.faults.is_empty() && !ordered.gaps.is_empty() {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }
}

/// Reads a time, or how long ago it was.
pub(crate) fn moment(text: &str) -> Result<Timestamp, String> {
    if let Ok(time) = text.parse() {
        return Ok(time);
    }
    let ago =
        span::parse(text).map_err(|_| "a time by RFC 3339, or how long ago: 36h, 3d".to_owned())?;
    Timestamp::now()
        .checked_sub(ago)
        .map_err(|_| "longer ago than there are dates".to_owned())
}
