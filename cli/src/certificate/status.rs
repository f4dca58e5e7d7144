//! `teamwire certificate status`: which certificates there are, and what uses them.

use crate::certificate::OutputFormat;
use crate::certificate::in_use::{self, CertificateUse};
use crate::subscriptions::counts::changes;
use crate::subscriptions::tell;
use crate::subscriptions_function::FunctionArgs;
use clap::Args;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use std::process::ExitCode;
use teamwire_contract::report::SubscriptionReport;
use teamwire_graph::{CertificateSet, EnvelopeCertificate};

/// Say which certificates there are, which is current, until when the others must stay, and how
/// many subscriptions use each
///
/// Exit status 0: there is a current one; 1: there is none, it has expired, or not every tenant
/// could be looked at; 2: the function can't be asked.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  teamwire certificate status\n  teamwire certificate status --stack teamwire-test --output json"
)]
pub(super) struct CertificateStatusArgs {
    #[command(flatten)]
    function: FunctionArgs,
    /// Output format: json prints one line per certificate
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    output: OutputFormat,
}

/// The line of one certificate.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct CertificateStatusLine<'a> {
    id: &'a str,
    current: bool,
    thumbprint: String,
    not_after: String,
    /// Whole days; negative once it has ended.
    days_left: i64,
    #[serde(skip)]
    time_left: SignedDuration,
    /// The time after which its key may go.
    retire_after: Option<String>,
    /// The number of live subscriptions whose content is sealed for it.
    subscriptions: usize,
}

impl CertificateStatusArgs {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let now = Timestamp::now();
        let function = self.function.connect().await?;
        let Some(listed) = in_use::listed(&function).await? else {
            let mut err = crate::terminal::stderr();
            writeln!(
                err,
                "teamwire: there is no certificate: `teamwire certificate rotate` makes one"
            )?;
            return Ok(ExitCode::FAILURE);
        };
        let plan = function.plan().await?;
        let lines = lines(&listed, &plan, now);
        let mut out = self.output.stdout();
        for line in &lines {
            match self.output {
                OutputFormat::Json => writeln!(out, "{}", serde_json::to_string(line)?)?,
                OutputFormat::Text => write!(out, "{}", line.text(now))?,
            }
        }
        let (current, certificate) = listed.current();
        let unknown = |of: &_| in_use::of(of, current) == CertificateUse::Unknown;
        let unknown = changes(&plan).filter(|change| unknown(change)).count();
        if unknown > 0 && self.output == OutputFormat::Text {
            writeln!(out, "of {unknown} it is not known which they use, if any")?;
        }
        tell(&plan.faults)?;
        Ok(if plan.faults.is_empty() && certificate.not_after() > now {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }
}

fn lines<'a>(
    listed: &'a CertificateSet,
    plan: &SubscriptionReport,
    now: Timestamp,
) -> Vec<CertificateStatusLine<'a>> {
    let line = |id: &'a str, certificate: &EnvelopeCertificate, retire_after: Option<Timestamp>| {
        CertificateStatusLine {
            id,
            current: id == listed.current().0,
            thumbprint: certificate.thumbprint(),
            not_after: certificate.not_after().to_string(),
            days_left: certificate.time_left(now).as_hours().div_euclid(24),
            time_left: certificate.time_left(now),
            retire_after: retire_after.map(|after| after.to_string()),
            subscriptions: changes(plan)
                .filter(|change| in_use::of(change, id) == CertificateUse::Sealed)
                .count(),
        }
    };
    let (id, certificate) = listed.current();
    let mut lines = vec![line(id, certificate, None)];
    for (id, other) in listed.others() {
        lines.push(line(id, &other.certificate, other.retire_after));
    }
    lines
}

impl CertificateStatusLine<'_> {
    fn text(&self, now: Timestamp) -> String {
        let after = self.retire_after.as_deref();
        let role = match after.and_then(|after| after.parse::<Timestamp>().ok()) {
            _ if self.current => "current".to_owned(),
            None => "not in use".to_owned(),
            Some(after) if after > now => format!("its key must stay until {after:.0}"),
            Some(after) => format!("its key may go since {after:.0}"),
        };
        format!(
            "{id}\n  {role}\n  valid until {not_after}, {left}\n  thumbprint {thumbprint}\n  \
             subscriptions: {count}\n",
            id = self.id,
            not_after = self.not_after,
            left = left(self.time_left),
            thumbprint = self.thumbprint,
            count = self.subscriptions,
        )
    }
}

/// The remaining validity of a certificate: whole days, and hours on the last.
pub(super) fn left(time: SignedDuration) -> String {
    if time.is_negative() {
        return "expired".to_owned();
    }
    match time.as_hours() {
        0 => "less than an hour left".to_owned(),
        1 => "1 hour left".to_owned(),
        hours @ 2..24 => format!("{hours} hours left"),
        24..48 => "1 day left".to_owned(),
        hours => format!("{} days left", hours / 24),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_day_is_counted_in_hours() {
        for (minutes, expected) in [
            (-1, "expired"),
            (59, "less than an hour left"),
            (60, "1 hour left"),
            (1_439, "23 hours left"),
            (1_440, "1 day left"),
            (2_879, "1 day left"),
            (2_880, "2 days left"),
            (143_999, "99 days left"),
        ] {
            assert_eq!(left(SignedDuration::from_mins(minutes)), expected);
        }
    }
}
