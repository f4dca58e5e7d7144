//! Faults of one page of a gap, and the disposition of each.

use crate::progress::ProgressFault;
use crate::window::NotAWindow;
use std::borrow::Cow;
use teamwire_graph::PageFault;
use teamwire_graph::pages::NotALink;
use teamwire_payload::message::MessageFault;
use teamwire_payload::subscribable::SubscriptionFault;
use teamwire_transport::{ClaimFault, Disposition, RecordFault};

/// A fault in filling one gap.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BackfillFault {
    /// The record is not a gap of a known version, or does not say where to go on.
    #[error(transparent)]
    Message(#[from] MessageFault),
    /// The body behind a claim is unavailable.
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
    Astray(#[from] ProgressFault),
    /// Every process that worked on it died, or ran out of time.
    #[error("it was received as often as it may be")]
    ReceivedTooOften,
}

impl RecordFault for BackfillFault {
    fn disposition(&self) -> Disposition {
        match self {
            Self::Message(fault) => fault.disposition(),
            Self::Claim(fault) => fault.disposition(),
            Self::Resource(_)
            | Self::Window(_)
            | Self::Link(_)
            | Self::Astray(_)
            | Self::ReceivedTooOften
            | Self::Page(PageFault::NotAPage | PageFault::ForeignLink) => {
                Disposition::Dead(self.label())
            }
            Self::Page(PageFault::Read(fault)) => match fault.passes() {
                Some(wait) => Disposition::RetryAfter(wait),
                None => Disposition::Dead(fault.label()),
            },
        }
    }

    fn label(&self) -> Cow<'static, str> {
        match self {
            Self::Message(fault) => RecordFault::label(fault),
            Self::Claim(fault) => fault.label(),
            Self::Resource(_) | Self::Link(_) => "resource-path".into(),
            Self::Window(_) => "no-window".into(),
            Self::Astray(ProgressFault::Circle) => "page-circle".into(),
            Self::Astray(ProgressFault::Empty) => "only-empty-pages".into(),
            Self::Astray(ProgressFault::TooManyPages) => "too-many-pages".into(),
            Self::Astray(ProgressFault::Restarts) => "restarted-too-often".into(),
            Self::ReceivedTooOften => "received-too-often".into(),
            Self::Page(PageFault::NotAPage) => "not-a-page".into(),
            Self::Page(PageFault::ForeignLink) => "foreign-link".into(),
            Self::Page(PageFault::Read(fault)) => fault.label_and_code(),
        }
    }
}
