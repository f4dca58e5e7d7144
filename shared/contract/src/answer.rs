//! The answers to `show`, `delete`, `backfill`, `certificates` and `use-certificate`. A command that fails as
//! a whole is answered with a [`SubscriptionReport`] of the fault in their place.

use crate::report::{FaultReport, SubscriptionReport};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use teamwire_payload::{CoverageGap, TenantId};

/// Answer to `show`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShowAnswer {
    /// Text of `subscriptions.toml`; `null` where none is stored.
    pub desired: Option<String>,
}

/// Answer to `delete`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeleteAnswer {
    /// The tenant; absent where the command failed as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantId>,
    /// Ids of the subscriptions that are gone.
    #[serde(default)]
    pub deleted: Vec<String>,
    /// Faults.
    pub faults: Vec<FaultReport>,
}

/// Answer to `backfill`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackfillAnswer {
    /// The tenant; absent where the command failed as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantId>,
    /// Gaps that were sent to the backfill queue.
    #[serde(default)]
    pub gaps: Vec<CoverageGap>,
    /// Faults.
    pub faults: Vec<FaultReport>,
}

/// Answer to `certificates`, and with a report to `use-certificate`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificatesAnswer {
    /// `certificates.json`, with `minutesToExpiry` of the current one added; `null` where there is none.
    pub certificates: Option<Value>,
    /// The outcome for the subscriptions; absent in answers to `certificates`.
    #[serde(flatten, default, skip_serializing_if = "Option::is_none")]
    pub report: Option<SubscriptionReport>,
}
