//! The reasons why Entra gives no token, in its own words and numbers.

use crate::ids;
use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde_json::json;

/// The reason why no token is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    Tenant,
    GrantType,
    App,
    AppDisabled,
    NoProof,
    Secret,
    SecretExpired,
    Scope,
    Malformed,
    OtherApp,
    Audience,
    Time,
    Certificate,
    Issuer,
    Subject,
    ExchangeAudience,
    IssuerKey,
    Failed,
}

impl Refusal {
    /// Those that can be asked for: what is wrong with an application, or its tenant.
    const ON_DEMAND: [Self; 6] = [
        Self::Tenant,
        Self::App,
        Self::AppDisabled,
        Self::Secret,
        Self::SecretExpired,
        Self::Certificate,
    ];

    /// The one with this number, if it can be asked for.
    pub(crate) fn on_demand(number: u32) -> Option<Self> {
        let mut all = Self::ON_DEMAND.into_iter();
        all.find(|refusal| refusal.parts().2 == number)
    }

    /// Status, OAuth error, number and text.
    fn parts(self) -> (StatusCode, &'static str, u32, &'static str) {
        const BAD: StatusCode = StatusCode::BAD_REQUEST;
        const DENIED: StatusCode = StatusCode::UNAUTHORIZED;
        let client = "invalid_client";
        match self {
            Self::Tenant => (BAD, "invalid_request", 90002, "The tenant was not found."),
            Self::GrantType => (
                BAD,
                "unsupported_grant_type",
                70003,
                "The grant type is not supported.",
            ),
            Self::App => (
                BAD,
                "unauthorized_client",
                700_016,
                "The application was not found in the tenant.",
            ),
            Self::AppDisabled => (
                BAD,
                "unauthorized_client",
                7_000_112,
                "The application is disabled.",
            ),
            Self::NoProof => (
                DENIED,
                client,
                7_000_216,
                "A secret or an assertion is required for client credentials.",
            ),
            Self::Secret => (DENIED, client, 7_000_215, "Invalid client secret provided."),
            Self::SecretExpired => (
                DENIED,
                client,
                7_000_222,
                "The provided client secret keys are expired.",
            ),
            Self::Scope => (
                BAD,
                "invalid_scope",
                1_002_012,
                "The scope must end in /.default for client credentials.",
            ),
            Self::Malformed => (
                BAD,
                "invalid_request",
                50027,
                "The JWT is invalid or malformed.",
            ),
            Self::OtherApp => (
                DENIED,
                client,
                700_021,
                "The assertion is another application's than client_id.",
            ),
            Self::Audience => (
                DENIED,
                client,
                700_023,
                "The audience of the assertion is not this endpoint.",
            ),
            Self::Time => (
                DENIED,
                client,
                700_024,
                "The assertion is not within its valid time range.",
            ),
            Self::Certificate => (
                DENIED,
                client,
                700_027,
                "The certificate that signed the assertion is not registered.",
            ),
            Self::Issuer => (
                DENIED,
                client,
                700_211,
                "No federated identity record matches the issuer of the assertion.",
            ),
            Self::ExchangeAudience => (
                DENIED,
                client,
                700_212,
                "No federated identity record matches the audience of the assertion.",
            ),
            Self::Subject => (
                DENIED,
                client,
                700_213,
                "No federated identity record matches the subject of the assertion.",
            ),
            Self::IssuerKey => (
                DENIED,
                client,
                7_000_272,
                "The key that signed the assertion is not one of its issuer's.",
            ),
            Self::Failed => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "server_error",
                90033,
                "A transient error has occurred.",
            ),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, error, code, text) = self.parts();
        let mut rng = rand::rng();
        let (trace, correlation) = (ids::guid(&mut rng), ids::guid(&mut rng));
        let at = Timestamp::now().strftime("%Y-%m-%d %H:%M:%SZ").to_string();
        let description = format!(
            "AADSTS{code}: {text} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {at}"
        );
        let body = json!({
            "error": error,
            "error_description": description,
            "error_codes": [code],
            "timestamp": at,
            "trace_id": trace,
            "correlation_id": correlation,
            "error_uri": format!("https://login.microsoftonline.com/error?code={code}"),
        });
        (status, Json(body)).into_response()
    }
}
