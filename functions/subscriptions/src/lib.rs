//! Keeps Graph's subscriptions as an operator states them.
//!
//! ```text
//! subscriptions.toml --+                     +-> POST, PATCH, DELETE /subscriptions
//! GET /subscriptions --+-> diff -> steps ----+-> gaps -> backfill queue
//! coverage/<tenant> ---+                     +-> coverage/<tenant>
//! ```
//!
//! Graph itself is the store of what there is. The schedule, a person (`teamwire subscriptions`)
//! and Graph's lifecycle events all end in the same: a tenant's list is read and made what the
//! file says. A subscription is ours if its `notificationUrl` is; no other is touched.
//!
//! What is no longer in a tenant of the file is removed by the schedule, and by `apply` only when
//! asked. A tenant that is not in the file is not looked at: its subscriptions end by themselves.

mod activity;
mod client_states;
mod config;
mod control;
mod fault;
mod files;
mod lifecycle;
mod reconcile;

pub use activity::log::{ActivityEntry, ActivityLog};
pub use client_states::{ClientState, Mint, SecretMint, States, StatesFault};
pub use config::{Config, Urls};
pub use control::Invocation;
pub use control::order::Order;
pub use control::report::{Change, FaultReport, Report, TenantReport};
pub use fault::SubscriptionsFault;
pub use files::Files;
pub use reconcile::gaps::MISSED;
pub use reconcile::last_seen::{LastSeen, LastSeenDocument, LastSeenIndex};
pub use reconcile::plan::{LEAST_LEFT, PlanContext, Step, StepReason, plan_steps};
pub use reconcile::refused::{Refused, RefusedKind};

use teamwire_graph::SubscriptionsApi;
use teamwire_transport::SharedStore;

/// Keeps the subscriptions of every tenant of the file.
pub struct SubscriptionManager<T, Q, S, M> {
    api: SubscriptionsApi<T>,
    backfill: Q,
    files: Files<S>,
    mint: M,
    urls: Urls,
}

impl<T, Q, S: SharedStore, M> SubscriptionManager<T, Q, S, M> {
    /// By Graph's `api`, with the gaps to `backfill`, the files in `store` and client states by
    /// `mint`. Graph sends to `urls`.
    pub const fn new(api: SubscriptionsApi<T>, backfill: Q, store: S, mint: M, urls: Urls) -> Self {
        Self {
            api,
            backfill,
            files: Files::new(store),
            mint,
            urls,
        }
    }
}
