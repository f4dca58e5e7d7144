//! The refusal of a subscription by Teams: Graph hands the refusal on as an `ExtensionError`, with
//! the status of Teams in the message. That of the answer may be another.

use super::errors::GraphErrorResponse;
use crate::world::MissingEntity;
use axum::http::StatusCode;

const CODE: &str = "ExtensionError";

/// A refusal with a status of its own in it, such as `NotFound`.
fn refused(answer: StatusCode, inner: &str, reason: &str) -> GraphErrorResponse {
    let message = format!("Operation: Create; Exception: [Status Code: {inner}; Reason: {reason}]");
    GraphErrorResponse::new(answer, CODE, message)
}

/// 500 for what only a user can subscribe to: the same again brings the same answer.
pub(super) fn not_supported() -> GraphErrorResponse {
    GraphErrorResponse::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        CODE,
        "Operation: Create; Exception: [Specified method is not supported.]",
    )
}

/// 403: the token has none of the permissions that would do.
pub(super) fn missing_role(one_of: &[&str]) -> GraphErrorResponse {
    let one_of = one_of.join(",");
    let reason = format!(
        "Required permissions to access the subscription's resource, one of ('{one_of}'), is missing."
    );
    refused(StatusCode::FORBIDDEN, "Unauthorized", &reason)
}

/// 403: a quota is used up.
pub(super) fn quota(reason: &str) -> GraphErrorResponse {
    refused(StatusCode::FORBIDDEN, "Forbidden", reason)
}

/// 404: what the subscription names is not there; 400: it can't be.
pub(super) fn absent(absence: MissingEntity) -> GraphErrorResponse {
    match absence {
        MissingEntity::Unknown(what) => {
            let reason = format!("The requested {what} was not found.");
            refused(StatusCode::NOT_FOUND, "NotFound", &reason)
        }
        MissingEntity::Malformed => refused(
            StatusCode::BAD_REQUEST,
            "BadRequest",
            "Unexpected id format.",
        ),
    }
}

/// Trouble that a creation meets, as Teams tells it: Graph answers 403, and what it was is within.
pub(super) fn passed_on(trouble: GraphErrorResponse) -> GraphErrorResponse {
    let name = trouble.status.canonical_reason().unwrap_or_default();
    let name: String = name.split_whitespace().collect();
    GraphErrorResponse {
        retry_after: trouble.retry_after,
        ..refused(StatusCode::FORBIDDEN, &name, &trouble.message)
    }
}

/// 409: there is such a subscription.
pub(super) fn duplicate(id: &str) -> GraphErrorResponse {
    GraphErrorResponse::new(
        StatusCode::CONFLICT,
        CODE,
        format!("Subscription Id {id} already exists for the requested combination"),
    )
}
