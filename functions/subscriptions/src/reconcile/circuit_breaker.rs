//! Stops a run from asking again and again for what is refused, by what the refusal is about.

use crate::SubscriptionsFault;
use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};
use teamwire_graph::subscriptions::CallFault;

/// So many refusals that may each be of one subscription, in one row of resources and with none
/// accepted between them, are taken for one of the row: the rest of it waits for the next run.
const MOST_REFUSALS: u32 = 5;
/// So many calls that fail for the moment end the run.
const MOST_OUTAGES: u32 = 5;
/// So many rows without consent, and nothing accepted, are taken for a tenant without it.
const MOST_ROWS: usize = 3;

/// What a refusal speaks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Nothing but itself, as far as is known.
    One,
    /// The subscriptions to its row of resources, which take the same permission.
    Row,
    /// Everything that would be created in the tenant.
    Creations,
    /// Every call for the tenant.
    Tenant,
    /// Graph, which fails for the moment.
    Outage,
}

/// What one tenant's run was refused so far.
#[derive(Default)]
pub(crate) struct CircuitBreaker(Mutex<Refused>);

#[derive(Default)]
struct Refused {
    tenant: bool,
    creations: bool,
    outages: u32,
    in_row: HashMap<&'static str, u32>,
    without_consent: HashSet<&'static str>,
    is_any_accepted: bool,
}

impl CircuitBreaker {
    /// Whether another call for this row is worth making.
    ///
    /// # Errors
    /// [`SubscriptionsFault::NotTried`]
    pub(crate) fn allows(&self, row: &'static str) -> Result<(), SubscriptionsFault> {
        let refused = self.refused();
        let of_row = refused.in_row.get(row).copied().unwrap_or(0);
        let is_open = refused.tenant || refused.outages >= MOST_OUTAGES || of_row >= MOST_REFUSALS;
        let no_consent = !refused.is_any_accepted && refused.without_consent.len() >= MOST_ROWS;
        if is_open || no_consent {
            return Err(SubscriptionsFault::NotTried);
        }
        Ok(())
    }

    /// Whether another creation in this row is worth asking for.
    ///
    /// # Errors
    /// [`SubscriptionsFault::NotTried`]
    pub(crate) fn allows_creation(&self, row: &'static str) -> Result<(), SubscriptionsFault> {
        if self.refused().creations {
            return Err(SubscriptionsFault::NotTried);
        }
        self.allows(row)
    }

    /// Records that Graph did something for this row.
    pub(crate) fn accepted(&self, row: &'static str, is_creation: bool) {
        let mut refused = self.refused();
        refused.is_any_accepted = true;
        if is_creation {
            refused.in_row.remove(row);
        }
    }

    /// Records a fault.
    pub(crate) fn failed(&self, row: &'static str, fault: &SubscriptionsFault) {
        let mut refused = self.refused();
        match fault.scope() {
            Scope::Tenant => refused.tenant = true,
            Scope::Creations => refused.creations = true,
            Scope::Outage => refused.outages += 1,
            scope @ (Scope::One | Scope::Row) => {
                if scope == Scope::Row {
                    refused.without_consent.insert(row);
                }
                if matches!(fault, SubscriptionsFault::Call(_)) {
                    *refused.in_row.entry(row).or_default() += 1;
                }
            }
        }
    }

    fn refused(&self) -> std::sync::MutexGuard<'_, Refused> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SubscriptionsFault {
    /// What else would meet the same.
    pub(crate) fn scope(&self) -> Scope {
        match self {
            Self::NoClientState => Scope::Tenant,
            Self::Call(fault) => match fault {
                CallFault::Throttled(..)
                | CallFault::CredentialsRefused
                | CallFault::NoCredentials
                | CallFault::NoTime => Scope::Tenant,
                CallFault::Refused(refusal) if refusal.status == 401 => Scope::Tenant,
                CallFault::Quota(refusal) if refusal.is_of_tenant() => Scope::Creations,
                CallFault::Handshake(_) => Scope::Creations,
                CallFault::Unavailable(..) => Scope::Outage,
                CallFault::NoConsent(_) => Scope::Row,
                CallFault::Quota(_)
                | CallFault::Refused(_)
                | CallFault::Gone
                | CallFault::Exists(_)
                | CallFault::Unreadable => Scope::One,
            },
            _ => Scope::One,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use teamwire_graph::subscriptions::Refusal;

    fn refusal(status: u16, message: &str) -> Refusal {
        Refusal {
            status,
            code: String::new(),
            message: message.to_owned(),
        }
    }

    fn no_consent() -> SubscriptionsFault {
        CallFault::NoConsent(refusal(403, "")).into()
    }

    #[test]
    fn a_row_that_is_refused_is_left_alone_and_the_others_are_not() {
        let breaker = CircuitBreaker::default();
        for _ in 0..MOST_REFUSALS {
            assert_eq!(breaker.allows("chats"), Ok(()));
            breaker.failed("chats", &no_consent());
        }
        assert!(breaker.allows("chats").is_err());
        assert_eq!(breaker.allows("teams"), Ok(()));
    }

    #[test]
    fn refusals_that_others_of_the_row_do_not_meet_hold_up_nobody() {
        let breaker = CircuitBreaker::default();
        for _ in 0..100 {
            breaker.failed("chats", &CallFault::Refused(refusal(404, "")).into());
            breaker.accepted("chats", true);
        }
        assert_eq!(breaker.allows("chats"), Ok(()));
    }

    #[test]
    fn rows_without_consent_are_a_tenant_without_it_unless_anything_is_accepted() {
        for (is_any_accepted, allowed) in [(true, true), (false, false)] {
            let breaker = CircuitBreaker::default();
            if is_any_accepted {
                breaker.accepted("channels", false);
            }
            for row in ["chats", "teams", "members"] {
                breaker.failed(row, &no_consent());
            }
            assert_eq!(breaker.allows("others").is_ok(), allowed);
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
            breaker.failed("chats", &fault.into());
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
            breaker.failed("chats", &fault.into());
            assert_eq!(breaker.allows("chats"), Ok(()));
            assert!(breaker.allows_creation("teams").is_err());
        }
        let breaker = CircuitBreaker::default();
        let of_one = CallFault::Quota(refusal(403, "Maximum for this chat."));
        breaker.failed("chats", &of_one.into());
        assert_eq!(breaker.allows_creation("chats"), Ok(()));
    }
}
