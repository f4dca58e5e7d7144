//! The clock: reading it, and letting time pass.

use super::Refusal;
use crate::state::State;
use crate::{ids, lifecycle};
use axum::Json;
use axum::extract::State as Shared;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// Longest jump, in seconds: a year.
const JUMP: u32 = 366 * 24 * 3600;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Advance {
    advance_seconds: u32,
}

pub(super) async fn read(Shared(state): Shared<Arc<State>>) -> Json<Value> {
    Json(now(&state))
}

/// Advances the clock; everything that falls due by the jump is done at its end.
pub(super) async fn advance(
    Shared(state): Shared<Arc<State>>,
    Json(advance): Json<Advance>,
) -> Result<Json<Value>, Refusal> {
    if advance.advance_seconds > JUMP {
        let message = format!("advanceSeconds is at most {JUMP}");
        return Err(Refusal::invalid(message));
    }
    state.clock.advance(advance.advance_seconds);
    let asked = lifecycle::ask_to_reauthorize(&state);
    let mut body = now(&state);
    if let Some(members) = body.as_object_mut() {
        members.insert("askedToReauthorize".into(), json!(asked));
    }
    Ok(Json(body))
}

fn now(state: &State) -> Value {
    json!({ "now": ids::date(state.clock.now()), "aheadSeconds": state.clock.ahead() })
}
