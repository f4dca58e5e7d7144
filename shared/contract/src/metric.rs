//! The metrics. docs/CONFIGURATION.md describes them.

/// Namespace of every metric.
pub const NAMESPACE: &str = "teamwire";

/// HTTP answers of ingest.
pub const ANSWERS: &str = "answers";
/// Items of POSTs.
pub const RECEIVED: &str = "received";
/// Items that a queue accepted, by `route`.
pub const ENQUEUED: &str = "enqueued";
/// Items in quarantine.
pub const QUARANTINED: &str = "quarantined";
/// Items that are not authentic, by `reason`.
pub const REJECTED: &str = "rejected";
/// Items or records that come again.
pub const RETURNED: &str = "returned";
/// Records taken from a queue.
pub const TAKEN: &str = "taken";
/// Records that became an event or a message.
pub const FORWARDED: &str = "forwarded";
/// Events copied to the tail queue.
pub const COPIED: &str = "copied";
/// Events that could not be copied.
pub const COPIES_LOST: &str = "copiesLost";
/// Records put off.
pub const DEFERRED: &str = "deferred";
/// Faults that are tried again, by `fault`.
pub const RETRIED: &str = "retried";
/// Records that became dead letters.
pub const DEAD: &str = "dead";
/// Pages read by backfill.
pub const PAGES: &str = "pages";
/// Events made by backfill.
pub const EVENTS_BACKFILLED: &str = "eventsBackfilled";
/// Gaps read to their end.
pub const GAPS_FILLED: &str = "gapsFilled";
/// Gaps that can't be read, by `reason`.
pub const GAPS_UNFILLED: &str = "gapsUnfilled";
/// Branches of a list that are gone.
pub const BRANCHES_GONE: &str = "branchesGone";
/// Items of lists that are no resource.
pub const ITEMS_UNREADABLE: &str = "itemsUnreadable";
/// Steps done, by `action`.
pub const RECONCILED: &str = "reconciled";
/// Steps and runs that failed, by `reason`.
pub const RECONCILE_FAILED: &str = "reconcileFailed";
/// Gaps found, by `reason`.
pub const GAPS: &str = "gaps";
/// Messages of the lifecycle queue, by `outcome`.
pub const LIFECYCLE: &str = "lifecycle";
/// Items with a client state of ours that are not authentic.
pub const REJECTED_OURS: &str = "rejectedOurs";
/// Subscriptions that the file wants.
pub const SUBSCRIPTIONS_WANTED: &str = "subscriptionsWanted";
/// Subscriptions of the file that are live.
pub const SUBSCRIPTIONS_LIVE: &str = "subscriptionsLive";
/// Subscriptions that are silent.
pub const SUBSCRIPTIONS_SILENT: &str = "subscriptionsSilent";
/// Minutes until the first wanted subscription ends.
pub const MINUTES_TO_EARLIEST_EXPIRY: &str = "minutesToEarliestExpiry";
/// Minutes until the current certificate ends.
pub const CERTIFICATE_MINUTES_TO_EXPIRY: &str = "certificateMinutesToExpiry";
/// Milliseconds until ingest answers.
pub const ANSWER_MILLISECONDS: &str = "answerMilliseconds";

/// Every metric that is described as a count.
pub const COUNTERS: [&str; 23] = [
    ANSWERS,
    RECEIVED,
    ENQUEUED,
    QUARANTINED,
    REJECTED,
    RETURNED,
    TAKEN,
    FORWARDED,
    COPIED,
    COPIES_LOST,
    DEFERRED,
    RETRIED,
    DEAD,
    PAGES,
    EVENTS_BACKFILLED,
    GAPS_FILLED,
    GAPS_UNFILLED,
    BRANCHES_GONE,
    ITEMS_UNREADABLE,
    RECONCILED,
    RECONCILE_FAILED,
    GAPS,
    LIFECYCLE,
];

/// The other metrics.
pub const OTHERS: [&str; 7] = [
    REJECTED_OURS,
    SUBSCRIPTIONS_WANTED,
    SUBSCRIPTIONS_LIVE,
    SUBSCRIPTIONS_SILENT,
    MINUTES_TO_EARLIEST_EXPIRY,
    CERTIFICATE_MINUTES_TO_EXPIRY,
    ANSWER_MILLISECONDS,
];
