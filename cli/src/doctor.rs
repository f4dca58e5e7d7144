//! `teamwire doctor`: what is wrong, what it means, and what to do.
//!
//! ```text
//! the stack's name -> its functions -> their variables -> everything else, each station at once
//!   facts of AWS, of the two URLs, of the subscriptions function -> findings -> a page
//! ```

mod alarms;
mod ask;
mod check;
mod client_state;
mod clock;
mod code;
#[cfg(test)]
mod documented;
mod finding;
mod fold;
mod functions;
mod keys;
mod page;
mod queues;
mod send;
mod stack;
mod table;
mod tenants;
mod url;
mod variables;

use crate::aws;
use crate::output::OutputFormat;
use crate::terminal::TextColours;
use anyhow::{Context, bail};
use ask::AwsClients;
use check::CheckOutcome;
use clap::Args;
use code::Station;
use finding::Finding;
use jiff::Timestamp;
use page::{Heading, VerdictCount};
use stack::{DeployedStack, StackFunction};
use std::future::Future;
use std::process::ExitCode;
use teamwire_payload::TenantId;

/// Say what is wrong with a stack, what it means, and what to do
///
/// Walks the whole chain with your own AWS credentials: functions and their settings, the URLs as Graph
/// sees them, queues, keys, tenants with their permissions and subscriptions, alarms, clocks. Everything
/// is found by the stack's name. Nothing is changed. What could not be looked at is told as such, with
/// the permission that it needs. docs/DOCTOR.md explains each finding by its code.
///
/// Exit status 0: nothing is wrong (there may be warnings); 1: there are faults; 2: wrong usage, or AWS
/// can't be asked.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  teamwire doctor\n  teamwire doctor --stack teamwire-test --tenant 9f4ebab6-520d-49c0-85cc-7b25c78d4a93\n  teamwire doctor --only url,queues\n  teamwire doctor --send\n  teamwire doctor --output json | jq -r '.findings[] | select(.verdict == \"fault\") | .code'"
)]
pub(crate) struct DoctorArgs {
    /// The stack; everything is found by its name
    #[arg(
        long,
        value_name = "NAME",
        env = "TEAMWIRE_STACK",
        default_value = "teamwire"
    )]
    stack: String,
    /// This tenant alone, in the file of wanted subscriptions or not; may be given several times
    #[arg(long = "tenant", value_name = "GUID")]
    tenants: Vec<TenantId>,
    /// These stations alone
    #[arg(long, value_name = "STATION,..", value_delimiter = ',')]
    only: Vec<Station>,
    /// Also send a test notification through: the consumer gets one event, of the deletion of a chat
    /// message that there never was
    #[arg(long)]
    send: bool,
    /// Output format: json prints one document
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    output: OutputFormat,
}

impl DoctorArgs {
    pub(crate) async fn run(self) -> anyhow::Result<ExitCode> {
        if !self.send && self.only.contains(&Station::Send) {
            bail!("the station send is looked at with --send, since that leaves an event behind");
        }
        let config = aws::config().await?;
        let aws = AwsClients::new(&config)
            .await
            .context("AWS can't be asked")?;
        let findings = self.findings(&aws).await;
        let heading = Heading {
            stack: &self.stack,
            account: &aws.account,
            region: &aws.region,
            caller: &aws.caller,
        };
        let mut out = self.output.stdout();
        match self.output {
            OutputFormat::Json => writeln!(out, "{}", page::json(&findings, &heading))?,
            OutputFormat::Text => {
                let signs = crate::terminal::stdout_is_terminal();
                write!(
                    out,
                    "{}",
                    page::text(&findings, &heading, TextColours::of_stdout(), signs)
                )?;
            }
        }
        Ok(match VerdictCount::of(&findings).faults {
            0 => ExitCode::SUCCESS,
            _ => ExitCode::FAILURE,
        })
    }

    async fn findings(&self, aws: &AwsClients) -> Vec<Finding> {
        let name = self.stack.as_str();
        let (stack, alarms) = tokio::join!(DeployedStack::look(aws, name), alarms::look(aws, name));
        let stack = stack.meant(&alarms);
        let mut findings = functions::judge(&stack);
        if !functions::is_there(&stack) {
            return findings;
        }
        let (asked, url, queues) = tokio::join!(
            self.ask(aws, &stack),
            self.at(Station::Url, url::look(&stack, &alarms)),
            self.at(Station::Queues, queues::look(aws, &stack)),
        );
        let keys = keys::look(aws, &stack, &asked, Timestamp::now());
        let keys = self.at(Station::Keys, keys).await;
        findings.extend([url, queues, keys].into_iter().flatten());
        findings.extend(tenants::judge(&stack, &asked));
        findings.push(client_state::judge(&asked));
        findings.extend(alarms::judge(&stack, &alarms));
        findings.extend(clock::judge(&asked));
        if self.send {
            findings.push(send::look(aws, &stack, &asked, &self.tenants).await);
        }
        findings.retain(|finding| self.wants(finding.code.row().station));
        findings.sort_by_key(|finding| finding.code.row().station);
        findings
    }

    fn wants(&self, station: Station) -> bool {
        self.only.is_empty() || self.only.contains(&station) || station == Station::Send
    }

    /// The findings of a station, if it is wanted.
    async fn at(&self, station: Station, look: impl Future<Output = Vec<Finding>>) -> Vec<Finding> {
        match self.wants(station) {
            true => look.await,
            false => Vec::new(),
        }
    }

    /// Asks the subscriptions function, if any station needs its answer.
    async fn ask(&self, aws: &AwsClients, stack: &DeployedStack) -> CheckOutcome {
        let by_its_answer = [
            Station::Keys,
            Station::Tenants,
            Station::ClientState,
            Station::Clock,
        ];
        if !by_its_answer.into_iter().any(|station| self.wants(station)) {
            return CheckOutcome::Failed("it was not asked".to_owned());
        }
        let function = stack.full_name(StackFunction::Subscriptions);
        check::ask(aws, &function, &self.tenants).await
    }
}
