//! What is answered to an order, as JSON.
//!
//! ```text
//! {"tenants": [{"tenant": "<guid>", "at": "<RFC 3339>", "wanted": 2, "live": 2,
//!               "changes": [{"action": "renew", "resource": "chats", "changes": ["created"],
//!                            "subscriptionId": "<guid>", "why": "..", "outcome": "done"}]}],
//!  "faults": [{"tenant": "<guid>", "reason": "throttled", "message": ".."}]}
//! ```
//!
//! A plan has no `outcome`. What is kept stands in plans only. A list says of ours `heard` and
//! `quietSince`, and, where they are watched, `silenceMinutes` and `silent`.

use crate::SubscriptionsFault;
use crate::reconcile::plan::Step;
use jiff::Timestamp;
use serde::Serialize;
use teamwire_graph::desired::FileFault;
use teamwire_graph::subscriptions::Subscription;
use teamwire_payload::{ChangeType, TenantId};

/// The answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Each tenant that could be looked at.
    pub tenants: Vec<TenantReport>,
    /// What went wrong.
    pub faults: Vec<FaultReport>,
}

/// One tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TenantReport {
    /// The tenant.
    pub tenant: TenantId,
    /// The time at Graph.
    pub at: Timestamp,
    /// How many are wanted.
    pub wanted: usize,
    /// How many of them live.
    pub live: usize,
    /// What is done, or would be.
    pub changes: Vec<Change>,
}

/// One subscription.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// What is done.
    pub action: &'static str,
    /// What it is to.
    pub resource: String,
    /// What it announces.
    pub changes: Vec<ChangeType>,
    /// Graph's id, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subscription_id: Option<String>,
    /// When it ends, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<Timestamp>,
    /// The certificate that content is sealed for, where Graph shows it or it was last_seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate_id: Option<String>,
    /// Whether it is wanted with content.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub rich: bool,
    /// StepReason, in plain words.
    pub why: String,
    /// `done`, or the reason of the fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<&'static str>,
    /// When its last notification came, or that of one whose place it took.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heard: Option<Timestamp>,
    /// Since when nothing came, less the time in which there was none.
    #[serde(rename = "quietSince", skip_serializing_if = "Option::is_none")]
    pub silent_since: Option<Timestamp>,
    /// After how many minutes without a notification it is silent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub silence_minutes: Option<u32>,
    /// Whether it is.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub silent: bool,
}

/// A fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FaultReport {
    /// The tenant, where it is of one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantId>,
    /// The name in logs and metrics.
    pub reason: &'static str,
    /// In words.
    pub message: String,
    /// The faults of `subscriptions.toml`, where it is those.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<FileFault>,
}

impl Report {
    /// Nothing but a fault.
    pub fn fault(fault: &SubscriptionsFault) -> Self {
        Self {
            tenants: Vec::new(),
            faults: vec![FaultReport::new(None, fault)],
        }
    }
}

impl FaultReport {
    /// In the words of the fault.
    pub fn new(tenant: Option<TenantId>, fault: &SubscriptionsFault) -> Self {
        let lines = match fault {
            SubscriptionsFault::Desired(faults) => faults.0.clone(),
            _ => Vec::new(),
        };
        Self {
            tenant,
            reason: fault.reason(),
            message: fault.to_string(),
            lines,
        }
    }
}

impl Change {
    /// What is to be done.
    pub fn planned(step: &Step<'_>) -> Self {
        let found = step.found();
        let (resource, changes) = match step.wanted() {
            Some(wanted) => (wanted.resource.to_string(), wanted.changes.clone()),
            None => found.map_or_else(Default::default, |found| {
                (found.resource.clone(), found.changes.clone())
            }),
        };
        Self {
            action: step.action(),
            resource,
            changes,
            subscription_id: found.map(|found| found.id.clone()),
            expires: found.map(|found| found.expires),
            certificate_id: found
                .and_then(Subscription::certificate_id)
                .map(str::to_owned),
            rich: step.wanted().is_some_and(|wanted| wanted.settings.rich),
            why: step.why().to_owned(),
            outcome: None,
            heard: None,
            silent_since: None,
            silence_minutes: None,
            silent: false,
        }
    }

    /// One that is only shown.
    pub fn listed(found: &Subscription, ours: bool) -> Self {
        let why = if ours {
            "its notificationUrl is ours"
        } else {
            "its notificationUrl is not ours"
        };
        Self {
            action: if ours { "keep" } else { "foreign" },
            resource: found.resource.clone(),
            changes: found.changes.clone(),
            subscription_id: Some(found.id.clone()),
            expires: Some(found.expires),
            certificate_id: found.certificate_id().map(str::to_owned),
            rich: false,
            why: why.to_owned(),
            outcome: None,
            heard: None,
            silent_since: None,
            silence_minutes: None,
            silent: false,
        }
    }
}
