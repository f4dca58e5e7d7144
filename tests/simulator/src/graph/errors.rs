//! Graph's error body.

use crate::ids;
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header::RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde_json::json;

/// An answer that is not a success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GraphError {
    /// HTTP status.
    pub status: StatusCode,
    /// `error.code`
    pub code: &'static str,
    /// `error.message`
    pub message: String,
    /// `Retry-After` in seconds.
    pub retry_after: Option<u64>,
}

impl GraphError {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            retry_after: None,
        }
    }

    /// 400 `InvalidRequest`
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "InvalidRequest", message)
    }

    /// 401 `InvalidAuthenticationToken`
    pub fn unauthenticated(message: impl Into<String>) -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "InvalidAuthenticationToken",
            message,
        )
    }

    /// 403 `Forbidden`: a quota is used up.
    pub fn quota(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "Forbidden", message)
    }

    /// 403 `Forbidden`: the organisation's administrators took the consent back.
    pub fn no_consent() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "Forbidden",
            "Missing role permissions on the request.",
        )
    }

    /// 403 `Forbidden`: the token has none of the permissions that would do.
    pub fn missing_role(one_of: &[&str], roles: &[String]) -> Self {
        let (one_of, roles) = (one_of.join(", "), roles.join(", "));
        Self::new(
            StatusCode::FORBIDDEN,
            "Forbidden",
            format!(
                "Missing role permissions on the request. API requires one of '{one_of}'. \
                 Roles on the request '{roles}'."
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

    /// 409: there is such a subscription.
    pub fn duplicate(id: &str) -> Self {
        Self::new(
            StatusCode::CONFLICT,
            "ExtensionError",
            format!("Subscription Id {id} already exists for the requested combination"),
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

    /// The answer at that time.
    pub(super) fn answer(self, now: Timestamp) -> Response {
        let request_id = ids::guid(&mut rand::rng());
        let body = json!({
            "error": {
                "code": self.code,
                "message": self.message,
                "innerError": {
                    "date": now.strftime("%Y-%m-%dT%H:%M:%S").to_string(),
                    "request-id": request_id,
                    "client-request-id": request_id,
                },
            },
        });
        let mut response = (self.status, Json(body)).into_response();
        let headers = response.headers_mut();
        if let Some(seconds) = self.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Ok(request_id) = HeaderValue::from_str(&request_id) {
            headers.insert("request-id", request_id);
        }
        response
    }
}

impl IntoResponse for GraphError {
    /// Without a body, which says what time it is: the gate that all answers pass makes it.
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}
