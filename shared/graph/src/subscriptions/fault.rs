//! Graph's refusals of calls.

use crate::access_token::AccessFault;
use crate::answers::{AnswerMeaning, GraphAnswer, GraphCall, GraphError, says};
use std::fmt;
use std::time::Duration;
use teamwire_contract::reason;

/// The reason why a call failed. Where Graph answered, it holds Graph's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallFault {
    /// It is not there, or not any more.
    #[error("the subscription does not exist{}", said(.0))]
    Gone(Option<SubscriptionRefusal>),
    /// There is one to the same resource and changes; its id, where Graph named it.
    #[error("there is such a subscription already: {1}")]
    Exists(Option<String>, SubscriptionRefusal),
    /// The app has no permission to the resource, or no longer.
    #[error("the app has no permission: {0}")]
    NoConsent(SubscriptionRefusal),
    /// A quota is used up (GRAPH-35).
    #[error("a quota is used up: {0}")]
    Quota(SubscriptionRefusal),
    /// Graph, or our own pacing, asks to wait.
    #[error("the tenant is throttled{}", said(.1))]
    Throttled(Duration, Option<SubscriptionRefusal>),
    /// Graph or Entra can't be asked at the moment.
    #[error("Graph is not available{}", said(.1))]
    Unavailable(Option<Duration>, Option<SubscriptionRefusal>),
    /// Our endpoint did not answer Graph's validation request: none can be made.
    #[error("Graph refused the request: {0}")]
    Handshake(SubscriptionRefusal),
    /// Refused for another reason: 400 for what is against the rules.
    #[error("Graph refused the request: {0}")]
    Refused(SubscriptionRefusal),
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriptionRefusal {
    /// HTTP status, of the service behind Graph where Graph passes that on.
    pub status: u16,
    /// `error.code`
    pub code: String,
    /// `error.message`
    pub message: String,
}

impl fmt::Display for SubscriptionRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = [self.code.as_str(), self.message.as_str()];
        write!(f, "{}", self.status)?;
        let mut words = words.iter().filter(|words| !words.is_empty());
        words.try_for_each(|words| write!(f, " {words}"))
    }
}

impl SubscriptionRefusal {
    /// True if it is about the tenant as a whole, and not about one resource in it.
    pub fn is_of_tenant(&self) -> bool {
        let says = |all: &[&str]| all.iter().any(|words| says(&self.message, words));
        !says(&[
            "this resource",
            "this chat",
            "this channel",
            "this team",
            "this user",
            "this meeting",
        ]) && says(&["tenant", "organization", "organisation"])
    }
}

fn said(refusal: &Option<SubscriptionRefusal>) -> String {
    let said = refusal.as_ref().map(|refusal| format!(": {refusal}"));
    said.unwrap_or_default()
}

impl CallFault {
    /// The name used in metrics, logs and answers.
    pub const fn label(&self) -> &'static str {
        match self {
            Self::Gone(_) => "gone",
            Self::Exists(..) => "exists",
            Self::NoConsent(_) => reason::NO_CONSENT,
            Self::Quota(_) => "quota",
            Self::Throttled(..) => "throttled",
            Self::Unavailable(..) => "graph-unavailable",
            Self::Handshake(_) | Self::Refused(_) => reason::REFUSED,
            Self::CredentialsRefused => reason::CREDENTIALS_REFUSED,
            Self::NoCredentials => reason::NO_CREDENTIALS,
            Self::Unreadable => "unreadable",
            Self::NoTime => "no-time",
        }
    }

    /// Graph's words, where it answered.
    pub const fn refusal(&self) -> Option<&SubscriptionRefusal> {
        match self {
            Self::Gone(Some(refusal))
            | Self::Exists(_, refusal)
            | Self::NoConsent(refusal)
            | Self::Quota(refusal)
            | Self::Handshake(refusal)
            | Self::Refused(refusal)
            | Self::Throttled(_, Some(refusal))
            | Self::Unavailable(_, Some(refusal)) => Some(refusal),
            _ => None,
        }
    }

    /// The same without a text that is nobody's business.
    pub(super) fn without(mut self, secret: &str) -> Self {
        if let Self::Gone(Some(refusal))
        | Self::Exists(_, refusal)
        | Self::NoConsent(refusal)
        | Self::Quota(refusal)
        | Self::Handshake(refusal)
        | Self::Refused(refusal)
        | Self::Throttled(_, Some(refusal))
        | Self::Unavailable(_, Some(refusal)) = &mut self
        {
            refusal.message = refusal.message.replace(secret, "..");
        }
        self
    }

    /// The fault in the answer to `call`; `None` for a success.
    pub(super) fn of(
        call: GraphCall,
        status: u16,
        wait: Option<Duration>,
        error: Option<GraphError>,
    ) -> Option<Self> {
        const UNASKED_WAIT: Duration = Duration::from_secs(10);
        let answer = GraphAnswer {
            status,
            is_graphs: true,
            error: error.as_ref(),
        };
        let (meaning, status) = (answer.meaning(call), answer.status());
        let GraphError { code, message, .. } = error.unwrap_or_default();
        let refusal = SubscriptionRefusal {
            status,
            code,
            message,
        };
        Some(match meaning {
            AnswerMeaning::Success => return None,
            AnswerMeaning::Deleted | AnswerMeaning::NotFound => Self::Gone(Some(refusal)),
            AnswerMeaning::Exists => Self::Exists(id_in(&refusal.message), refusal),
            AnswerMeaning::Throttled => {
                Self::Throttled(wait.unwrap_or(UNASKED_WAIT), Some(refusal))
            }
            AnswerMeaning::TryAgain if status == 401 => Self::Refused(refusal),
            AnswerMeaning::Unavailable | AnswerMeaning::TryAgain => {
                Self::Unavailable(wait, Some(refusal))
            }
            AnswerMeaning::NoPermission | AnswerMeaning::Denied(_) => Self::NoConsent(refusal),
            AnswerMeaning::Quota => Self::Quota(refusal),
            AnswerMeaning::Handshake => Self::Handshake(refusal),
            AnswerMeaning::Refused => Self::Refused(refusal),
        })
    }
}

impl From<AccessFault> for CallFault {
    fn from(fault: AccessFault) -> Self {
        match fault {
            AccessFault::NoCredentials => Self::NoCredentials,
            AccessFault::Refused { .. } => Self::CredentialsRefused,
            AccessFault::Unavailable(_) => Self::Unavailable(fault.retry_after(), None),
        }
    }
}

/// The GUID in `Subscription Id <guid> already exists for the requested combination`.
fn id_in(message: &str) -> Option<String> {
    let id = message
        .split(|char: char| !char.is_ascii_hexdigit() && char != '-')
        .find(|word| word.parse::<teamwire_payload::TenantId>().is_ok())?;
    Some(id.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(call: GraphCall, status: u16, code: &str, message: &str) -> CallFault {
        let body = serde_json::json!({"error": {"code": code, "message": message}});
        let error = GraphError::parse(body.to_string().as_bytes());
        CallFault::of(call, status, None, error).unwrap()
    }

    #[test]
    fn a_conflict_names_the_subscription_there_is() {
        let id = "7f105c7d-2dc5-4530-97cd-4e7ae6534c07";
        let said = format!("Subscription Id {id} already exists for the requested combination");
        for (said, expected) in [(&*said, Some(id.to_owned())), ("Conflict.", None)] {
            let fault = fault(GraphCall::Create, 409, "Conflict", said);
            let CallFault::Exists(named, refusal) = &fault else {
                panic!("{fault}")
            };
            assert_eq!((named, &*refusal.message), (&expected, said));
        }
        let busy = fault(GraphCall::Subscription, 409, "Conflict", &said);
        assert_eq!(busy.label(), "graph-unavailable");
    }

    #[test]
    fn a_quota_and_a_missing_permission_are_told_apart_by_their_words() {
        for (message, label) in [
            (
                "The organization has reached its limit of subscriptions.",
                "quota",
            ),
            ("Maximum number of subscriptions exceeded.", "quota"),
            ("The subscription quota is used up.", "quota"),
            ("The limit has been reached.", "quota"),
            ("Access is limited to members.", "no-consent"),
            ("Unlimited access is not granted.", "no-consent"),
            ("A quotation is not allowed.", "no-consent"),
            (
                "Insufficient privileges to complete the operation.",
                "no-consent",
            ),
            ("", "no-consent"),
        ] {
            let fault = fault(GraphCall::Create, 403, "Forbidden", message);
            assert_eq!(fault.label(), label, "{message}");
        }
    }

    #[test]
    fn a_quota_of_one_resource_is_not_taken_for_the_tenant_s() {
        for (message, is_of_tenant) in [
            (
                "The organization has reached its limit of subscriptions.",
                true,
            ),
            ("The tenant's quota is used up.", true),
            (
                "The application has reached its limit of 1 subscriptions to this resource.",
                false,
            ),
            (
                "The application in this organization has reached its limit for this chat.",
                false,
            ),
            (
                "The application has reached its limit of subscriptions.",
                false,
            ),
            (
                "The quota of tenants.contoso is used up for this user.",
                false,
            ),
        ] {
            let fault = fault(GraphCall::Create, 403, "Forbidden", message);
            let refusal = fault.refusal().unwrap();
            assert_eq!(refusal.is_of_tenant(), is_of_tenant, "{message}");
        }
    }

    #[test]
    fn what_the_service_behind_graph_answered_is_what_counts() {
        for (status, inner, label) in [
            (
                403,
                "[Status Code: ServiceUnavailable; Reason: on backend]",
                "graph-unavailable",
            ),
            (400, "[Status Code: TooManyRequests; Reason: ]", "throttled"),
            (400, "[Status Code: Forbidden; Reason: ]", "no-consent"),
            (
                403,
                "[Status Code: Unauthorized; Reason: Required permissions]",
                "no-consent",
            ),
            (500, "[Status Code: NotFound; Reason: Not Found]", "refused"),
            (500, "[Specified method is not supported.]", "refused"),
            (
                400,
                "[Status Code: Conflict; Reason: A subscription already exists]",
                "exists",
            ),
            (500, "[something else]", "graph-unavailable"),
        ] {
            let message = format!("Operation: Create; Exception: {inner}");
            let fault = fault(GraphCall::Create, status, "ExtensionError", &message);
            assert_eq!(fault.label(), label, "{inner}");
            assert!(fault.to_string().contains(inner), "{fault}");
        }
    }

    #[test]
    fn a_creation_that_finds_nothing_is_refused_in_graph_s_words() {
        let fault = fault(GraphCall::Create, 404, "NotFound", "No chat is there.");
        assert_eq!(
            fault.to_string(),
            "Graph refused the request: 404 NotFound No chat is there."
        );
    }

    #[test]
    fn what_graph_says_of_a_subscription_that_is_gone_or_there_already_is_reported() {
        for (call, status, code) in [
            (GraphCall::Subscription, 404, "ResourceNotFound"),
            (GraphCall::Remove, 410, "ResourceNotFound"),
            (GraphCall::Create, 409, "Conflict"),
        ] {
            let fault = fault(call, status, code, "It is secret").without("secret");
            let said = format!(": {status} {code} It is ..");
            assert!(fault.to_string().ends_with(&said), "{fault}");
            assert_eq!(fault.refusal().unwrap().status, status);
        }
        let without = CallFault::of(GraphCall::Subscription, 404, None, None).unwrap();
        assert_eq!(without.to_string(), "the subscription does not exist: 404");
    }

    #[test]
    fn an_answer_without_the_documented_body_is_known_by_its_status() {
        for (call, status, label) in [
            (GraphCall::Create, 400, "refused"),
            (GraphCall::Create, 404, "refused"),
            (GraphCall::Subscription, 404, "gone"),
            (GraphCall::Remove, 410, "gone"),
            (GraphCall::Look, 404, "refused"),
            (GraphCall::Look, 429, "throttled"),
            (GraphCall::Create, 500, "graph-unavailable"),
            (GraphCall::Create, 501, "refused"),
            (GraphCall::Create, 504, "graph-unavailable"),
            (GraphCall::Look, 302, "graph-unavailable"),
            (GraphCall::Look, 204, "graph-unavailable"),
        ] {
            let fault = CallFault::of(call, status, None, None).unwrap();
            assert_eq!(fault.label(), label, "{status}");
        }
    }
}
