//! Stops a run from asking again and again for what is refused.

use crate::SubscriptionsFault;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use teamwire_graph::subscriptions::CallFault;

/// So many of one row of resources may be refused for one reason, and so many calls of a tenant
/// fail: the rest waits for the next run. One permission is for one row, or for one chat or team.
const MOST_REFUSALS: u32 = 5;

/// What one tenant's run was refused so far.
#[derive(Default)]
pub(crate) struct Brake(Mutex<Refused>);

#[derive(Default)]
struct Refused {
    tenant: bool,
    rows: HashMap<(&'static str, &'static str), u32>,
}

impl Brake {
    /// Whether something to this row is still worth asking for.
    ///
    /// # Errors
    /// [`SubscriptionsFault::NotTried`]
    pub(crate) fn lets(&self, row: &'static str) -> Result<(), SubscriptionsFault> {
        let refused = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let worn = refused
            .rows
            .iter()
            .any(|((of, _), times)| *times >= MOST_REFUSALS && (*of == row || of.is_empty()));
        if refused.tenant || worn {
            Err(SubscriptionsFault::NotTried)
        } else {
            Ok(())
        }
    }

    /// Takes note of a fault.
    pub(crate) fn met(&self, row: &'static str, fault: &SubscriptionsFault) {
        let mut refused = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if fault.is_of_tenant() {
            refused.tenant = true;
        }
        let row = match fault {
            SubscriptionsFault::Call(CallFault::Unavailable(..)) => "",
            SubscriptionsFault::Call(
                CallFault::NoConsent(_) | CallFault::Quota(_) | CallFault::Refused(_),
            ) => row,
            _ => return,
        };
        *refused.rows.entry((row, fault.reason())).or_default() += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use teamwire_graph::subscriptions::Refusal;

    fn refused() -> SubscriptionsFault {
        let (code, message) = (String::new(), String::new());
        let status = 403;
        SubscriptionsFault::Call(CallFault::NoConsent(Refusal {
            status,
            code,
            message,
        }))
    }

    #[test]
    fn a_row_that_is_refused_is_left_alone_and_the_others_are_not() {
        let brake = Brake::default();
        for _ in 0..MOST_REFUSALS {
            assert_eq!(brake.lets("chats"), Ok(()));
            brake.met("chats", &refused());
        }
        assert!(brake.lets("chats").is_err());
        assert_eq!(brake.lets("teams"), Ok(()));
    }

    #[test]
    fn what_concerns_the_tenant_ends_its_run() {
        let wait = Duration::from_secs(1);
        for fault in [
            CallFault::Throttled(wait, None),
            CallFault::CredentialsRefused,
        ] {
            let brake = Brake::default();
            brake.met("chats", &fault.into());
            assert!(brake.lets("teams").is_err());
        }
    }
}
