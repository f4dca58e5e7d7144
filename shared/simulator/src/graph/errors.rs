//! Graph's error body.

use super::headers::RequestIds;
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header::RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde_json::json;

/// An answer that is not a success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GraphErrorResponse {
    /// HTTP status.
    pub status: StatusCode,
    /// `error.code`
    pub code: &'static str,
    /// `error.message`
    pub message: String,
    /// `error.innerError.code`
    pub inner_code: Option<&'static str>,
    /// `Retry-After` in seconds.
    pub retry_after: Option<u64>,
}

impl GraphErrorResponse {
    pub(super) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            inner_code: None,
            retry_after: None,
        }
    }

    /// 400 `InvalidRequest`
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "InvalidRequest", message)
    }

    /// 400 `BadRequest`: an application's token has no user.
    pub fn no_user() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "BadRequest",
            "/me request is only valid with delegated authentication flow.",
        )
    }

    /// 401 `InvalidAuthenticationToken`
    pub fn unauthenticated(message: impl Into<String>) -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "InvalidAuthenticationToken",
            message,
        )
    }

    /// 403 `Forbidden`: the organisation's administrators took the consent back.
    pub fn no_consent() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "Forbidden",
            "Missing role permissions on the request.",
        )
    }

    /// 403 `Forbidden`: none of the permissions that a GET takes is in the token.
    pub fn missing_role(one_of: &[&str], roles: &[String]) -> Self {
        let (one_of, roles) = (one_of.join(", "), roles.join(", "));
        Self::new(
            StatusCode::FORBIDDEN,
            "Forbidden",
            format!(
                "Missing role permissions on the request. API requires one of '{one_of}'. Roles on the request '{roles}'."
            ),
        )
    }

    /// 403 `Authorization_RequestDenied`, as the directory answers.
    pub fn denied() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "Authorization_RequestDenied",
            "Insufficient privileges to complete the operation.",
        )
    }

    /// 404 `Request_ResourceNotFound`, as the directory answers.
    pub fn not_in_directory(id: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "Request_ResourceNotFound",
            format!("Resource '{id}' does not exist."),
        )
    }

    /// 404 `ResourceNotFound`: no such subscription.
    pub fn gone() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "ResourceNotFound",
            "The object was not found.",
        )
    }

    /// 404 `NotFound`, as Teams answers for its resources.
    pub fn no_resource() -> Self {
        Self::new(StatusCode::NOT_FOUND, "NotFound", "NotFound")
    }

    /// 405, where a path is there and the method is not.
    pub fn no_method() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "Request_BadRequest",
            "Specified HTTP method is not allowed for the request target.",
        )
    }

    /// 403 `Forbidden`: the organisation has turned the reading of transcripts off.
    pub fn transcripts_disabled() -> Self {
        Self {
            inner_code: Some("GraphAccessToTranscriptsDisabled"),
            ..Self::new(
                StatusCode::FORBIDDEN,
                "Forbidden",
                "Reading transcripts by Graph is turned off in this tenant.",
            )
        }
    }

    /// 406: the `Accept` of the request names nothing that the answer could be.
    pub fn not_acceptable() -> Self {
        Self::new(
            StatusCode::NOT_ACCEPTABLE,
            "NotAcceptable",
            "This service doesn't support the format requested in the Accept header.",
        )
    }

    /// 429 or another status with `Retry-After`.
    pub fn throttled(status: StatusCode, seconds: u64) -> Self {
        Self::unavailable(status, Some(seconds))
    }

    /// 429 or 5xx, with `Retry-After` where there are `seconds`.
    pub fn unavailable(status: StatusCode, seconds: Option<u64>) -> Self {
        let (code, message) = match status {
            StatusCode::TOO_MANY_REQUESTS => ("TooManyRequests", "Too many requests"),
            StatusCode::INTERNAL_SERVER_ERROR => ("InternalServerError", "An error has occurred"),
            StatusCode::BAD_GATEWAY => ("BadGateway", "The gateway got no valid answer"),
            StatusCode::GATEWAY_TIMEOUT => ("GatewayTimeout", "The gateway got no answer in time"),
            _ => ("ServiceUnavailable", "The service is unavailable"),
        };
        Self {
            retry_after: seconds,
            ..Self::new(status, code, message)
        }
    }

    /// The answer at that time to the request of these ids.
    pub(super) fn answer(self, now: Timestamp, ids: &RequestIds) -> Response {
        let mut inner = json!({
            "date": now.strftime("%Y-%m-%dT%H:%M:%S").to_string(),
            "request-id": ids.request,
            "client-request-id": ids.client,
        });
        if let (Some(code), Some(members)) = (self.inner_code, inner.as_object_mut()) {
            members.insert("code".into(), code.into());
        }
        let error = json!({ "code": self.code, "message": self.message, "innerError": inner });
        let mut response = (self.status, Json(json!({ "error": error }))).into_response();
        if let Some(seconds) = self.retry_after {
            let seconds = HeaderValue::from(seconds);
            response.headers_mut().insert(RETRY_AFTER, seconds);
        }
        response
    }
}

impl IntoResponse for GraphErrorResponse {
    /// Without a body, which says what time it is: the gate that all answers pass makes it.
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}
