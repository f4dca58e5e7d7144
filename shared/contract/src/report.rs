//! The answer to `plan`, `apply`, `reconcile` and `list`: each tenant, and what went wrong.
//!
//! ```text
//! {"tenants": [{"tenant": "<guid>", "at": "<RFC 3339>", "wanted": 2, "live": 2,
//!               "changes": [{"action": "renew", "resource": "chats", "changes": ["created"],
//!                            "subscriptionId": "<guid>", "why": "..", "outcome": "done"}]}],
//!  "faults": [{"tenant": "<guid>", "reason": "throttled", "message": ".."}]}
//! ```
//!
//! A plan has no `outcome`; only plans have what is kept. A list has `heard` and `quietSince` of ours
//! and, where they are watched, `silenceMinutes` and `silent`.

use crate::FileFault;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use teamwire_payload::{ChangeType, TenantId};

/// The `outcome` of a step that was done; any other is the reason of a fault.
pub const DONE: &str = "done";

/// Report on all tenants.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SubscriptionReport {
    /// Tenants whose subscriptions could be read.
    pub tenants: Vec<TenantReport>,
    /// Faults.
    pub faults: Vec<FaultReport>,
}

/// Report on one tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantReport {
    /// The tenant.
    pub tenant: TenantId,
    /// Time at Graph.
    pub at: Timestamp,
    /// Number of wanted subscriptions.
    pub wanted: usize,
    /// Number of those that are live; in a list, of ours.
    pub live: usize,
    /// Subscriptions, each with what is done about it or would be.
    pub changes: Vec<SubscriptionChange>,
}

/// One subscription, with what is done about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SubscriptionChange {
    /// Action.
    pub action: SubscriptionAction,
    /// Path of its resource.
    pub resource: String,
    /// Kinds of change that it announces.
    pub changes: Vec<ChangeType>,
    /// Graph's id, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subscription_id: Option<String>,
    /// End of its life.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Timestamp>,
    /// Certificate that its content is sealed for, where Graph shows it or a run recorded it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate_id: Option<String>,
    /// True if it is wanted with content.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub rich: bool,
    /// Reason of the action, in plain words.
    pub why: String,
    /// [`DONE`], or the reason of the fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Cow<'static, str>>,
    /// Time of its last notification, or of the one whose place it took.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heard: Option<Timestamp>,
    /// Begin of its silence, less the time in which there was no subscription.
    #[serde(
        default,
        rename = "quietSince",
        skip_serializing_if = "Option::is_none"
    )]
    pub silent_since: Option<Timestamp>,
    /// Minutes without a notification after which it counts as silent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub silence_minutes: Option<u32>,
    /// True if it sent nothing for longer than `silence_minutes`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub silent: bool,
}

/// The action on a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SubscriptionAction {
    /// It is made.
    Create,
    /// It is as wanted, and recorded for the first time.
    Adopt,
    /// Its end is put off.
    Renew,
    /// It gets another certificate.
    #[serde(rename = "move")]
    RotateCertificate,
    /// It is removed and made again.
    Recreate,
    /// It is removed.
    Remove,
    /// It stays as it is.
    Keep,
    /// It is not ours, and left alone.
    #[serde(rename = "foreign")]
    Unmanaged,
}

impl SubscriptionAction {
    /// Name in answers, logs and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Adopt => "adopt",
            Self::Renew => "renew",
            Self::RotateCertificate => "move",
            Self::Recreate => "recreate",
            Self::Remove => "remove",
            Self::Keep => "keep",
            Self::Unmanaged => "foreign",
        }
    }
}

/// One fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaultReport {
    /// The tenant, where the fault is of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantId>,
    /// Name in logs and metrics.
    pub reason: Cow<'static, str>,
    /// The fault, in words; those of `subscriptions.toml` included.
    pub message: String,
    /// Faults of `subscriptions.toml`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<FileFault>,
}
