//! The present state of the world, additions to it, and the artefacts of meetings.

use super::{Refusal, said};
use crate::graph::resources;
use crate::state::State;
use axum::Json;
use axum::extract::{Query, State as Shared};
use axum::http::StatusCode;
use rand::SeedableRng;
use rand::rngs::StdRng;
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

/// The resources to add.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct There {
    tenant: String,
    /// Paths, as subscriptions name them: everything with an id in them.
    resources: Vec<String>,
}

/// Lets chats, teams, channels, people, meetings, calls and apps be there.
pub(super) async fn bring_about(
    Shared(state): Shared<Arc<State>>,
    Json(there): Json<There>,
) -> Result<StatusCode, Refusal> {
    let tenant_id = known(&state, &there.tenant)?;
    let mut rng = StdRng::seed_from_u64(0);
    for resource in &there.resources {
        let nothing = || Refusal::invalid(format!("nothing can be there by {resource}"));
        let (_, scope) = resources::find(resource).ok_or_else(nothing)?;
        let mut world = state.world();
        let brought = world.tenant(tenant_id).bring_about(&scope, &mut rng);
        brought.map_err(|_| nothing())?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// The behaviour of a tenant's meetings from now on.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Meetings {
    tenant: String,
    #[serde(default)]
    transcripts_disabled: Option<bool>,
    #[serde(default)]
    attribution_disabled: Option<bool>,
    /// The organizers whose meetings the app may read; null for everybody.
    #[serde(default, with = "said")]
    granted_organizers: Option<Option<Vec<String>>>,
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
    let of_tenant = &mut world.tenant(tenant_id).meetings;
    if let Some(disabled) = meetings.transcripts_disabled {
        of_tenant.transcripts_disabled = disabled;
    }
    if let Some(disabled) = meetings.attribution_disabled {
        of_tenant.attribution_disabled = disabled;
    }
    if let Some(granted) = meetings.granted_organizers {
        let lower = |ids: Vec<String>| ids.iter().map(|id| id.to_ascii_lowercase()).collect();
        of_tenant.granted_organizers = granted.map(lower);
    }
    if let Some(bytes) = meetings.recording_bytes {
        of_tenant.recording_bytes = bytes;
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
