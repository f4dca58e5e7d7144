//! The variables that each function reads, and what their values must be.

use crate::doctor::stack::Function;
use teamwire_graph::endpoints;
use teamwire_payload::{TenantId, cloud::Cloud};

use Function::{Backfill, Decrypt, Hydrate, Ingest, Subscriptions};

/// A variable that functions read.
pub(super) struct Variable {
    pub(super) name: &'static str,
    /// Those that read it.
    pub(super) of: &'static [Function],
    pub(super) need: Need,
}

/// Whether a function starts without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    Required,
    /// It, or the one that is named.
    OneOf(&'static str),
    Optional,
}

use Need::{OneOf, Optional, Required};

const ALL: &[Function] = &Function::ALL;
const GRAPH: &[Function] = &[Hydrate, Subscriptions, Backfill];
const SENDERS: &[Function] = &[Ingest, Decrypt, Hydrate, Backfill];

const fn variable(name: &'static str, of: &'static [Function], need: Need) -> Variable {
    Variable { name, of, need }
}

/// As docs/CONFIGURATION.md has them.
pub(super) const VARIABLES: &[Variable] = &[
    variable("RUST_LOG", ALL, Optional),
    variable("TEAMWIRE_CLOUD", ALL, Optional),
    variable("TEAMWIRE_APP_IDS", &[Ingest], Optional),
    variable("TEAMWIRE_TENANTS", &[Ingest], Optional),
    variable(
        "TEAMWIRE_CLIENT_STATE_SECRET",
        &[Ingest, Subscriptions],
        Required,
    ),
    variable("TEAMWIRE_CONFIG_BUCKET", &[Subscriptions], Required),
    variable("TEAMWIRE_NOTIFICATION_URL", &[Subscriptions], Required),
    variable("TEAMWIRE_LIFECYCLE_URL", &[Subscriptions], Required),
    variable("TEAMWIRE_DECRYPT_QUEUE_URL", &[Ingest, Decrypt], Required),
    variable("TEAMWIRE_HYDRATE_QUEUE_URL", &[Ingest, Hydrate], Required),
    variable(
        "TEAMWIRE_LIFECYCLE_QUEUE_URL",
        &[Ingest, Subscriptions],
        Required,
    ),
    variable(
        "TEAMWIRE_BACKFILL_QUEUE_URL",
        &[Subscriptions, Backfill],
        Required,
    ),
    variable("TEAMWIRE_EVENTS_QUEUE_URL", SENDERS, Required),
    variable("TEAMWIRE_TAIL_QUEUE_URL", SENDERS, Optional),
    variable("TEAMWIRE_QUARANTINE_QUEUE_URL", &[Ingest], Required),
    variable(
        "TEAMWIRE_DECRYPT_DEAD_LETTER_QUEUE_URL",
        &[Decrypt],
        Required,
    ),
    variable(
        "TEAMWIRE_HYDRATE_DEAD_LETTER_QUEUE_URL",
        &[Hydrate],
        Required,
    ),
    variable(
        "TEAMWIRE_LIFECYCLE_DEAD_LETTER_QUEUE_URL",
        &[Subscriptions],
        Required,
    ),
    variable(
        "TEAMWIRE_BACKFILL_DEAD_LETTER_QUEUE_URL",
        &[Backfill],
        Required,
    ),
    variable("TEAMWIRE_CLAIM_BUCKET", SENDERS, Required),
    variable(
        "TEAMWIRE_ENVELOPE_KEYS_SECRET",
        &[Decrypt],
        OneOf("TEAMWIRE_ENVELOPE_KMS_KEYS"),
    ),
    variable(
        "TEAMWIRE_ENVELOPE_KMS_KEYS",
        &[Decrypt],
        OneOf("TEAMWIRE_ENVELOPE_KEYS_SECRET"),
    ),
    variable(
        "TEAMWIRE_CREDENTIALS_SECRET",
        GRAPH,
        OneOf("TEAMWIRE_CREDENTIALS"),
    ),
    variable(
        "TEAMWIRE_CREDENTIALS",
        GRAPH,
        OneOf("TEAMWIRE_CREDENTIALS_SECRET"),
    ),
    variable("TEAMWIRE_FOREIGN_RESOURCES", &[Hydrate], Optional),
    variable("TEAMWIRE_MEETING_CONTENT", &[Ingest, Hydrate], Optional),
    variable(
        "TEAMWIRE_ENTRA_URL",
        &[Ingest, Hydrate, Subscriptions, Backfill],
        Optional,
    ),
    variable("TEAMWIRE_GRAPH_URL", GRAPH, Optional),
];

/// The part after the stack's name of the queue that a variable must name.
pub(super) const QUEUES: &[(&str, &str)] = &[
    ("TEAMWIRE_DECRYPT_QUEUE_URL", "decrypt"),
    ("TEAMWIRE_HYDRATE_QUEUE_URL", "hydrate"),
    ("TEAMWIRE_LIFECYCLE_QUEUE_URL", "lifecycle"),
    ("TEAMWIRE_BACKFILL_QUEUE_URL", "backfill"),
    ("TEAMWIRE_EVENTS_QUEUE_URL", "events"),
    ("TEAMWIRE_TAIL_QUEUE_URL", "tail"),
    ("TEAMWIRE_QUARANTINE_QUEUE_URL", "quarantine"),
    (
        "TEAMWIRE_DECRYPT_DEAD_LETTER_QUEUE_URL",
        "decrypt-dead-letters",
    ),
    (
        "TEAMWIRE_HYDRATE_DEAD_LETTER_QUEUE_URL",
        "hydrate-dead-letters",
    ),
    (
        "TEAMWIRE_LIFECYCLE_DEAD_LETTER_QUEUE_URL",
        "lifecycle-dead-letters",
    ),
    (
        "TEAMWIRE_BACKFILL_DEAD_LETTER_QUEUE_URL",
        "backfill-dead-letters",
    ),
];

/// What is wrong with the form of a value; `None` where nothing is.
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
        "RUST_LOG" => {
            let levels = ["off", "error", "warn", "info", "debug", "trace"];
            (!levels.contains(&value))
                .then(|| "is not one of off, error, warn, info, debug, trace".to_owned())
        }
        "TEAMWIRE_CLOUD" => value.parse::<Cloud>().err().map(|fault| fault.to_string()),
        "TEAMWIRE_APP_IDS" | "TEAMWIRE_TENANTS" => {
            first(|one| one.parse::<TenantId>().is_ok(), "a GUID")
        }
        "TEAMWIRE_ENVELOPE_KMS_KEYS" => first(
            |one| matches!(one.split_once('='), Some((id, key)) if !id.is_empty() && !key.is_empty()),
            "<certificate id>=<KMS key id or ARN>",
        ),
        "TEAMWIRE_MEETING_CONTENT" => first(
            |one| matches!(one, "transcripts" | "recordings"),
            "transcripts or recordings",
        ),
        "TEAMWIRE_ENTRA_URL" | "TEAMWIRE_GRAPH_URL" => {
            endpoints::root(value).err().map(|fault| fault.to_string())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn read(path: &str) -> String {
        let path = format!("{}/../{path}", env!("CARGO_MANIFEST_DIR"));
        std::fs::read_to_string(path).unwrap()
    }

    /// Name, functions and need of each row of the page's table.
    fn documented() -> Vec<(String, BTreeSet<Function>, String)> {
        let page = read("docs/CONFIGURATION.md");
        let mut rows = Vec::new();
        for line in page.lines().filter(|line| line.starts_with("| `")) {
            let cells: Vec<_> = line.split(" | ").map(str::trim).collect();
            let name = cells[0].trim_start_matches("| ").trim_matches('`');
            if !name.starts_with("TEAMWIRE_") && name != "RUST_LOG" || cells.len() < 4 {
                continue;
            }
            let named = |function: &Function| cells[1].contains(function.name());
            let of = match cells[1] {
                text if text.starts_with("all but ") => Function::ALL
                    .into_iter()
                    .filter(|function| !named(function))
                    .collect(),
                "all" => Function::ALL.into_iter().collect(),
                _ => Function::ALL.into_iter().filter(named).collect(),
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
            let variable = VARIABLES.iter().find(|variable| variable.name == name);
            let variable = variable.unwrap_or_else(|| panic!("{name} is not in the list"));
            let own: BTreeSet<_> = variable.of.iter().copied().collect();
            assert_eq!(&own, of, "{name}");
            let is_required = variable.need == Required;
            assert_eq!(is_required, need == "yes", "{name}: {need}");
            let is_one_of_two = matches!(variable.need, OneOf(_));
            assert_eq!(is_one_of_two, need == "one of the two", "{name}: {need}");
        }
    }

    #[test]
    fn the_stack_sets_what_the_list_has() {
        let facts = read("infra/contract/facts.yaml");
        for function in Function::ALL {
            let (_, after) = facts
                .split_once(&format!("\n  {}:\n", function.name()))
                .unwrap();
            let (_, after) = after.split_once("variables: [").unwrap();
            let (set, _) = after.split_once(']').unwrap();
            let set: BTreeSet<_> = set.split(',').map(str::trim).collect();
            let of = |variable: &&Variable| variable.of.contains(&function);
            let known: BTreeSet<_> = VARIABLES.iter().filter(of).map(|one| one.name).collect();
            let unknown: Vec<_> = set
                .iter()
                .filter(|name| !known.contains(*name) && **name != "AWS_ENDPOINT_URL")
                .collect();
            assert!(unknown.is_empty(), "{function:?} {unknown:?}");
            for variable in VARIABLES.iter().filter(of) {
                let is_set = set.contains(variable.name);
                assert!(is_set || variable.need == Optional, "{}", variable.name);
            }
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
