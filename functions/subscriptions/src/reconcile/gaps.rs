//! Gaps, sent to backfill.

use crate::SubscriptionsFault;
use jiff::{SignedDuration, Timestamp};
use metrics::counter;
use std::time::Duration;
use teamwire_contract::metric;
use teamwire_graph::desired::DesiredSubscription;
use teamwire_payload::{CoverageGap, GapReason, QueueMessage, TenantId};
use teamwire_transport::{MessageQueue, OutgoingEntry, send};

/// Time before a `missed` event that it is taken to reach back to: Graph gives a notification up after 4 hours
/// (GRAPH-3) and does not say when the first of those missed was due.
pub const MISSED: SignedDuration = SignedDuration::from_hours(24);

/// A subscription pauses until Graph's demand to reauthorize is answered. What Graph has to repeat
/// it keeps for 4 hours (GRAPH-3), so that a demand answered within this has cost nothing, and
/// there is room for a pause that began before the demand came.
pub(crate) const PAUSE: SignedDuration = SignedDuration::from_hours(1);

/// The time that a gap which ends now is left to settle before it is read: Graph reads from copies that
/// lag behind, and a list that lacks what is a moment old looks like any other.
const SETTLING: Duration = Duration::from_secs(60);

/// The end of a gap whose last moment is `at` by Graph's clock, which tells no parts of a second.
pub(crate) fn end_of_second(at: Timestamp) -> Timestamp {
    at.saturating_add(SignedDuration::from_secs(1))
        .unwrap_or(at)
}

/// A gap of a subscription that is wanted.
pub(crate) fn gap(
    tenant: &TenantId,
    wanted: &DesiredSubscription,
    subscription_id: &str,
    (since, until): (Timestamp, Timestamp),
    reason: GapReason,
) -> CoverageGap {
    CoverageGap {
        tenant_id: tenant.clone(),
        subscription_id: subscription_id.to_owned(),
        resource: wanted.resource.to_string(),
        changes: wanted.changes.clone(),
        since: since.min(until).to_string(),
        until: until.to_string(),
        reason,
        continuation: None,
    }
}

/// Sends gaps. Returns of each whether the queue has it.
pub(crate) async fn send(queue: &impl MessageQueue, gaps: Vec<CoverageGap>) -> Vec<bool> {
    let reasons: Vec<GapReason> = gaps.iter().map(|gap| gap.reason).collect();
    let entries: Vec<OutgoingEntry> = gaps.into_iter().filter_map(entry).collect();
    if entries.len() != reasons.len() {
        return vec![false; reasons.len()];
    }
    let accepted = send::send_all(queue, &entries).await;
    for (reason, _) in reasons.iter().zip(&accepted).filter(|(_, sent)| **sent) {
        counter!(metric::GAPS, "reason" => reason.name()).increment(1);
    }
    accepted
}

/// Sends gaps, all of them.
///
/// # Errors
/// [`SubscriptionsFault::BackfillQueue`] where one was not taken.
pub(crate) async fn send_all(
    queue: &impl MessageQueue,
    gaps: Vec<CoverageGap>,
) -> Result<(), SubscriptionsFault> {
    if send(queue, gaps).await.into_iter().all(|sent| sent) {
        Ok(())
    } else {
        Err(SubscriptionsFault::BackfillQueue)
    }
}

fn entry(body: CoverageGap) -> Option<OutgoingEntry> {
    let tenant = body.tenant_id.clone();
    let delay = match body.reason {
        GapReason::Removed | GapReason::Missed => SETTLING,
        GapReason::FirstStart | GapReason::Asked => Duration::ZERO,
    };
    let message = QueueMessage {
        received_at: u64::try_from(Timestamp::now().as_millisecond()).unwrap_or_default(),
        trace: None,
        body,
    };
    Some(OutgoingEntry {
        delay,
        ..OutgoingEntry::json(message.to_json().ok()?, tenant.as_str())
    })
}
