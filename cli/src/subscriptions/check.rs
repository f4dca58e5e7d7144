//! `teamwire subscriptions check`: a file, looked at without AWS and Graph.

use crate::input;
use crate::output::OutputFormat;
use crate::terminal::{file_name, plain};
use clap::Args;
use serde_json::json;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::ExitCode;
use teamwire_contract::FileFault;
use teamwire_graph::DesiredState;

/// Check a file, without AWS and without Graph
///
/// Says what is wrong with it, line by line; else how much it wants, and the application permissions that
/// are the least for that, for an administrator to consent to. Whether Graph agrees is what `plan` asks.
///
/// Exit status 0: nothing is wrong; 1: it has faults; 2: it can't be read.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  teamwire subscriptions check subscriptions.toml\n  teamwire subscriptions check subscriptions.toml --output json | jq -r '.permissions[]'"
)]
pub(super) struct CheckSubscriptionsArgs {
    /// The file; - for standard input
    file: PathBuf,
    /// Output format: json prints one document
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    output: OutputFormat,
}

impl CheckSubscriptionsArgs {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let text = input::text(&self.file)?;
        let (faults, desired) = match DesiredState::parse(&text) {
            Ok(desired) => (Vec::new(), desired),
            Err(faults) => (faults.0, DesiredState::default()),
        };
        let permissions = least(&desired);
        let tenants = desired.tenants.len();
        let wanted: usize = desired
            .tenants
            .iter()
            .map(|one| one.subscriptions.len())
            .sum();
        let mut out = self.output.stdout();
        match self.output {
            OutputFormat::Json => writeln!(
                out,
                "{}",
                json!({
                    "tenants": tenants,
                    "subscriptions": wanted,
                    "permissions": permissions,
                    "faults": faults,
                })
            )?,
            OutputFormat::Text if faults.is_empty() => {
                writeln!(
                    out,
                    "{}: nothing is wrong; tenants: {tenants}, subscriptions: {wanted}",
                    file_name(&self.file)
                )?;
                if !permissions.is_empty() {
                    let permissions = Vec::from_iter(permissions).join(", ");
                    writeln!(
                        out,
                        "application permissions, the least for them: {permissions}"
                    )?;
                }
            }
            OutputFormat::Text => {
                for FileFault {
                    line,
                    field,
                    problem,
                } in &faults
                {
                    let (field, problem) = (plain(field), plain(problem));
                    writeln!(out, "line {line}: {field} {problem}")?;
                }
            }
        }
        Ok(match faults.is_empty() {
            true => ExitCode::SUCCESS,
            false => ExitCode::FAILURE,
        })
    }
}

/// The least permission of each resource.
fn least(desired: &DesiredState) -> BTreeSet<&'static str> {
    let wanted = desired
        .tenants
        .iter()
        .flat_map(|tenant| &tenant.subscriptions);
    let least = wanted.filter_map(|one| one.resource.row().application.first());
    least.copied().collect()
}
