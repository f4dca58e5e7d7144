//! The head of an answer: what Graph says of itself in each one, whatever was asked.

use crate::ids;
use axum::http::header::{DATE, STRICT_TRANSPORT_SECURITY, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;

const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");
const CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("client-request-id");
const DIAGNOSTIC: HeaderName = HeaderName::from_static("x-ms-ags-diagnostic");

/// The machine of Graph's that answered.
const MACHINE: HeaderValue = HeaderValue::from_static(
    "{\"ServerInfo\":{\"DataCenter\":\"West Europe\",\"Slice\":\"E\",\"Ring\":\"5\",\
     \"ScaleUnit\":\"000\",\"RoleInstance\":\"SIMULATOR\"}}",
);

/// The place to get a token; every 401 names it.
const CHALLENGE: HeaderValue = HeaderValue::from_static(
    "Bearer realm=\"\", \
     authorization_uri=\"https://login.microsoftonline.com/common/oauth2/authorize\", \
     client_id=\"00000003-0000-0000-c000-000000000000\"",
);

/// The two names of a request: Graph's, and the caller's, which is Graph's where there is none.
#[derive(Debug, Clone)]
pub(super) struct RequestIds {
    /// `request-id`
    pub(super) request: String,
    /// `client-request-id`
    pub(super) client: String,
}

impl RequestIds {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let request = ids::guid(&mut rand::rng());
        let client = headers
            .get(CLIENT_REQUEST_ID)
            .and_then(|value| value.to_str().ok());
        Self {
            client: client.map_or_else(|| request.clone(), str::to_owned),
            request,
        }
    }
}

/// Adds what every answer carries, and what a refused token needs.
pub(super) fn stamp(response: &mut Response, ids: &RequestIds, now: Timestamp) {
    let unauthenticated = response.status() == StatusCode::UNAUTHORIZED;
    let date = DateTimePrinter::new().timestamp_to_rfc9110_string(&now);
    let texts = [
        (REQUEST_ID, Some(ids.request.clone())),
        (CLIENT_REQUEST_ID, Some(ids.client.clone())),
        (DATE, date.ok()),
    ];
    let headers = response.headers_mut();
    for (name, text) in texts {
        if let Some(value) = text.and_then(|text| HeaderValue::from_str(&text).ok()) {
            headers.insert(name, value);
        }
    }
    headers.insert(DIAGNOSTIC, MACHINE);
    headers.insert(
        STRICT_TRANSPORT_SECURITY,
        HeaderValue::from_static("max-age=31536000"),
    );
    if unauthenticated {
        headers.insert(WWW_AUTHENTICATE, CHALLENGE);
    }
}
