//! What only a simulator has: make changes happen, make trouble, look at the ledger.

use crate::campaign::Campaign;
use crate::graph::errors::GraphError;
use crate::graph::trouble::Throttle;
use crate::ledger::{self, Job};
use crate::lifecycle::{self, LifecycleEvent};
use crate::path::Segments;
use crate::plan::{Announcement, Audience, Plan};
use crate::state::State;
use crate::target::Target;
use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::sync::mpsc;

/// Reports of a campaign that may wait to be written down.
const PROGRESS: usize = 256;

pub(crate) fn router() -> Router<Arc<State>> {
    Router::new()
        .route("/simulator/announce", post(announce))
        .route("/simulator/jobs/{id}", get(job))
        .route("/simulator/throttle", post(throttle))
        .route("/simulator/forget", post(forget))
        .route("/simulator/lifecycle", post(tell_lifecycle))
        .route("/simulator/stats", get(stats))
}

/// Why the control side refuses; a plain message for the person who asked.
struct Refusal(StatusCode, String);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.0, Json(json!({ "error": self.1 }))).into_response()
    }
}

async fn announce(
    Shared(state): Shared<Arc<State>>,
    Json(announcement): Json<Announcement>,
) -> Result<Response, Refusal> {
    if announcement.count > ledger::CHANGES_OF_A_JOB {
        let message = format!("count is at most {}", ledger::CHANGES_OF_A_JOB);
        return Err(Refusal(StatusCode::BAD_REQUEST, message));
    }
    let targets = targets(&state, announcement.subscriptions.as_deref())?;
    let audiences: Vec<Audience> = targets.iter().map(Target::audience).collect();
    let plan = Plan::new(&announcement, &audiences)
        .map_err(|fault| Refusal(StatusCode::BAD_REQUEST, fault.to_string()))?;
    let campaign = Campaign {
        plan,
        targets,
        rate: announcement.rate,
        seed: announcement.seed,
        patience: state.config.patience,
    };
    let job = state.ledger.open();
    tokio::spawn(carry_out(Arc::clone(&state), job.clone(), campaign));
    Ok((StatusCode::ACCEPTED, Json(json!({ "job": job }))).into_response())
}

async fn carry_out(state: Arc<State>, job: String, campaign: Campaign) {
    let (sender, receiver) = mpsc::channel(PROGRESS);
    let newest = |target: &Target| {
        let id = &target.subscription_id;
        let newest = state.subscriptions.find(id, Timestamp::now());
        newest.map_or_else(|| target.clone(), |newest| newest.target)
    };
    let run = campaign.run(
        Arc::clone(&state.sender),
        state.shared_world(),
        Arc::clone(&state.slots),
        newest,
        sender,
    );
    let (run, ()) = tokio::join!(run, state.ledger.follow(&job, receiver));
    if let Err(fault) = run {
        tracing::error!(error = %fault, "the announcement was broken off");
    }
}

/// The subscriptions named, or all that hear of anything.
fn targets(state: &State, named: Option<&[String]>) -> Result<Vec<Target>, Refusal> {
    let now = Timestamp::now();
    match named {
        Some(named) => named
            .iter()
            .map(|id| {
                let found = state.subscriptions.find(id, now);
                found
                    .map(|found| found.target)
                    .ok_or_else(|| no_subscription(id))
            })
            .collect(),
        None => Ok(state
            .subscriptions
            .all(now)
            .into_iter()
            .map(|subscription| subscription.target)
            .filter(|target| !target.announced().is_empty())
            .collect()),
    }
}

fn no_subscription(id: &str) -> Refusal {
    Refusal(
        StatusCode::NOT_FOUND,
        format!("there is no subscription {id}"),
    )
}

async fn job(
    Shared(state): Shared<Arc<State>>,
    Path(id): Path<String>,
) -> Result<Json<Job>, GraphError> {
    state
        .ledger
        .get(&id)
        .map(Json)
        .ok_or_else(GraphError::no_resource)
}

async fn throttle(
    Shared(state): Shared<Arc<State>>,
    Json(throttle): Json<Throttle>,
) -> Result<StatusCode, Refusal> {
    if ![429, 503].contains(&throttle.status) {
        let message = "status is 429 or 503".to_owned();
        return Err(Refusal(StatusCode::BAD_REQUEST, message));
    }
    state.trouble.make(throttle);
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Forget {
    resource: String,
}

async fn forget(
    Shared(state): Shared<Arc<State>>,
    Json(forget): Json<Forget>,
) -> Result<StatusCode, Refusal> {
    let path = Segments::parse(&forget.resource)
        .ok_or_else(|| Refusal(StatusCode::BAD_REQUEST, "resource is not a path".to_owned()))?;
    for tenant in &state.config.tenants {
        state.world().tenant(tenant).forget(&path);
    }
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TellLifecycle {
    subscription_id: String,
    event: LifecycleEvent,
}

async fn tell_lifecycle(
    Shared(state): Shared<Arc<State>>,
    Json(tell): Json<TellLifecycle>,
) -> Result<Response, Refusal> {
    let now = Timestamp::now();
    let subscription = state
        .subscriptions
        .find(&tell.subscription_id, now)
        .ok_or_else(|| no_subscription(&tell.subscription_id))?;
    let Some(url) = subscription.lifecycle_url else {
        let message = "the subscription has no lifecycleNotificationUrl".to_owned();
        return Err(Refusal(StatusCode::CONFLICT, message));
    };
    if tell.event == LifecycleEvent::SubscriptionRemoved {
        state
            .subscriptions
            .drop_silently(&tell.subscription_id, now);
    }
    let turn = state
        .counters
        .lifecycle_notifications
        .fetch_add(1, Ordering::Relaxed);
    let body = lifecycle::body(&state.sender, &subscription.target, tell.event, turn)
        .map_err(|fault| Refusal(StatusCode::INTERNAL_SERVER_ERROR, fault.to_string()))?;
    let job = state.ledger.open();
    tokio::spawn(lifecycle::tell(Arc::clone(&state), job.clone(), url, body));
    Ok((StatusCode::ACCEPTED, Json(json!({ "job": job }))).into_response())
}

async fn stats(Shared(state): Shared<Arc<State>>) -> Json<Value> {
    let counters = &state.counters;
    Json(json!({
        "resourceGets": counters.resource_gets.load(Ordering::Relaxed),
        "throttled": counters.throttled.load(Ordering::Relaxed),
        "tokenRequests": counters.token_requests.load(Ordering::Relaxed),
        "keyRequests": counters.key_requests.load(Ordering::Relaxed),
        "handshakes": counters.handshakes.load(Ordering::Relaxed),
        "lifecycleNotifications": counters.lifecycle_notifications.load(Ordering::Relaxed),
        "subscriptions": state.subscriptions.all(Timestamp::now()).len(),
    }))
}
