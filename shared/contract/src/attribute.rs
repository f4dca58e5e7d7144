//! Message attributes.

/// The reason why the message is a dead letter or in quarantine.
pub const REASON: &str = "reason";
/// Queue that the dead letter comes from.
pub const SOURCE: &str = "source";
/// Name of the fault in the function's log, where that says more than the reason: of a refusal also
/// Graph's code, as in `http-403 Forbidden`.
pub const FAULT: &str = "fault";
/// Queue that a quarantined message would have gone to.
pub const ROUTE: &str = "route";
/// The number of times that the message was replayed. It stays through deferrals and into the next
/// dead letter.
pub const REPLAYED: &str = "replayed";
/// The number of times that the message was deferred.
pub const DEFERRALS: &str = "deferrals";
/// Time of the first deferral, in milliseconds since 1970.
pub const DEFERRED_SINCE: &str = "deferredSince";

/// Every attribute.
pub const ALL: [&str; 7] = [
    REASON,
    SOURCE,
    FAULT,
    ROUTE,
    REPLAYED,
    DEFERRALS,
    DEFERRED_SINCE,
];
