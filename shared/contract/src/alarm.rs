//! The alarms of a stack, each with a section of docs/RUNBOOK.md.

/// The alarm that only a stack with a relay has.
pub const OF_RELAY: &str = "relay-imbalance";

/// Names of the alarms after the stack's.
pub const ALL: [&str; 28] = [
    "decrypt-dead-letters",
    "hydrate-dead-letters",
    "lifecycle-dead-letters",
    "backfill-dead-letters",
    "events-dead-letters",
    "quarantine",
    "decrypt-age",
    "hydrate-age",
    "lifecycle-age",
    "backfill-age",
    "events-age",
    "ingest-errors",
    "ingest-slow",
    "ingest-drop",
    "rejects",
    "subscription-expiry",
    "subscription-silent",
    "certificate-expiry",
    "reconcile-not-run",
    "reconcile-failed",
    "gaps-unfilled",
    "recursive-loop",
    "ingest-imbalance",
    "decrypt-imbalance",
    "hydrate-imbalance",
    "subscriptions-imbalance",
    "backfill-imbalance",
    OF_RELAY,
];
