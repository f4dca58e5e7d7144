//! Lifecycle notifications: about a subscription, not about a resource.

use crate::campaign::Progress;
use crate::deliver;
use crate::entra::keys::KeyFault;
use crate::ids;
use crate::item::Item;
use crate::sender::Sender;
use crate::state::State;
use crate::target::Target;
use jiff::Timestamp;
use rand::{Rng, SeedableRng, rngs::StdRng};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::sync::Arc;
use tokio::sync::mpsc;

/// What Graph tells of a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum LifecycleEvent {
    /// Delivery stops unless the subscription is renewed.
    ReauthorizationRequired,
    /// The subscription is gone.
    SubscriptionRemoved,
    /// Some notifications were not delivered.
    Missed,
}

/// The body of a lifecycle notification: by turns as documented, and as observed, with
/// `organizationId` for `tenantId`, nulls, and a token where the subscription is a rich one.
///
/// # Errors
/// [`KeyFault::Failed`]
pub(crate) fn body(
    sender: &Sender,
    target: &Target,
    event: LifecycleEvent,
    turn: u64,
) -> Result<Vec<u8>, KeyFault> {
    let mut rng = StdRng::from_rng(&mut rand::rng());
    let expires = ids::date_in_some_form(target.expires, rng.random_range(0..4));
    let observed = turn % 2 == 1;
    let mut members = json!({
        "lifecycleEvent": event,
        "subscriptionId": target.subscription_id,
        "clientState": target.client_state,
        "subscriptionExpirationDateTime": expires,
    });
    let more = if observed {
        json!({
            "organizationId": target.tenant_id,
            "resource": "",
            "sequence": null,
            "resourceData": {},
            "encryptedContent": null,
        })
    } else {
        json!({ "tenantId": target.tenant_id })
    };
    if let (Some(members), Value::Object(more)) = (members.as_object_mut(), more) {
        members.extend(more);
    }
    let item = Item {
        members: members.as_object().cloned().unwrap_or_else(Map::new),
        tenant_id: target.tenant_id.clone(),
        app_id: target.app_id.clone(),
        rich: observed && target.is_rich(),
        fault: None,
    };
    sender.body(&[item], Timestamp::now().as_second(), &mut rng)
}

/// Delivers a body and writes it down as a job without changes.
pub(crate) async fn tell(state: Arc<State>, job: String, url: String, body: Vec<u8>) {
    let (sender, receiver) = mpsc::channel(2);
    let deliver = async {
        let _ = sender.send(Progress::Announced(Vec::new())).await;
        let patience = state.config.patience;
        let delivered =
            deliver::deliver(&state.sender, &state.slots, patience, &url, 1, body).await;
        let _ = sender.send(Progress::Posted(delivered)).await;
        drop(sender);
    };
    tokio::join!(deliver, state.ledger.follow(&job, receiver));
}
