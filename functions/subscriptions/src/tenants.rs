//! The same for each tenant, some at once.

use crate::SubscriptionsFault;
use futures::{StreamExt, stream};
use std::future::Future;
use teamwire_graph::DesiredState;
use teamwire_graph::desired::DesiredTenant;
use teamwire_payload::TenantId;

/// Number of tenants worked on at once.
pub(crate) const CONCURRENT_TENANTS: usize = 8;

/// The result for each tenant, in the order of the file.
pub(crate) async fn each_tenant<'a, R, F: Future<Output = Result<R, SubscriptionsFault>>>(
    desired: &'a DesiredState,
    work: impl Fn(&'a DesiredTenant) -> F,
) -> Vec<(TenantId, Result<R, SubscriptionsFault>)> {
    let each = desired.tenants.iter().enumerate().map(|(at, tenant)| {
        let work = work(tenant);
        async move { (at, tenant.id.clone(), work.await) }
    });
    let results = stream::iter(each).buffer_unordered(CONCURRENT_TENANTS);
    let mut results: Vec<_> = results.collect().await;
    results.sort_by_key(|(at, ..)| *at);
    results.into_iter().map(|(_, id, one)| (id, one)).collect()
}
