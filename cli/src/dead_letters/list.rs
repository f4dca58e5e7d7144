//! `teamwire dead-letters list`: a line for each.

use crate::aws;
use crate::dead_letters::filter::Filter;
use crate::dead_letters::letter::{Letter, SOURCE};
use crate::dead_letters::look::look;
use crate::dead_letters::queues::Whereabouts;
use crate::dead_letters::source::Source;
use crate::output::Output;
use crate::replay::stop::{INTERRUPTED, Stop};
use crate::terminal::plain;
use aws_sdk_sqs::Client;
use clap::Args;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::io::Write;
use std::ops::ControlFlow;
use std::process::ExitCode;
use std::sync::Arc;

/// List dead letters, one a line
///
/// Age, reason, source, tenant, resource type, how often it was received, and its message id. A
/// letter without a reason is one that SQS moved after too many receives.
///
/// Exit status 0: listed, even if there are none; 2: wrong usage, no such queue, or AWS can't be asked;
/// 130: interrupted.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  teamwire dead-letters list --queue decrypt\n  teamwire dead-letters list --queue hydrate --reason http-403 --since 1d\n  teamwire dead-letters list --queue events --output json | jq -r .id"
)]
pub(super) struct List {
    #[command(flatten)]
    from: Whereabouts,
    #[command(flatten)]
    filter: Filter,
    /// At most so many letters
    #[arg(long, value_name = "LETTERS", value_parser = clap::value_parser!(u64).range(1..))]
    max: Option<u64>,
    /// How to print: json is a line a letter; without it text on a terminal, else json
    #[arg(long, value_name = "FORMAT")]
    output: Option<Output>,
}

impl List {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let client = Client::new(&aws::config().await?);
        let url = self.from.url(&client).await?;
        let source = Arc::new(Source::new(client, url)?);
        let stop = Stop::at_interrupt();
        let output = Output::or_suitable(self.output);
        let most = self.max.unwrap_or(u64::MAX);
        let most = self.filter.most().map_or(most, |ids| ids.min(most));
        let mut shown = 0;
        look(&source, &stop, |letter| {
            if self.filter.fits(letter) {
                shown += 1;
                let mut out = std::io::stdout().lock();
                match output {
                    Output::Text => {
                        if shown == 1 {
                            writeln!(out, "{HEADER}")?;
                        }
                        writeln!(out, "{}", text(letter, Timestamp::now()))?;
                    }
                    Output::Json => writeln!(out, "{}", facts(letter))?,
                }
            }
            Ok(match shown < most {
                true => ControlFlow::Continue(()),
                false => ControlFlow::Break(()),
            })
        })
        .await?;
        if shown == 0 && output == Output::Text {
            writeln!(std::io::stderr(), "teamwire: there are no such letters")?;
        }
        Ok(match stop.is_interrupted() {
            true => ExitCode::from(INTERRUPTED),
            false => ExitCode::SUCCESS,
        })
    }
}

/// What a letter says without its body.
pub(super) fn facts(letter: &Letter) -> Value {
    json!({
        "id": letter.id,
        "sentAt": letter.sent_at.to_string(),
        "reason": letter.reason(),
        "source": letter.attribute(SOURCE),
        "tenant": letter.subject.tenant,
        "resourceType": letter.subject.resource_type,
        "version": letter.subject.version,
        "receives": letter.receives,
    })
}

/// Over the columns of [`text`].
const HEADER: &str = " age  reason                  source    tenant                                resource type       receives  id";

fn text(letter: &Letter, now: Timestamp) -> String {
    let shown = |text: Option<&str>| plain(text.unwrap_or("-"));
    format!(
        "{:>4}  {:<22}  {:<8}  {:<36}  {:<18}  {:>8}  {}",
        age(letter.sent_at, now),
        shown(letter.reason()),
        shown(letter.attribute(SOURCE)),
        shown(letter.subject.tenant.as_deref()),
        shown(letter.subject.resource_type.as_deref()),
        letter.receives,
        plain(&letter.id),
    )
}

/// In the largest unit that it has one of.
fn age(sent_at: Timestamp, now: Timestamp) -> String {
    let seconds = now.duration_since(sent_at).as_secs().max(0);
    match seconds {
        0..60 => format!("{seconds}s"),
        60..3_600 => format!("{}m", seconds / 60),
        3_600..86_400 => format!("{}h", seconds / 3_600),
        _ => format!("{}d", seconds / 86_400),
    }
}
