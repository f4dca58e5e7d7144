//! One notification as it stands in a POST.
//!
//! Written here member by member rather than with the product's own types, so that sender and
//! receiver can't share a mistake.

use crate::change::Change;
use crate::faults::{PlantedFault, SealedContent};
use crate::ids;
use crate::path::Segments;
use crate::plan::PlannedChange;
use crate::target::Target;
use crate::world::Meeting;
use rand::Rng;
use rand::rngs::StdRng;
use serde_json::{Map, Value, json};
use teamwire_envelope::seal::{SealFault, SealingRecipient};

/// A notification, and whose token proves it.
#[derive(Debug, Clone)]
pub struct SimulatedItem {
    /// Its members.
    pub members: Map<String, Value>,
    /// The subscriber's tenant.
    pub tenant_id: String,
    /// The audience of its token.
    pub app_id: String,
    /// True if it has sealed content, and so needs a token.
    pub rich: bool,
    /// The fault of it.
    pub fault: Option<PlantedFault>,
}

impl SimulatedItem {
    /// Tells `target` of `change` as it is planned.
    ///
    /// # Errors
    /// [`SealFault`]
    pub fn of(
        target: &Target,
        change: &Change,
        planned: &PlannedChange,
        rng: &mut StdRng,
    ) -> Result<Self, SealFault> {
        let (shape, fault) = (change.shape, planned.fault);
        let change_type = if shape.capital_change_type {
            change.change_type.capital_name()
        } else {
            change.change_type.name()
        };
        let client_state = match (&target.client_state, fault) {
            (state, Some(PlantedFault::WrongClientState)) => Some(wrong_client_state(state, rng)),
            (state, _) => state.clone(),
        };
        let mut members = Map::new();
        members.insert("subscriptionId".into(), json!(target.subscription_id));
        members.insert("changeType".into(), json!(change_type));
        members.insert("clientState".into(), json!(client_state));
        members.insert(
            "subscriptionExpirationDateTime".into(),
            json!(ids::date_in_some_form(
                target.expires,
                rng.random_range(0..4)
            )),
        );
        let (resource, pointer) = told_as(target, change, rng);
        members.insert("resource".into(), json!(resource));
        // The examples of virtual events have the pointer for most ids.
        let is_pointer =
            change.path.starts_with(VIRTUAL_EVENTS) && !change.path.contains("/attendanceReports(");
        members.insert(
            "resourceData".into(),
            json!({
                "id": if is_pointer { &pointer } else { &change.id },
                "@odata.type": shape.odata_type,
                "@odata.id": pointer,
            }),
        );
        if shape.names_tenant || target.is_rich() {
            members.insert("tenantId".into(), json!(target.tenant_id));
        }
        let recipient = target.recipient.as_ref().filter(|_| !planned.bare);
        if let Some(recipient) = recipient {
            let sealed = sealed(target, recipient, change, fault, rng)?;
            members.insert(shape.sealed_member.into(), sealed);
        }
        Ok(Self {
            members,
            tenant_id: target.tenant_id.clone(),
            app_id: target.app_id.clone(),
            rich: recipient.is_some(),
            fault,
        })
    }
}

fn sealed(
    target: &Target,
    recipient: &SealingRecipient,
    change: &Change,
    fault: Option<PlantedFault>,
    rng: &mut StdRng,
) -> Result<Value, SealFault> {
    let envelope = recipient.seal(change.sealed_json(target.all_members).as_bytes())?;
    let (Some(data), Some(data_signature), Some(data_key)) =
        (envelope.data, envelope.data_signature, envelope.data_key)
    else {
        return Err(SealFault::Failed);
    };
    let mut content = SealedContent {
        data,
        data_signature,
        data_key,
    };
    if let Some(PlantedFault::Tamper(tamper)) = fault {
        tamper.apply(&mut content, rng)?;
    }
    Ok(json!({
        "data": content.data,
        "dataSignature": content.data_signature,
        "dataKey": content.data_key,
        "encryptionCertificateId": envelope.encryption_certificate_id,
        "encryptionCertificateThumbprint": envelope.encryption_certificate_thumbprint,
    }))
}

/// `resource` and `@odata.id`. What a meeting left behind is told as documented, or below its
/// organizer as it is seen in the field, or by the name of the collection with the way to it in
/// `@odata.id` alone.
fn told_as(target: &Target, change: &Change, rng: &mut StdRng) -> (String, String) {
    let documented = || (change.path.clone(), change.path.clone());
    if change.path.starts_with(VIRTUAL_EVENTS) {
        return virtual_event(target, change).unwrap_or_else(documented);
    }
    let Some((organizer, rest)) = below_organizer(&change.path) else {
        return documented();
    };
    let below = format!("users('{organizer}')/{rest}");
    let collection = target.row.path;
    match rng.random_range(0..3) {
        0 => documented(),
        1 if collection.starts_with("communications/") && !collection.contains('{') => {
            (collection.to_owned(), below)
        }
        _ => (below.clone(), below),
    }
}

const VIRTUAL_EVENTS: &str = "solutions/virtualEvents/";

/// A virtual event as the examples have it: `resource` is what was subscribed to, the way to what
/// changed stands in `@odata.id`, and a slash ends both where a webinar is meant.
fn virtual_event(target: &Target, change: &Change) -> Option<(String, String)> {
    let pointer = Segments::parse(&change.path)?;
    let webinar = target.scope.key("webinar").unwrap_or_default();
    let subscribed = target.row.path.replace("{webinar}", webinar);
    let end = if pointer.iter().len() == 4 { "/" } else { "" };
    Some((
        format!("{subscribed}{end}"),
        format!("{}{end}", pointer.plain()),
    ))
}

/// The organizer of the meeting in a path, and the path from the meeting on.
fn below_organizer(path: &str) -> Option<(String, &str)> {
    let rest = path.strip_prefix("communications/")?;
    let (meeting, _) = rest.strip_prefix("onlineMeetings('")?.split_once("')")?;
    Some((Meeting::parse(meeting)?.organizer().to_owned(), rest))
}

/// As long as the right one (at least 8 characters), so that only a comparison tells.
fn wrong_client_state(right: &Option<String>, rng: &mut StdRng) -> String {
    let length = right.as_ref().map_or(0, String::len).max(8);
    let mut wrong = ids::opaque(rng, length);
    wrong.truncate(length);
    wrong
}
