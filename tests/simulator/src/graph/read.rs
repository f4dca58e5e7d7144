//! GET of what is there: one resource, a list of them, the content of a transcript or recording.

use super::directory;
use super::errors::GraphError;
use super::list::Collection;
use super::pace;
use super::query::Query;
use crate::change;
use crate::entra::tokens::Caller;
use crate::path::Segments;
use crate::state::{State, count};
use crate::world::{Content, Tenant};
use axum::Json;
use axum::extract::{RawQuery, State as Shared};
use axum::http::{StatusCode, Uri, header::CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::sync::Arc;
use std::time::Instant;

const JSON: &str = "application/json;odata.metadata=minimal;charset=utf-8";

pub(super) async fn resource(
    Shared(state): Shared<Arc<State>>,
    caller: Caller,
    RawQuery(query): RawQuery,
    uri: Uri,
) -> Result<Response, GraphError> {
    if let Some((version, app_id)) = named_app(&uri) {
        return directory::service_principal(&state, &caller, version, &app_id);
    }
    count(&state.counters.resource_gets);
    if let Some((status, seconds)) = state.trouble.meet(&caller.tenant_id) {
        count(&state.counters.throttled);
        return Err(GraphError::throttled(status, seconds));
    }
    let path = uri.path().trim_start_matches('/');
    let (version, path) = path.split_once('/').unwrap_or((path, ""));
    let segments = Segments::parse(path).ok_or_else(GraphError::no_resource)?;
    if state.config.throttle {
        pace::count(&state.rates, &caller, &segments, Instant::now()).map_err(|seconds| {
            count(&state.counters.throttled);
            GraphError::throttled(StatusCode::TOO_MANY_REQUESTS, seconds)
        })?;
    }
    let query = query.unwrap_or_default();
    let mut world = state.world();
    let tenant = world.tenant(&caller.tenant_id);
    if tenant.transcripts_disabled && is_transcript(&segments) {
        return Ok(transcripts_disabled());
    }
    if let Some(collection) = Collection::at(&segments) {
        let here = format!("{}/{version}", state.url);
        let body = collection.list(tenant, &here, version, &query)?;
        return Ok(([(CONTENT_TYPE, JSON)], body).into_response());
    }
    let expand = Query::read(&query)?.expand;
    one(tenant, version, &segments, &expand).ok_or_else(GraphError::no_resource)
}

fn named_app(uri: &Uri) -> Option<(&str, String)> {
    let (version, path) = uri.path().trim_start_matches('/').split_once('/')?;
    Some((version, directory::app_in(path)?))
}

fn one(tenant: &Tenant, version: &str, address: &Segments, expand: &str) -> Option<Response> {
    let names: Vec<&str> = address.iter().collect();
    match names.as_slice() {
        [.., "content"] => content(tenant, address),
        // A member who is there through another team is only in the list.
        [.., "allMembers", _] => None,
        _ => {
            let found = tenant.find(address)?;
            let version = format!("{version}/");
            let resource = tenant.expanded(found, expand);
            let body = change::with_context(&version, &found.context, &resource);
            Some(([(CONTENT_TYPE, JSON)], body).into_response())
        }
    }
}

fn content(tenant: &Tenant, path: &Segments) -> Option<Response> {
    Some(match tenant.content(&path.parent()?)? {
        Content::Transcript(text) => ([(CONTENT_TYPE, "text/vtt")], text).into_response(),
        Content::Recording(bytes) => ([(CONTENT_TYPE, "video/mp4")], bytes).into_response(),
    })
}

fn is_transcript(path: &Segments) -> bool {
    path.iter()
        .any(|name| name == "transcripts" || name.starts_with("getAllTranscripts"))
}

/// The organisation has turned the reading of transcripts off.
fn transcripts_disabled() -> Response {
    let body = json!({
        "error": {
            "code": "Forbidden",
            "message": "Reading transcripts by Graph is turned off in this tenant.",
            "innerError": { "code": "GraphAccessToTranscriptsDisabled" },
        },
    });
    (StatusCode::FORBIDDEN, Json(body)).into_response()
}
