//! The head of an answer: what Graph says of itself in each one, whatever was asked.

use crate::ids;
use axum::http::header::{ACCEPT, DATE, STRICT_TRANSPORT_SECURITY, WWW_AUTHENTICATE};
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

/// True if a caller takes an answer of this type, `application/json` for example. One that says
/// nothing takes any.
pub(super) fn accepts(headers: &HeaderMap, kind: &str) -> bool {
    let (group, _) = kind.split_once('/').unwrap_or((kind, ""));
    let mut ranges = headers
        .get_all(ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|range| {
            let mut parts = range.split(';').map(str::trim);
            let name = parts.next().unwrap_or_default().to_ascii_lowercase();
            let mut weights = parts.filter_map(|part| part.strip_prefix("q="));
            let refused = weights.any(|weight| weight.parse() == Ok(0.0));
            (name, refused)
        })
        .peekable();
    let fits = |name: &str| {
        name == "*/*" || name == kind || name.strip_suffix("/*").is_some_and(|of| of == group)
    };
    ranges.peek().is_none() || ranges.any(|(name, refused)| fits(&name) && !refused)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_taken_by_who_names_it_or_a_range_that_has_it() {
        for (values, expected) in [
            (&[][..], true),
            (&["*/*"], true),
            (&["application/json"], true),
            (&["Application/JSON;odata.metadata=minimal"], true),
            (&["text/html, application/*;q=0.8"], true),
            (&["text/html", "application/json"], true),
            (&["text/html"], false),
            (&["application/xml, text/*"], false),
            (&["application/json;q=0"], false),
            (&["application/jsonp"], false),
        ] {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(ACCEPT, HeaderValue::from_static(value));
            }
            assert_eq!(
                accepts(&headers, "application/json"),
                expected,
                "{values:?}"
            );
        }
    }
}
