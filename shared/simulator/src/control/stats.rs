//! The counters.

use crate::state::State;
use axum::Json;
use axum::extract::State as Shared;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::Ordering;

pub(super) async fn stats(Shared(state): Shared<Arc<State>>) -> Json<Value> {
    let (counters, now) = (&state.counters, state.clock.now());
    let (subscriptions, delivering) = state.subscriptions.count(now);
    Json(json!({
        "resourceGets": counters.resource_gets.load(Ordering::Relaxed),
        "throttled": counters.throttled.load(Ordering::Relaxed),
        "tooManyRequests": counters.too_many_requests.load(Ordering::Relaxed),
        "tokenRequests": counters.token_requests.load(Ordering::Relaxed),
        "keyRequests": counters.key_requests.load(Ordering::Relaxed),
        "handshakes": counters.handshakes.load(Ordering::Relaxed),
        "lifecycleNotifications": counters.lifecycle_notifications.load(Ordering::Relaxed),
        "lifecycleLost": counters.lifecycle_lost.load(Ordering::Relaxed),
        "subscriptions": subscriptions,
        "delivering": delivering,
        "calls": state.meter.calls(),
        "violations": state.subscriptions.violations(now),
    }))
}
