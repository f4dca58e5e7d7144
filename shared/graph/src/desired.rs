//! The subscriptions that an operator wants, as a file says.
//!
//! ```toml
//! [defaults]                         # all of it may be left out
//! payload = "rich"                   # or "basic"
//! lifetime-minutes = 4320            # 45 to 43200; less where a resource has less
//! lifecycle = true                   # false: without Graph's lifecycle events, 55 minutes at most
//! backfill-on-first-start = false    # or so many hours
//! silence = "4h"                     # the longest without a notification; false: any time
//!
//! [[tenants]]
//! id = "9f4ebab6-520d-49c0-85cc-7b25c78d4a93"
//!
//! [[tenants.subscriptions]]
//! resource = "chats/getAllMessages"
//! changes = ["created", "updated"]   # else all that the resource has
//!
//! [[tenants.subscriptions]]
//! kind = "other"                     # what Graph has beside Teams and its neighbours
//! resource = "users/976f4b31-fd01-4e0b-9178-29cc40c14438/events"
//! changes = ["created"]              # has to be said, as the next
//! lifetime-minutes = 1440
//! api = "beta"                       # else v1.0
//! ```
//!
//! A tenant may have `defaults` of its own, and a subscription all of the settings.

mod fault;
mod reading;
mod silence;

pub use fault::DesiredStateFaults;
pub use silence::{LONGEST_SILENCE, SHORTEST_SILENCE, SILENCE_OF_MESSAGES, SilenceLimit};

use teamwire_payload::cloud::MicrosoftCloud;
use teamwire_payload::{ChangeType, SubscriptionPath, TenantId, subscribable::LONGEST_OF_ALL};

/// Shortest life that can be asked for, in minutes: Graph raises what is shorter (GRAPH-30).
pub const SHORTEST_MINUTES: u32 = 45;
/// Longest life without a `lifecycleNotificationUrl`, in minutes: an hour by Graph's documents, less
/// what clocks may differ by (GRAPH-30).
pub const LONGEST_WITHOUT_LIFECYCLE: u32 = 55;
/// Most subscriptions of one file: what one organization may have of Teams resources.
pub const MOST_SUBSCRIPTIONS: usize = 10_000;
/// Longest backfill of a first start, in hours: Graph's delta goes back 8 months.
pub const LONGEST_BACKFILL_HOURS: u32 = 240 * 24;

/// Everything that is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DesiredState {
    /// Each tenant once.
    pub tenants: Vec<DesiredTenant>,
}

/// The wanted subscriptions of one tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DesiredTenant {
    /// The tenant.
    pub id: TenantId,
    /// No two with the same path and changes.
    pub subscriptions: Vec<DesiredSubscription>,
}

/// One subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DesiredSubscription {
    /// The resource subscribed to.
    pub resource: SubscriptionPath,
    /// In one order, each once; never none.
    pub changes: Vec<ChangeType>,
    /// The settings of the subscription.
    pub settings: DesiredSettings,
}

/// The settings that a subscription is made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DesiredSettings {
    /// True if notifications carry content.
    pub rich: bool,
    /// The lifetime after each renewal, in minutes.
    pub lifetime_minutes: u32,
    /// True if Graph sends its lifecycle events. Without, it lives [`LONGEST_WITHOUT_LIFECYCLE`] at
    /// most.
    pub lifecycle: bool,
    /// The hours before its first start that are read.
    pub backfill_hours: Option<u32>,
    /// The longest time without a notification that is normal.
    pub silence: SilenceLimit,
}

impl Default for DesiredSettings {
    fn default() -> Self {
        Self {
            rich: true,
            lifetime_minutes: LONGEST_OF_ALL,
            lifecycle: true,
            backfill_hours: None,
            silence: SilenceLimit::Usual,
        }
    }
}

impl DesiredState {
    /// Reads the file.
    ///
    /// # Errors
    /// [`DesiredStateFaults`]: everything that is wrong with it, line by line.
    pub fn parse(text: &str) -> Result<Self, DesiredStateFaults> {
        reading::read(text)
    }

    /// Reads the file for a cloud, which may not have all that can be wanted.
    ///
    /// # Errors
    /// [`DesiredStateFaults`]: everything that is wrong with it, line by line.
    pub fn for_cloud(text: &str, cloud: MicrosoftCloud) -> Result<Self, DesiredStateFaults> {
        reading::read_for(text, Some(cloud))
    }

    /// The wanted subscriptions of a tenant, if the file has it.
    pub fn tenant(&self, id: &TenantId) -> Option<&DesiredTenant> {
        self.tenants.iter().find(|tenant| tenant.id == *id)
    }
}

#[cfg(test)]
mod tests;
