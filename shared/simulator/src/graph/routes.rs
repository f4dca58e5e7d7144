//! `/subscriptions`, and everything else below a version.

use super::errors::GraphErrorResponse;
use super::rules::{Create, Update};
use super::subscription::SimulatedSubscription;
use super::{extension, gate, handshake, permissions, read};
use crate::entra::tokens::Caller;
use crate::enums;
use crate::state::{State, count};
use axum::body::Bytes;
use axum::extract::{Path, Query, State as Shared};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

pub(crate) fn router(state: &Arc<State>) -> Router<Arc<State>> {
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
    router.layer(from_fn_with_state(Arc::clone(state), gate::pass))
}

async fn create(
    Shared(state): Shared<Arc<State>>,
    caller: Caller,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, GraphErrorResponse> {
    let create = Create {
        all_members: enums::all_are_asked_for(&headers),
        ..Create::read(&body, state.clock.now())?
    };
    create.row.check_api(uri.path())?;
    permissions::check(&create, &caller)?;
    let absence = state
        .world()
        .tenant(&caller.tenant_id)
        .absent(&create.scope);
    if let Some(absence) = absence {
        return Err(extension::absent(absence));
    }
    state
        .subscriptions
        .check(&create, &caller, state.clock.now())?;
    // The same URL twice is asked twice.
    validate(&state, &create.notification_url).await?;
    if let Some(url) = &create.lifecycle_url {
        validate(&state, url).await?;
    }
    let subscription = state
        .subscriptions
        .add(create, &caller, state.clock.now())?;
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
) -> Result<Json<Value>, GraphErrorResponse> {
    let after = match page.skip_token {
        None => String::new(),
        Some(token) => URL_SAFE_NO_PAD
            .decode(token)
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .ok_or_else(|| GraphErrorResponse::invalid("The skip token is not known."))?,
    };
    let size = state.settings().page_size;
    let (page, more) = state
        .subscriptions
        .page(&caller, &after, size, state.clock.now());
    let value: Vec<Value> = page
        .iter()
        .map(SimulatedSubscription::to_list_json)
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
) -> Result<Json<Value>, GraphErrorResponse> {
    let subscription = state.subscriptions.get(&id, &caller, state.clock.now())?;
    let body = with_context(&state, subscription.to_json(), "subscriptions/$entity");
    Ok(Json(body))
}

async fn update(
    Shared(state): Shared<Arc<State>>,
    caller: Caller,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Json<Value>, GraphErrorResponse> {
    let now = state.clock.now();
    let before = state.subscriptions.get(&id, &caller, now)?;
    let update = Update::read(&body, now)?;
    if update.certificate.is_some() && !state.settings().certificate_rotation {
        return Err(GraphErrorResponse::invalid(
            "The property 'encryptionCertificate' can't be changed.",
        ));
    }
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
) -> Result<StatusCode, GraphErrorResponse> {
    state
        .subscriptions
        .remove(&id, &caller, state.clock.now())?;
    Ok(StatusCode::NO_CONTENT)
}

async fn reauthorize(
    Shared(state): Shared<Arc<State>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, GraphErrorResponse> {
    state
        .subscriptions
        .reauthorize(&id, &caller, state.clock.now())?;
    Ok(StatusCode::OK)
}

async fn validate(state: &State, url: &str) -> Result<(), GraphErrorResponse> {
    count(&state.counters.handshakes);
    handshake::validate(state.sender.client(), url, state.config.handshake_deadline).await
}

fn with_context(state: &State, mut body: Value, what: &str) -> Value {
    if let Some(members) = body.as_object_mut() {
        let context = format!("{}/v1.0/$metadata#{what}", state.url);
        members.insert("@odata.context".into(), context.into());
    }
    body
}
