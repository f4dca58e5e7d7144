//! Manages Graph's subscriptions as an operator's file states them.
//!
//! ```text
//! subscriptions.toml --+                     +-> POST, PATCH, DELETE /subscriptions
//! GET /subscriptions --+-> plan -> steps ----+-> gaps -> backfill queue
//! coverage/<tenant> ---+                     +-> coverage/<tenant>
//! ```
//!
//! Graph itself is the store of what there is. The schedule, a person (`teamwire subscriptions`)
//! and Graph's lifecycle events all end in the same: a tenant's list is read and reconciled with the
//! file. A subscription is ours if its `notificationUrl` is; no other is touched.
//!
//! A subscription that its tenant in the file no longer has is removed by the schedule, and by `apply`
//! only when asked. A tenant that is not in the file is left alone: its subscriptions end by themselves.
//!
//! | module | what is in it |
//! |---|---|
//! | `control` | commands of the schedule and of people, and their answers |
//! | `lifecycle_queue`, `lifecycle` | messages of the lifecycle queue; Graph's lifecycle events |
//! | `activity` | when each subscription was last active, and which are silent |
//! | `reconcile` | one tenant: plan, apply, outcome, last seen, coverage, gaps |
//! | `files`, `client_states` | the bucket; the secret |
//!
//! Each uses those below it, and none one above.

mod activity;
mod batch_memo;
mod client_states;
mod config;
mod control;
mod fault;
mod files;
mod invocation;
mod lifecycle;
mod lifecycle_queue;
mod reconcile;
mod tenants;

pub use activity::log::{ActivityEntry, ActivityLog};
pub use client_states::{ClientState, ClientStateMint, ClientStateSource, SecretMint, StatesFault};
pub use config::{SubscriptionUrls, SubscriptionsConfig};
pub use fault::SubscriptionsFault;
pub use files::ConfigFiles;
pub use invocation::Invocation;
pub use reconcile::gaps::MISSED;
pub use reconcile::last_seen::{LastSeen, LastSeenDocument, LastSeenIndex};
pub use reconcile::plan::{LEAST_LEFT, PlanContext, ReconcileStep, StepReason, plan_steps};
pub use reconcile::refused::{RefusedCreation, RefusedKind};

use std::time::Instant;
use teamwire_graph::subscriptions::{CallBudget, GraphSubscription, TimedAnswer};
use teamwire_graph::{SubscriptionsApi, TokenSource};
use teamwire_payload::TenantId;
use teamwire_transport::SharedStore;

/// Manages the subscriptions of every tenant of the file.
pub struct SubscriptionManager<T, Q, S, M> {
    api: SubscriptionsApi<T>,
    backfill: Q,
    files: ConfigFiles<S>,
    mint: M,
    urls: SubscriptionUrls,
}

impl<T, Q, S: SharedStore, M> SubscriptionManager<T, Q, S, M> {
    /// By Graph's `api`, with the gaps to `backfill`, the files in `store` and client states by
    /// `mint`. Graph sends to `urls`.
    pub const fn new(
        api: SubscriptionsApi<T>,
        backfill: Q,
        store: S,
        mint: M,
        urls: SubscriptionUrls,
    ) -> Self {
        Self {
            api,
            backfill,
            files: ConfigFiles::new(store),
            mint,
            urls,
        }
    }
}

impl<T: TokenSource, Q, S, M> SubscriptionManager<T, Q, S, M> {
    /// Every subscription of our app in the tenant.
    async fn list(
        &self,
        tenant: &TenantId,
        deadline: Instant,
    ) -> Result<TimedAnswer<Vec<GraphSubscription>>, SubscriptionsFault> {
        Ok(self.api.list(CallBudget { tenant, deadline }).await?)
    }
}

impl<T, Q, S, M> SubscriptionManager<T, Q, S, M> {
    /// True if a subscription sends to this stack.
    fn is_ours(&self, found: &GraphSubscription) -> bool {
        found.notification_url == self.urls.notification
    }
}
