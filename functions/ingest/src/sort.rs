//! The queue and the message for each item.

use crate::authenticate::{Undecided, Verdict};
use std::collections::BTreeMap;
use teamwire_contract::attribute;
use teamwire_payload::event;
use teamwire_payload::event::ReferenceReason;
use teamwire_payload::message::{Body, MessageFault};
use teamwire_payload::route::{RouteFault, route};
use teamwire_payload::{
    ChangeType, Event, Lifecycle, Message, Notification, Reference, Route, Sealed, TenantId,
    Unrouted, WantedContent,
};
use teamwire_transport::Outgoing;

/// The facts that all items of one POST share.
#[derive(Debug)]
pub struct RequestContext<'a> {
    /// The time of receipt, in milliseconds since 1970.
    pub received_at: u64,
    /// Its X-Ray trace header.
    pub trace: Option<String>,
    /// The cloud's Graph root, for events.
    pub graph_root: &'static str,
    /// Content that is read even where the description of it came sealed.
    pub content: &'a WantedContent,
}

/// The items of one POST, ready to be enqueued.
#[derive(Debug, Default)]
pub struct Sorted {
    /// For the decrypt queue.
    pub decrypt: Vec<Outgoing>,
    /// For the hydrate queue.
    pub hydrate: Vec<Outgoing>,
    /// For the lifecycle queue.
    pub lifecycle: Vec<Outgoing>,
    /// For the events queue.
    pub events: Vec<Event>,
    /// For the quarantine queue, each with its reason.
    pub quarantine: Vec<Outgoing>,
    /// The number of dropped items, by reason.
    pub rejected: BTreeMap<&'static str, u64>,
    /// The number of dropped items that have a `clientState` that is ours, or was.
    pub rejected_ours: u64,
    /// The reason why some items have no verdict, if any: a fault that only we can mend comes
    /// first.
    pub undecided: Option<Undecided>,
    /// The trace header of them all.
    pub trace: Option<String>,
}

/// Sorts the items of one POST.
///
/// # Errors
/// [`MessageFault`], should an item have no JSON form.
pub fn sort(verdicts: Vec<Verdict>, post: &RequestContext<'_>) -> Result<Sorted, MessageFault> {
    let mut sorted = Sorted {
        trace: post.trace.clone(),
        ..Sorted::default()
    };
    for verdict in verdicts {
        match verdict {
            Verdict::Rejected { why, is_ours } => {
                *sorted.rejected.entry(why.label()).or_default() += 1;
                sorted.rejected_ours += u64::from(is_ours);
            }
            Verdict::Undecided(why) => match sorted.undecided {
                Some(Undecided::OfOurs(_)) => {}
                _ => sorted.undecided = Some(why),
            },
            Verdict::Authentic(verified) => {
                let (item, tenant) = verified.into_parts();
                sorted.place(RoutedItem::pack(item, tenant, post)?);
            }
            Verdict::UnknownTenant(item) => {
                sorted.place(RoutedItem::unrouted(item, None, post, "no-tenant")?);
            }
            Verdict::UnknownClientState(verified) => {
                let (item, tenant) = verified.into_parts();
                sorted.place(RoutedItem::pack(item, tenant, post)?.quarantined(post)?);
            }
        }
    }
    Ok(sorted)
}

impl Sorted {
    fn place(&mut self, item: RoutedItem) {
        match item {
            RoutedItem::Decrypt(entry) => self.decrypt.push(entry),
            RoutedItem::Hydrate(entry) => self.hydrate.push(entry),
            RoutedItem::Lifecycle(entry) => self.lifecycle.push(entry),
            RoutedItem::Event(event) => self.events.push(*event),
            RoutedItem::Quarantine(entry) => self.quarantine.push(entry),
        }
    }
}

/// An item in the form its queue wants.
enum RoutedItem {
    Decrypt(Outgoing),
    Hydrate(Outgoing),
    Lifecycle(Outgoing),
    Event(Box<Event>),
    Quarantine(Outgoing),
}

impl RoutedItem {
    fn pack(
        item: Notification,
        tenant: TenantId,
        post: &RequestContext<'_>,
    ) -> Result<Self, MessageFault> {
        let route = match route(&item) {
            Ok(route) => route,
            Err(fault) => return Self::unrouted(item, Some(tenant), post, fault.label()),
        };
        let subscription_id = item.subscription_id.clone().unwrap_or_default();
        if route == Route::Lifecycle {
            let body = Lifecycle {
                tenant_id: tenant.clone(),
                subscription_id,
                event: item.lifecycle_event.unwrap_or_default(),
                expires: item.subscription_expiration,
            };
            return entry(body, tenant.as_str(), post).map(Self::Lifecycle);
        }
        let Some(change_type) = item.change_type.as_deref().and_then(ChangeType::parse) else {
            let reason = RouteFault::UnknownChange.label();
            return Self::unrouted(item, Some(tenant), post, reason);
        };
        let change = Reference {
            tenant_id: tenant.clone(),
            subscription_id,
            change_type,
            resource: item.resource.clone().unwrap_or_default(),
            odata_id: (item.resource_data.odata_id.clone())
                .filter(|id| Some(id) != item.resource.as_ref()),
            odata_type: item.resource_data.odata_type.clone(),
            etag: item.resource_data.etag.clone(),
        };
        match (route, item.encrypted_content.clone()) {
            (Route::Decrypt, Some(_)) if post.content.can_be_read_of(&change) => {
                entry(change, tenant.as_str(), post).map(Self::Hydrate)
            }
            (Route::Decrypt, Some(content)) => {
                entry(Sealed { change, content }, tenant.as_str(), post).map(Self::Decrypt)
            }
            (Route::Events, _) => match change.announced() {
                Ok(resource) => {
                    let message = message(change, post);
                    let reason = ReferenceReason::Deleted;
                    let event = event::reference(post.graph_root, &message, &resource, reason);
                    Ok(Self::Event(Box::new(event)))
                }
                Err(_) => Self::unrouted(item, Some(tenant), post, "resource-path"),
            },
            _ => entry(change, tenant.as_str(), post).map(Self::Hydrate),
        }
    }

    /// An authentic item that fits no queue, with the reason.
    fn unrouted(
        item: Notification,
        tenant: Option<TenantId>,
        post: &RequestContext<'_>,
        reason: &str,
    ) -> Result<Self, MessageFault> {
        let group = tenant.as_ref().map_or("none", TenantId::as_str).to_owned();
        let body = Unrouted {
            tenant_id: tenant,
            subscription_id: item.subscription_id,
            change_type: item.change_type,
            lifecycle_event: item.lifecycle_event,
            expires: item.subscription_expiration,
            resource: item.resource,
            odata_type: item.resource_data.odata_type,
            etag: item.resource_data.etag,
            content: item.encrypted_content,
        };
        let mut entry = entry(body, &group, post)?;
        entry.attributes = vec![(attribute::REASON, reason.to_owned())];
        Ok(Self::Quarantine(entry))
    }

    /// As it would have gone to its queue, with the reason why it did not.
    fn quarantined(self, post: &RequestContext<'_>) -> Result<Self, MessageFault> {
        let (route, mut entry) = match self {
            Self::Quarantine(_) => return Ok(self),
            Self::Decrypt(entry) => (Route::Decrypt, entry),
            Self::Hydrate(entry) => (Route::Hydrate, entry),
            Self::Lifecycle(entry) => (Route::Lifecycle, entry),
            Self::Event(event) => {
                let text = serde_json::to_string(&event).map_err(|_| MessageFault::Malformed)?;
                let mut entry = Outgoing::json(text, &event.tenantid);
                entry.trace.clone_from(&post.trace);
                (Route::Events, entry)
            }
        };
        entry.attributes = vec![
            (attribute::REASON, "client-state".to_owned()),
            (attribute::ROUTE, route.name().to_owned()),
        ];
        Ok(Self::Quarantine(entry))
    }
}

fn message<T>(body: T, post: &RequestContext<'_>) -> Message<T> {
    Message {
        received_at: post.received_at,
        trace: post.trace.clone(),
        body,
    }
}

fn entry<T: Body>(
    body: T,
    group: &str,
    post: &RequestContext<'_>,
) -> Result<Outgoing, MessageFault> {
    let mut entry = Outgoing::json(message(body, post).to_json()?, group);
    entry.trace.clone_from(&post.trace);
    Ok(entry)
}
