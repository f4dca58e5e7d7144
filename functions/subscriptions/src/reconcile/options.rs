//! Options for reconciling one tenant.

use crate::Invocation;
use crate::reconcile::coverage::Cause;
use teamwire_graph::Certificates;

/// Options of a run over one tenant.
#[derive(Clone, Copy)]
pub(crate) struct ReconcileOptions<'a> {
    pub(crate) certificates: Option<&'a Certificates>,
    /// True if subscriptions that the file does not have are removed.
    pub(crate) remove: bool,
    pub(crate) cause: Cause,
    /// True if a person asks: subscriptions that Graph refused before are then asked for at once.
    pub(crate) is_manual: bool,
    pub(crate) invocation: Invocation,
}
