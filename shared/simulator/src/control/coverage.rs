//! The coverage of the wanted resources.

use super::Refusal;
use crate::coverage::ExpectedCoverage;
use crate::graph::resources;
use crate::ids;
use crate::state::State;
use axum::Json;
use axum::extract::State as Shared;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Begin {
    wanted: Vec<ExpectedCoverage>,
}

pub(super) async fn begin(
    Shared(state): Shared<Arc<State>>,
    Json(begin): Json<Begin>,
) -> Result<StatusCode, Refusal> {
    for wanted in &begin.wanted {
        if !state.knows_tenant(&wanted.tenant) {
            let message = format!("there is no tenant {}", wanted.tenant);
            return Err(Refusal::invalid(message));
        }
        if resources::find(&wanted.resource).is_none() {
            let message = format!("{} can't be subscribed to", wanted.resource);
            return Err(Refusal::invalid(message));
        }
    }
    let now = state.clock.now();
    state.subscriptions.forget_gone(now);
    state.coverage.begin(begin.wanted, now);
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn report(Shared(state): Shared<Arc<State>>) -> Result<Json<Value>, Refusal> {
    let watch = state.coverage.watch().ok_or_else(|| {
        let message = "nothing is watched for: POST what is wanted first".to_owned();
        Refusal(StatusCode::CONFLICT, message)
    })?;
    let now = state.clock.now();
    Ok(Json(json!({
        "from": ids::date(watch.from),
        "to": ids::date(now),
        "resources": watch.report(&state.subscriptions.served(now), now),
    })))
}
