//! A letter without what must not be shown: what stands where, and in which form, decides.

use jiff::Timestamp;
use serde_json::{Value, json};
use teamwire_contract::attribute::{
    DEFERRALS, DEFERRED_SINCE, FAULT, REASON, REPLAYED, ROUTE, SOURCE,
};
use teamwire_payload::cloud::MicrosoftCloud;
use teamwire_payload::{ChangeType, ResourceRef, TenantId};

/// The part of a member that may be seen.
#[derive(Clone, Copy)]
enum VisibleForm {
    Number,
    /// `2026-11-28T07:00:00Z`
    Time,
    /// The id of a tenant or subscription.
    Guid,
    /// So many characters of base64url or hexadecimal digits.
    Digest(usize),
    /// `created`, `updated`, `deleted`; a list of them.
    Change,
    /// One of these.
    OneOf(&'static [&'static str]),
    /// A label of ours: `http-403`, `sealed.v1`.
    Label,
    /// A label, or `http-403 Forbidden`, with Graph's code of a refusal.
    Fault,
    /// A name of Graph's: `#microsoft.graph.chatMessage`, `microsoft.graph.chat.updated`.
    TypeName,
    /// As `certificate new` takes it: letters, digits, `-`, `_`, `.`.
    CertificateId,
    /// A Graph root and a tenant.
    Source,
    /// `urn:teamwire:event:v1:chat`
    Schema,
    /// Its shape, without its keys.
    Path,
}

/// The members of a message between functions, of a claim and of an event that may be seen, by
/// place.
const SHOWN: [(&str, VisibleForm); 37] = [
    ("version", VisibleForm::Label),
    ("receivedAt", VisibleForm::Number),
    ("body.tenantId", VisibleForm::Guid),
    ("body.subscriptionId", VisibleForm::Guid),
    ("body.changeType", VisibleForm::Change),
    ("body.resource", VisibleForm::Path),
    ("body.odataType", VisibleForm::TypeName),
    (
        "body.content.encryptionCertificateId",
        VisibleForm::CertificateId,
    ),
    (
        "body.content.encryptionCertificateThumbprint",
        VisibleForm::Digest(40),
    ),
    ("body.event", VisibleForm::OneOf(&LIFECYCLE)),
    ("body.lifecycleEvent", VisibleForm::OneOf(&LIFECYCLE)),
    ("body.expires", VisibleForm::Time),
    ("body.changes", VisibleForm::Change),
    ("body.since", VisibleForm::Time),
    ("body.until", VisibleForm::Time),
    ("body.reason", VisibleForm::Label),
    ("body.sha256", VisibleForm::Digest(64)),
    ("body.bytes", VisibleForm::Number),
    ("specversion", VisibleForm::OneOf(&["1.0"])),
    ("id", VisibleForm::Digest(43)),
    ("source", VisibleForm::Source),
    ("type", VisibleForm::TypeName),
    ("subject", VisibleForm::Path),
    ("time", VisibleForm::Time),
    ("datacontenttype", VisibleForm::OneOf(&["application/json"])),
    ("dataschema", VisibleForm::Schema),
    ("tenantid", VisibleForm::Guid),
    ("subscriptionid", VisibleForm::Guid),
    (
        "origin",
        VisibleForm::OneOf(&["decrypted", "hydrated", "backfilled", "reference", "gap"]),
    ),
    ("receivedat", VisibleForm::Time),
    (
        "payloadkind",
        VisibleForm::OneOf(&["resource", "viewpoint"]),
    ),
    ("systemevent", VisibleForm::TypeName),
    ("referencereason", VisibleForm::Label),
    ("contentskipped", VisibleForm::Label),
    ("data.since", VisibleForm::Time),
    ("data.until", VisibleForm::Time),
    ("data.unfilled", VisibleForm::Label),
];
const LIFECYCLE: [&str; 3] = ["reauthorizationRequired", "subscriptionRemoved", "missed"];
/// Members whose own members are looked at.
const OPENED: [&str; 2] = ["body", "body.content"];
/// The member that is opened in the event of a gap; in any other it is a resource.
const GAP_DATA: &str = "data";
/// Longest label, and longest name of a type.
const WORD_CHARS: usize = 64;

/// The body, with lengths for all that is not known by its place and form.
pub(super) fn body(text: &str) -> Value {
    match serde_json::from_str(text) {
        Ok(Value::Object(members)) => {
            let is_gap = members.get("type").and_then(Value::as_str) == Some("teamwire.gap");
            object(members, "", is_gap)
        }
        _ => json!(format!("[{} bytes that are no message]", text.len())),
    }
}

/// The value of a message attribute.
pub(super) fn attribute(name: &str, value: &str) -> Value {
    let form = match name {
        FAULT => VisibleForm::Fault,
        REASON | SOURCE | ROUTE => VisibleForm::Label,
        DEFERRALS | DEFERRED_SINCE | REPLAYED => {
            let is_number = value.len() <= 20 && value.bytes().all(|byte| byte.is_ascii_digit());
            return if is_number {
                json!(value)
            } else {
                length(value)
            };
        }
        _ => return length(value),
    };
    seen(form, &json!(value))
}

/// The id of a message group: on every standard queue the tenant.
pub(super) fn group(id: &str) -> Value {
    match id {
        "none" => json!(id),
        id if id.parse::<TenantId>().is_ok() => json!(id),
        // Of a FIFO queue, a digest of the conversation.
        id => seen(VisibleForm::Digest(43), &json!(id)),
    }
}

/// An X-Ray trace header.
pub(super) fn trace(header: &str) -> Value {
    let is_of_it = |char: char| char.is_ascii_alphanumeric() || "=;:-".contains(char);
    match header.starts_with("Root=") && header.chars().all(is_of_it) {
        true => json!(header),
        false => length(header),
    }
}

fn object(members: serde_json::Map<String, Value>, at: &str, is_gap: bool) -> Value {
    let members = members.into_iter().map(|(name, value)| {
        let at = match at {
            "" => name.clone(),
            at => format!("{at}.{name}"),
        };
        let value = member(value, &at, is_gap);
        (shown_name(name), value)
    });
    Value::Object(members.collect())
}

/// Names of ours and of Graph's are words; who sends to a queue may name a member anything.
fn shown_name(name: String) -> String {
    match is_word(&name, "@_-") {
        true => name,
        false => format!("[a name of {} bytes]", name.len()),
    }
}

fn member(value: Value, at: &str, is_gap: bool) -> Value {
    let is_opened = OPENED.contains(&at) || (is_gap && at == GAP_DATA);
    let form = SHOWN.iter().find(|(place, _)| *place == at);
    match (value, form) {
        (Value::Null, _) => Value::Null,
        (Value::Object(members), _) if is_opened => object(members, at, is_gap),
        (value, Some((_, form))) => seen(*form, &value),
        (value, None) => hidden(&value),
    }
}

fn seen(form: VisibleForm, value: &Value) -> Value {
    let text = value.as_str().unwrap_or_default();
    let of_base64url = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    let is_seen = match form {
        VisibleForm::Number => value.is_number(),
        VisibleForm::Time => text.parse::<Timestamp>().is_ok(),
        VisibleForm::Guid => text.parse::<TenantId>().is_ok(),
        VisibleForm::Digest(length) => text.len() == length && text.bytes().all(of_base64url),
        VisibleForm::Change => match value {
            Value::Array(changes) => changes
                .iter()
                .all(|one| one.as_str().is_some_and(is_change)),
            _ => is_change(text),
        },
        VisibleForm::OneOf(known) => known.contains(&text),
        VisibleForm::Label => is_label(text),
        VisibleForm::Fault => {
            // Behind a refusal, Graph's code.
            let label = match text.split_once(' ') {
                Some((label, code)) if label.starts_with("http-") && is_word(code, "._") => label,
                _ => text,
            };
            is_label(label)
        }
        VisibleForm::TypeName => {
            let name = text.trim_start_matches('#');
            let ours = ["microsoft.graph.", "teamwire."];
            let is_ours = ours.iter().any(|prefix| name.starts_with(prefix));
            (is_ours || name.ends_with("EventMessageDetail")) && is_word(name, ".")
        }
        VisibleForm::CertificateId => is_word(text, "-_."),
        VisibleForm::Source => is_source(text),
        VisibleForm::Schema => text
            .strip_prefix("urn:teamwire:event:")
            .is_some_and(|rest| is_word(rest, ":")),
        VisibleForm::Path => return path(text),
    };
    match is_seen {
        true => value.clone(),
        false => hidden(value),
    }
}

fn is_label(text: &str) -> bool {
    is_word(text, "-.") && !text.contains(|c: char| c.is_ascii_uppercase())
}

fn is_change(text: &str) -> bool {
    ChangeType::parse(text).is_some()
}

fn is_word(text: &str, more: &str) -> bool {
    let is_of_it = |char: char| char.is_ascii_alphanumeric() || more.contains(char);
    !text.is_empty() && text.len() <= WORD_CHARS && text.chars().all(is_of_it)
}

fn is_source(text: &str) -> bool {
    MicrosoftCloud::ALL.iter().any(|cloud| {
        let tenant = text.strip_prefix(cloud.graph_root());
        let tenant = tenant.and_then(|tenant| tenant.strip_prefix('/'));
        tenant.is_some_and(|tenant| tenant.parse::<TenantId>().is_ok())
    })
}

fn path(text: &str) -> Value {
    match ResourceRef::parse(text) {
        Ok(ResourceRef::Teams(path)) => json!(path.shape()),
        _ => length(text),
    }
}

fn hidden(value: &Value) -> Value {
    match value {
        Value::String(text) => length(text),
        other => length(&other.to_string()),
    }
}

fn length(text: &str) -> Value {
    json!(format!("[{} bytes]", text.len()))
}

#[cfg(test)]
mod tests;
