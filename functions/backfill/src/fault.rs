//! What can go wrong with one page of a gap, and what becomes of it.

use crate::progress::Astray;
use crate::window::NotAWindow;
use std::borrow::Cow;
use teamwire_graph::pages::NotALink;
use teamwire_graph::{PageFault, ReadFault};
use teamwire_payload::message::MessageFault;
use teamwire_payload::subscribable::SubscriptionFault;
use teamwire_transport::{ClaimFault, Disposition, Fault};

/// A fault in filling one gap.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BackfillFault {
    /// The record is not a gap of a known version, or does not say where to go on.
    #[error(transparent)]
    Message(#[from] MessageFault),
    /// What the claim is to can't be had.
    #[error(transparent)]
    Claim(#[from] ClaimFault),
    /// The gap is in nothing that can be subscribed to.
    #[error(transparent)]
    Resource(#[from] SubscriptionFault),
    /// The gap has no bounds.
    #[error(transparent)]
    Window(#[from] NotAWindow),
    /// An id that could not stand in a URL.
    #[error(transparent)]
    Link(#[from] NotALink),
    /// Graph did not give a page.
    #[error(transparent)]
    Page(#[from] PageFault),
    /// The list has no end.
    #[error(transparent)]
    Astray(#[from] Astray),
}

impl Fault for BackfillFault {
    fn disposition(&self) -> Disposition {
        match self {
            Self::Message(fault) => Disposition::Dead(fault.label().into()),
            Self::Claim(ClaimFault::Unavailable) => Disposition::RetryAfter(None),
            Self::Claim(ClaimFault::Missing | ClaimFault::Mismatch)
            | Self::Resource(_)
            | Self::Window(_)
            | Self::Link(_)
            | Self::Astray(_)
            | Self::Page(PageFault::NotAPage | PageFault::ForeignLink) => {
                Disposition::Dead(self.label())
            }
            Self::Page(PageFault::Read(fault)) => match fault {
                ReadFault::Throttled(wait) => Disposition::RetryAfter(Some(*wait)),
                ReadFault::Unavailable(wait) => Disposition::RetryAfter(*wait),
                // Consent or a secret may be on its way, and some refusals pass.
                ReadFault::CredentialsRefused | ReadFault::Refused(401 | 408 | 409 | 423 | 425) => {
                    Disposition::RetryAfter(None)
                }
                ReadFault::Refused(_)
                | ReadFault::NoCredentials
                | ReadFault::Unreadable
                | ReadFault::Gone => Disposition::Dead(self.label()),
            },
        }
    }

    fn label(&self) -> Cow<'static, str> {
        match self {
            Self::Message(fault) => fault.label().into(),
            Self::Claim(ClaimFault::Missing) => "claim-missing".into(),
            Self::Claim(ClaimFault::Mismatch) => "claim-mismatch".into(),
            Self::Claim(ClaimFault::Unavailable) => "claims-unavailable".into(),
            Self::Resource(_) | Self::Link(_) => "resource-path".into(),
            Self::Window(_) => "no-window".into(),
            Self::Astray(Astray::Circle) => "page-circle".into(),
            Self::Astray(Astray::Restarts) => "restarted-too-often".into(),
            Self::Page(PageFault::NotAPage) => "not-a-page".into(),
            Self::Page(PageFault::ForeignLink) => "foreign-link".into(),
            Self::Page(PageFault::Read(fault)) => match fault {
                ReadFault::Gone => "gone".into(),
                ReadFault::Throttled(_) => "throttled".into(),
                ReadFault::Unavailable(_) => "graph-unavailable".into(),
                ReadFault::Refused(status) => format!("http-{status}").into(),
                ReadFault::CredentialsRefused => "credentials-refused".into(),
                ReadFault::NoCredentials => "no-credentials".into(),
                ReadFault::Unreadable => "unreadable".into(),
            },
        }
    }
}
