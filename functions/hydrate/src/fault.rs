//! What can go wrong with one reference, and what becomes of it.

use std::borrow::Cow;
use std::time::Duration;
use teamwire_graph::ReadFault;
use teamwire_payload::message::MessageFault;
use teamwire_payload::{resource::PathFault, version::NotAResource};
use teamwire_transport::{ClaimFault, Disposition, Fault};

/// How long Graph's copies may take to agree on what is new. Ours: no page names a time.
const NOT_YET: Duration = Duration::from_secs(15);

/// A fault in hydrating one reference.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HydrateFault {
    /// The record is not a reference of a known version.
    #[error(transparent)]
    Message(#[from] MessageFault),
    /// What the claim is to can't be had.
    #[error(transparent)]
    Claim(#[from] ClaimFault),
    /// The path is not one of a resource.
    #[error(transparent)]
    Path(#[from] PathFault),
    /// Graph did not give the resource.
    #[error(transparent)]
    Read(#[from] ReadFault),
    /// What was created a moment ago is not found.
    #[error("what was just created is not found")]
    NotYetThere,
    /// What Graph gave is not a resource.
    #[error(transparent)]
    Resource(#[from] NotAResource),
}

impl Fault for HydrateFault {
    fn disposition(&self) -> Disposition {
        match self {
            Self::Message(fault) => Disposition::Dead(fault.label().into()),
            Self::Claim(ClaimFault::Unavailable) => Disposition::RetryAfter(None),
            Self::Claim(ClaimFault::Missing | ClaimFault::Mismatch)
            | Self::Path(_)
            | Self::Resource(_) => Disposition::Dead(self.label()),
            Self::NotYetThere => Disposition::RetryAfter(Some(NOT_YET)),
            Self::Read(fault) => match fault {
                ReadFault::Throttled(wait) => Disposition::RetryAfter(Some(*wait)),
                ReadFault::Unavailable(wait) => Disposition::RetryAfter(*wait),
                // Consent or a secret may be on its way, and some refusals pass; waiting costs
                // nothing.
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
            Self::Path(_) => "resource-path".into(),
            Self::NotYetThere => "not-yet-there".into(),
            Self::Resource(_) => "not-a-resource".into(),
            Self::Read(ReadFault::Gone) => "gone".into(),
            Self::Read(ReadFault::Throttled(_)) => "throttled".into(),
            Self::Read(ReadFault::Unavailable(_)) => "graph-unavailable".into(),
            Self::Read(ReadFault::Refused(status)) => format!("http-{status}").into(),
            Self::Read(ReadFault::CredentialsRefused) => "credentials-refused".into(),
            Self::Read(ReadFault::NoCredentials) => "no-credentials".into(),
            Self::Read(ReadFault::Unreadable) => "unreadable".into(),
        }
    }
}
