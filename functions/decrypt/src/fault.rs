//! Faults of one sealed notification, and the disposition of each.

use std::borrow::Cow;
use teamwire_envelope::OpenFault;
use teamwire_payload::message::MessageFault;
use teamwire_payload::{resource::PathFault, version::NotAResource};
use teamwire_transport::{ClaimFault, Disposition, RecordFault};

/// A fault in opening one notification.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecryptFault {
    /// The record is not a sealed message of a known version.
    #[error(transparent)]
    Message(#[from] MessageFault),
    /// The body behind a claim is unavailable.
    #[error(transparent)]
    Claim(#[from] ClaimFault),
    /// The path is not one of a resource.
    #[error(transparent)]
    Path(#[from] PathFault),
    /// The envelope can't be opened.
    #[error(transparent)]
    Open(#[from] OpenFault),
    /// The content is not a resource.
    #[error(transparent)]
    Resource(#[from] NotAResource),
}

impl RecordFault for DecryptFault {
    fn disposition(&self) -> Disposition {
        match self {
            Self::Message(fault) => fault.disposition(),
            Self::Claim(fault) => fault.disposition(),
            Self::Path(fault) => fault.disposition(),
            Self::Resource(fault) => fault.disposition(),
            Self::Open(OpenFault::Tampered(_)) => Disposition::Dead("tampered".into()),
            // A new key may be on its way; past the queue's limit it is a dead letter that can
            // be replayed once the key is there.
            Self::Open(OpenFault::UnknownCertificate) => Disposition::Retry,
            Self::Open(OpenFault::Unavailable) => Disposition::RetryAfter(None),
        }
    }

    fn label(&self) -> Cow<'static, str> {
        match self {
            Self::Message(fault) => RecordFault::label(fault),
            Self::Claim(fault) => fault.label(),
            Self::Path(fault) => fault.label(),
            Self::Resource(fault) => fault.label(),
            Self::Open(fault) => fault.stage().unwrap_or("key-unavailable").into(),
        }
    }
}
