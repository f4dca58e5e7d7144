//! The queue and the message for each item.

use crate::authenticate::{ItemVerdict, UndecidedReason};
use std::collections::BTreeMap;
use teamwire_contract::attribute;
use teamwire_payload::event;
use teamwire_payload::event::ReferenceReason;
use teamwire_payload::message::{MessageBody, MessageFault};
use teamwire_payload::route::{RouteFault, route};
use teamwire_payload::{
    ChangeType, Event, ItemRoute, LifecycleNotice, NotificationItem, QueueMessage,
    ReferencedChange, SealedChange, TenantId, UnroutedItem, WantedContent,
};
use teamwire_transport::OutgoingEntry;

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
pub struct SortedItems {
    /// For the decrypt queue.
    pub decrypt: Vec<OutgoingEntry>,
    /// For the hydrate queue.
    pub hydrate: Vec<OutgoingEntry>,
    /// For the lifecycle queue.
    pub lifecycle: Vec<OutgoingEntry>,
    /// For the events queue.
    pub events: Vec<Event>,
    /// For the quarantine queue, each with its reason.
    pub quarantine: Vec<OutgoingEntry>,
    /// The number of dropped items, by reason.
    pub rejected: BTreeMap<&'static str, u64>,
    /// The number of dropped items that have a `clientState` that is ours, or was.
    pub rejected_ours: u64,
    /// The reason why some items have no verdict, if any: a fault that only we can mend comes
    /// first.
    pub undecided: Option<UndecidedReason>,
    /// The trace header of them all.
    pub trace: Option<String>,
}

/// Sorts the items of one POST.
///
/// # Errors
/// [`MessageFault`], should an item have no JSON form.
pub fn sort(
    verdicts: Vec<ItemVerdict>,
    post: &RequestContext<'_>,
) -> Result<SortedItems, MessageFault> {
    let mut sorted = SortedItems {
        trace: post.trace.clone(),
        ..SortedItems::default()
    };
    for verdict in verdicts {
        match verdict {
            ItemVerdict::Rejected { why, is_ours } => {
                *sorted.rejected.entry(why.label()).or_default() += 1;
                sorted.rejected_ours += u64::from(is_ours);
            }
            ItemVerdict::Undecided(why) => match sorted.undecided {
                Some(UndecidedReason::OfOurs(_)) => {}
                _ => sorted.undecided = Some(why),
            },
            ItemVerdict::Authentic(verified) => {
                let (item, tenant) = verified.into_parts();
                sorted.place(RoutedItem::pack(item, tenant, post)?);
            }
            ItemVerdict::UnknownTenant(item) => {
                sorted.place(RoutedItem::unrouted(item, None, post, "no-tenant")?);
            }
            ItemVerdict::UnknownClientState(verified) => {
                let (item, tenant) = verified.into_parts();
                sorted.place(RoutedItem::pack(item, tenant, post)?.quarantined(post)?);
            }
        }
    }
    Ok(sorted)
}

impl SortedItems {
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
    Decrypt(OutgoingEntry),
    Hydrate(OutgoingEntry),
    Lifecycle(OutgoingEntry),
    Event(Box<Event>),
    Quarantine(OutgoingEntry),
}

impl RoutedItem {
    fn pack(
        mut item: NotificationItem,
        tenant: TenantId,
        post: &RequestContext<'_>,
    ) -> Result<Self, MessageFault> {
        let route = match route(&item) {
            Ok(route) => route,
            Err(fault) => return Self::unrouted(item, Some(tenant), post, fault.label()),
        };
        let subscription_id = item.subscription_id.clone().unwrap_or_default();
        if route == ItemRoute::Lifecycle {
            let body = LifecycleNotice {
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
        let change = ReferencedChange {
            tenant_id: tenant.clone(),
            subscription_id,
            change_type,
            resource: item.resource.clone().unwrap_or_default(),
            odata_id: (item.resource_data.odata_id.clone())
                .filter(|id| Some(id) != item.resource.as_ref()),
            odata_type: item.resource_data.odata_type.clone(),
            etag: item.resource_data.etag.clone(),
        };
        match (route, item.encrypted_content.take()) {
            (ItemRoute::Decrypt, Some(_)) if post.content.can_be_read_of(&change) => {
                entry(change, tenant.as_str(), post).map(Self::Hydrate)
            }
            (ItemRoute::Decrypt, Some(content)) => {
                entry(SealedChange { change, content }, tenant.as_str(), post).map(Self::Decrypt)
            }
            (ItemRoute::Events, _) => match change.announced() {
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
        item: NotificationItem,
        tenant: Option<TenantId>,
        post: &RequestContext<'_>,
        reason: &str,
    ) -> Result<Self, MessageFault> {
        let group = tenant.as_ref().map_or("none", TenantId::as_str).to_owned();
        let body = UnroutedItem {
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
            Self::Decrypt(entry) => (ItemRoute::Decrypt, entry),
            Self::Hydrate(entry) => (ItemRoute::Hydrate, entry),
            Self::Lifecycle(entry) => (ItemRoute::Lifecycle, entry),
            Self::Event(event) => {
                let text = serde_json::to_string(&event).map_err(|_| MessageFault::Malformed)?;
                let mut entry = OutgoingEntry::json(text, &event.tenantid);
                entry.trace.clone_from(&post.trace);
                (ItemRoute::Events, entry)
            }
        };
        entry.attributes = vec![
            (attribute::REASON, "client-state".to_owned()),
            (attribute::ROUTE, route.name().to_owned()),
        ];
        Ok(Self::Quarantine(entry))
    }
}

fn message<T>(body: T, post: &RequestContext<'_>) -> QueueMessage<T> {
    QueueMessage {
        received_at: post.received_at,
        trace: post.trace.clone(),
        body,
    }
}

fn entry<T: MessageBody>(
    body: T,
    group: &str,
    post: &RequestContext<'_>,
) -> Result<OutgoingEntry, MessageFault> {
    let mut entry = OutgoingEntry::json(message(body, post).to_json()?, group);
    entry.trace.clone_from(&post.trace);
    Ok(entry)
}
