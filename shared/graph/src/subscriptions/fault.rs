//! What Graph says where it does not do what was asked.

use crate::access_token::AccessFault;
use reqwest::StatusCode;
use serde::Deserialize;
use std::time::Duration;

/// Why a call came to nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallFault {
    /// It is not there, or not any more.
    #[error("the subscription does not exist")]
    Gone,
    /// There is one to the same resource and changes; its id, where Graph named it.
    #[error("there is such a subscription already")]
    Exists(Option<String>),
    /// The app has no permission to the resource, or no longer.
    #[error("the app has no permission: {0}")]
    NoConsent(Refusal),
    /// A quota is used up (GRAPH-35).
    #[error("a quota is used up: {0}")]
    Quota(Refusal),
    /// Graph, or our own pacing, asks to wait.
    #[error("the tenant is throttled")]
    Throttled(Duration),
    /// Graph or Entra can't be asked at the moment.
    #[error("Graph is not available")]
    Unavailable(Option<Duration>),
    /// Refused for another reason: 400 for what is against the rules.
    #[error("Graph refused the request: {0}")]
    Refused(Refusal),
    /// Entra refused our credentials.
    #[error("Entra refused the credentials")]
    CredentialsRefused,
    /// No credentials for that tenant.
    #[error("no credentials are known for this tenant")]
    NoCredentials,
    /// An answer that is too large, or not of the documented form.
    #[error("the answer of Graph can't be read")]
    Unreadable,
    /// There is no time left to begin the call.
    #[error("there is no time left")]
    NoTime,
}

/// A refusal in Graph's words. They may name resources: for the person who asked, not for logs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{status} {code} {message}")]
pub struct Refusal {
    /// HTTP status.
    pub status: u16,
    /// `error.code`
    pub code: String,
    /// `error.message`
    pub message: String,
}

/// Longest text of Graph's that is passed on, in characters.
const TEXT_CHARS: usize = 500;

#[derive(Deserialize, Default)]
struct ErrorBody {
    #[serde(default)]
    error: ErrorMembers,
}

#[derive(Deserialize, Default)]
struct ErrorMembers {
    #[serde(default)]
    code: String,
    #[serde(default)]
    message: String,
}

impl CallFault {
    /// The name used in metrics, logs and answers.
    pub const fn label(&self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::Exists(_) => "exists",
            Self::NoConsent(_) => "no-consent",
            Self::Quota(_) => "quota",
            Self::Throttled(_) => "throttled",
            Self::Unavailable(_) => "graph-unavailable",
            Self::Refused(_) => "refused",
            Self::CredentialsRefused => "credentials-refused",
            Self::NoCredentials => "no-credentials",
            Self::Unreadable => "unreadable",
            Self::NoTime => "no-time",
        }
    }

    /// The HTTP status, where that says more than the label.
    pub const fn status(&self) -> Option<u16> {
        match self {
            Self::NoConsent(refusal) | Self::Quota(refusal) | Self::Refused(refusal) => {
                Some(refusal.status)
            }
            _ => None,
        }
    }

    pub(super) fn of(status: StatusCode, wait: Option<Duration>, body: &[u8]) -> Self {
        const UNASKED_WAIT: Duration = Duration::from_secs(10);
        let error = serde_json::from_slice::<ErrorBody>(body).unwrap_or_default();
        let refusal = Refusal {
            status: status.as_u16(),
            code: plain(&error.error.code),
            message: plain(&error.error.message),
        };
        match status {
            StatusCode::NOT_FOUND | StatusCode::GONE => Self::Gone,
            StatusCode::CONFLICT => Self::Exists(id_in(&refusal.message)),
            StatusCode::FORBIDDEN if is_quota(&refusal.message) => Self::Quota(refusal),
            StatusCode::FORBIDDEN => Self::NoConsent(refusal),
            StatusCode::TOO_MANY_REQUESTS => Self::Throttled(wait.unwrap_or(UNASKED_WAIT)),
            status if status.is_server_error() => Self::Unavailable(wait),
            _ => Self::Refused(refusal),
        }
    }
}

impl From<AccessFault> for CallFault {
    fn from(fault: AccessFault) -> Self {
        match fault {
            AccessFault::NoCredentials => Self::NoCredentials,
            AccessFault::Refused { .. } => Self::CredentialsRefused,
            AccessFault::Unavailable(_) => Self::Unavailable(None),
        }
    }
}

/// Both refusals are 403; only the message tells them apart.
fn is_quota(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    ["limit", "quota", "maximum"]
        .iter()
        .any(|word| message.contains(word))
}

/// The GUID in `Subscription Id <guid> already exists for the requested combination`.
fn id_in(message: &str) -> Option<String> {
    let id = message
        .split(|char: char| !char.is_ascii_hexdigit() && char != '-')
        .find(|word| word.parse::<teamwire_payload::TenantId>().is_ok())?;
    Some(id.to_owned())
}

fn plain(text: &str) -> String {
    text.chars()
        .filter(|char| !char.is_control())
        .take(TEXT_CHARS)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(status: u16, message: &str) -> CallFault {
        let body = serde_json::json!({"error": {"code": "c", "message": message}});
        CallFault::of(
            StatusCode::from_u16(status).unwrap(),
            None,
            body.to_string().as_bytes(),
        )
    }

    #[test]
    fn a_conflict_names_the_subscription_there_is() {
        let id = "7f105c7d-2dc5-4530-97cd-4e7ae6534c07";
        let said = format!("Subscription Id {id} already exists for the requested combination");
        assert_eq!(fault(409, &said), CallFault::Exists(Some(id.to_owned())));
        assert_eq!(fault(409, "Conflict."), CallFault::Exists(None));
    }

    #[test]
    fn a_quota_and_a_missing_permission_are_told_apart_by_their_words() {
        for (message, label) in [
            (
                "The organization has reached its limit of subscriptions.",
                "quota",
            ),
            ("Maximum number of subscriptions exceeded.", "quota"),
            (
                "Insufficient privileges to complete the operation.",
                "no-consent",
            ),
            ("", "no-consent"),
        ] {
            assert_eq!(fault(403, message).label(), label, "{message}");
        }
    }

    #[test]
    fn an_answer_without_the_documented_body_is_known_by_its_status() {
        for (status, label) in [
            (400, "refused"),
            (404, "gone"),
            (410, "gone"),
            (429, "throttled"),
            (500, "graph-unavailable"),
            (504, "graph-unavailable"),
            (302, "refused"),
        ] {
            let fault = CallFault::of(StatusCode::from_u16(status).unwrap(), None, b"<html>");
            assert_eq!(fault.label(), label, "{status}");
        }
    }
}
