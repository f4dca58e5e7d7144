//! A time for which nothing may have been announced.

use crate::message::MessageBody;
use crate::{ChangeType, TenantId, limits};
use serde::{Deserialize, Serialize};

/// Created, updated, deleted.
const CHANGES: usize = 3;

/// A time that has to be read again, because notifications about it may be missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CoverageGap {
    /// The tenant.
    pub tenant_id: TenantId,
    /// The subscription that has the gap, or the one that took its place.
    pub subscription_id: String,
    /// The resource subscribed to, as [`SubscriptionPath`](crate::SubscriptionPath) writes it.
    pub resource: String,
    /// The changes that were asked for.
    pub changes: Vec<ChangeType>,
    /// The beginning, RFC 3339, by Graph's clock.
    pub since: String,
    /// The end, RFC 3339, by Graph's clock.
    pub until: String,
    /// The cause of the gap.
    pub reason: GapReason,
    /// The point at which reading goes on; absent at the beginning. Only backfill knows its form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub continuation: Option<String>,
}

/// The cause of a gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GapReason {
    /// Graph said that it dropped notifications.
    Missed,
    /// The subscription was gone, whether Graph said so or not.
    Removed,
    /// The subscription is new, and what came before it is wanted.
    FirstStart,
    /// A person asked.
    Asked,
}

impl GapReason {
    /// The name in events and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Missed => "missed",
            Self::Removed => "removed",
            Self::FirstStart => "first-start",
            Self::Asked => "asked",
        }
    }
}

impl MessageBody for CoverageGap {
    const VERSION: &'static str = "gap.v1";

    fn is_within_limits(&self) -> bool {
        self.subscription_id.len() <= limits::SUBSCRIPTION_ID_CHARS
            && self.resource.len() <= limits::SUBSCRIPTION_PATH_BYTES
            && self.changes.len() <= CHANGES
            && self.since.len() <= limits::WORD_BYTES
            && self.until.len() <= limits::WORD_BYTES
    }
}
