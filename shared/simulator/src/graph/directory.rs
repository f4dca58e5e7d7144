//! The directory's entries of applications: of a service principal, the one property.

use super::errors::GraphErrorResponse;
use crate::entra::principals::may_read_applications;
use crate::entra::tokens::Caller;
use crate::path::percent_decode;
use crate::state::State;
use axum::Json;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// The application in `servicePrincipals(appId='..')`, which stands behind the version.
pub(super) fn app_in(path: &str) -> Option<String> {
    let path = percent_decode(path)?;
    let id = path.strip_prefix("servicePrincipals(appId='")?;
    Some(id.strip_suffix("')")?.to_owned())
}

pub(super) fn service_principal(
    state: &State,
    caller: &Caller,
    version: &str,
    app_id: &str,
) -> Result<Response, GraphErrorResponse> {
    if !may_read_applications(&caller.roles) {
        return Err(GraphErrorResponse::denied());
    }
    if state.apps.find(app_id).is_none() {
        return Err(GraphErrorResponse::not_in_directory(app_id));
    }
    let principal = state.principals.of(&caller.tenant_id);
    let context = format!(
        "{}/{version}/$metadata#servicePrincipals(appRoleAssignmentRequired)/$entity",
        state.url
    );
    let body = json!({
        "@odata.context": context,
        "appRoleAssignmentRequired": principal.assignment_required,
    });
    Ok(Json(body).into_response())
}
