//! GET of what is there: one resource, a list of them, the content of a transcript or recording.

use super::errors::GraphErrorResponse;
use super::list::Collection;
use super::pace;
use super::query::Query;
use super::resources::names_the_user;
use super::{directory, headers, meetings, permissions};
use crate::change;
use crate::entra::tokens::Caller;
use crate::enums;
use crate::path::Segments;
use crate::state::{State, count};
use crate::world::{Content, Tenant};
use axum::extract::{RawQuery, State as Shared};
use axum::http::{HeaderMap, StatusCode, Uri, header::CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use std::time::Instant;

/// The media type of recordings.
const FILM: &str = "video/mp4";
const JSON: &str = "application/json;odata.metadata=minimal;charset=utf-8";

pub(super) async fn resource(
    Shared(state): Shared<Arc<State>>,
    caller: Caller,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, GraphErrorResponse> {
    if let Some((version, app_id)) = named_app(&uri) {
        return directory::service_principal(&state, &caller, version, &app_id);
    }
    count(&state.counters.resource_gets);
    if let Some((status, seconds)) = state.trouble.meet(&caller.tenant_id) {
        count(&state.counters.throttled);
        return Err(GraphErrorResponse::throttled(status, seconds));
    }
    let path = uri.path().trim_start_matches('/');
    let (version, path) = path.split_once('/').unwrap_or((path, ""));
    if names_the_user(path) {
        return Err(GraphErrorResponse::no_user());
    }
    let segments = Segments::parse(path).ok_or_else(GraphErrorResponse::no_resource)?;
    if state.config.throttle {
        pace::count(&state.rates, &caller, &segments, Instant::now()).map_err(|seconds| {
            count(&state.counters.throttled);
            GraphErrorResponse::throttled(StatusCode::TOO_MANY_REQUESTS, seconds)
        })?;
    }
    permissions::check_reading(&segments, &caller)?;
    let query = query.unwrap_or_default();
    let late_reads = state.settings().late_reads;
    let mut world = state.world();
    let tenant = world.tenant(&caller.tenant_id);
    meetings::check(tenant, &segments)?;
    if let Some(collection) = Collection::at(&segments) {
        let here = format!("{}/{version}", state.url);
        let body = collection.list(tenant, &here, version, &query)?;
        return Ok(json(body, &headers));
    }
    let query = Query::read(&query)?;
    if segments.iter().last() == Some("content") {
        return content(tenant, &segments, &headers, query.format.as_deref());
    }
    query.check(|option| ["$expand", "$select"].contains(&option))?;
    let body = one(tenant, version, &segments, &query, late_reads);
    Ok(json(
        body.ok_or_else(GraphErrorResponse::no_resource)?,
        &headers,
    ))
}

/// A document, with every member of enumerations or with those that everyone knows.
fn json(body: String, headers: &HeaderMap) -> Response {
    if !enums::all_are_asked_for(headers) {
        return ([(CONTENT_TYPE, JSON)], enums::masked(body)).into_response();
    }
    let applied = ("preference-applied", enums::PREFERENCE);
    let content_type = (CONTENT_TYPE.as_str(), JSON);
    ([content_type, applied], body).into_response()
}

fn named_app(uri: &Uri) -> Option<(&str, String)> {
    let (version, path) = uri.path().trim_start_matches('/').split_once('/')?;
    Some((version, directory::app_in(path)?))
}

fn one(
    tenant: &mut Tenant,
    version: &str,
    address: &Segments,
    query: &Query,
    late_reads: f64,
) -> Option<String> {
    // A member who is there through another team is only in the list.
    if let [.., "allMembers", _] = address.iter().collect::<Vec<_>>().as_slice() {
        return None;
    }
    if tenant.is_read_too_early(address, late_reads) {
        return None;
    }
    let found = tenant.find(address)?;
    let version = format!("{version}/");
    let resource = query.selected(tenant.expanded(found, &query.expand));
    Some(change::with_context(&version, &found.context, &resource))
}

fn content(
    tenant: &Tenant,
    path: &Segments,
    headers: &HeaderMap,
    format: Option<&str>,
) -> Result<Response, GraphErrorResponse> {
    let found = path.parent().and_then(|path| tenant.content(&path));
    match found.ok_or_else(GraphErrorResponse::no_resource)? {
        Content::Transcript {
            with_speakers,
            without_speakers,
        } => {
            let named = meetings::names_speakers(tenant, headers, format)?;
            let text = if named {
                with_speakers
            } else {
                without_speakers
            };
            Ok(([(CONTENT_TYPE, meetings::media_type(named))], text).into_response())
        }
        Content::Recording(_) if !headers::accepts(headers, FILM) => {
            Err(GraphErrorResponse::not_acceptable())
        }
        Content::Recording(bytes) => Ok(([(CONTENT_TYPE, FILM)], bytes).into_response()),
    }
}
