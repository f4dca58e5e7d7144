//! What is known of every tenant, as long as it matters.

use super::ReadRates;
use super::tenant_pace::TenantPace;
use std::collections::HashMap;
use std::time::Instant;
use teamwire_payload::TenantId;

/// Tenants and conversations remembered, at least, before those of which nothing is known any more
/// are forgotten.
const REMEMBERED: usize = 10_000;

/// The paces by tenant.
#[derive(Debug)]
pub(super) struct TenantPaces {
    rates: ReadRates,
    tenants: HashMap<TenantId, TenantPace>,
    /// The number of tenants and conversations, and the one at which to look for those to forget.
    remembered: usize,
    crowded: usize,
}

impl TenantPaces {
    pub(super) fn new(rates: ReadRates) -> Self {
        Self {
            rates,
            tenants: HashMap::new(),
            remembered: 0,
            crowded: REMEMBERED,
        }
    }

    /// Acts on the pace of `tenant`.
    pub(super) fn of<T>(
        &mut self,
        tenant: &TenantId,
        now: Instant,
        act: impl FnOnce(&mut TenantPace) -> T,
    ) -> T {
        if self.remembered > self.crowded {
            self.forget(now);
        }
        let first = || TenantPace::new(self.rates, now);
        let pace = self.tenants.entry(tenant.clone()).or_insert_with(first);
        let before = pace.conversations();
        let done = act(pace);
        // A tenant is new with its first conversation.
        let after = pace.conversations();
        self.remembered += after - before + usize::from(before == 0);
        done
    }

    /// Once in a doubling of what is remembered.
    fn forget(&mut self, now: Instant) {
        self.tenants.retain(|_, pace| pace.remembers(now));
        let paces = self.tenants.values();
        self.remembered = paces.map(|pace| 1 + pace.conversations()).sum();
        self.crowded = REMEMBERED.max(2 * self.remembered);
    }

    #[cfg(test)]
    pub(super) fn remembered(&self) -> usize {
        let paces = self.tenants.values();
        paces.map(|pace| 1 + pace.conversations()).sum()
    }
}
