//! `teamwire subscriptions init`: a first file.

use crate::subscriptions::schema;
use crate::terminal::file_name;
use anyhow::{Context, bail};
use clap::Args;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use teamwire_payload::TenantId;

/// Name of the schema that an editor checks the file by, beside it.
const SCHEMA: &str = "subscriptions.schema.json";

/// Write a first file, and the JSON Schema that editors complete and check it by
///
/// It wants the messages of all chats and channels of the tenants, with their content. What else there
/// is stands in it as comments. Nothing that is there is overwritten.
///
/// Exit status 0: written; 2: wrong usage, there is such a file, or it can't be written.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  teamwire subscriptions init --tenant 9f4ebab6-520d-49c0-85cc-7b25c78d4a93\n  teamwire subscriptions init teams.toml --tenant 9f4ebab6-520d-49c0-85cc-7b25c78d4a93"
)]
pub(super) struct InitSubscriptionsArgs {
    /// Where to write it; its schema goes beside it
    #[arg(default_value = "subscriptions.toml")]
    file: PathBuf,
    /// A tenant to subscribe in; several times for several
    #[arg(long = "tenant", value_name = "GUID", required = true)]
    tenants: Vec<TenantId>,
}

impl InitSubscriptionsArgs {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let schema = self.file.with_file_name(SCHEMA);
        for path in [&self.file, &schema] {
            if path.exists() {
                bail!("{} is there already", file_name(path));
            }
        }
        write(&self.file, &text(&self.tenants))?;
        write(&schema, &format!("{:#}\n", schema::schema()))?;
        let file = file_name(&self.file);
        let schema = file_name(&schema);
        writeln!(
            crate::terminal::page(),
            "wrote {file} and {schema}; next: `teamwire subscriptions plan {file}`"
        )?;
        Ok(ExitCode::SUCCESS)
    }
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let made = OpenOptions::new().write(true).create_new(true).open(path);
    let wrote = made.and_then(|mut file| file.write_all(text.as_bytes()));
    wrote.with_context(|| format!("{} can't be written", file_name(path)))
}

/// The file: what most begin with, and the rest as comments.
fn text(tenants: &[TenantId]) -> String {
    let mut text = format!(
        r#"#:schema ./{SCHEMA}
# What to subscribe to, by tenant. `teamwire resources` lists all that there is.

[defaults]
payload = "rich"                     # "basic": without content, which is then read by a GET
# lifetime-minutes = 4319            # 45 to 43200; less where a resource has less
# lifecycle = true                   # false: without Graph's lifecycle events, 55 minutes at most
# backfill-on-first-start = false    # or so many hours
# silence = "4h"                     # the longest without a notification; false: any time
"#
    );
    for tenant in tenants {
        text.push_str(&format!(
            r#"
[[tenants]]
id = "{tenant}"

[[tenants.subscriptions]]
resource = "chats/getAllMessages"
# changes = ["created", "updated"]   # else all that the resource has

[[tenants.subscriptions]]
resource = "teams/getAllMessages"
"#
        ));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use teamwire_graph::DesiredState;

    #[test]
    fn the_first_file_has_no_faults_and_its_comments_are_fields_too() {
        let tenants = [
            "9f4ebab6-520d-49c0-85cc-7b25c78d4a93",
            "4d5e1c2a-520d-49c0-85cc-7b25c78d4a93",
        ];
        let tenants: Vec<TenantId> = tenants.map(|id| id.parse().unwrap()).into();
        let first = text(&tenants);
        let desired = DesiredState::parse(&first).unwrap();
        assert_eq!(desired.tenants.len(), 2);
        assert_eq!(desired.tenants[1].subscriptions.len(), 2);
        let all = first.replace("\n# ", "\n");
        let all = all.replacen("What to subscribe to", "# What to subscribe to", 1);
        DesiredState::parse(&all).unwrap();
    }
}
