//! The targets of notifications.

use crate::change::SimulatedChangeType;
use crate::graph::resources::{EmissionRow, EmissionScope};
use crate::plan::Audience;
use jiff::Timestamp;
use std::sync::Arc;
use teamwire_envelope::seal::SealingRecipient;

/// The facts of a subscription that the sender needs.
#[derive(Debug, Clone)]
pub struct Target {
    /// `subscriptionId`
    pub subscription_id: String,
    /// `tenantId`
    pub tenant_id: String,
    /// The audience of validation tokens.
    pub app_id: String,
    /// `clientState`, where the subscription has one.
    pub client_state: Option<String>,
    /// `subscriptionExpirationDateTime`
    pub expires: Timestamp,
    /// For whom to seal; `None` for a basic subscription.
    pub recipient: Option<Arc<SealingRecipient>>,
    /// The URL for notifications.
    pub url: String,
    /// The row subscribed to.
    pub row: &'static EmissionRow,
    /// The keys in what it subscribed to.
    pub scope: EmissionScope,
    /// The changes that it wants.
    pub change_types: Vec<SimulatedChangeType>,
    /// True if the sealed resource has every member of enumerations.
    pub all_members: bool,
}

impl Target {
    /// True if its notifications carry the resource.
    pub const fn is_rich(&self) -> bool {
        self.recipient.is_some()
    }

    /// The facts of it that a plan needs.
    pub fn audience(&self) -> Audience {
        Audience {
            url: self.url.clone(),
            rich: self.is_rich(),
            change_types: self.announced(),
            deletable: self
                .row
                .emits
                .change_types
                .contains(&SimulatedChangeType::Deleted),
            bare_deletions: self.row.deletes_for_good(),
        }
    }

    /// The change types that can happen and that it wants to hear of.
    pub fn announced(&self) -> Vec<SimulatedChangeType> {
        let wanted = |change_type: &SimulatedChangeType| self.change_types.contains(change_type);
        let happening = self.row.emits.happening(&self.scope);
        happening.filter(wanted).collect()
    }
}
