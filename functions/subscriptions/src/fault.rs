//! What can go wrong with an order or a lifecycle event, and what becomes of the event.

use crate::reconcile::refused::Refused;
use std::borrow::Cow;
use teamwire_graph::certificates::CertificatesFault;
use teamwire_graph::desired::Faults;
use teamwire_graph::subscriptions::CallFault;
use teamwire_payload::message::MessageFault;
use teamwire_transport::{Disposition, Fault};

/// A fault in keeping the subscriptions.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SubscriptionsFault {
    /// The record is not a lifecycle event of a known version.
    #[error(transparent)]
    Message(#[from] MessageFault),
    /// The bucket can't be reached, or holds something too large.
    #[error("{0} can't be read or written")]
    File(String),
    /// `subscriptions.toml` has faults.
    #[error("subscriptions.toml has faults:\n{0}")]
    Desired(Faults),
    /// `certificates.json` can't be used.
    #[error("certificates.json: {0}")]
    Certificates(#[from] CertificatesFault),
    /// There is no current certificate, and content is wanted.
    #[error("there is no certificate: content is wanted, and certificates.json is missing")]
    NoCertificate,
    /// The secret with the client states can't be had.
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
        "{0}; it is asked for again after {next}, when subscriptions.toml changes, and by \
         teamwire subscriptions apply",
        next = .0.next()
    )]
    RefusedBefore(Box<Refused>),
    /// So many of the same kind were refused that the rest is left for the next run.
    #[error("not tried: others like it were refused before")]
    NotTried,
    /// A newer `subscriptions.toml` says otherwise of the tenant: nothing is removed by the old.
    #[error("subscriptions.toml was changed meanwhile")]
    Superseded,
    /// The tenant is not in `subscriptions.toml`.
    #[error("the tenant is not in subscriptions.toml")]
    UnknownTenant,
    /// Not one of the orders.
    #[error("not an order: {0}")]
    Command(String),
}

impl SubscriptionsFault {
    /// The name in answers, logs and metrics.
    pub const fn reason(&self) -> &'static str {
        match self {
            Self::Message(fault) => fault.label(),
            Self::File(_) => "config-unavailable",
            Self::Desired(_) => "desired-invalid",
            Self::Certificates(_) => "certificates-invalid",
            Self::NoCertificate => "no-certificate",
            Self::NoClientState => "no-client-state",
            Self::Call(fault) => fault.label(),
            Self::Conflict => "foreign",
            Self::BackfillQueue => "backfill-queue",
            Self::RefusedBefore(refused) => refused.kind.label(),
            Self::NotTried => "not-tried",
            Self::Superseded => "superseded",
            Self::UnknownTenant => "unknown-tenant",
            Self::Command(_) => "not-an-order",
        }
    }
}

impl Fault for SubscriptionsFault {
    fn disposition(&self) -> Disposition {
        match self {
            Self::Message(fault) => Disposition::Dead(fault.label().into()),
            Self::Call(CallFault::Throttled(wait, _)) => Disposition::RetryAfter(Some(*wait)),
            Self::Call(CallFault::Unavailable(wait, _)) => Disposition::RetryAfter(*wait),
            // A person can mend each of these; the schedule works on the same meanwhile.
            Self::Call(
                CallFault::Gone
                | CallFault::Exists(_)
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
            | Self::RefusedBefore(_)
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
