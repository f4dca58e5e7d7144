//! The resource of a subscription, its settings, and its problems.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use teamwire_graph::EnvelopeCertificate;
use teamwire_payload::limits::CERTIFICATE_ID_CHARS;
use teamwire_payload::subscribable::{LONGEST_MINUTES, MINUTES_WITHOUT_LIFECYCLE, SubscribableRow};
use teamwire_payload::{ChangeType, SubscriptionPath};

/// Longest `clientState` of a subscription, in characters (GRAPH-18).
const CLIENT_STATE_CHARS: usize = 128;

/// Members that only notifications have.
const OF_NOTIFICATIONS: [&str; 7] = [
    "subscriptionId",
    "subscriptionExpirationDateTime",
    "lifecycleEvent",
    "resourceData",
    "encryptedContent",
    "tenantId",
    "organizationId",
];
/// Members that only subscriptions have.
const OF_SUBSCRIPTIONS: [&str; 5] = [
    "notificationUrl",
    "lifecycleNotificationUrl",
    "expirationDateTime",
    "includeResourceData",
    "encryptionCertificateId",
];

/// The line of one.
#[derive(Debug, Serialize, PartialEq)]
#[serde(rename_all = "camelCase")]
pub(super) struct SubscriptionLine {
    index: usize,
    kind: &'static str,
    /// The path of the documents.
    path: Option<&'static str>,
    resource_type: Option<&'static str>,
    api: Option<&'static str>,
    keys: BTreeMap<&'static str, String>,
    options: Vec<&'static str>,
    changes: Vec<&'static str>,
    permissions: Option<LeastPermissions>,
    rich: bool,
    /// The remaining life from now, in whole minutes; negative once it has ended.
    minutes: Option<i64>,
    problems: Vec<String>,
}

/// The least first.
#[derive(Debug, Serialize, PartialEq)]
#[serde(rename_all = "camelCase")]
struct LeastPermissions {
    delegated: &'static [&'static str],
    application: &'static [&'static str],
    resource_specific_consent: &'static [&'static str],
}

/// The subscriptions of a document, if that is what it holds: one, or a list of them.
pub(super) fn find(document: &[u8]) -> Option<Vec<Value>> {
    let document: Value = serde_json::from_slice(document).ok()?;
    let items = match document.get("value") {
        Some(Value::Array(items)) => items.clone(),
        _ => vec![document],
    };
    (!items.is_empty() && items.iter().all(is_one)).then_some(items)
}

fn is_one(item: &Value) -> bool {
    let has = |name: &&str| item.get(name).is_some();
    let any = |names: &[&str]| names.iter().any(has);
    let both = has(&"resource") && has(&"changeType");
    !any(&OF_NOTIFICATIONS) && (any(&OF_SUBSCRIPTIONS) || both)
}

/// The line of a subscription. `now` is when it would be asked for. `now` is when it would be asked
/// for.
pub(super) fn line(index: usize, item: &Value, now: Timestamp) -> SubscriptionLine {
    let mut item = InspectedSubscription {
        members: item,
        problems: Vec::new(),
    };
    let path = item.path();
    let changes = item.changes(path.as_ref());
    item.urls();
    item.client_state();
    let rich = item.rich();
    let row = path.as_ref().map(SubscriptionPath::row);
    let minutes = item.minutes(now, row);
    let options = path.as_ref().map(|path| path.options().set());
    SubscriptionLine {
        index,
        kind: "subscription",
        path: row.map(|row| row.path),
        resource_type: row.map(|row| row.resource_type.name()),
        api: row.map(|row| row.api.name()),
        keys: path.as_ref().map(keys).unwrap_or_default(),
        options: options
            .map(|options| options.map(|option| option.name()).collect())
            .unwrap_or_default(),
        changes,
        permissions: row.map(|row| LeastPermissions {
            delegated: row.delegated,
            application: row.application,
            resource_specific_consent: row.consented,
        }),
        rich,
        minutes,
        problems: item.problems,
    }
}

fn keys(path: &SubscriptionPath) -> BTreeMap<&'static str, String> {
    path.keys()
        .map(|(name, key)| (name, key.to_owned()))
        .collect()
}

/// A subscription as it stands, and what is wrong with it so far.
struct InspectedSubscription<'a> {
    members: &'a Value,
    problems: Vec<String>,
}

impl<'a> InspectedSubscription<'a> {
    fn problem(&mut self, text: impl Into<String>) {
        self.problems.push(text.into());
    }

    /// A member that is text; nothing if it is absent, null or empty.
    fn text(&mut self, name: &str) -> Option<&'a str> {
        match self.members.get(name) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text.as_str()).filter(|text| !text.is_empty()),
            Some(_) => {
                self.problem(format!("{name} is not text"));
                None
            }
        }
    }

    /// Graph answers with an id, and leaves out of what it answers what is secret or long.
    fn is_answer(&self) -> bool {
        self.members.get("id").is_some()
    }

    fn path(&mut self) -> Option<SubscriptionPath> {
        let Some(text) = self.text("resource") else {
            self.problem("resource is missing");
            return None;
        };
        match SubscriptionPath::parse(text) {
            Ok(path) => Some(path),
            Err(fault) => {
                self.problem(format!("resource: {fault}"));
                None
            }
        }
    }

    fn changes(&mut self, path: Option<&SubscriptionPath>) -> Vec<&'static str> {
        let Some(text) = self.text("changeType") else {
            self.problem("changeType is missing");
            return Vec::new();
        };
        let mut changes = Vec::new();
        for word in text.split(',').map(str::trim) {
            let Some(change) = ChangeType::parse(word) else {
                self.problem(format!("changeType: {word} is not one"));
                continue;
            };
            changes.push(change.name());
            if let Some(row) = path.map(SubscriptionPath::row)
                && !row.changes.contains(&change)
            {
                let offered: Vec<_> = row.changes.iter().map(|change| change.name()).collect();
                let offered = offered.join(", ");
                self.problem(format!(
                    "changeType: {word} is not among those offered: {offered}"
                ));
            }
        }
        changes
    }

    fn urls(&mut self) {
        if self.text("notificationUrl").is_none() {
            self.problem("notificationUrl is missing");
        }
        for name in ["notificationUrl", "lifecycleNotificationUrl"] {
            let url = self.text(name).map(str::to_ascii_lowercase);
            if url.is_some_and(|url| !url.starts_with("https://")) {
                self.problem(format!("{name} is not an https URL"));
            }
        }
    }

    fn client_state(&mut self) {
        match self.text("clientState") {
            None if !self.is_answer() => self
                .problem("clientState is missing: ingest takes nothing without one that it knows"),
            Some(state) if state.chars().count() > CLIENT_STATE_CHARS => {
                self.problem(format!(
                    "clientState is over {CLIENT_STATE_CHARS} characters"
                ));
            }
            _ => {}
        }
    }

    fn rich(&mut self) -> bool {
        let rich = match self.members.get("includeResourceData") {
            None | Some(Value::Null) => false,
            Some(Value::Bool(rich)) => *rich,
            Some(_) => {
                self.problem("includeResourceData is neither true nor false");
                false
            }
        };
        let (certificate, id) = (
            self.text("encryptionCertificate"),
            self.text("encryptionCertificateId"),
        );
        if id.is_some_and(|id| id.chars().count() > CERTIFICATE_ID_CHARS) {
            self.problem(format!(
                "encryptionCertificateId is over {CERTIFICATE_ID_CHARS} characters"
            ));
        }
        if rich && id.is_none() {
            self.problem("includeResourceData needs an encryptionCertificateId");
        }
        match certificate.map(EnvelopeCertificate::from_base64) {
            None if rich && !self.is_answer() => {
                self.problem("includeResourceData needs an encryptionCertificate");
            }
            Some(read) => {
                if let Err(fault) = read.and_then(|read| read.suits_graph()) {
                    self.problem(format!("encryptionCertificate: {fault}"));
                }
            }
            None => {}
        }
        rich
    }

    fn minutes(&mut self, now: Timestamp, row: Option<&SubscribableRow>) -> Option<i64> {
        let longest = row.map_or(LONGEST_MINUTES, |row| row.longest_minutes);
        let end = self.text("expirationDateTime");
        let minutes = end.map(|text| {
            let end = text.parse::<Timestamp>().ok()?;
            Some(end.duration_since(now).as_secs().div_euclid(60))
        });
        match minutes {
            None => self.problem("expirationDateTime is missing"),
            Some(None) => self.problem("expirationDateTime is not a time by RFC 3339"),
            Some(Some(minutes)) if minutes < 0 => self.problem("expirationDateTime has passed"),
            Some(Some(minutes)) if minutes > longest.into() => {
                self.problem(format!("expirationDateTime is over {longest} minutes away"));
            }
            Some(Some(_)) => {}
        }
        let minutes = minutes.flatten();
        let is_short = minutes
            .is_some_and(|minutes| (0..=MINUTES_WITHOUT_LIFECYCLE.into()).contains(&minutes));
        if !is_short && self.text("lifecycleNotificationUrl").is_none() {
            self.problem(format!(
                "lifecycleNotificationUrl is missing, and can't be added later: needed to live over \
                 {MINUTES_WITHOUT_LIFECYCLE} minutes"
            ));
        }
        minutes
    }
}

#[cfg(test)]
mod tests;
