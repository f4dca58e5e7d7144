//! Faults of a command or of a message, and what becomes of the message.

use jiff::Timestamp;
use metrics::counter;
use std::borrow::Cow;
use teamwire_contract::report::{FaultReport, SubscriptionReport};
use teamwire_contract::{metric, reason};
use teamwire_graph::certificates::CertificatesFault;
use teamwire_graph::desired::DesiredStateFaults;
use teamwire_graph::subscriptions::CallFault;
use teamwire_payload::TenantId;
use teamwire_payload::message::MessageFault;
use teamwire_transport::{Disposition, RecordFault};

/// A fault in managing the subscriptions.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SubscriptionsFault {
    /// The message is none of a known version.
    #[error(transparent)]
    Message(#[from] MessageFault),
    /// The bucket can't be reached, or holds something too large.
    #[error("{0} can't be read or written")]
    File(String),
    /// `subscriptions.toml` has faults.
    #[error("subscriptions.toml has faults:\n{0}")]
    Desired(DesiredStateFaults),
    /// `certificates.json` can't be used.
    #[error("certificates.json: {0}")]
    Certificates(#[from] CertificatesFault),
    /// There is no current certificate, and content is wanted.
    #[error("there is no certificate: content is wanted, and certificates.json is missing")]
    NoCertificate,
    /// The secret with the client states is unavailable.
    #[error("no client state can be minted")]
    NoClientState,
    /// Graph did not do what was asked.
    #[error(transparent)]
    Call(#[from] CallFault),
    /// Another subscription of our app is in the way, and not ours to touch.
    #[error("a subscription with another notificationUrl is to the same resource and changes")]
    Conflict,
    /// The queue of gaps does not take them.
    #[error("the backfill queue is not available")]
    BackfillQueue,
    /// It was refused in earlier runs, and is not asked for yet.
    #[error(
        "{said}; it is asked for again after {next}, when subscriptions.toml changes, and by \
         teamwire subscriptions apply"
    )]
    RefusedBefore {
        /// Name of the refusal.
        reason: &'static str,
        /// The refusal, in words.
        said: String,
        /// Time at Graph after which it is asked for again.
        next: Timestamp,
    },
    /// So many of the same kind were refused that the rest is left for the next run.
    #[error("not tried: others like it were refused before")]
    NotTried,
    /// A newer `subscriptions.toml` says otherwise of the tenant: nothing is removed by the old.
    #[error("subscriptions.toml was changed meanwhile")]
    Superseded,
    /// The tenant is not in `subscriptions.toml`.
    #[error("the tenant is not in subscriptions.toml")]
    UnknownTenant,
    /// The command is none, or does not fit the file.
    #[error("not an order: {0}")]
    Command(String),
}

impl SubscriptionsFault {
    /// The name in answers, logs and metrics.
    pub const fn reason(&self) -> &'static str {
        match self {
            Self::Message(fault) => fault.label(),
            Self::File(_) => "config-unavailable",
            Self::Desired(_) => reason::DESIRED_INVALID,
            Self::Certificates(_) => "certificates-invalid",
            Self::NoCertificate => "no-certificate",
            Self::NoClientState => "no-client-state",
            Self::Call(fault) => fault.label(),
            Self::Conflict => "foreign",
            Self::BackfillQueue => "backfill-queue",
            Self::RefusedBefore { reason, .. } => reason,
            Self::NotTried => "not-tried",
            Self::Superseded => "superseded",
            Self::UnknownTenant => "unknown-tenant",
            Self::Command(_) => "not-an-order",
        }
    }

    /// The fault in an answer.
    pub fn report(&self, tenant: Option<TenantId>) -> FaultReport {
        FaultReport {
            tenant,
            reason: self.reason().into(),
            message: self.to_string(),
            lines: match self {
                Self::Desired(faults) => faults.0.clone(),
                _ => Vec::new(),
            },
        }
    }

    /// An answer of nothing but the fault.
    pub fn answer(&self) -> SubscriptionReport {
        SubscriptionReport {
            tenants: Vec::new(),
            faults: vec![self.report(None)],
        }
    }

    /// Counts it as a failure to reconcile.
    pub(crate) fn count(&self) {
        counter!(metric::RECONCILE_FAILED, "reason" => self.reason()).increment(1);
    }
}

impl RecordFault for SubscriptionsFault {
    fn disposition(&self) -> Disposition {
        match self {
            Self::Message(fault) => Disposition::Dead(fault.label().into()),
            Self::Call(CallFault::Throttled(wait, _)) => Disposition::RetryAfter(Some(*wait)),
            Self::Call(CallFault::Unavailable(wait, _)) => Disposition::RetryAfter(*wait),
            // A person can mend each of these; the schedule works on the same meanwhile.
            Self::Call(
                CallFault::Gone(_)
                | CallFault::Exists(..)
                | CallFault::NoConsent(_)
                | CallFault::Quota(_)
                | CallFault::Handshake(_)
                | CallFault::Refused(_)
                | CallFault::CredentialsRefused
                | CallFault::NoCredentials
                | CallFault::Unreadable
                | CallFault::NoTime,
            )
            | Self::File(_)
            | Self::Desired(_)
            | Self::Certificates(_)
            | Self::NoCertificate
            | Self::NoClientState
            | Self::Conflict
            | Self::BackfillQueue
            | Self::RefusedBefore { .. }
            | Self::NotTried
            | Self::Superseded
            | Self::UnknownTenant
            | Self::Command(_) => Disposition::RetryAfter(None),
        }
    }

    fn label(&self) -> Cow<'static, str> {
        self.reason().into()
    }
}
