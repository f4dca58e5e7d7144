//! The token endpoint, the key sets and the metadata documents.

use super::apps::App;
use super::assertion::{self, Expected};
use super::refusal::Refusal;
use super::tokens::{self, ACCESS_TOKEN_SECONDS, Caller, TokenVersion};
use super::{apps, principals, sts};
use crate::ids;
use crate::state::{State, count};
use axum::extract::{Form, Path, Query, State as Shared};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

pub(crate) fn router() -> Router<Arc<State>> {
    Router::new()
        .merge(apps::router())
        .merge(principals::router())
        .merge(sts::router())
        .route("/{tenant}/oauth2/v2.0/token", post(token))
        .route("/{tenant}/discovery/keys", get(keys_v1))
        .route("/{tenant}/discovery/v2.0/keys", get(keys_v2))
        .route("/common/discovery/instance", get(discovery))
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
    client_secret: Option<String>,
    client_assertion_type: Option<String>,
    client_assertion: Option<String>,
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
    if !state.knows_tenant(tenant) {
        return Err(Refusal::Tenant);
    }
    if let Some(refusal) = state.trouble.refusal(tenant) {
        return Err(refusal);
    }
    if request.grant_type != "client_credentials" {
        return Err(Refusal::GrantType);
    }
    let app = state.apps.find(&request.client_id).ok_or(Refusal::App)?;
    if app.disabled {
        return Err(Refusal::AppDisabled);
    }
    proven(state, tenant, request, &app)?;
    if !request.scope.ends_with("/.default") {
        return Err(Refusal::Scope);
    }
    let caller = Caller {
        tenant_id: tenant.to_ascii_lowercase(),
        app_id: request.client_id.to_ascii_lowercase(),
        roles: if state.trouble.has_no_consent(&tenant.to_ascii_lowercase()) {
            Vec::new()
        } else {
            state.principals.of(tenant).roles().to_vec()
        },
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

/// Checks that it is the application that asks.
fn proven(state: &State, tenant: &str, request: &TokenRequest, app: &App) -> Result<(), Refusal> {
    match (&request.client_secret, &request.client_assertion) {
        (Some(secret), None) if app.secrets.contains(secret) => Ok(()),
        (Some(_), None) => Err(Refusal::Secret),
        (None, Some(assertion)) => {
            if request.client_assertion_type.as_deref() != Some(assertion::TYPE) {
                return Err(Refusal::NoProof);
            }
            let own = |root: &str| format!("{root}/{tenant}/oauth2/v2.0/token");
            let expected = Expected {
                client_id: &request.client_id,
                endpoints: [own("https://login.microsoftonline.com"), own(&state.url)],
                own_keys: state.key.jwks(None),
                now: Timestamp::now().as_second(),
            };
            assertion::check(app, assertion, &expected)
        }
        _ => Err(Refusal::NoProof),
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
        "authorization_endpoint": format!("{root}/oauth2/v2.0/authorize"),
        "token_endpoint": format!("{root}/oauth2/v2.0/token"),
        "token_endpoint_auth_methods_supported":
            ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        "device_authorization_endpoint": format!("{root}/oauth2/v2.0/devicecode"),
        "end_session_endpoint": format!("{root}/oauth2/v2.0/logout"),
        "jwks_uri": format!("{root}/{keys}"),
        "userinfo_endpoint": format!("{}/oidc/userinfo", state.url),
        "kerberos_endpoint": format!("{root}/kerberos"),
        "response_modes_supported": ["query", "fragment", "form_post"],
        "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "claims_supported": ["sub", "iss", "aud", "exp", "iat", "nonce", "tid", "ver"],
        "request_uri_parameter_supported": false,
        "http_logout_supported": true,
        "frontchannel_logout_supported": true,
        "tenant_region_scope": "EU",
        "cloud_instance_name": "microsoftonline.com",
        "cloud_graph_host_name": "graph.windows.net",
        "msgraph_host": "graph.microsoft.com",
        "rbac_url": "https://pas.windows.net",
    })
}

#[derive(Deserialize)]
struct Discovery {
    authorization_endpoint: Option<String>,
}

/// The discovery that libraries do before they trust a login service that they don't know: that it
/// is one, and where its metadata is.
async fn discovery(
    Shared(state): Shared<Arc<State>>,
    Query(asked): Query<Discovery>,
) -> Json<Value> {
    let asked = asked.authorization_endpoint.unwrap_or_default();
    let below = asked.strip_prefix(&state.url).unwrap_or_default();
    let tenant = below.split('/').nth(1).unwrap_or("common");
    let host = state.url.rsplit('/').next();
    Json(json!({
        "tenant_discovery_endpoint":
            format!("{}/{tenant}/v2.0/.well-known/openid-configuration", state.url),
        "api-version": "1.1",
        "metadata": [{ "preferred_network": host, "preferred_cache": host, "aliases": [host] }],
    }))
}
