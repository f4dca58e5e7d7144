//! The command to list the subscriptions at Graph, each with the time of its last notification.

use crate::activity::log::ActivityLog;
use crate::client_states::ClientStateMint;
use crate::tenants::each_tenant;
use crate::{Invocation, SubscriptionManager, SubscriptionsFault};
use std::collections::HashMap;
use teamwire_contract::report::{
    SubscriptionAction, SubscriptionChange, SubscriptionReport, TenantReport,
};
use teamwire_graph::TokenSource;
use teamwire_graph::desired::{DesiredSubscription, DesiredTenant};
use teamwire_graph::subscriptions::{GraphSubscription, TimedAnswer};
use teamwire_payload::TenantId;
use teamwire_transport::{MessageQueue, SharedStore};

impl<T: TokenSource, Q: MessageQueue, S: SharedStore, M: ClientStateMint>
    SubscriptionManager<T, Q, S, M>
{
    /// Every subscription of our app in the tenants of the file, or in one that need not be in it.
    ///
    /// # Errors
    /// Faults of the file; those of one tenant are in the report.
    pub(crate) async fn list_all(
        &self,
        tenant: Option<TenantId>,
        invocation: Invocation,
    ) -> Result<SubscriptionReport, SubscriptionsFault> {
        let mut desired = self.files.desired().await?;
        if let Some(id) = tenant {
            desired.tenants.retain(|tenant| tenant.id == id);
            if desired.tenants.is_empty() {
                let subscriptions = Vec::new();
                desired.tenants.push(DesiredTenant { id, subscriptions });
            }
        }
        let listed = each_tenant(&desired, |wanted| async {
            let list = self.list(&wanted.id, invocation.deadline).await?;
            let log = self.files.activity(&wanted.id).await?.unwrap_or_default();
            Ok(self.listed(wanted, &list, &log))
        })
        .await;
        let mut report = SubscriptionReport::default();
        for (tenant, listed) in listed {
            match listed {
                Ok(listed) => report.tenants.push(listed),
                Err(fault) => report.faults.push(fault.report(Some(tenant))),
            }
        }
        Ok(report)
    }

    fn listed(
        &self,
        desired: &DesiredTenant,
        list: &TimedAnswer<Vec<GraphSubscription>>,
        log: &ActivityLog,
    ) -> TenantReport {
        let by_id = log.by_id();
        let wanted: HashMap<_, _> = desired.subscriptions.iter().map(keyed).collect();
        let listed = |found: &GraphSubscription| {
            let ours = self.is_ours(found);
            let mut change = shown(found, ours);
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

fn shown(found: &GraphSubscription, ours: bool) -> SubscriptionChange {
    let (action, why) = match ours {
        true => (SubscriptionAction::Keep, "its notificationUrl is ours"),
        false => (
            SubscriptionAction::Unmanaged,
            "its notificationUrl is not ours",
        ),
    };
    SubscriptionChange {
        action,
        resource: found.resource.clone(),
        changes: found.changes.clone(),
        subscription_id: Some(found.id.clone()),
        expires: Some(found.expires),
        certificate_id: found.certificate_id().map(str::to_owned),
        rich: false,
        why: why.to_owned(),
        outcome: None,
        heard: None,
        silent_since: None,
        silence_minutes: None,
        silent: false,
    }
}

fn keyed(
    wanted: &DesiredSubscription,
) -> (
    (String, &[teamwire_payload::ChangeType]),
    &DesiredSubscription,
) {
    ((wanted.resource.to_string(), &wanted.changes), wanted)
}
