//! The answer to `check`: what only the function can see. A part that is unavailable has a
//! [`CheckFault`] in its place.

use crate::FileFault;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use teamwire_payload::{ChangeType, TenantId};

/// Answer to `check`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckAnswer {
    /// The function's clock when the check began.
    pub at: Timestamp,
    /// `subscriptions.toml`.
    pub file: CheckPart<FileCheck>,
    /// `certificates.json`.
    pub certificates: CheckPart<CertificatesCheck>,
    /// The secret that client states are minted by.
    pub client_state: CheckPart<ClientStateCheck>,
    /// The tenants.
    pub tenants: Vec<TenantCheck>,
    /// Number of tenants for which the answer had no room.
    #[serde(default)]
    pub tenants_left_out: usize,
}

/// A part of the answer, or why it is unavailable.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum CheckPart<T> {
    /// It is unavailable.
    Unseen(CheckFault),
    /// The part.
    Seen(T),
}

/// The reason why a part is unavailable.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckFault {
    /// Name; those that somebody tells apart are in [`reason`](crate::reason).
    pub fault: Cow<'static, str>,
    /// The fault, in words.
    pub said: String,
    /// Number of Entra's error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aadsts: Option<u32>,
    /// Faults of `subscriptions.toml`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<FileFault>,
}

/// State of `subscriptions.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "camelCase")]
pub enum FileCheck {
    /// There is no file.
    Missing,
    /// There is one.
    Present {
        /// Number of its tenants.
        tenants: usize,
        /// Number of subscriptions in all of them.
        subscriptions: usize,
    },
}

/// State of `certificates.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "camelCase")]
pub enum CertificatesCheck {
    /// There is no file.
    Missing,
    /// There is one.
    Present {
        /// Id of the current certificate.
        current: String,
        /// Every certificate.
        list: Vec<CertificateCheck>,
    },
}

/// One certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateCheck {
    /// Our name for it.
    pub id: String,
    /// Base64 of its DER.
    pub certificate: String,
}

/// Contents of the secret that client states are minted by, nothing of them secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClientStateCheck {
    /// Ids of its keys.
    pub key_ids: Vec<String>,
    /// Id of the key that new subscriptions get a client state by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mints_with: Option<String>,
    /// Number of static values.
    pub values: usize,
}

/// One tenant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TenantCheck {
    /// The tenant.
    pub tenant: TenantId,
    /// A new token of Entra for it.
    pub token: CheckPart<TokenCheck>,
    /// The clock.
    pub clock: CheckPart<ClockCheck>,
    /// The app's service principal.
    pub service_principal: CheckPart<ServicePrincipalCheck>,
    /// Subscriptions at Graph.
    pub subscriptions: CheckPart<SubscriptionsCheck>,
    /// Subscriptions that the file wants.
    pub wanted: Vec<WantedCheck>,
    /// Number of wanted subscriptions for which the answer had no room.
    #[serde(default)]
    pub wanted_left_out: usize,
}

/// The claims of an access token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TokenCheck {
    /// Id of the app.
    pub app_id: String,
    /// Application permissions.
    pub roles: Vec<String>,
}

/// The function's clock beside Graph's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClockCheck {
    /// Graph's clock less ours; negative where ours is ahead.
    pub ahead_seconds: i64,
}

/// The app's service principal in a tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServicePrincipalCheck {
    /// True if Entra gives tokens to assigned clients only.
    pub app_role_assignment_required: bool,
}

/// Subscriptions of our app at Graph.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SubscriptionsCheck {
    /// Those with our `notificationUrl`.
    pub ours: Vec<SubscriptionCheck>,
    /// Those with another, to the resource of something that is wanted.
    pub others: Vec<SubscriptionCheck>,
    /// Number of these for which the answer had no room.
    #[serde(default)]
    pub left_out: usize,
}

/// One subscription at Graph.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SubscriptionCheck {
    /// Graph's id.
    pub id: String,
    /// Path of its resource.
    pub resource: String,
    /// Certificate that its content is sealed for, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate_id: Option<String>,
    /// App that made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application_id: Option<String>,
    /// `ours`, or scheme and host of another: the rest of it may be a secret of its owner.
    pub url: String,
}

/// One subscription that the file wants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WantedCheck {
    /// Path of its resource.
    pub resource: String,
    /// Path of its row in the table of what can be subscribed to.
    pub row: Cow<'static, str>,
    /// Kinds of change that it announces.
    pub changes: Vec<ChangeType>,
    /// The wanted payload: with content or without.
    pub payload: WantedPayload,
    /// State.
    pub state: WantedState,
    /// Graph's id of the subscription in its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subscription_id: Option<String>,
    /// End of that subscription's life.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Timestamp>,
    /// Reason of the state, in plain words.
    #[serde(default)]
    pub why: String,
    /// Time of its last notification, as far as that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heard: Option<Timestamp>,
    /// True if nothing came for longer than is normal for it.
    #[serde(default)]
    pub silent: bool,
}

/// A wanted payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WantedPayload {
    /// It is.
    Rich,
    /// It is not.
    Basic,
}

/// State of a wanted subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WantedState {
    /// It is live.
    Live,
    /// It is live, and its renewal is overdue.
    Expiring,
    /// It is live, and sealed for a certificate that is not the current one.
    OtherCertificate,
    /// It is live, and can't be changed into what is wanted.
    ToReplace,
    /// One with another `notificationUrl` is in its place.
    OtherUrl,
    /// There is none.
    Missing,
    /// Graph's list is unavailable.
    Unknown,
}

impl CheckFault {
    /// A fault by its name and in words.
    pub fn new(fault: &'static str, said: impl Into<String>) -> Self {
        Self {
            fault: Cow::Borrowed(fault),
            said: said.into(),
            ..Self::default()
        }
    }
}
