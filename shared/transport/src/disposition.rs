//! The next action of the queue for a record.

use crate::ClaimFault;
use std::borrow::Cow;
use std::time::Duration;
use teamwire_payload::message::MessageFault;
use teamwire_payload::{limits, resource::PathFault, version::NotAResource};

/// The four ends a record can come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Disposition {
    /// It is done with; the queue may forget it.
    Done,
    /// Back to the queue as it is. Each time counts towards its dead-letter limit.
    Retry,
    /// Back to the queue after this long, or after our own growing back-off, without counting:
    /// for what is nobody's fault and passes.
    RetryAfter(Option<Duration>),
    /// To the dead-letter queue, with this reason.
    Dead(Cow<'static, str>),
}

/// A fault of one function's work on one record.
pub trait RecordFault {
    /// The disposition of the record; an exhaustive match.
    fn disposition(&self) -> Disposition;
    /// The fault's name in the log and in metrics: never data, never a secret.
    fn label(&self) -> Cow<'static, str>;
}

// The faults that every function which takes from a queue may meet.

impl RecordFault for MessageFault {
    fn disposition(&self) -> Disposition {
        Disposition::Dead(RecordFault::label(self))
    }

    fn label(&self) -> Cow<'static, str> {
        Self::label(self).into()
    }
}

impl RecordFault for ClaimFault {
    fn disposition(&self) -> Disposition {
        match self {
            Self::Unavailable => Disposition::RetryAfter(None),
            Self::Missing | Self::Mismatch => Disposition::Dead(self.label()),
        }
    }

    fn label(&self) -> Cow<'static, str> {
        match self {
            Self::Missing => "claim-missing".into(),
            Self::Mismatch => "claim-mismatch".into(),
            Self::Unavailable => "claims-unavailable".into(),
        }
    }
}

impl RecordFault for PathFault {
    fn disposition(&self) -> Disposition {
        Disposition::Dead(self.label())
    }

    fn label(&self) -> Cow<'static, str> {
        "resource-path".into()
    }
}

impl RecordFault for NotAResource {
    fn disposition(&self) -> Disposition {
        Disposition::Dead(self.label())
    }

    fn label(&self) -> Cow<'static, str> {
        "not-a-resource".into()
    }
}

/// A fault, reduced to what settling needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordFailure {
    /// The disposition of the record.
    pub disposition: Disposition,
    /// The fault's name.
    pub label: Cow<'static, str>,
}

impl<F: RecordFault> From<F> for RecordFailure {
    fn from(fault: F) -> Self {
        Self {
            disposition: fault.disposition(),
            label: fault.label(),
        }
    }
}

impl RecordFailure {
    /// Back to the queue, counted.
    pub const fn retry(label: &'static str) -> Self {
        Self {
            disposition: Disposition::Retry,
            label: Cow::Borrowed(label),
        }
    }
}

/// First wait of the back-off; each further one is twice as long, up to what SQS can delay.
const FIRST_WAIT: Duration = Duration::from_secs(15);

/// The time to wait before try number `deferrals + 1`: as long as was `asked`, or by our own
/// back-off. The nth time at least n seconds, so that a message goes round some 830 times at most
/// in the [four days](limits::DEFERRAL_AGE) that it may. `spread` is as of [`back_off`].
pub fn wait(asked: Option<Duration>, deferrals: u32, spread: u64) -> Duration {
    let asked = asked.map(|asked| asked.max(Duration::from_secs(deferrals.into())));
    asked
        .unwrap_or_else(|| back_off(deferrals, spread))
        .min(limits::SQS_DELAY)
}

/// The time to wait before try number `deferrals + 1`. `spread` (any number, such as a hash of the
/// message) keeps messages that failed together from coming back together.
pub fn back_off(deferrals: u32, spread: u64) -> Duration {
    let ceiling = FIRST_WAIT
        .saturating_mul(2_u32.saturating_pow(deferrals))
        .min(limits::SQS_DELAY);
    let half = ceiling / 2;
    let part = u32::try_from(spread % 1000).unwrap_or(0);
    half + half * part / 1000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_asked_for_a_message_goes_round_a_bounded_number_of_times() {
        for asked in [
            None,
            Some(Duration::ZERO),
            Some(Duration::from_secs(1)),
            Some(Duration::MAX),
        ] {
            let (mut waited, mut rounds) = (Duration::ZERO, 0);
            while waited <= limits::DEFERRAL_AGE {
                waited += wait(asked, rounds, 0);
                rounds += 1;
            }
            assert!(rounds < 840, "{asked:?}: {rounds}");
        }
        assert_eq!(
            wait(Some(Duration::from_secs(7)), 3, 0),
            Duration::from_secs(7)
        );
        assert_eq!(
            wait(Some(Duration::from_secs(1)), 20, 0),
            Duration::from_secs(20)
        );
        assert_eq!(wait(None, 2, 5), back_off(2, 5));
    }

    #[test]
    fn waits_grow_up_to_the_longest_delay_and_differ_between_messages() {
        for deferrals in 0..100 {
            for spread in [0, 1, 999, u64::MAX] {
                let wait = back_off(deferrals, spread);
                assert!(
                    wait >= FIRST_WAIT / 2 && wait <= limits::SQS_DELAY,
                    "{wait:?}"
                );
            }
        }
        assert!(back_off(3, 0) > back_off(0, 999));
        assert_ne!(back_off(3, 1), back_off(3, 500));
        assert_eq!(back_off(99, 0), limits::SQS_DELAY / 2);
    }
}
