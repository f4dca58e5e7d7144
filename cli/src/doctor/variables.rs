//! The values that variables must have.

use teamwire_contract::variable;
use teamwire_graph::endpoints;
use teamwire_payload::{TenantId, cloud::MicrosoftCloud};

/// The fault in the form of a value; `None` where there is none.
pub(super) fn problem(name: &str, value: &str) -> Option<String> {
    let members = || {
        value
            .split(',')
            .map(str::trim)
            .filter(|one| !one.is_empty())
    };
    let first = |is_good: fn(&str) -> bool, must: &str| {
        let bad = members().find(|one| !is_good(one))?;
        Some(format!("{bad:?} is not {must}"))
    };
    match name {
        variable::LOG_LEVEL => {
            let levels = ["off", "error", "warn", "info", "debug", "trace"];
            (!levels.contains(&value))
                .then(|| "is not one of off, error, warn, info, debug, trace".to_owned())
        }
        variable::CLOUD => value
            .parse::<MicrosoftCloud>()
            .err()
            .map(|fault| fault.to_string()),
        variable::APP_IDS | variable::TENANTS => {
            first(|one| one.parse::<TenantId>().is_ok(), "a GUID")
        }
        variable::ENVELOPE_KMS_KEYS => first(
            |one| matches!(one.split_once('='), Some((id, key)) if !id.is_empty() && !key.is_empty()),
            "<certificate id>=<KMS key id or ARN>",
        ),
        variable::MEETING_CONTENT => first(
            |one| matches!(one, "transcripts" | "recordings"),
            "transcripts or recordings",
        ),
        variable::ENTRA_URL | variable::GRAPH_URL => {
            endpoints::root(value).err().map(|fault| fault.to_string())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use teamwire_contract::StackFunction;
    use teamwire_contract::variable::VariableNeed;

    /// Name, functions and need of each row of the page's table.
    fn documented() -> Vec<(String, BTreeSet<StackFunction>, String)> {
        let page = include_str!("../../../docs/CONFIGURATION.md");
        let mut rows = Vec::new();
        for line in page.lines().filter(|line| line.starts_with("| `")) {
            let cells: Vec<_> = line.split(" | ").map(str::trim).collect();
            let name = cells[0].trim_start_matches("| ").trim_matches('`');
            if !name.starts_with("TEAMWIRE_") && name != "RUST_LOG" || cells.len() < 4 {
                continue;
            }
            let named = |function: &StackFunction| cells[1].contains(function.name());
            let of = match cells[1] {
                text if text.starts_with("all but ") => StackFunction::ALL
                    .into_iter()
                    .filter(|function| !named(function))
                    .collect(),
                "all" => StackFunction::ALL.into_iter().collect(),
                _ => StackFunction::ALL.into_iter().filter(named).collect(),
            };
            rows.push((name.to_owned(), of, cells[2].to_owned()));
        }
        rows
    }

    #[test]
    fn the_list_is_the_one_of_the_page_of_settings() {
        let documented = documented();
        assert!(documented.len() > 25, "{documented:?}");
        for (name, of, need) in &documented {
            let row = variable::ALL.iter().find(|variable| variable.name == name);
            let row = row.unwrap_or_else(|| panic!("{name} is not in the list"));
            let own: BTreeSet<_> = row.read_by.iter().copied().collect();
            assert_eq!(&own, of, "{name}");
            let is_required = row.need == VariableNeed::Required;
            assert_eq!(is_required, need == "yes", "{name}: {need}");
            let is_one_of_two = matches!(row.need, VariableNeed::OneOf(_));
            assert_eq!(is_one_of_two, need == "one of the two", "{name}: {need}");
        }
    }

    #[test]
    fn values_that_keep_a_function_from_starting_are_told() {
        for (name, value, is_good) in [
            ("RUST_LOG", "debug", true),
            ("RUST_LOG", "teamwire=debug", false),
            ("TEAMWIRE_CLOUD", "gcc-high", true),
            ("TEAMWIRE_CLOUD", "gcc", false),
            (
                "TEAMWIRE_APP_IDS",
                "925bff9f-f6e2-4a69-b858-f71ea2b9b6d0",
                true,
            ),
            (
                "TEAMWIRE_APP_IDS",
                "925bff9f-f6e2-4a69-b858-f71ea2b9b6d0, app",
                false,
            ),
            ("TEAMWIRE_TENANTS", "contoso.onmicrosoft.com", false),
            ("TEAMWIRE_ENVELOPE_KMS_KEYS", "a=arn:aws:kms:..", true),
            ("TEAMWIRE_ENVELOPE_KMS_KEYS", "arn:aws:kms:..", false),
            ("TEAMWIRE_MEETING_CONTENT", "transcripts,recordings", true),
            ("TEAMWIRE_MEETING_CONTENT", "all", false),
            ("TEAMWIRE_GRAPH_URL", "http://graph.microsoft.com", false),
            ("TEAMWIRE_CLAIM_BUCKET", "anything", true),
        ] {
            assert_eq!(problem(name, value).is_none(), is_good, "{name}={value}");
        }
    }
}
