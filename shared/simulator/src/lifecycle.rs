//! Lifecycle notifications: about a subscription, not about a resource.

use crate::campaign::Progress;
use crate::deliver::{self, Delivered};
use crate::entra::keys::EntraKeyFault;
use crate::graph::subscription::SimulatedSubscription;
use crate::ids;
use crate::item::SimulatedItem;
use crate::sender::Sender;
use crate::state::{State, count};
use crate::target::Target;
use jiff::Timestamp;
use rand::{Rng, SeedableRng, rngs::StdRng};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::sync::mpsc;

/// A lifecycle event of a subscription.
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
/// [`EntraKeyFault::Failed`]
fn body(
    sender: &Sender,
    target: &Target,
    event: LifecycleEvent,
    turn: u64,
) -> Result<Vec<u8>, EntraKeyFault> {
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
    let item = SimulatedItem {
        members: members.as_object().cloned().unwrap_or_else(Map::new),
        tenant_id: target.tenant_id.clone(),
        app_id: target.app_id.clone(),
        rich: observed && target.is_rich(),
        fault: None,
    };
    sender.body(&[item], Timestamp::now().as_second(), &mut rng)
}

/// The fate of a lifecycle notification.
#[derive(Debug)]
pub(crate) enum Fate {
    /// It is to be POSTed.
    Sent { url: String, body: Vec<u8> },
    /// It is one of those that are never sent.
    Lost,
    /// The subscription has no endpoint for it.
    Nowhere,
}

/// Makes a lifecycle notification.
///
/// # Errors
/// [`EntraKeyFault::Failed`]
pub(crate) fn notification(
    state: &State,
    subscription: &SimulatedSubscription,
    event: LifecycleEvent,
) -> Result<Fate, EntraKeyFault> {
    let Some(url) = subscription.lifecycle_url.clone() else {
        return Ok(Fate::Nowhere);
    };
    if state.trouble.loses_lifecycle() {
        count(&state.counters.lifecycle_lost);
        return Ok(Fate::Lost);
    }
    let counter = &state.counters.lifecycle_notifications;
    let turn = counter.fetch_add(1, Ordering::Relaxed);
    let body = body(&state.sender, &subscription.target, event, turn)?;
    Ok(Fate::Sent { url, body })
}

/// Delivers a body and writes it down as a job without changes.
pub(crate) async fn tell(state: Arc<State>, job: String, url: String, body: Vec<u8>) {
    let (sender, receiver) = mpsc::channel(2);
    let deliver = async {
        let _ = sender.send(Progress::Announced(Vec::new())).await;
        let delivered = deliver(&state, &url, body).await;
        let _ = sender.send(Progress::Posted(delivered)).await;
        drop(sender);
    };
    tokio::join!(deliver, state.ledger.follow(&job, receiver));
}

/// Makes and delivers a notification that nobody asked for by name: no job is kept of it.
pub(crate) fn tell_in_passing(
    state: &Arc<State>,
    subscription: &SimulatedSubscription,
    event: LifecycleEvent,
) {
    match notification(state, subscription, event) {
        Ok(Fate::Sent { url, body }) => {
            let state = Arc::clone(state);
            tokio::spawn(async move { deliver(&state, &url, body).await });
        }
        Ok(Fate::Lost | Fate::Nowhere) => {}
        Err(fault) => tracing::error!(error = %fault, "a lifecycle notification was not made"),
    }
}

/// Asks those whose time has come to reauthorize, where that is switched on; their ids.
pub(crate) fn ask_to_reauthorize(state: &Arc<State>) -> Vec<String> {
    let settings = state.settings();
    if !settings.asks_to_reauthorize {
        return Vec::new();
    }
    let now = state.clock.now();
    let asked = state.subscriptions.ask(settings.patience(), now);
    for subscription in &asked {
        tell_in_passing(state, subscription, LifecycleEvent::ReauthorizationRequired);
    }
    asked
        .into_iter()
        .map(|subscription| subscription.target.subscription_id)
        .collect()
}

async fn deliver(state: &State, url: &str, body: Vec<u8>) -> Delivered {
    let patience = state.config.patience;
    deliver::deliver(&state.sender, &state.slots, patience, url, 1, body).await
}
