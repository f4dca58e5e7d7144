//! The control side, which only a simulator has: make changes happen, make trouble, let time pass,
//! look at the results.

mod announce;
mod clock;
mod coverage;
mod generate_changes;
mod stats;
mod trouble;
mod world;

use crate::entra::keys::EntraKeyFault;
use crate::ledger::Job;
use crate::path::Segments;
use crate::settings::{Changes, Settings};
use crate::state::State;
use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;
use teamwire_envelope::seal::SealFault;

pub(crate) fn router() -> Router<Arc<State>> {
    Router::new()
        .route("/simulator/announce", post(announce::announce))
        .route("/simulator/happen", post(generate_changes::happen))
        .route("/simulator/jobs/{id}", get(job))
        .route("/simulator/throttle", post(trouble::throttle))
        .route("/simulator/forget", post(forget))
        .route("/simulator/lifecycle", post(trouble::tell_lifecycle))
        .route("/simulator/faults", post(trouble::fault))
        .route("/simulator/clock", get(clock::read).post(clock::advance))
        .route(
            "/simulator/coverage",
            get(coverage::report).post(coverage::begin),
        )
        .route("/simulator/settings", get(settings).post(change_settings))
        .route("/simulator/stats", get(stats::stats))
        .route(
            "/simulator/world",
            get(world::census).post(world::bring_about),
        )
        .route("/simulator/meetings", post(world::meetings))
}

/// Tells null from what is left out.
pub(crate) mod said {
    use serde::{Deserialize, Deserializer};

    pub(crate) fn deserialize<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
        deserializer: D,
    ) -> Result<Option<T>, D::Error> {
        T::deserialize(deserializer).map(Some)
    }
}

/// The reason why the control side refuses; a plain message for the person who asked.
struct Refusal(StatusCode, String);

impl Refusal {
    fn invalid(message: impl Into<String>) -> Self {
        Self(StatusCode::BAD_REQUEST, message.into())
    }

    fn no_subscription(id: &str) -> Self {
        let message = format!("there is no subscription {id}");
        Self(StatusCode::NOT_FOUND, message)
    }
}

impl From<EntraKeyFault> for Refusal {
    fn from(fault: EntraKeyFault) -> Self {
        Self(StatusCode::INTERNAL_SERVER_ERROR, fault.to_string())
    }
}

impl From<SealFault> for Refusal {
    fn from(fault: SealFault) -> Self {
        Self(StatusCode::INTERNAL_SERVER_ERROR, fault.to_string())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.0, Json(json!({ "error": self.1 }))).into_response()
    }
}

async fn job(
    Shared(state): Shared<Arc<State>>,
    Path(id): Path<String>,
) -> Result<Json<Job>, Refusal> {
    let job = state.ledger.get(&id);
    job.map(Json)
        .ok_or_else(|| Refusal(StatusCode::NOT_FOUND, format!("there is no job {id}")))
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
        .ok_or_else(|| Refusal::invalid("resource is not a path"))?;
    for tenant in &state.config.tenants {
        state.world().tenant(tenant).forget(&path);
    }
    Ok(StatusCode::NO_CONTENT)
}

async fn settings(Shared(state): Shared<Arc<State>>) -> Json<Settings> {
    Json(state.settings())
}

async fn change_settings(
    Shared(state): Shared<Arc<State>>,
    Json(changes): Json<Changes>,
) -> Json<Settings> {
    state.change_settings(&changes);
    Json(state.settings())
}
