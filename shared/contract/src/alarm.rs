//! The alarms of a stack, each with a section of docs/RUNBOOK.md.

/// The alarm that only a stack with a relay has.
pub const OF_RELAY: &str = "relay-imbalance";

/// The alarms that only a stack with an archive has.
pub const OF_ARCHIVE: [&str; 4] = [
    "archive-dead-letters",
    "archive-age",
    "archive-partitions",
    "archive-conversion",
];

/// Names of the alarms after the stack's.
pub const ALL: [&str; 32] = [
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
    OF_ARCHIVE[0],
    OF_ARCHIVE[1],
    OF_ARCHIVE[2],
    OF_ARCHIVE[3],
];
