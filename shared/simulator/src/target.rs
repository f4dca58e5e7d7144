//! Whom notifications are for.

use crate::change::ChangeType;
use crate::graph::resources::{Row, Scope};
use crate::plan::Audience;
use jiff::Timestamp;
use std::sync::Arc;
use teamwire_envelope::seal::Recipient;

/// What the sender has to know of a subscription.
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
    pub recipient: Option<Arc<Recipient>>,
    /// Where notifications are POSTed.
    pub url: String,
    /// What it subscribed to.
    pub row: &'static Row,
    /// The keys in what it subscribed to.
    pub scope: Scope,
    /// What it wants to hear of.
    pub change_types: Vec<ChangeType>,
    /// Whether what is sealed has every member of enumerations.
    pub all_members: bool,
}

impl Target {
    /// Whether its notifications carry the resource.
    pub const fn is_rich(&self) -> bool {
        self.recipient.is_some()
    }

    /// What a plan has to know of it.
    pub fn audience(&self) -> Audience {
        Audience {
            url: self.url.clone(),
            rich: self.is_rich(),
            change_types: self.announced(),
            deletable: self.row.emits.change_types.contains(&ChangeType::Deleted),
            bare_deletions: self.row.deletes_for_good(),
        }
    }

    /// The change types that can happen and that it wants to hear of.
    pub fn announced(&self) -> Vec<ChangeType> {
        let wanted = |change_type: &ChangeType| self.change_types.contains(change_type);
        let happening = self.row.emits.happening(&self.scope);
        happening.filter(wanted).collect()
    }
}
