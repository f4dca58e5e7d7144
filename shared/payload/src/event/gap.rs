//! The event that names a gap.

use super::{from_millis, rfc3339, short_hash};
use crate::gap::CoverageGap;
use crate::message::QueueMessage;
use serde_json::value::RawValue;
use teamwire_events::{Event, Origin, schema_id};

/// The reason why a gap stays open, or may have left something out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnfilledReason {
    /// Graph offers no way to read what was changed.
    NoMeans,
    /// The present state is being listed, from its first page on, and nothing tells when that ends.
    /// What went within the gap is not in it.
    SnapshotOnly,
    /// Items of it have no id, or one that is too long, and made no events.
    ItemsUnreadable,
    /// Graph refused to let it be read, with this status.
    Refused(u16),
    /// A setting of the tenant keeps the app out of this branch: its name.
    Denied(&'static str),
    /// It was given up, and is a dead letter with this reason.
    GivenUp(String),
}

impl UnfilledReason {
    /// The name in the event and in metrics.
    pub fn label(&self) -> String {
        match self {
            Self::NoMeans => "no-means".to_owned(),
            Self::SnapshotOnly => "snapshot-only".to_owned(),
            Self::ItemsUnreadable => "items-unreadable".to_owned(),
            Self::Refused(status) => format!("http-{status}"),
            Self::Denied(denial) => (*denial).to_owned(),
            Self::GivenUp(reason) => reason.clone(),
        }
    }
}

/// An event that says of which resource, and for which time, changes may be missing.
pub fn gap(graph_root: &str, gap: &QueueMessage<CoverageGap>, unfilled: &UnfilledReason) -> Event {
    let CoverageGap {
        tenant_id,
        subscription_id,
        resource,
        changes,
        since,
        until,
        reason,
        continuation: _,
    } = &gap.body;
    let received = rfc3339(from_millis(gap.received_at));
    let label = unfilled.label();
    let data = serde_json::json!({
        "resource": resource,
        "changes": changes,
        "since": since,
        "until": until,
        "reason": reason.name(),
        "unfilled": label,
    });
    let data: Option<Box<RawValue>> = serde_json::value::to_raw_value(&data).ok();
    let event_type = "teamwire.gap".to_owned();
    Event {
        specversion: "1.0".to_owned(),
        id: short_hash(&[tenant_id.as_str(), resource, "gap", since, until, &label]),
        source: format!("{graph_root}/{tenant_id}"),
        dataschema: schema_id(&event_type),
        event_type,
        // CloudEvents takes no empty one.
        subject: match resource.as_str() {
            "" => "unknown".to_owned(),
            resource => resource.to_owned(),
        },
        time: received.clone(),
        datacontenttype: "application/json".to_owned(),
        tenantid: tenant_id.to_string(),
        subscriptionid: subscription_id.clone(),
        origin: Origin::Gap,
        contentversion: None,
        receivedat: received,
        payloadkind: None,
        systemevent: None,
        referencereason: None,
        dataref: None,
        contentref: None,
        contentskipped: None,
        data,
    }
}
