//! The order to list: what there is at Graph, and when each was last heard of.

use crate::activity::log::ActivityLog;
use crate::client_states::Mint;
use crate::control::Invocation;
use crate::control::report::{Change, FaultReport, Report, TenantReport};
use crate::{SubscriptionManager, SubscriptionsFault};
use std::collections::HashMap;
use teamwire_graph::TokenSource;
use teamwire_graph::desired::{DesiredTenant, Wanted};
use teamwire_graph::subscriptions::{Answered, Subscription};
use teamwire_payload::TenantId;
use teamwire_transport::{Queue, SharedStore};

impl<T: TokenSource, Q: Queue, S: SharedStore, M: Mint> SubscriptionManager<T, Q, S, M> {
    /// Every subscription of our app in the tenants of the file, or in one that need not be in it.
    ///
    /// # Errors
    /// What is wrong with the file; of one tenant it is in the report.
    pub(crate) async fn list_all(
        &self,
        tenant: Option<TenantId>,
        c: Invocation,
    ) -> Result<Report, SubscriptionsFault> {
        let mut desired = self.files.desired().await?;
        if let Some(id) = tenant {
            desired.tenants.retain(|tenant| tenant.id == id);
            if desired.tenants.is_empty() {
                let subscriptions = Vec::new();
                desired.tenants.push(DesiredTenant { id, subscriptions });
            }
        }
        let listed = self
            .each(&desired, |wanted| async {
                let list = self.list(&wanted.id, c.deadline).await?;
                let log = self.files.activity(&wanted.id).await?.unwrap_or_default();
                Ok(self.listed(wanted, &list, &log))
            })
            .await;
        let mut report = Report::default();
        for (tenant, listed) in listed {
            match listed {
                Ok(listed) => report.tenants.push(listed),
                Err(fault) => report.faults.push(FaultReport::new(Some(tenant), &fault)),
            }
        }
        Ok(report)
    }

    fn listed(
        &self,
        desired: &DesiredTenant,
        list: &Answered<Vec<Subscription>>,
        log: &ActivityLog,
    ) -> TenantReport {
        let by_id = log.by_id();
        let wanted: HashMap<_, _> = desired.subscriptions.iter().map(keyed).collect();
        let listed = |found: &Subscription| {
            let ours = self.is_ours(found);
            let mut change = Change::listed(found, ours);
            let Some(activity) = by_id.get(found.id.as_str()).filter(|_| ours) else {
                return change;
            };
            change.heard = activity.heard;
            change.silent_since = Some(activity.silent_since);
            let key = found.path().map(|path| (path.to_string(), &*found.changes));
            if let Some(wanted) = key.and_then(|key| wanted.get(&key)) {
                change.silence_minutes = wanted.silence_minutes();
                change.silent = activity.silent_minutes(wanted, list.at).is_some();
            }
            change
        };
        TenantReport {
            tenant: desired.id.clone(),
            at: list.at,
            wanted: desired.subscriptions.len(),
            live: list.value.iter().filter(|one| self.is_ours(one)).count(),
            changes: list.value.iter().map(listed).collect(),
        }
    }
}

fn keyed(wanted: &Wanted) -> ((String, &[teamwire_payload::ChangeType]), &Wanted) {
    ((wanted.resource.to_string(), &wanted.changes), wanted)
}
