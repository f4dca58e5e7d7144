//! `/subscriptions`, and everything else below a version.

use super::errors::GraphError;
use super::handshake;
use super::rates::Limit;
use super::read;
use super::rules::{Create, Update};
use crate::entra::tokens::{self, Caller, TokenFault};
use crate::state::{State, count};
use axum::body::Bytes;
use axum::extract::{FromRequestParts, Path, Query, State as Shared};
use axum::http::{StatusCode, header::AUTHORIZATION, request::Parts};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Subscriptions in one page of the list. Graph's own number is not documented.
const PAGE: usize = 20;

const WINDOW: Duration = Duration::from_secs(20);

const fn limit(name: &'static str, requests: u32) -> Limit {
    Limit {
        name,
        requests,
        window: WINDOW,
    }
}

/// The documented limits for an app in a tenant, and for an app in all tenants.
const WRITES: (Limit, Limit) = (limit("write", 500), limit("write-app", 2_000));
const REAUTHORIZES: (Limit, Limit) = (limit("reauthorize", 1_000), limit("reauthorize-app", 4_000));
const READS: (Limit, Limit) = (limit("read", 500), limit("read-app", 2_000));
const LISTS: (Limit, Limit) = (limit("list", 25), limit("list-app", 40));

pub(crate) fn router() -> Router<Arc<State>> {
    let mut router = Router::new();
    for version in ["v1.0", "beta"] {
        let path = format!("/{version}/subscriptions");
        router = router
            .route(&path, post(create).get(list))
            .route(
                &format!("{path}/{{id}}"),
                get(read_one).patch(update).delete(remove),
            )
            .route(&format!("{path}/{{id}}/reauthorize"), post(reauthorize))
            .route(&format!("/{version}/{{*path}}"), get(read::resource));
    }
    router
}

impl FromRequestParts<Arc<State>> for Caller {
    type Rejection = GraphError;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<State>) -> Result<Self, GraphError> {
        let token = parts
            .headers
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "))
            .ok_or_else(|| GraphError::unauthenticated("Access token is empty."))?;
        tokens::caller_of(&state.key, token, Timestamp::now().as_second()).map_err(|fault| {
            GraphError::unauthenticated(match fault {
                TokenFault::Invalid => "Access token validation failure. Invalid token.",
                TokenFault::Expired => "Lifetime validation failed, the token is expired.",
            })
        })
    }
}

async fn create(
    Shared(state): Shared<Arc<State>>,
    caller: Caller,
    body: Bytes,
) -> Result<Response, GraphError> {
    pace(&state, &caller, WRITES)?;
    let create = Create::read(&body, Timestamp::now())?;
    state
        .subscriptions
        .check(&create, &caller, Timestamp::now())?;
    // The same URL twice is asked twice.
    validate(&state, &create.notification_url).await?;
    if let Some(url) = &create.lifecycle_url {
        validate(&state, url).await?;
    }
    let subscription = state.subscriptions.add(create, &caller, Timestamp::now())?;
    let body = with_context(&state, subscription.to_json(), "subscriptions/$entity");
    Ok((StatusCode::CREATED, Json(body)).into_response())
}

#[derive(Deserialize)]
struct Page {
    #[serde(rename = "$skiptoken")]
    skip_token: Option<String>,
}

async fn list(
    Shared(state): Shared<Arc<State>>,
    caller: Caller,
    Query(page): Query<Page>,
) -> Result<Json<Value>, GraphError> {
    pace(&state, &caller, LISTS)?;
    let after = match page.skip_token {
        None => String::new(),
        Some(token) => URL_SAFE_NO_PAD
            .decode(token)
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .ok_or_else(|| GraphError::invalid("The skip token is not known."))?,
    };
    let (page, more) = state
        .subscriptions
        .page(&caller, &after, PAGE, Timestamp::now());
    let value: Vec<Value> = page
        .iter()
        .map(|subscription| subscription.to_json())
        .collect();
    let mut body = with_context(&state, json!({ "value": value }), "subscriptions");
    if let (true, Some(last), Some(members)) = (more, page.last(), body.as_object_mut()) {
        let token = URL_SAFE_NO_PAD.encode(&last.target.subscription_id);
        let next = format!("{}/v1.0/subscriptions?$skiptoken={token}", state.url);
        members.insert("@odata.nextLink".into(), next.into());
    }
    Ok(Json(body))
}

async fn read_one(
    Shared(state): Shared<Arc<State>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Value>, GraphError> {
    pace(&state, &caller, READS)?;
    let subscription = state.subscriptions.get(&id, &caller, Timestamp::now())?;
    let body = with_context(&state, subscription.to_json(), "subscriptions/$entity");
    Ok(Json(body))
}

async fn update(
    Shared(state): Shared<Arc<State>>,
    caller: Caller,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Json<Value>, GraphError> {
    pace(&state, &caller, WRITES)?;
    let now = Timestamp::now();
    let before = state.subscriptions.get(&id, &caller, now)?;
    let update = Update::read(&body, now)?;
    if let Some(url) = &update.notification_url
        && *url != before.target.url
    {
        validate(&state, url).await?;
    }
    let subscription = state.subscriptions.update(&id, update, &caller, now)?;
    let body = with_context(&state, subscription.to_json(), "subscriptions/$entity");
    Ok(Json(body))
}

async fn remove(
    Shared(state): Shared<Arc<State>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, GraphError> {
    pace(&state, &caller, WRITES)?;
    state.subscriptions.remove(&id, &caller, Timestamp::now())?;
    Ok(StatusCode::NO_CONTENT)
}

async fn reauthorize(
    Shared(state): Shared<Arc<State>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, GraphError> {
    pace(&state, &caller, REAUTHORIZES)?;
    state.subscriptions.get(&id, &caller, Timestamp::now())?;
    Ok(StatusCode::OK)
}

async fn validate(state: &State, url: &str) -> Result<(), GraphError> {
    count(&state.counters.handshakes);
    handshake::validate(state.sender.client(), url, state.config.handshake_deadline).await
}

fn pace(state: &State, caller: &Caller, limits: (Limit, Limit)) -> Result<(), GraphError> {
    let app_and_tenant = format!("{} {}", caller.app_id, caller.tenant_id);
    let limits = [
        (limits.0, app_and_tenant.as_str()),
        (limits.1, caller.app_id.as_str()),
    ];
    state
        .rates
        .count(Instant::now(), &limits)
        .map_err(|seconds| GraphError::throttled(StatusCode::TOO_MANY_REQUESTS, seconds))
}

fn with_context(state: &State, mut body: Value, what: &str) -> Value {
    if let Some(members) = body.as_object_mut() {
        let context = format!("{}/v1.0/$metadata#{what}", state.url);
        members.insert("@odata.context".into(), context.into());
    }
    body
}
