//! The token endpoint, the key sets and the metadata documents.

use super::tokens::{self, ACCESS_TOKEN_SECONDS, Caller, TokenVersion};
use crate::ids;
use crate::state::{State, count};
use axum::extract::{Form, Path, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

pub(crate) fn router() -> Router<Arc<State>> {
    Router::new()
        .route("/{tenant}/oauth2/v2.0/token", post(token))
        .route("/{tenant}/discovery/keys", get(keys_v1))
        .route("/{tenant}/discovery/v2.0/keys", get(keys_v2))
        .route(
            "/{tenant}/.well-known/openid-configuration",
            get(metadata_v1),
        )
        .route(
            "/{tenant}/v2.0/.well-known/openid-configuration",
            get(metadata_v2),
        )
}

#[derive(Deserialize)]
struct TokenRequest {
    #[serde(default)]
    grant_type: String,
    #[serde(default)]
    client_id: String,
    #[serde(default)]
    client_secret: String,
    #[serde(default)]
    scope: String,
}

async fn token(
    Shared(state): Shared<Arc<State>>,
    Path(tenant): Path<String>,
    Form(request): Form<TokenRequest>,
) -> Response {
    count(&state.counters.token_requests);
    match answer(&state, &tenant, &request) {
        Ok(body) => Json(body).into_response(),
        Err(refusal) => refusal.into_response(),
    }
}

fn answer(state: &State, tenant: &str, request: &TokenRequest) -> Result<Value, Refusal> {
    let config = &state.config;
    if !state.knows_tenant(tenant) {
        return Err(Refusal::Tenant);
    }
    if request.grant_type != "client_credentials" {
        return Err(Refusal::GrantType);
    }
    if !request.client_id.eq_ignore_ascii_case(&config.app_id) {
        return Err(Refusal::App);
    }
    if request.client_secret != config.client_secret {
        return Err(Refusal::Secret);
    }
    if !request.scope.ends_with("/.default") {
        return Err(Refusal::Scope);
    }
    let caller = Caller {
        tenant_id: tenant.to_ascii_lowercase(),
        app_id: config.app_id.clone(),
    };
    let now = Timestamp::now().as_second();
    let token = tokens::access_token(&state.key, &caller, now, &mut rand::rng())
        .map_err(|_| Refusal::Failed)?;
    Ok(json!({
        "token_type": "Bearer",
        "expires_in": ACCESS_TOKEN_SECONDS,
        "ext_expires_in": ACCESS_TOKEN_SECONDS,
        "access_token": token,
    }))
}

/// Why no token is given, with Entra's own numbers.
#[derive(Debug, Clone, Copy)]
enum Refusal {
    Tenant,
    GrantType,
    App,
    Secret,
    Scope,
    Failed,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, error, code, message) = match self {
            Self::Tenant => (400, "invalid_request", 90002, "The tenant was not found."),
            Self::GrantType => (
                400,
                "unsupported_grant_type",
                70003,
                "The grant type is not supported.",
            ),
            Self::App => (
                400,
                "unauthorized_client",
                700_016,
                "The application was not found in the tenant.",
            ),
            Self::Secret => (
                401,
                "invalid_client",
                7_000_215,
                "Invalid client secret provided.",
            ),
            Self::Scope => (
                400,
                "invalid_scope",
                1_002_012,
                "The scope must end in /.default for client credentials.",
            ),
            Self::Failed => (
                500,
                "server_error",
                90033,
                "A transient error has occurred.",
            ),
        };
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut rng = rand::rng();
        let body = json!({
            "error": error,
            "error_description": format!("AADSTS{code}: {message}"),
            "error_codes": [code],
            "timestamp": Timestamp::now().strftime("%Y-%m-%d %H:%M:%SZ").to_string(),
            "trace_id": ids::guid(&mut rng),
            "correlation_id": ids::guid(&mut rng),
        });
        (status, Json(body)).into_response()
    }
}

async fn keys_v1(Shared(state): Shared<Arc<State>>) -> Json<Value> {
    count(&state.counters.key_requests);
    Json(state.key.jwks(None))
}

async fn keys_v2(Shared(state): Shared<Arc<State>>) -> Json<Value> {
    count(&state.counters.key_requests);
    let issuer = tokens::issuer(TokenVersion::V2, "{tenantid}");
    Json(state.key.jwks(Some(&issuer)))
}

async fn metadata_v1(state: Shared<Arc<State>>, tenant: Path<String>) -> Json<Value> {
    Json(metadata(&state, &tenant, TokenVersion::V1))
}

async fn metadata_v2(state: Shared<Arc<State>>, tenant: Path<String>) -> Json<Value> {
    Json(metadata(&state, &tenant, TokenVersion::V2))
}

fn metadata(state: &State, tenant: &str, version: TokenVersion) -> Value {
    let issuer_tenant = if ids::is_guid(tenant) {
        tenant
    } else {
        "{tenantid}"
    };
    let (root, keys) = (
        format!("{}/{tenant}", state.url),
        match version {
            TokenVersion::V1 => "discovery/keys",
            TokenVersion::V2 => "discovery/v2.0/keys",
        },
    );
    json!({
        "issuer": tokens::issuer(version, issuer_tenant),
        "token_endpoint": format!("{root}/oauth2/v2.0/token"),
        "token_endpoint_auth_methods_supported": ["client_secret_post"],
        "jwks_uri": format!("{root}/{keys}"),
        "response_types_supported": ["token"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
    })
}
