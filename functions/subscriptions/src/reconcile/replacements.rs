//! Replacements of one run, by row of resources: one is tried before others of its row are removed.

use crate::SubscriptionsFault;
use crate::reconcile::circuit_breaker::{OUTAGE_ROWS, RefusalScope};
use std::collections::{HashMap, HashSet};
use teamwire_graph::desired::DesiredSubscription;

/// Number of subscriptions of one row that may be removed and then refused, each for a reason that may
/// be its own, before the rest of the row is left alone.
const MOST_LOST: u32 = 2;

/// Creations in place of removed subscriptions, as far as this run has seen them succeed or fail.
#[derive(Debug, Default)]
pub(crate) struct Replacements {
    /// True if every creation would fail.
    is_stopped: bool,
    rows: HashMap<&'static str, ReplacementOutcome>,
    outage_rows: HashSet<&'static str>,
    lost: HashMap<&'static str, u32>,
}

/// Outcome of the first replacement in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ReplacementOutcome {
    Works,
    Fails,
}

impl Replacements {
    pub(super) fn of(&self, row: &'static str) -> Option<ReplacementOutcome> {
        if self.is_stopped {
            return Some(ReplacementOutcome::Fails);
        }
        self.rows.get(row).copied()
    }

    pub(super) fn works(&mut self, row: &'static str) {
        self.rows.entry(row).or_insert(ReplacementOutcome::Works);
    }

    /// Records that one that was never there is refused: it speaks for others only by its cause.
    pub(crate) fn not_created(&mut self, wanted: &DesiredSubscription, fault: &SubscriptionsFault) {
        self.stop(wanted.resource.row().path, fault);
    }

    /// Records that one that was removed is not made again.
    pub(super) fn not_replaced(&mut self, row: &'static str, fault: &SubscriptionsFault) {
        self.stop(row, fault);
        let lost = self.lost.entry(row).or_default();
        *lost += 1;
        if *lost >= MOST_LOST && self.rows.get(row) != Some(&ReplacementOutcome::Works) {
            self.rows.insert(row, ReplacementOutcome::Fails);
        }
    }

    fn stop(&mut self, row: &'static str, fault: &SubscriptionsFault) {
        match fault.scope() {
            RefusalScope::Tenant | RefusalScope::Creations => self.is_stopped = true,
            scope @ (RefusalScope::Row | RefusalScope::Outage) => {
                if scope == RefusalScope::Outage {
                    self.outage_rows.insert(row);
                    self.is_stopped |= self.outage_rows.len() >= OUTAGE_ROWS;
                }
                self.rows.insert(row, ReplacementOutcome::Fails);
            }
            RefusalScope::One => {}
        }
    }
}
