//! Faults of one reference, and the disposition of each.

use std::borrow::Cow;
use std::time::Duration;
use teamwire_graph::ReadFault;
use teamwire_payload::message::MessageFault;
use teamwire_payload::{resource::PathFault, version::NotAResource};
use teamwire_transport::{ClaimFault, Disposition, RecordFault};

/// The first wait for Graph's copies to agree on a change. Ours: no page names one.
pub(crate) const NOT_YET: Duration = Duration::from_secs(15);
/// The time for which a missing resource is asked for again, whatever its change was: a new team
/// may take as long to be everywhere, and be updated meanwhile.
pub(crate) const LOOKED_FOR: Duration = Duration::from_secs(15 * 60);
/// The time that an event waits for its content. Ours: what fails for a day is for a person to look
/// at.
pub(crate) const CONTENT_WAITED_FOR: Duration = Duration::from_secs(24 * 3600);

/// A fault in hydrating one reference.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HydrateFault {
    /// The record is not a reference of a known version.
    #[error(transparent)]
    Message(#[from] MessageFault),
    /// The body behind a claim is unavailable.
    #[error(transparent)]
    Claim(#[from] ClaimFault),
    /// The path is not one of a resource.
    #[error(transparent)]
    Path(#[from] PathFault),
    /// Graph did not give the resource.
    #[error(transparent)]
    Read(#[from] ReadFault),
    /// A resource that changed a moment ago was not found; it is asked for again after this time.
    #[error("a resource that changed just now is not found")]
    NotYetThere(Duration),
    /// Graph's answer is not a resource.
    #[error(transparent)]
    Resource(#[from] NotAResource),
}

impl RecordFault for HydrateFault {
    fn disposition(&self) -> Disposition {
        match self {
            Self::Message(fault) => fault.disposition(),
            Self::Claim(fault) => fault.disposition(),
            Self::Path(fault) => fault.disposition(),
            Self::Resource(fault) => fault.disposition(),
            Self::NotYetThere(wait) => Disposition::RetryAfter(Some(*wait)),
            Self::Read(fault) => match fault.passes() {
                Some(wait) => Disposition::RetryAfter(wait),
                None => Disposition::Dead(fault.label()),
            },
        }
    }

    fn label(&self) -> Cow<'static, str> {
        match self {
            Self::Message(fault) => RecordFault::label(fault),
            Self::Claim(fault) => fault.label(),
            Self::Path(fault) => fault.label(),
            Self::Resource(fault) => fault.label(),
            Self::NotYetThere(_) => "not-yet-there".into(),
            Self::Read(fault) => fault.label_and_code(),
        }
    }
}
