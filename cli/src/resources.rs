//! `teamwire resources`: what can be subscribed to, and what it takes.

mod markdown;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};
use std::process::ExitCode;
use teamwire_payload::subscribable::{MINUTES_WITHOUT_LIFECYCLE, ROWS, SubscribableRow};

/// Say what can be subscribed to, with which permissions, and what becomes of it
///
/// One line a path, or everything about those whose path or type holds the given text.
///
/// Exit status 0: said; 1: there is no such path or type; 2: wrong usage.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  teamwire resources\n  teamwire resources callTranscript\n  teamwire resources chats/getAllMessages --output json"
)]
pub(crate) struct ResourcesArgs {
    /// Part of a path, or a type such as chatMessage
    #[arg(value_name = "TEXT")]
    filter: Option<String>,
    /// Output format: json prints one document
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = ResourcesOutput::Text)]
    output: ResourcesOutput,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ResourcesOutput {
    /// For people
    Text,
    /// For programs
    Json,
    /// All of docs/RESOURCES.md
    Markdown,
}

impl ResourcesArgs {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let rows: Vec<_> = ROWS
            .iter()
            .filter(|row| self.filter.as_deref().is_none_or(|text| fits(row, text)))
            .collect();
        if let (Some(filter), true) = (&self.filter, rows.is_empty()) {
            writeln!(
                crate::terminal::stderr(),
                "teamwire: no path of Teams holds {filter:?}: `teamwire resources` lists them all"
            )?;
            return Ok(ExitCode::FAILURE);
        }
        let mut out = match self.output {
            ResourcesOutput::Text => crate::terminal::page(),
            ResourcesOutput::Json | ResourcesOutput::Markdown => crate::terminal::stdout(),
        };
        match self.output {
            ResourcesOutput::Markdown => write!(out, "{}", markdown::page())?,
            ResourcesOutput::Json => {
                let rows: Vec<_> = rows.into_iter().map(as_json).collect();
                writeln!(out, "{}", serde_json::to_string_pretty(&rows)?)?;
            }
            ResourcesOutput::Text if self.filter.is_some() => {
                for row in rows {
                    writeln!(out, "{}", in_full(row))?;
                }
            }
            ResourcesOutput::Text => {
                for row in rows {
                    writeln!(out, "{:26} {}", row.resource_type.name(), row.path)?;
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn fits(row: &SubscribableRow, text: &str) -> bool {
    let text = text.trim_start_matches('/').to_ascii_lowercase();
    row.path.to_ascii_lowercase().contains(&text)
        || row.resource_type.name().to_ascii_lowercase() == text
}

fn as_json(row: &SubscribableRow) -> Value {
    json!({
        "path": row.path,
        "resourceType": row.resource_type.name(),
        "changes": markdown::changes(row),
        "api": row.api.name(),
        "options": row.options.iter().map(|option| option.name()).collect::<Vec<_>>(),
        "permissions": {
            "delegated": row.delegated,
            "application": row.application,
            "resourceSpecificConsent": row.consented,
        },
        "subscriptionsPerApp": row.per_app,
        "longestMinutes": row.longest_minutes,
        "clouds": row.clouds.iter().map(|cloud| cloud.name()).collect::<Vec<_>>(),
        "delegatedOnly": row.is_delegated_only(),
        "minutesWithoutLifecycleUrl": MINUTES_WITHOUT_LIFECYCLE,
        "richNotifications": row.rich,
        "readable": row.unreadable().is_none(),
        "gap": markdown::gap(row.recovery),
    })
}

fn in_full(row: &SubscribableRow) -> String {
    let list = |names: &[&str]| match names {
        [] => "not supported".to_owned(),
        names => names.join(", "),
    };
    let mut text = format!(
        "{}\n  announces    {} ({})\n  subscribe by {}\n  longest life {} minutes\n  clouds       {}\n  delegated    {}\n  application  {}\n",
        row.path,
        row.resource_type.name(),
        markdown::changes(row).join(", "),
        row.api.name(),
        row.longest_minutes,
        markdown::clouds(row),
        list(row.delegated),
        list(row.application),
    );
    if !row.consented.is_empty() {
        text.push_str(&format!("  by consent   {}\n", list(row.consented)));
    }
    if !row.options.is_empty() {
        let names: Vec<_> = row.options.iter().map(|option| option.name()).collect();
        text.push_str(&format!("  options      {}\n", names.join(", ")));
    }
    text.push_str(&format!(
        "  basic ones   {}\n  a gap        {}\n",
        markdown::basic(row),
        markdown::gap(row.recovery)
    ));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_found_by_a_part_of_it_or_by_its_type() {
        let found = |text| ROWS.iter().filter(|row| fits(row, text)).count();
        assert_eq!(found("chats/getallmessages"), 3);
        assert_eq!(found("/teams/{team-id}/members"), 1);
        assert_eq!(found("TeamsAppInstallation"), 1);
        assert_eq!(found("mail"), 0);
    }

    #[test]
    fn the_readme_counts_the_table() {
        let readme = concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md");
        let readme = std::fs::read_to_string(readme).unwrap();
        let mut types: Vec<_> = ROWS.iter().map(|row| row.resource_type.name()).collect();
        types.sort_unstable();
        types.dedup();
        let refused = ROWS.iter().filter(|row| row.is_delegated_only()).count();
        let (types, paths) = (types.len(), ROWS.len());
        let taken = paths - refused;
        let counts = format!("[{types} types of resource; {taken} of the {paths} paths]");
        assert!(readme.contains(&counts), "{counts}");
    }

    #[test]
    fn docs_resources_md_is_printed_from_the_table() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/RESOURCES.md");
        if std::env::var_os("BLESS_RESOURCES").is_some() {
            std::fs::write(path, markdown::page()).unwrap();
        }
        let page = std::fs::read_to_string(path).unwrap();
        assert!(
            page == markdown::page(),
            "write it anew: teamwire resources --output markdown > docs/RESOURCES.md"
        );
    }
}
