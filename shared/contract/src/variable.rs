//! The environment variables that functions read. docs/CONFIGURATION.md describes them.

use crate::StackFunction;
use StackFunction::{Backfill, Decrypt, Hydrate, Ingest, Relay, Subscriptions};
use VariableNeed::{OneOf, Optional, Required};

/// Cloud of Graph and Entra.
pub const CLOUD: &str = "TEAMWIRE_CLOUD";
/// Apps whose rich notifications are taken.
pub const APP_IDS: &str = "TEAMWIRE_APP_IDS";
/// Tenants that are served.
pub const TENANTS: &str = "TEAMWIRE_TENANTS";
/// Id of the secret with the client states.
pub const CLIENT_STATE_SECRET: &str = "TEAMWIRE_CLIENT_STATE_SECRET";
/// Bucket with `subscriptions.toml`, `certificates.json`, `coverage/` and `heard/`.
pub const CONFIG_BUCKET: &str = "TEAMWIRE_CONFIG_BUCKET";
/// `notificationUrl` of our subscriptions.
pub const NOTIFICATION_URL: &str = "TEAMWIRE_NOTIFICATION_URL";
/// `lifecycleNotificationUrl` of our subscriptions.
pub const LIFECYCLE_URL: &str = "TEAMWIRE_LIFECYCLE_URL";
/// URL of the decrypt queue.
pub const DECRYPT_QUEUE_URL: &str = "TEAMWIRE_DECRYPT_QUEUE_URL";
/// URL of the hydrate queue.
pub const HYDRATE_QUEUE_URL: &str = "TEAMWIRE_HYDRATE_QUEUE_URL";
/// URL of the lifecycle queue.
pub const LIFECYCLE_QUEUE_URL: &str = "TEAMWIRE_LIFECYCLE_QUEUE_URL";
/// URL of the backfill queue.
pub const BACKFILL_QUEUE_URL: &str = "TEAMWIRE_BACKFILL_QUEUE_URL";
/// URL of the events queue.
pub const EVENTS_QUEUE_URL: &str = "TEAMWIRE_EVENTS_QUEUE_URL";
/// URL of the tail queue.
pub const TAIL_QUEUE_URL: &str = "TEAMWIRE_TAIL_QUEUE_URL";
/// URL of the quarantine queue.
pub const QUARANTINE_QUEUE_URL: &str = "TEAMWIRE_QUARANTINE_QUEUE_URL";
/// URL of the dead-letter queue of decrypt.
pub const DECRYPT_DEAD_LETTER_QUEUE_URL: &str = "TEAMWIRE_DECRYPT_DEAD_LETTER_QUEUE_URL";
/// URL of the dead-letter queue of hydrate.
pub const HYDRATE_DEAD_LETTER_QUEUE_URL: &str = "TEAMWIRE_HYDRATE_DEAD_LETTER_QUEUE_URL";
/// URL of the dead-letter queue of lifecycle.
pub const LIFECYCLE_DEAD_LETTER_QUEUE_URL: &str = "TEAMWIRE_LIFECYCLE_DEAD_LETTER_QUEUE_URL";
/// URL of the dead-letter queue of backfill.
pub const BACKFILL_DEAD_LETTER_QUEUE_URL: &str = "TEAMWIRE_BACKFILL_DEAD_LETTER_QUEUE_URL";
/// URL of the dead-letter queue of the events queue.
pub const EVENTS_DEAD_LETTER_QUEUE_URL: &str = "TEAMWIRE_EVENTS_DEAD_LETTER_QUEUE_URL";
/// Name or ARN of the bus that events go to.
pub const EVENT_BUS: &str = "TEAMWIRE_EVENT_BUS";
/// Bucket for what is too large for a queue.
pub const CLAIM_BUCKET: &str = "TEAMWIRE_CLAIM_BUCKET";
/// Id of the secret with the private keys.
pub const ENVELOPE_KEYS_SECRET: &str = "TEAMWIRE_ENVELOPE_KEYS_SECRET";
/// KMS keys by certificate id.
pub const ENVELOPE_KMS_KEYS: &str = "TEAMWIRE_ENVELOPE_KMS_KEYS";
/// Id of the secret with the app's credentials.
pub const CREDENTIALS_SECRET: &str = "TEAMWIRE_CREDENTIALS_SECRET";
/// Credentials of the app that are not secret.
pub const CREDENTIALS: &str = "TEAMWIRE_CREDENTIALS";
/// Forms of paths beside Teams that are read.
pub const FOREIGN_RESOURCES: &str = "TEAMWIRE_FOREIGN_RESOURCES";
/// Kinds of meeting content that are fetched.
pub const MEETING_CONTENT: &str = "TEAMWIRE_MEETING_CONTENT";
/// Root of Entra, where it is not the cloud's.
pub const ENTRA_URL: &str = "TEAMWIRE_ENTRA_URL";
/// Root of Graph, where it is not the cloud's.
pub const GRAPH_URL: &str = "TEAMWIRE_GRAPH_URL";
/// Log level.
pub const LOG_LEVEL: &str = "RUST_LOG";

/// A variable, and the functions that read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EnvironmentVariable {
    /// Name.
    pub name: &'static str,
    /// Functions that read it.
    pub read_by: &'static [StackFunction],
    /// The need of these functions for it.
    pub need: VariableNeed,
}

/// The need of a function for a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VariableNeed {
    /// It does not.
    Required,
    /// It does with this other one.
    OneOf(&'static str),
    /// It does.
    Optional,
}

const EVERY: &[StackFunction] = &StackFunction::ALL;
const MAKERS: &[StackFunction] = &[Ingest, Decrypt, Hydrate, Subscriptions, Backfill];
const GRAPH: &[StackFunction] = &[Hydrate, Subscriptions, Backfill];
const SENDERS: &[StackFunction] = &[Ingest, Decrypt, Hydrate, Backfill];

const fn variable(
    name: &'static str,
    read_by: &'static [StackFunction],
    need: VariableNeed,
) -> EnvironmentVariable {
    EnvironmentVariable {
        name,
        read_by,
        need,
    }
}

/// Every variable, with the functions that read it.
pub const ALL: &[EnvironmentVariable] = &[
    variable(LOG_LEVEL, EVERY, Optional),
    variable(CLOUD, MAKERS, Optional),
    variable(APP_IDS, &[Ingest], Optional),
    variable(TENANTS, &[Ingest], Optional),
    variable(CLIENT_STATE_SECRET, &[Ingest, Subscriptions], Required),
    variable(CONFIG_BUCKET, &[Subscriptions], Required),
    variable(NOTIFICATION_URL, &[Subscriptions], Required),
    variable(LIFECYCLE_URL, &[Subscriptions], Required),
    variable(DECRYPT_QUEUE_URL, &[Ingest, Decrypt], Required),
    variable(HYDRATE_QUEUE_URL, &[Ingest, Hydrate], Required),
    variable(LIFECYCLE_QUEUE_URL, &[Ingest, Subscriptions], Required),
    variable(BACKFILL_QUEUE_URL, &[Subscriptions, Backfill], Required),
    variable(EVENTS_QUEUE_URL, SENDERS, Required),
    variable(TAIL_QUEUE_URL, SENDERS, Optional),
    variable(QUARANTINE_QUEUE_URL, &[Ingest], Required),
    variable(DECRYPT_DEAD_LETTER_QUEUE_URL, &[Decrypt], Required),
    variable(HYDRATE_DEAD_LETTER_QUEUE_URL, &[Hydrate], Required),
    variable(LIFECYCLE_DEAD_LETTER_QUEUE_URL, &[Subscriptions], Required),
    variable(BACKFILL_DEAD_LETTER_QUEUE_URL, &[Backfill], Required),
    variable(EVENTS_DEAD_LETTER_QUEUE_URL, &[Relay], Required),
    variable(EVENT_BUS, &[Relay], Required),
    variable(
        CLAIM_BUCKET,
        &[Ingest, Decrypt, Hydrate, Backfill, Relay],
        Required,
    ),
    variable(ENVELOPE_KEYS_SECRET, &[Decrypt], OneOf(ENVELOPE_KMS_KEYS)),
    variable(ENVELOPE_KMS_KEYS, &[Decrypt], OneOf(ENVELOPE_KEYS_SECRET)),
    variable(CREDENTIALS_SECRET, GRAPH, OneOf(CREDENTIALS)),
    variable(CREDENTIALS, GRAPH, OneOf(CREDENTIALS_SECRET)),
    variable(FOREIGN_RESOURCES, &[Hydrate], Optional),
    variable(MEETING_CONTENT, &[Ingest, Hydrate], Optional),
    variable(
        ENTRA_URL,
        &[Ingest, Hydrate, Subscriptions, Backfill],
        Optional,
    ),
    variable(GRAPH_URL, GRAPH, Optional),
];
