//! What can go wrong with one sealed notification, and what becomes of it.

use std::borrow::Cow;
use teamwire_envelope::OpenFault;
use teamwire_payload::message::MessageFault;
use teamwire_payload::{resource::PathFault, version::NotAResource};
use teamwire_transport::{ClaimFault, Disposition, Fault};

/// A fault in opening one notification.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecryptFault {
    /// The record is not a sealed message of a known version.
    #[error(transparent)]
    Message(#[from] MessageFault),
    /// What the claim is to can't be had.
    #[error(transparent)]
    Claim(#[from] ClaimFault),
    /// The path is not one of a resource.
    #[error(transparent)]
    Path(#[from] PathFault),
    /// The envelope can't be opened.
    #[error(transparent)]
    Open(#[from] OpenFault),
    /// What was in it is not a resource.
    #[error(transparent)]
    Resource(#[from] NotAResource),
}

impl Fault for DecryptFault {
    fn disposition(&self) -> Disposition {
        match self {
            Self::Message(fault) => Disposition::Dead(fault.label().into()),
            Self::Claim(ClaimFault::Missing) => Disposition::Dead("claim-missing".into()),
            Self::Claim(ClaimFault::Mismatch) => Disposition::Dead("claim-mismatch".into()),
            Self::Claim(ClaimFault::Unavailable) => Disposition::RetryAfter(None),
            Self::Path(_) => Disposition::Dead("resource-path".into()),
            Self::Open(OpenFault::Tampered(_)) => Disposition::Dead("tampered".into()),
            // A new key may be on its way; past the queue's limit it is a dead letter that can
            // be replayed once the key is there.
            Self::Open(OpenFault::UnknownCertificate) => Disposition::Retry,
            Self::Open(OpenFault::Unavailable) => Disposition::RetryAfter(None),
            Self::Resource(_) => Disposition::Dead("not-a-resource".into()),
        }
    }

    fn label(&self) -> Cow<'static, str> {
        match self {
            Self::Message(fault) => fault.label().into(),
            Self::Claim(ClaimFault::Missing) => "claim-missing".into(),
            Self::Claim(ClaimFault::Mismatch) => "claim-mismatch".into(),
            Self::Claim(ClaimFault::Unavailable) => "claims-unavailable".into(),
            Self::Path(_) => "resource-path".into(),
            Self::Open(fault) => fault.stage().unwrap_or("key-unavailable").into(),
            Self::Resource(_) => "not-a-resource".into(),
        }
    }
}
