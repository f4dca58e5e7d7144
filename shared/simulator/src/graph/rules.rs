//! The documented rules for what a subscription may say.

use super::endpoint::endpoint;
use super::errors::GraphErrorResponse;
use super::extension;
use super::options;
use super::resources::{self, EmissionRow, EmissionScope};
use super::selector::Selector;
use crate::change::SimulatedChangeType;
use crate::{certificate, ids};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};
use std::sync::Arc;
use teamwire_envelope::seal::SealingRecipient;

/// An earlier end is put off to this.
pub const SHORTEST: SignedDuration = SignedDuration::from_mins(45);

/// A later end is refused, for every Teams resource.
pub const LONGEST: SignedDuration = SignedDuration::from_mins(4320);

/// Longer lives need a `lifecycleNotificationUrl`.
pub const WITHOUT_LIFECYCLE: SignedDuration = SignedDuration::from_mins(60);

/// Longest `clientState` and `encryptionCertificateId`, in characters.
pub const TEXT_CHARS: usize = 128;

/// The properties that a creation may have.
const PROPERTIES: [&str; 14] = [
    "@odata.type",
    "changeType",
    "clientState",
    "encryptionCertificate",
    "encryptionCertificateId",
    "expirationDateTime",
    "includeResourceData",
    "latestSupportedTlsVersion",
    "lifecycleNotificationUrl",
    "notificationContentType",
    "notificationQueryOptions",
    "notificationUrl",
    "notificationUrlAppId",
    "resource",
];

/// The properties that may be changed afterwards.
const CHANGEABLE: [&str; 5] = [
    "@odata.type",
    "encryptionCertificate",
    "encryptionCertificateId",
    "expirationDateTime",
    "notificationUrl",
];

/// A request to create, within the rules.
#[derive(Debug)]
pub struct Create {
    /// `resource`, as written.
    pub resource: String,
    /// The selector.
    pub selector: Selector,
    /// Its row in the table.
    pub row: &'static EmissionRow,
    /// The keys in it.
    pub scope: EmissionScope,
    /// The entries of `changeType`, in order and once.
    pub change_types: Vec<SimulatedChangeType>,
    /// `notificationUrl`
    pub notification_url: String,
    /// `lifecycleNotificationUrl`
    pub lifecycle_url: Option<String>,
    /// `expirationDateTime`, not before the floor.
    pub expires: Timestamp,
    /// `clientState`
    pub client_state: Option<String>,
    /// `encryptionCertificateId` and the certificate, where resource data is asked for.
    pub certificate: Option<SubscriptionCertificate>,
    /// `latestSupportedTlsVersion`
    pub tls_version: String,
    /// `notificationUrlAppId`
    pub audience: Option<String>,
    /// True if the sealed resource has every member of enumerations.
    pub all_members: bool,
}

/// A certificate with the subscriber's name for it.
#[derive(Debug, Clone)]
pub struct SubscriptionCertificate {
    /// `encryptionCertificateId`
    pub id: String,
    /// Its public key.
    pub recipient: Arc<SealingRecipient>,
}

/// A request to change, within the rules.
#[derive(Debug, Default)]
pub struct Update {
    /// `expirationDateTime`, not before the floor.
    pub expires: Option<Timestamp>,
    /// `notificationUrl`
    pub notification_url: Option<String>,
    /// Both of `encryptionCertificate` and `encryptionCertificateId`.
    pub certificate: Option<SubscriptionCertificate>,
}

impl Create {
    /// Reads the body of `POST /subscriptions`.
    ///
    /// # Errors
    /// 400 `InvalidRequest`
    pub fn read(body: &[u8], now: Timestamp) -> Result<Self, GraphErrorResponse> {
        let members = members(body, &PROPERTIES)?;
        let resource = required(&members, "resource")?;
        if resources::names_the_user(resource) {
            return Err(extension::not_supported());
        }
        let ((row, scope), selector) = resources::find(resource)
            .zip(Selector::parse(resource))
            .ok_or_else(|| {
                GraphErrorResponse::invalid("The resource of the subscription is not supported.")
            })?;
        options::check(row, &scope)?;
        let lifecycle_url = text(&members, "lifecycleNotificationUrl")?;
        let expires = expiration(required(&members, "expirationDateTime")?, now)?;
        check_life(row, expires, now)?;
        check_lifecycle(lifecycle_url.is_some(), expires, now)?;
        let client_state = text(&members, "clientState")?;
        within(client_state, "clientState")?;
        let rich = match members.get("includeResourceData") {
            None | Some(Value::Null) => false,
            Some(Value::Bool(rich)) => *rich,
            Some(_) => {
                return Err(GraphErrorResponse::invalid(
                    "includeResourceData is not a boolean.",
                ));
            }
        };
        if rich && !row.rich {
            return Err(GraphErrorResponse::invalid(
                "includeResourceData is not supported for this resource.",
            ));
        }
        let certificate = certificate(&members)?;
        if rich && certificate.is_none() {
            return Err(GraphErrorResponse::invalid(
                "encryptionCertificate and encryptionCertificateId are required when \
                 includeResourceData is true.",
            ));
        }
        let tls_version = text(&members, "latestSupportedTlsVersion")?.unwrap_or("v1_2");
        if !["v1_0", "v1_1", "v1_2", "v1_3"].contains(&tls_version) {
            return Err(GraphErrorResponse::invalid(
                "latestSupportedTlsVersion is not known.",
            ));
        }
        let audience = text(&members, "notificationUrlAppId")?;
        if audience.is_some_and(|id| !ids::is_guid(id)) {
            return Err(GraphErrorResponse::invalid(
                "notificationUrlAppId is not a GUID.",
            ));
        }
        Ok(Self {
            resource: resource.to_owned(),
            selector,
            row,
            scope,
            change_types: change_types(required(&members, "changeType")?)?,
            notification_url: endpoint(required(&members, "notificationUrl")?)?,
            lifecycle_url: lifecycle_url.map(endpoint).transpose()?,
            expires,
            client_state: client_state.map(str::to_owned),
            certificate: certificate.filter(|_| rich),
            tls_version: tls_version.to_owned(),
            audience: audience.map(str::to_owned),
            all_members: false,
        })
    }
}

impl Update {
    /// Reads the body of `PATCH /subscriptions/{id}`.
    ///
    /// # Errors
    /// 400 `InvalidRequest`
    pub fn read(body: &[u8], now: Timestamp) -> Result<Self, GraphErrorResponse> {
        let members = members(body, &CHANGEABLE)?;
        let expires = text(&members, "expirationDateTime")?;
        let notification_url = text(&members, "notificationUrl")?;
        // Another certificate alone is no change.
        if expires.is_none() && notification_url.is_none() {
            return Err(GraphErrorResponse::invalid(
                "expirationDateTime or notificationUrl is required to update a subscription.",
            ));
        }
        Ok(Self {
            expires: expires.map(|text| expiration(text, now)).transpose()?,
            notification_url: notification_url.map(endpoint).transpose()?,
            certificate: certificate(&members)?,
        })
    }
}

/// A life of over an hour needs an endpoint for lifecycle notifications.
///
/// # Errors
/// 400 `InvalidRequest`
pub fn check_lifecycle(
    has_lifecycle_url: bool,
    expires: Timestamp,
    now: Timestamp,
) -> Result<(), GraphErrorResponse> {
    if !has_lifecycle_url && expires.duration_since(now) > WITHOUT_LIFECYCLE {
        return Err(GraphErrorResponse::invalid(
            "lifecycleNotificationUrl is a required property for subscription creation on this \
             resource when the expirationDateTime value is set to greater than 1 hour",
        ));
    }
    Ok(())
}

fn members(body: &[u8], allowed: &[&str]) -> Result<Map<String, Value>, GraphErrorResponse> {
    let members: Map<String, Value> = serde_json::from_slice(body)
        .map_err(|_| GraphErrorResponse::invalid("The body is not a JSON object."))?;
    match members
        .keys()
        .find(|name| !allowed.contains(&name.as_str()))
    {
        Some(name) => Err(GraphErrorResponse::invalid(format!(
            "The property '{name}' can't be set on a subscription here."
        ))),
        None => Ok(members),
    }
}

fn text<'a>(
    members: &'a Map<String, Value>,
    name: &str,
) -> Result<Option<&'a str>, GraphErrorResponse> {
    match members.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.is_empty() => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(GraphErrorResponse::invalid(format!(
            "{name} is not a string."
        ))),
    }
}

fn required<'a>(
    members: &'a Map<String, Value>,
    name: &str,
) -> Result<&'a str, GraphErrorResponse> {
    text(members, name)?
        .ok_or_else(|| GraphErrorResponse::invalid(format!("{name} is a required property.")))
}

fn within(text: Option<&str>, name: &str) -> Result<(), GraphErrorResponse> {
    match text {
        Some(text) if text.chars().count() > TEXT_CHARS => Err(GraphErrorResponse::invalid(
            format!("{name} is longer than {TEXT_CHARS} characters."),
        )),
        _ => Ok(()),
    }
}

fn change_types(list: &str) -> Result<Vec<SimulatedChangeType>, GraphErrorResponse> {
    let mut types = list
        .split(',')
        .map(|entry| SimulatedChangeType::parse(entry.trim()))
        .collect::<Option<Vec<_>>>()
        .ok_or_else(|| {
            GraphErrorResponse::invalid("changeType is not a list of created, updated and deleted.")
        })?;
    types.sort_unstable();
    types.dedup();
    Ok(types)
}

/// Checks that a subscription to `row` may live until `expires`.
///
/// # Errors
/// 400 `InvalidRequest`
pub(super) fn check_life(
    row: &EmissionRow,
    expires: Timestamp,
    now: Timestamp,
) -> Result<(), GraphErrorResponse> {
    let minutes = row.longest_minutes;
    if expires.duration_since(now) > SignedDuration::from_mins(minutes) {
        return Err(GraphErrorResponse::invalid(format!(
            "Subscription expiration can only be {minutes} minutes in the future."
        )));
    }
    Ok(())
}

fn expiration(text: &str, now: Timestamp) -> Result<Timestamp, GraphErrorResponse> {
    let expires: Timestamp = text.parse().map_err(|_| {
        GraphErrorResponse::invalid("expirationDateTime is not a date with an offset.")
    })?;
    let life = expires.duration_since(now);
    if life <= SignedDuration::ZERO {
        return Err(GraphErrorResponse::invalid(
            "expirationDateTime is in the past.",
        ));
    }
    Ok(now.saturating_add(life.max(SHORTEST)).unwrap_or(expires))
}

fn certificate(
    members: &Map<String, Value>,
) -> Result<Option<SubscriptionCertificate>, GraphErrorResponse> {
    let id = text(members, "encryptionCertificateId")?;
    within(id, "encryptionCertificateId")?;
    match (text(members, "encryptionCertificate")?, id) {
        (Some(certificate), Some(id)) => certificate::from_base64(id, certificate)
            .map(|recipient| {
                Some(SubscriptionCertificate {
                    id: id.to_owned(),
                    recipient: Arc::new(recipient),
                })
            })
            .map_err(|fault| {
                GraphErrorResponse::invalid(format!("encryptionCertificate: {fault}."))
            }),
        (None, None) => Ok(None),
        _ => Err(GraphErrorResponse::invalid(
            "encryptionCertificate and encryptionCertificateId go together.",
        )),
    }
}

#[cfg(test)]
mod tests;
