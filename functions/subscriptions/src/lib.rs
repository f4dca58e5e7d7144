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

mod carry_out;
mod check;
mod circuit_breaker;
mod client_states;
mod config;
mod coverage;
mod diff;
mod done;
mod fault;
mod files;
mod gaps;
mod heard;
mod lifecycle;
mod list;
mod measured;
mod note;
mod order;
mod orders;
mod refused;
mod replace;
mod report;
mod run;
mod silence;
mod tenant;
mod watch;

pub use client_states::{ClientState, Mint, SecretMint, States, StatesFault};
pub use config::{Config, Urls};
pub use diff::{LEAST_LEFT, Step, View, Why, diff};
pub use fault::SubscriptionsFault;
pub use files::Files;
pub use gaps::MISSED;
pub use note::{Entry, Index, Note};
pub use order::Order;
pub use orders::Circumstances;
pub use refused::{Refused, RefusedKind};
pub use report::{Change, FaultReport, Report, TenantReport};
pub use watch::{Watch, Watched};

use teamwire_graph::SubscriptionsApi;
use teamwire_transport::SharedStore;

/// Keeps the subscriptions of every tenant of the file.
pub struct Keeper<T, Q, S, M> {
    api: SubscriptionsApi<T>,
    backfill: Q,
    files: Files<S>,
    mint: M,
    urls: Urls,
}

impl<T, Q, S: SharedStore, M> Keeper<T, Q, S, M> {
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
