//! Stops a run from asking again and again for what is refused, by what the refusal is about.

use crate::SubscriptionsFault;
use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};
use teamwire_graph::subscriptions::CallFault;

/// So many refusals that may each be of one subscription, in one row of resources and with none
/// accepted between them, are taken for one of the row: the rest of it waits for the next run.
const MOST_REFUSALS: u32 = 5;
/// So many calls that fail for the moment, in more than one row, are taken for an outage of Graph.
const MOST_OUTAGES: u32 = 5;
/// In so many rows of resources calls have to fail for the moment, for an outage of Graph.
pub(crate) const OUTAGE_ROWS: usize = 2;

/// The extent of a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RefusalScope {
    /// Nothing but itself, as far as is known.
    One,
    /// The subscriptions to its row of resources, which take the same permission.
    Row,
    /// Everything that would be created in the tenant.
    Creations,
    /// Every call for the tenant.
    Tenant,
    /// Its row of resources, or Graph as a whole: it fails for the moment.
    Outage,
}

/// The refusals of one tenant's run so far.
#[derive(Default)]
pub(crate) struct CircuitBreaker(Mutex<RefusedCalls>);

#[derive(Default)]
struct RefusedCalls {
    tenant: bool,
    all_creations: bool,
    creations: FailedCalls,
    /// Of renewals and deletions.
    others: FailedCalls,
}

/// Failed calls of one kind. Those of creations say nothing of the subscriptions there are.
#[derive(Default)]
struct FailedCalls {
    in_row: HashMap<&'static str, u32>,
    outages: u32,
    outage_rows: HashSet<&'static str>,
}

impl FailedCalls {
    fn allows(&self, row: &'static str) -> bool {
        let of_row = self.in_row.get(row).copied().unwrap_or(0);
        let is_outage = self.outages >= MOST_OUTAGES && self.outage_rows.len() >= OUTAGE_ROWS;
        of_row < MOST_REFUSALS && !is_outage
    }
}

impl CircuitBreaker {
    /// Allows a renewal or deletion for this row, unless it is sure to be refused.
    ///
    /// # Errors
    /// [`SubscriptionsFault::NotTried`]
    pub(crate) fn allows(&self, row: &'static str) -> Result<(), SubscriptionsFault> {
        let refused = self.refused();
        if refused.tenant || !refused.others.allows(row) {
            return Err(SubscriptionsFault::NotTried);
        }
        Ok(())
    }

    /// Allows a creation in this row, unless it is sure to be refused.
    ///
    /// # Errors
    /// [`SubscriptionsFault::NotTried`]
    pub(crate) fn allows_creation(&self, row: &'static str) -> Result<(), SubscriptionsFault> {
        let refused = self.refused();
        if refused.tenant || refused.all_creations || !refused.creations.allows(row) {
            return Err(SubscriptionsFault::NotTried);
        }
        Ok(())
    }

    /// Records that Graph did something for this row.
    pub(crate) fn accepted(&self, row: &'static str, is_creation: bool) {
        self.refused().of(is_creation).in_row.remove(row);
    }

    /// Records a fault.
    pub(crate) fn failed(&self, row: &'static str, is_creation: bool, fault: &SubscriptionsFault) {
        let mut refused = self.refused();
        let scope = fault.scope();
        match scope {
            RefusalScope::Tenant => refused.tenant = true,
            RefusalScope::Creations => refused.all_creations = true,
            RefusalScope::One | RefusalScope::Row | RefusalScope::Outage => {
                let failures = refused.of(is_creation);
                if matches!(fault, SubscriptionsFault::Call(_)) {
                    *failures.in_row.entry(row).or_default() += 1;
                }
                if scope == RefusalScope::Outage {
                    failures.outages += 1;
                    failures.outage_rows.insert(row);
                }
            }
        }
    }

    fn refused(&self) -> std::sync::MutexGuard<'_, RefusedCalls> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RefusedCalls {
    const fn of(&mut self, is_creation: bool) -> &mut FailedCalls {
        if is_creation {
            &mut self.creations
        } else {
            &mut self.others
        }
    }
}

impl SubscriptionsFault {
    /// The other calls that the same refusal would meet.
    pub(crate) fn scope(&self) -> RefusalScope {
        match self {
            Self::NoClientState => RefusalScope::Tenant,
            Self::Call(fault) => match fault {
                CallFault::Throttled(..)
                | CallFault::CredentialsRefused
                | CallFault::NoCredentials
                | CallFault::NoTime => RefusalScope::Tenant,
                CallFault::Refused(refusal) if refusal.status == 401 => RefusalScope::Tenant,
                CallFault::Quota(refusal) if refusal.is_of_tenant() => RefusalScope::Creations,
                CallFault::Handshake(_) => RefusalScope::Creations,
                CallFault::Unavailable(..) => RefusalScope::Outage,
                CallFault::NoConsent(_) => RefusalScope::Row,
                CallFault::Quota(_)
                | CallFault::Refused(_)
                | CallFault::Gone(_)
                | CallFault::Exists(..)
                | CallFault::Unreadable => RefusalScope::One,
            },
            _ => RefusalScope::One,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use teamwire_graph::subscriptions::SubscriptionRefusal;

    fn refusal(status: u16, message: &str) -> SubscriptionRefusal {
        SubscriptionRefusal {
            status,
            code: String::new(),
            message: message.to_owned(),
        }
    }

    fn unavailable() -> SubscriptionsFault {
        CallFault::Unavailable(None, None).into()
    }

    fn no_consent() -> SubscriptionsFault {
        CallFault::NoConsent(refusal(403, "")).into()
    }

    #[test]
    fn a_row_that_is_refused_is_left_alone_and_the_others_are_not() {
        let breaker = CircuitBreaker::default();
        for _ in 0..MOST_REFUSALS {
            assert_eq!(breaker.allows_creation("chats"), Ok(()));
            breaker.failed("chats", true, &no_consent());
        }
        assert!(breaker.allows_creation("chats").is_err());
        assert_eq!(breaker.allows_creation("teams"), Ok(()));
    }

    #[test]
    fn refusals_that_others_of_the_row_do_not_meet_hold_up_nobody() {
        let breaker = CircuitBreaker::default();
        for _ in 0..100 {
            breaker.failed("chats", true, &CallFault::Refused(refusal(404, "")).into());
            breaker.accepted("chats", true);
        }
        assert_eq!(breaker.allows_creation("chats"), Ok(()));
    }

    #[test]
    fn rows_without_consent_hold_up_no_other_row() {
        let breaker = CircuitBreaker::default();
        for row in ["chats", "teams", "members", "channels", "calls"] {
            for _ in 0..MOST_REFUSALS {
                breaker.failed(row, true, &no_consent());
            }
        }
        assert_eq!(breaker.allows_creation("others"), Ok(()));
    }

    #[test]
    fn creations_that_fail_leave_the_renewals_of_their_row_alone() {
        for fault in [no_consent(), unavailable()] {
            let breaker = CircuitBreaker::default();
            for row in ["chats", "teams"] {
                for _ in 0..MOST_REFUSALS {
                    breaker.failed(row, true, &fault);
                }
            }
            assert_eq!(breaker.allows("chats"), Ok(()));
            assert!(breaker.allows_creation("chats").is_err());
        }
    }

    #[test]
    fn calls_that_fail_for_the_moment_are_an_outage_where_more_than_one_row_meets_them() {
        for (rows, is_other_allowed) in [(["chats", "chats"], true), (["chats", "teams"], false)] {
            for is_creation in [true, false] {
                let breaker = CircuitBreaker::default();
                for call in 0..MOST_OUTAGES {
                    let row = rows[usize::from(call % 2 == 0)];
                    breaker.failed(row, is_creation, &unavailable());
                }
                let allowed = if is_creation {
                    breaker.allows_creation("others")
                } else {
                    breaker.allows("others")
                };
                assert_eq!(allowed.is_ok(), is_other_allowed, "{rows:?}");
            }
        }
    }

    #[test]
    fn what_concerns_the_tenant_ends_its_run() {
        let wait = Duration::from_secs(1);
        for fault in [
            CallFault::Throttled(wait, None),
            CallFault::CredentialsRefused,
            CallFault::Refused(refusal(401, "")),
        ] {
            let breaker = CircuitBreaker::default();
            breaker.failed("chats", false, &fault.into());
            assert!(breaker.allows("teams").is_err());
        }
    }

    #[test]
    fn what_concerns_creations_leaves_renewals_alone() {
        let used_up = "The organization has reached its limit of subscriptions.";
        for fault in [
            CallFault::Quota(refusal(403, used_up)),
            CallFault::Handshake(refusal(400, "")),
        ] {
            let breaker = CircuitBreaker::default();
            breaker.failed("chats", true, &fault.into());
            assert_eq!(breaker.allows("chats"), Ok(()));
            assert!(breaker.allows_creation("teams").is_err());
        }
        let breaker = CircuitBreaker::default();
        let of_one = CallFault::Quota(refusal(403, "Maximum for this chat."));
        breaker.failed("chats", true, &of_one.into());
        assert_eq!(breaker.allows_creation("chats"), Ok(()));
    }
}
