//! How one tenant is reconciled.

use crate::Invocation;
use crate::reconcile::coverage::Cause;
use teamwire_graph::Certificates;

/// Options of a run over one tenant.
#[derive(Clone, Copy)]
pub(crate) struct ReconcileOptions<'a> {
    pub(crate) certificates: Option<&'a Certificates>,
    /// Whether subscriptions that the file does not have are removed.
    pub(crate) remove: bool,
    pub(crate) cause: Cause,
    /// Whether a person asks: what Graph refused before is then asked for at once.
    pub(crate) is_manual: bool,
    pub(crate) invocation: Invocation,
}
