//! Every fault that a check meets, in words for a person.

use crate::SubscriptionsFault;
use crate::client_states::StatesFault;
use teamwire_contract::check::{CheckFault, CheckPart};
use teamwire_contract::reason;
use teamwire_graph::AccessFault;
use teamwire_graph::access_token::TokenPrerequisite;
use teamwire_graph::subscriptions::CallFault;

/// Meanings of Entra's error numbers, for somebody who set this up. Its own text names apps and
/// tenants, and is not kept.
const ENTRA: [(u32, &str); 16] = [
    (
        7_000_215,
        "the client secret is wrong: it has to be the secret's value, not its id",
    ),
    (7_000_222, "the client secret has expired"),
    (
        700_016,
        "the app is not known in the tenant: nobody consented to it there, or its id is wrong",
    ),
    (
        7_000_229,
        "the app has no service principal in the tenant: nobody consented to it there",
    ),
    (7_000_112, "the app is disabled in the tenant"),
    (90_002, "there is no such tenant in this cloud"),
    (900_023, "there is no such tenant in this cloud"),
    (
        700_027,
        "the certificate that the app proves itself by is not registered with it",
    ),
    (
        700_023,
        "the assertion is for another audience than Entra's token endpoint",
    ),
    (
        700_024,
        "the assertion is not valid at Entra's time: a clock is wrong",
    ),
    (
        700_211,
        "no federated credential of the app has the issuer of this account's tokens",
    ),
    (
        700_212,
        "no federated credential of the app has the audience that is asked for",
    ),
    (
        700_213,
        "no federated credential of the app has this function's role as its subject",
    ),
    (
        70_021,
        "no federated credential of the app fits this function's role",
    ),
    (
        7_000_272,
        "the token of this function's role is not signed with a key of its issuer",
    ),
    (
        53_003,
        "a conditional access policy of the tenant keeps the app out",
    ),
];

/// A fault that a person can be told.
pub(super) trait CheckExplanation {
    /// The fault, by its name and in words.
    fn explain(self) -> CheckFault;
}

impl CheckExplanation for CheckFault {
    fn explain(self) -> CheckFault {
        self
    }
}

impl CheckExplanation for AccessFault {
    fn explain(self) -> CheckFault {
        let label = match &self {
            AccessFault::NoCredentials => reason::NO_CREDENTIALS,
            AccessFault::Refused { .. } => reason::CREDENTIALS_REFUSED,
            AccessFault::Unavailable(TokenPrerequisite::Entra { .. }) => reason::ENTRA_UNAVAILABLE,
            AccessFault::Unavailable(TokenPrerequisite::Secret(_)) => {
                reason::CREDENTIALS_UNREADABLE
            }
            AccessFault::Unavailable(TokenPrerequisite::Credentials) => {
                reason::CREDENTIALS_UNUSABLE
            }
            AccessFault::Unavailable(TokenPrerequisite::Identity(_)) => reason::NO_IDENTITY,
        };
        let said = self.to_string();
        let AccessFault::Refused { code } = self else {
            return CheckFault::new(label, said);
        };
        let meaning = code.and_then(|code| {
            let (_, meaning) = ENTRA.iter().find(|(known, _)| *known == code)?;
            Some(format!(": {meaning}"))
        });
        CheckFault {
            aadsts: code,
            ..CheckFault::new(label, format!("{said}{}", meaning.unwrap_or_default()))
        }
    }
}

impl CheckExplanation for CallFault {
    fn explain(self) -> CheckFault {
        let said = match &self {
            CallFault::Unavailable(_, None) => {
                "Graph gives no answer in time, or fails for the moment".to_owned()
            }
            CallFault::Throttled(wait, said) => {
                let said = said.as_ref().map(|said| format!(": {said}"));
                let wait = wait.as_secs();
                format!("Graph asks to wait {wait} s{}", said.unwrap_or_default())
            }
            CallFault::NoTime => return no_time(),
            fault => fault.to_string(),
        };
        CheckFault::new(self.label(), said)
    }
}

impl CheckExplanation for SubscriptionsFault {
    fn explain(self) -> CheckFault {
        let said = match &self {
            SubscriptionsFault::Call(call) => return call.clone().explain(),
            SubscriptionsFault::Desired(_) => "subscriptions.toml has faults".to_owned(),
            fault => fault.to_string(),
        };
        let label = self.reason();
        CheckFault {
            lines: match self {
                SubscriptionsFault::Desired(faults) => faults.0,
                _ => Vec::new(),
            },
            ..CheckFault::new(label, said)
        }
    }
}

impl CheckExplanation for StatesFault {
    fn explain(self) -> CheckFault {
        let label = match &self {
            StatesFault::Unreadable(_) => "secret-unreadable",
            StatesFault::Unusable { .. } => reason::SECRET_UNUSABLE,
        };
        CheckFault::new(label, self.to_string())
    }
}

/// A part of the answer.
pub(super) fn part<T>(result: Result<T, impl CheckExplanation>) -> CheckPart<T> {
    match result {
        Ok(seen) => CheckPart::Seen(seen),
        Err(fault) => CheckPart::Unseen(fault.explain()),
    }
}

pub(super) fn no_time() -> CheckFault {
    CheckFault::new("no-time", "the time of the function was over first")
}

/// In place of what only a token gets.
pub(super) fn no_token() -> CheckFault {
    CheckFault::new(reason::NO_TOKEN, "there is no token to ask Graph with")
}

/// A fault of the app's own entry, which takes a permission of its own to read.
pub(super) fn service_principal(fault: CallFault) -> CheckFault {
    match fault {
        CallFault::NoConsent(_) => CheckFault::new(
            "forbidden",
            "the app lacks Application.Read.All, so that Graph does not say it",
        ),
        CallFault::Refused(refusal) if refusal.status == 404 => {
            CheckFault::new("gone", "Graph knows no service principal of the app")
        }
        fault => fault.explain(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_of_entra_s_is_told_with_what_it_means() {
        let refused = |code| AccessFault::Refused { code }.explain();
        let expired = refused(Some(7_000_222));
        assert_eq!(
            (&*expired.fault, expired.aadsts),
            ("credentials-refused", Some(7_000_222))
        );
        assert_eq!(
            expired.said,
            "Entra refused the credentials, AADSTS7000222: the client secret has expired"
        );
        assert_eq!(
            refused(Some(1)).said,
            "Entra refused the credentials, AADSTS1"
        );
        assert_eq!(refused(None).said, "Entra refused the credentials");
    }

    #[test]
    fn what_a_token_takes_is_told_apart() {
        let lacks = [
            (
                TokenPrerequisite::Entra { retry_after: None },
                "entra-unavailable",
            ),
            (
                TokenPrerequisite::Secret("AccessDenied".to_owned()),
                "credentials-unreadable",
            ),
            (TokenPrerequisite::Credentials, "credentials-unusable"),
            (
                TokenPrerequisite::Identity("AccessDenied".to_owned()),
                "no-identity",
            ),
        ];
        for (lack, label) in lacks {
            assert_eq!(AccessFault::Unavailable(lack).explain().fault, label);
        }
    }
}
