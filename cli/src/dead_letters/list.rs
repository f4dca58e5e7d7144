//! `teamwire dead-letters list`: what each is about.

use crate::aws;
use crate::dead_letters::filter::LetterFilter;
use crate::dead_letters::letter::DeadLetter;
use crate::dead_letters::look::look;
use crate::dead_letters::queues::{LetterQueue, LetterQueueArgs};
use crate::dead_letters::redact;
use crate::dead_letters::source::LetterSource;
use crate::dead_letters::unknown::UnknownValues;
use crate::output::OutputFormat;
use crate::replay::stop::{INTERRUPTED, StopSignal};
use crate::terminal::{self, plain};
use aws_sdk_sqs::Client;
use clap::Args;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::ops::ControlFlow;
use std::process::ExitCode;
use std::sync::Arc;
use teamwire_contract::attribute::{FAULT, REASON, SOURCE};
use teamwire_contract::dead_letter::NONE;

/// List dead letters, and what is in quarantine
///
/// Of each its age, the queue whose letter it is, reason, resource type, how often it was received and
/// replayed, its message id, tenant and subscription. A letter without a reason is one that SQS moved
/// after too many receives. Of what was tampered with, the stage at which it failed stands in
/// parentheses. How many somebody else hides is said on standard error.
///
/// Exit status 0: listed, even if there are none; 1: no letter has a tenant, subscription or id that was
/// named; 2: wrong usage, no such queue, or AWS can't be asked; 130: interrupted.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  teamwire dead-letters list\n  teamwire dead-letters list --queue hydrate --reason http-403 --since 1d\n  teamwire dead-letters list --queue events --output json | jq -r .id"
)]
pub(super) struct ListDeadLettersArgs {
    #[command(flatten)]
    from: LetterQueueArgs,
    #[command(flatten)]
    filter: LetterFilter,
    /// At most so many letters
    #[arg(long, value_name = "LETTERS", value_parser = clap::value_parser!(u64).range(1..))]
    max: Option<u64>,
    /// Output format: json prints one line per letter; without it text on a terminal, else json
    #[arg(long, value_name = "FORMAT")]
    output: Option<OutputFormat>,
}

impl ListDeadLettersArgs {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        self.filter.check(self.from.queue())?;
        let client = Client::new(&aws::config().await?);
        let stop = StopSignal::at_interrupt();
        let output = OutputFormat::or_suitable(self.output);
        let most = self.max.unwrap_or(u64::MAX);
        let most = self.filter.most().map_or(most, |ids| ids.min(most));
        let mut unknown = UnknownValues::of(&self.filter);
        let mut shown = 0;
        for place in self.from.places(&client).await? {
            let source = Arc::new(LetterSource::new(client.clone(), place.url.clone())?);
            source.tell_hidden().await?;
            look(&source, &stop, |letter| {
                unknown.note(letter);
                if self.filter.fits(letter) {
                    shown += 1;
                    let mut out = output.stdout();
                    match output {
                        OutputFormat::Text => {
                            write!(out, "{}", text(&place, letter, Timestamp::now()))?
                        }
                        OutputFormat::Json => writeln!(out, "{}", facts(&place, letter))?,
                    }
                }
                Ok(match shown < most {
                    true => ControlFlow::Continue(()),
                    false => ControlFlow::Break(()),
                })
            })
            .await?;
            if stop.is_asked() {
                break;
            }
        }
        let is_missing = !stop.is_asked() && unknown.tell()?;
        if shown == 0 && output == OutputFormat::Text {
            writeln!(
                terminal::stderr(),
                "teamwire: there are no such visible letters"
            )?;
        }
        Ok(match stop.is_interrupted() {
            true => ExitCode::from(INTERRUPTED),
            false if is_missing => ExitCode::FAILURE,
            false => ExitCode::SUCCESS,
        })
    }
}

/// The facts of a message without its body.
pub(crate) fn facts(place: &LetterQueue, letter: &DeadLetter) -> Value {
    let label = |name| Some(redact::attribute(name, letter.attribute(name)?));
    json!({
        "id": letter.id,
        "queue": place.name.map(|name| name.text()),
        "sentAt": letter.sent_at.to_string(),
        "reason": label(REASON),
        "fault": label(FAULT),
        "source": label(SOURCE),
        "tenant": letter.subject.tenant,
        "subscription": letter.subject.subscription,
        "resourceType": letter.subject.resource_type,
        "version": letter.subject.version,
        "receives": letter.receives,
        "replayed": letter.replayed(),
    })
}

/// Four lines, none of them over 80 characters of a letter that teamwire made.
fn text(place: &LetterQueue, letter: &DeadLetter, now: Timestamp) -> String {
    let shown = |text: Option<&str>| plain(text.unwrap_or("-"));
    let times = |count: u32| match count {
        1 => "once".to_owned(),
        count => format!("{count} times"),
    };
    let replayed = match letter.replayed() {
        0 => String::new(),
        count => format!(", replayed {}", times(count)),
    };
    format!(
        "{:>4}  {}  {}  {}, received {}{replayed}\n      id            {}\n      tenant        {}\n      \
         subscription  {}\n",
        age(letter.sent_at, now),
        place.name.map_or("other", |name| name.text()),
        why(letter),
        shown(letter.subject.resource_type.as_deref()),
        times(letter.receives),
        plain(&letter.id),
        shown(letter.subject.tenant.as_deref()),
        shown(letter.subject.subscription.as_deref()),
    )
}

/// Its reason, and the fault in the log where that says more.
pub(crate) fn why(letter: &DeadLetter) -> String {
    let reason = plain(letter.reason().unwrap_or(NONE));
    match letter.attribute(FAULT) {
        Some(fault) => {
            let fault = plain(fault);
            // Of a refusal the fault is the reason and Graph's code.
            let code = fault.strip_prefix(&format!("{reason} "));
            format!("{reason} ({})", code.unwrap_or(&fault))
        }
        None => reason,
    }
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
