//! The subject of a message, as far as its body shows it without being opened.

use crate::resource_type::{GAP, GAP_TYPE};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;
use teamwire_events::type_of;
use teamwire_payload::ResourceRef;
use teamwire_payload::limits::SUBSCRIPTION_ID_CHARS;

/// The subject.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct LetterSubject {
    /// `sealed.v1`, ..; `event` of a CloudEvent; `None` of what can't be read.
    pub(crate) version: Option<String>,
    /// The tenant.
    pub(crate) tenant: Option<String>,
    /// Graph's id of the subscription it was announced for.
    pub(crate) subscription: Option<String>,
    /// By the resource's Graph name, or `gap`. A lifecycle message and a claim have none.
    pub(crate) resource_type: Option<String>,
}

#[derive(Deserialize)]
struct MessageFields<'a> {
    #[serde(borrow)]
    version: Cow<'a, str>,
    #[serde(borrow)]
    body: &'a RawValue,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ChangeFields {
    tenant_id: Option<String>,
    subscription_id: Option<String>,
    resource: Option<String>,
    odata_id: Option<String>,
    odata_type: Option<String>,
}

#[derive(Deserialize)]
struct EventFields {
    #[serde(rename = "specversion")]
    _version: String,
    #[serde(rename = "type")]
    event_type: String,
    tenantid: String,
    subscriptionid: Option<String>,
}

impl LetterSubject {
    /// Reads a body. `group` is the message group, which is the tenant on every standard queue and
    /// all that tells of a claim's.
    pub(crate) fn of(body: &str, group: Option<&str>) -> Self {
        let mut subject = Self::read(body).unwrap_or_default();
        let is_tenant = |id: &String| id.parse::<teamwire_payload::TenantId>().is_ok();
        subject.tenant = subject.tenant.filter(is_tenant);
        subject.subscription = subject.subscription.filter(|id| is_subscription_id(id));
        subject.resource_type = subject.resource_type.filter(|name| is_id(name, ""));
        subject.version = subject.version.filter(|version| is_id(version, ".-"));
        if subject.tenant.is_none() {
            let tenant = group.filter(|group| group.parse::<teamwire_payload::TenantId>().is_ok());
            subject.tenant = tenant.map(str::to_owned);
        }
        subject
    }

    fn read(body: &str) -> Option<Self> {
        if let Ok(event) = serde_json::from_str::<EventFields>(body) {
            let named = match event.event_type.strip_prefix("microsoft.graph.") {
                None => (event.event_type == GAP_TYPE).then_some(GAP),
                Some(rest) => rest.rsplit_once('.').map(|(named, _)| named),
            };
            return Some(Self {
                version: Some("event".to_owned()),
                tenant: Some(event.tenantid),
                subscription: event.subscriptionid,
                resource_type: named.map(str::to_owned),
            });
        }
        let message: MessageFields<'_> = serde_json::from_str(body).ok()?;
        let change: Option<ChangeFields> = serde_json::from_str(message.body.get()).ok();
        let named = change.as_ref().and_then(|change| match &*message.version {
            "gap.v1" => Some(GAP.to_owned()),
            _ => resource_type(change),
        });
        Some(Self {
            version: Some(message.version.into_owned()),
            subscription: change
                .as_ref()
                .and_then(|change| change.subscription_id.clone()),
            tenant: change.and_then(|change| change.tenant_id),
            resource_type: named,
        })
    }
}

/// True if it has the form of Graph's id of a subscription.
pub(crate) fn is_subscription_id(text: &str) -> bool {
    is_id(text, "-")
}

/// True if it has the form of an id: anybody who can send to a queue writes what they like.
fn is_id(text: &str, more: &str) -> bool {
    let is_of_it = |char: char| char.is_ascii_alphanumeric() || more.contains(char);
    !text.is_empty() && text.len() <= SUBSCRIPTION_ID_CHARS && text.chars().all(is_of_it)
}

fn resource_type(change: &ChangeFields) -> Option<String> {
    match ResourceRef::announced(change.resource.as_deref()?, change.odata_id.as_deref()) {
        Ok(ResourceRef::Teams(path)) => Some(path.resource_type().name().to_owned()),
        _ => type_of(change.odata_type.as_deref()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TENANT: &str = "9f4ebab6-520d-49c0-85cc-7b25c78d4a93";

    fn subject(version: &str, tenant: Option<&str>, resource_type: Option<&str>) -> LetterSubject {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        LetterSubject {
            version: Some(version.to_owned()),
            tenant: owned(tenant),
            subscription: None,
            resource_type: owned(resource_type),
        }
    }

    #[test]
    fn every_kind_of_message_says_whom_and_what_it_is_about() {
        let message = |version: &str, body: &str| {
            format!(r#"{{"version":"{version}","receivedAt":1,"body":{body}}}"#)
        };
        let change = |resource: &str| {
            format!(
                r##"{{"tenantId":"{TENANT}","resource":"{resource}","odataType":"#microsoft.graph.printJob"}}"##
            )
        };
        let event = format!(
            r#"{{"specversion":"1.0","type":"microsoft.graph.chat.updated","tenantid":"{TENANT}","data":{{}}}}"#
        );
        let chat_message = subject("sealed.v1", Some(TENANT), Some("chatMessage"));
        for (body, expected) in [
            (
                message("sealed.v1", &change("chats('a')/messages('1')")),
                chat_message,
            ),
            (
                message("reference.v1", &change("print/jobs('1')")),
                subject("reference.v1", Some(TENANT), Some("printJob")),
            ),
            (
                message("unrouted.v1", r#"{"tenantId":null,"resource":null}"#),
                subject("unrouted.v1", Some(TENANT), None),
            ),
            (
                message(
                    "lifecycle.v1",
                    &format!(r#"{{"tenantId":"{TENANT}","event":"missed"}}"#),
                ),
                subject("lifecycle.v1", Some(TENANT), None),
            ),
            (
                message("gap.v1", &change("chats/getAllMessages")),
                subject("gap.v1", Some(TENANT), Some("gap")),
            ),
            (
                message("claim.v1", r#"{"sha256":"aa","bytes":7}"#),
                subject("claim.v1", Some(TENANT), None),
            ),
            (
                event.replace("microsoft.graph.chat.updated", "teamwire.gap"),
                subject("event", Some(TENANT), Some("gap")),
            ),
            (event, subject("event", Some(TENANT), Some("chat"))),
        ] {
            assert_eq!(LetterSubject::of(&body, Some(TENANT)), expected, "{body}");
        }
    }

    #[test]
    fn what_can_not_be_read_is_about_nothing() {
        for body in ["", "{}", "7", r#"{"version":1}"#] {
            assert_eq!(
                LetterSubject::of(body, Some("none")),
                LetterSubject::default(),
                "{body}"
            );
        }
    }
}
