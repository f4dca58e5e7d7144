//! What is there now, and what meetings leave behind.

use super::Refusal;
use crate::state::State;
use axum::Json;
use axum::extract::{Query, State as Shared};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::sync::Arc;

/// Longest recording, in bytes.
const LONGEST: usize = 256 * 1024 * 1024;

#[derive(Deserialize)]
pub(super) struct Whose {
    tenant: String,
}

/// Everything that can be announced in a tenant and is there: path and version.
pub(super) async fn census(
    Shared(state): Shared<Arc<State>>,
    Query(whose): Query<Whose>,
) -> Result<Json<Map<String, Value>>, Refusal> {
    let tenant_id = known(&state, &whose.tenant)?;
    let census = state.world().tenant(tenant_id).census();
    Ok(Json(census))
}

/// How meetings of a tenant behave from now on.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Meetings {
    tenant: String,
    #[serde(default)]
    transcripts_disabled: Option<bool>,
    #[serde(default)]
    recording_bytes: Option<usize>,
}

pub(super) async fn meetings(
    Shared(state): Shared<Arc<State>>,
    Json(meetings): Json<Meetings>,
) -> Result<StatusCode, Refusal> {
    let tenant_id = known(&state, &meetings.tenant)?;
    if meetings
        .recording_bytes
        .is_some_and(|bytes| bytes > LONGEST)
    {
        let message = format!("recordingBytes is at most {LONGEST}");
        return Err(Refusal::invalid(message));
    }
    let mut world = state.world();
    let tenant = world.tenant(tenant_id);
    if let Some(disabled) = meetings.transcripts_disabled {
        tenant.transcripts_disabled = disabled;
    }
    if let Some(bytes) = meetings.recording_bytes {
        tenant.recording_bytes = bytes;
    }
    Ok(StatusCode::NO_CONTENT)
}

fn known<'a>(state: &State, tenant_id: &'a str) -> Result<&'a str, Refusal> {
    if state.knows_tenant(tenant_id) {
        return Ok(tenant_id);
    }
    let message = format!("there is no tenant {tenant_id}");
    Err(Refusal::invalid(message))
}
