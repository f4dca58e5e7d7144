//! What Graph is told.

use crate::Refusal;
use lambda_http::Response;
use lambda_http::http::{HeaderValue, StatusCode, header};

/// An answer to Graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The handshake token, repeated.
    Handshake(String),
    /// Every authentic item is in SQS (GRAPH-4).
    Accepted,
    /// It is not a request of Graph's.
    Refused(Refusal),
    /// Not everything could be taken; Graph delivers it again. The label says why.
    TryAgain(&'static str),
}

impl Answer {
    /// The name used in metrics.
    pub const fn label(&self) -> &'static str {
        match self {
            Self::Handshake(_) => "handshake",
            Self::Accepted => "accepted",
            Self::Refused(refusal) => refusal.label(),
            Self::TryAgain(label) => label,
        }
    }

    /// The HTTP response: plain text, never sniffed, never cached.
    pub fn into_response(self) -> Response<String> {
        let (status, body) = match self {
            Self::Handshake(token) => (StatusCode::OK, token),
            Self::Accepted => (StatusCode::ACCEPTED, String::new()),
            Self::Refused(refusal) => (refusal.status(), refusal.to_string()),
            Self::TryAgain(_) => (StatusCode::SERVICE_UNAVAILABLE, String::new()),
        };
        let mut response = Response::new(body);
        *response.status_mut() = status;
        let headers = response.headers_mut();
        for (name, value) in [
            (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::CACHE_CONTROL, "no-store"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        if status == StatusCode::METHOD_NOT_ALLOWED {
            headers.insert(header::ALLOW, HeaderValue::from_static("POST"));
        }
        response
    }
}
