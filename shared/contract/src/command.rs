//! The commands of the subscriptions function.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use teamwire_payload::TenantId;

/// Hours that the key of a replaced certificate stays in use by default. Notifications sealed for it
/// may be on their way for 4 hours at Graph and for days on our queues.
pub const DEFAULT_KEEP_HOURS: u32 = 72;

/// A command to the subscriptions function, by its `action`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "kebab-case", deny_unknown_fields)]
pub enum SubscriptionsCommand {
    /// Applies the stored file and removes what it no longer has. The schedule sends it.
    Reconcile,
    /// Answers what [`Apply`](Self::Apply) would do.
    Plan {
        /// Text of a `subscriptions.toml` to use in place of the stored one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        desired: Option<String>,
    },
    /// Stores a new file, if there is one, and applies it.
    Apply {
        /// Text of the new `subscriptions.toml`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        desired: Option<String>,
        /// True if subscriptions that the file does not have are removed.
        #[serde(default)]
        remove: bool,
    },
    /// Answers with the text of the stored file.
    Show,
    /// Answers with every subscription of our app.
    List {
        /// One tenant, whether the file has it or not (default: those of the file).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tenant: Option<TenantId>,
    },
    /// Removes subscriptions, whoever made them.
    Delete {
        /// Tenant that they are in.
        tenant: TenantId,
        /// Graph's ids of them.
        ids: Vec<String>,
    },
    /// Makes a certificate the current one and rotates the subscriptions to it.
    #[serde(rename_all = "camelCase")]
    UseCertificate {
        /// Our name for it.
        id: String,
        /// Base64 of its DER.
        certificate: String,
        /// Hours that the key before it stays in use.
        #[serde(default = "default_keep_hours")]
        keep_hours: u32,
    },
    /// Answers with the certificates.
    Certificates,
    /// Answers what can only be seen from inside the function, and changes nothing.
    Check {
        /// Tenants to check, whether the file has them or not (default: those of the file).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tenants: Option<Vec<TenantId>>,
    },
    /// Has a time read again.
    Backfill {
        /// Tenant to read from.
        tenant: TenantId,
        /// Resource of the file to read again (default: all of the tenant).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        resource: Option<String>,
        /// Begin of the time.
        since: Timestamp,
        /// End of the time (default: now).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
    },
}

const fn default_keep_hours() -> u32 {
    DEFAULT_KEEP_HOURS
}
