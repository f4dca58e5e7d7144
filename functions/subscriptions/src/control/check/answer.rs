//! The form of the answer to `check`. A part that could not be had is a [`Trouble`] in its place.

use jiff::Timestamp;
use serde::Serialize;
use teamwire_graph::desired::FileFault;
use teamwire_payload::{ChangeType, TenantId};

/// Everything that was looked at.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Checked {
    /// This machine's time at the begin.
    pub(super) at: Timestamp,
    pub(super) urls: UrlsSeen,
    pub(super) file: Part<FileSeen>,
    pub(super) certificates: Part<CertificatesSeen>,
    pub(super) client_state: Part<ClientStateSeen>,
    pub(super) tenants: Vec<TenantSeen>,
    pub(super) tenants_left_out: usize,
}

/// What it is, or why that is not known.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Part<T> {
    Known(T),
    Unknown(Trouble),
}

/// A fault, by its name and in words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(super) struct Trouble {
    pub(super) fault: &'static str,
    pub(super) said: String,
    /// The number of Entra's message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) aadsts: Option<u32>,
    /// What is wrong with `subscriptions.toml`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) lines: Vec<FileFault>,
}

#[derive(Debug, Serialize)]
pub(super) struct UrlsSeen {
    pub(super) notification: String,
    pub(super) lifecycle: String,
}

#[derive(Debug, Serialize)]
#[serde(tag = "state", rename_all = "camelCase")]
pub(super) enum FileSeen {
    Missing,
    Present {
        tenants: usize,
        subscriptions: usize,
    },
}

#[derive(Debug, Serialize)]
#[serde(tag = "state", rename_all = "camelCase")]
pub(super) enum CertificatesSeen {
    Missing,
    Present {
        current: String,
        list: Vec<CertificateSeen>,
    },
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CertificateSeen {
    pub(super) id: String,
    pub(super) thumbprint: String,
    pub(super) not_after: Timestamp,
    /// Base64 of the DER.
    pub(super) certificate: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) retire_after: Option<Timestamp>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ClientStateSeen {
    pub(super) key_ids: Vec<String>,
    /// The key that new subscriptions get a state by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) mints_with: Option<String>,
    /// How many static values there are.
    pub(super) values: usize,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TenantSeen {
    pub(super) tenant: TenantId,
    pub(super) in_file: bool,
    pub(super) token: Part<TokenSeen>,
    pub(super) clock: Part<ClockSeen>,
    pub(super) service_principal: Part<PrincipalSeen>,
    pub(super) subscriptions: Part<SubscriptionsSeen>,
    pub(super) wanted: Vec<WantedSeen>,
    pub(super) wanted_left_out: usize,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TokenSeen {
    pub(super) app_id: String,
    pub(super) roles: Vec<String>,
    pub(super) expires: Timestamp,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ClockSeen {
    /// Graph's clock less ours; negative where ours is ahead.
    pub(super) ahead_seconds: i64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PrincipalSeen {
    pub(super) app_role_assignment_required: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SubscriptionsSeen {
    pub(super) ours: Vec<SubscriptionSeen>,
    /// With another `notificationUrl`, to the resource of something that is wanted.
    pub(super) others: Vec<SubscriptionSeen>,
    /// All with another `notificationUrl`.
    pub(super) other_count: usize,
    /// Of both lists, for want of room.
    pub(super) left_out: usize,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SubscriptionSeen {
    pub(super) id: String,
    pub(super) resource: String,
    pub(super) changes: Vec<ChangeType>,
    pub(super) expires: Timestamp,
    pub(super) rich: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) certificate_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) application_id: Option<String>,
    /// `ours`, or scheme and host of another: the rest of it may be a secret of its owner.
    pub(super) url: String,
    /// `ours`, `none` or `other`.
    pub(super) lifecycle: &'static str,
    /// The place in `wanted` of what it serves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) serves: Option<usize>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WantedSeen {
    pub(super) resource: String,
    /// The path of the table of what can be subscribed to.
    pub(super) row: &'static str,
    pub(super) changes: Vec<ChangeType>,
    /// `rich` or `basic`.
    pub(super) payload: &'static str,
    pub(super) lifecycle: bool,
    pub(super) state: State,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) subscription_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) expires: Option<Timestamp>,
    /// In plain words.
    pub(super) why: String,
    /// When its last notification came, as far as is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) heard: Option<Timestamp>,
    /// Whether nothing came for longer than is normal for it.
    pub(super) silent: bool,
}

/// How something stands that is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum State {
    /// It is there.
    Live,
    /// It is there, and its renewal is overdue.
    Expiring,
    /// It is there, and sealed for a certificate that is not the current one.
    OtherCertificate,
    /// It is there, and can't be changed into what is wanted.
    ToReplace,
    /// One with another `notificationUrl` is in its place.
    OtherUrl,
    /// There is none.
    Missing,
    /// The list could not be had.
    Unknown,
}

impl<T> Part<T> {
    pub(super) fn of(result: Result<T, impl Into<Trouble>>) -> Self {
        match result {
            Ok(known) => Self::Known(known),
            Err(fault) => Self::Unknown(fault.into()),
        }
    }
}

impl Trouble {
    pub(super) fn new(fault: &'static str, said: impl Into<String>) -> Self {
        Self {
            fault,
            said: said.into(),
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod written;
