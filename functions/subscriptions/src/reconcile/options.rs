//! Options for reconciling one tenant.

use crate::Invocation;
use crate::reconcile::coverage::RunCause;
use teamwire_graph::CertificateSet;

/// Options of a run over one tenant.
#[derive(Clone, Copy)]
pub(crate) struct ReconcileOptions<'a> {
    pub(crate) certificates: Option<&'a CertificateSet>,
    /// True if subscriptions that the file does not have are removed.
    pub(crate) remove: bool,
    pub(crate) cause: RunCause,
    /// True if a person asks: subscriptions that Graph refused before are then asked for at once.
    pub(crate) is_manual: bool,
    pub(crate) invocation: Invocation,
}
