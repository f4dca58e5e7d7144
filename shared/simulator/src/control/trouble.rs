//! Trouble on demand.

use super::Refusal;
use crate::entra::refusal::Refusal as Refused;
use crate::graph::storm::Storm;
use crate::graph::subscription::SimulatedSubscription;
use crate::graph::trouble::Throttle;
use crate::lifecycle::{self, Fate, LifecycleEvent};
use crate::state::State;
use axum::Json;
use axum::extract::State as Shared;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;

pub(super) async fn throttle(
    Shared(state): Shared<Arc<State>>,
    Json(throttle): Json<Throttle>,
) -> Result<StatusCode, Refusal> {
    if ![429, 503].contains(&throttle.status) {
        return Err(Refusal::invalid("status is 429 or 503"));
    }
    state.trouble.make(throttle);
    Ok(StatusCode::NO_CONTENT)
}

/// A fault to make.
#[derive(Deserialize)]
#[serde(
    tag = "fault",
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
pub(super) enum Fault {
    /// A tenant's consent is lost, or given back.
    Consent { tenant: String, lost: bool },
    /// Entra gives no tokens, or again.
    Entra { down: bool },
    /// Entra refuses tokens by a number, for a tenant or for all; for no longer without one.
    Refusal {
        tenant: Option<String>,
        code: Option<u32>,
    },
    /// Calls of Graph are throttled or fail.
    Graph(Storm),
    /// A subscription is gone.
    Remove {
        subscription_id: String,
        /// True if an event says so.
        #[serde(default)]
        told: bool,
    },
    /// The next notifications of a subscription are dropped; then `missed` says so.
    Missed {
        subscription_id: String,
        notifications: u64,
    },
    /// A subscription delivers nothing until it is renewed or reauthorized.
    Pause {
        subscription_id: String,
        /// True if an event says so.
        #[serde(default)]
        told: bool,
    },
    /// A share of the lifecycle notifications is never sent.
    LifecycleLost {
        share: f64,
        #[serde(default)]
        seed: u64,
    },
}

pub(super) async fn fault(
    Shared(state): Shared<Arc<State>>,
    Json(fault): Json<Fault>,
) -> Result<Response, Refusal> {
    let (now, subscriptions) = (state.clock.now(), &state.subscriptions);
    match fault {
        Fault::Consent { tenant, lost } => {
            if !state.knows_tenant(&tenant) {
                return Err(Refusal::invalid(format!("there is no tenant {tenant}")));
            }
            state.trouble.lose_consent(&tenant, lost);
        }
        Fault::Entra { down } => state.trouble.put_entra_down(down),
        Fault::Refusal { tenant, code } => {
            let refused = code.map(|code| {
                let message = format!("{code} can't be asked for");
                Refused::on_demand(code).ok_or_else(|| Refusal::invalid(message))
            });
            state
                .trouble
                .refuse(tenant.as_deref(), refused.transpose()?);
        }
        Fault::Graph(storm) => {
            if !storm.is_possible() {
                let message =
                    "status is 400, 429 or 5xx, share from 0 to 1, and a 5xx alone is lost";
                return Err(Refusal::invalid(message));
            }
            state.trouble.begin(storm);
        }
        Fault::Remove {
            subscription_id,
            told,
        } => {
            let gone = find(&state, &subscription_id)?;
            subscriptions.drop_silently(&subscription_id, now);
            if told {
                return tell(&state, &gone, LifecycleEvent::SubscriptionRemoved);
            }
        }
        Fault::Missed {
            subscription_id,
            notifications,
        } => {
            find(&state, &subscription_id)?;
            subscriptions.drop_next(&subscription_id, notifications, now);
        }
        Fault::Pause {
            subscription_id,
            told,
        } => {
            let paused = find(&state, &subscription_id)?;
            subscriptions.pause(&subscription_id, now);
            if told {
                return tell(&state, &paused, LifecycleEvent::ReauthorizationRequired);
            }
        }
        Fault::LifecycleLost { share, seed } => {
            if !(0.0..=1.0).contains(&share) {
                return Err(Refusal::invalid("share is from 0 to 1"));
            }
            state.trouble.lose_lifecycle(share, seed);
        }
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct TellLifecycle {
    subscription_id: String,
    event: LifecycleEvent,
}

pub(super) async fn tell_lifecycle(
    Shared(state): Shared<Arc<State>>,
    Json(request): Json<TellLifecycle>,
) -> Result<Response, Refusal> {
    let id = &request.subscription_id;
    let subscription = find(&state, id)?;
    let answer = tell(&state, &subscription, request.event)?;
    if request.event == LifecycleEvent::SubscriptionRemoved {
        state.subscriptions.drop_silently(id, state.clock.now());
    }
    Ok(answer)
}

fn find(state: &State, id: &str) -> Result<SimulatedSubscription, Refusal> {
    let found = state.subscriptions.find(id, state.clock.now());
    found.ok_or_else(|| Refusal::no_subscription(id))
}

/// Sends it as a job, unless it is one of those that are lost.
fn tell(
    state: &Arc<State>,
    subscription: &SimulatedSubscription,
    event: LifecycleEvent,
) -> Result<Response, Refusal> {
    let body = match lifecycle::notification(state, subscription, event)? {
        Fate::Nowhere => {
            let message = "the subscription has no lifecycleNotificationUrl".to_owned();
            return Err(Refusal(StatusCode::CONFLICT, message));
        }
        Fate::Lost => json!({ "job": null }),
        Fate::Sent { url, body } => {
            let job = state.ledger.open();
            tokio::spawn(lifecycle::tell(Arc::clone(state), job.clone(), url, body));
            json!({ "job": job })
        }
    };
    Ok((StatusCode::ACCEPTED, Json(body)).into_response())
}
