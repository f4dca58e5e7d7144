//! The command to read a time again.

use crate::client_states::ClientStateMint;
use crate::reconcile::gaps::{self, end_of_second, gap};
use crate::{Invocation, SubscriptionManager, SubscriptionsFault};
use jiff::Timestamp;
use teamwire_contract::answer::BackfillAnswer;
use teamwire_graph::TokenSource;
use teamwire_payload::{GapReason, SubscriptionPath, TenantId};
use teamwire_transport::{MessageQueue, SharedStore};

/// In place of a subscription's id, where there is none yet, or none any more.
const NONE: &str = "none";

/// Time to read again.
pub(super) struct BackfillRequest {
    pub(super) tenant: TenantId,
    /// Resource of the file (default: all of the tenant).
    pub(super) resource: Option<String>,
    pub(super) since: Timestamp,
    /// End of the time (default: now).
    pub(super) until: Option<Timestamp>,
}

impl<T: TokenSource, Q: MessageQueue, S: SharedStore, M: ClientStateMint>
    SubscriptionManager<T, Q, S, M>
{
    /// Sends a gap for each subscription of the file that is asked for.
    ///
    /// # Errors
    /// [`SubscriptionsFault`] where the command does not fit the file, or Graph, bucket or queue are
    /// unavailable.
    pub(super) async fn backfill(
        &self,
        asked: BackfillRequest,
        invocation: Invocation,
    ) -> Result<BackfillAnswer, SubscriptionsFault> {
        let BackfillRequest { tenant, since, .. } = asked;
        let path = asked.resource.as_deref().map(SubscriptionPath::parse);
        let path = path.transpose();
        let path =
            path.map_err(|fault| SubscriptionsFault::Command(format!("resource: {fault}")))?;
        let desired = self.files.desired().await?;
        let wanted = desired
            .tenant(&tenant)
            .ok_or(SubscriptionsFault::UnknownTenant)?;
        let list = self.list(&tenant, invocation.deadline).await?;
        let until = asked.until.unwrap_or_else(|| end_of_second(list.at));
        if since >= until {
            let problem = "since is not before until".to_owned();
            return Err(SubscriptionsFault::Command(problem));
        }
        let wanted = wanted.subscriptions.iter().filter(|wanted| {
            let path = path.as_ref();
            path.is_none_or(|path| path.is_same_as(&wanted.resource))
        });
        let id_of = |path: &SubscriptionPath| {
            let mut ours = list.value.iter().filter(|found| self.is_ours(found));
            let is_of = |found: SubscriptionPath| found.is_same_as(path);
            let found = ours.find(|found| found.path().is_some_and(is_of));
            found.map_or(NONE, |found| &found.id)
        };
        let gaps: Vec<_> = wanted
            .map(|wanted| {
                let id = id_of(&wanted.resource);
                gap(&tenant, wanted, id, (since, until), GapReason::Asked)
            })
            .collect();
        gaps::send_all(&self.backfill, gaps.clone()).await?;
        Ok(BackfillAnswer {
            tenant: Some(tenant),
            gaps,
            faults: Vec::new(),
        })
    }
}
