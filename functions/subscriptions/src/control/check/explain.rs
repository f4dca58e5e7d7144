//! Each fault that a check meets, as a person is told it.

use super::answer::Trouble;
use crate::SubscriptionsFault;
use crate::client_states::StatesFault;
use teamwire_graph::AccessFault;
use teamwire_graph::access_token::Lack;
use teamwire_graph::subscriptions::CallFault;

/// What Entra's numbers mean for somebody who set this up. Its own text names apps and tenants,
/// and is not kept.
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

impl From<AccessFault> for Trouble {
    fn from(fault: AccessFault) -> Self {
        let label = match &fault {
            AccessFault::NoCredentials => "no-credentials",
            AccessFault::Refused { .. } => "credentials-refused",
            AccessFault::Unavailable(Lack::Entra) => "entra-unavailable",
            AccessFault::Unavailable(Lack::Secret(_)) => "credentials-unreadable",
            AccessFault::Unavailable(Lack::Credentials) => "credentials-unusable",
            AccessFault::Unavailable(Lack::Identity(_)) => "no-identity",
        };
        let AccessFault::Refused { code } = fault else {
            return Self::new(label, fault.to_string());
        };
        let meaning = code.and_then(|code| {
            let (_, meaning) = ENTRA.iter().find(|(known, _)| *known == code)?;
            Some(format!(": {meaning}"))
        });
        Self {
            aadsts: code,
            ..Self::new(label, format!("{fault}{}", meaning.unwrap_or_default()))
        }
    }
}

impl From<CallFault> for Trouble {
    fn from(fault: CallFault) -> Self {
        let said = match &fault {
            CallFault::Unavailable(_, None) => {
                "Graph gives no answer in time, or fails for the moment".to_owned()
            }
            CallFault::Throttled(wait, _) => {
                format!("Graph asks to wait {} s", wait.as_secs())
            }
            CallFault::NoTime => return Self::no_time(),
            fault => fault.to_string(),
        };
        Self::new(fault.label(), said)
    }
}

impl From<SubscriptionsFault> for Trouble {
    fn from(fault: SubscriptionsFault) -> Self {
        let said = match &fault {
            SubscriptionsFault::Call(call) => return call.clone().into(),
            SubscriptionsFault::Desired(_) => "subscriptions.toml has faults".to_owned(),
            fault => fault.to_string(),
        };
        let label = fault.reason();
        Self {
            lines: match fault {
                SubscriptionsFault::Desired(faults) => faults.0,
                _ => Vec::new(),
            },
            ..Self::new(label, said)
        }
    }
}

impl From<StatesFault> for Trouble {
    fn from(fault: StatesFault) -> Self {
        let label = match &fault {
            StatesFault::Unreadable(_) => "secret-unreadable",
            StatesFault::Unusable { .. } => "secret-unusable",
        };
        Self::new(label, fault.to_string())
    }
}

impl Trouble {
    pub(super) fn no_time() -> Self {
        Self::new("no-time", "the time of the function was over first")
    }

    /// In place of what only a token gets.
    pub(super) fn no_token() -> Self {
        Self::new("no-token", "there is no token to ask Graph with")
    }

    /// What Graph says of the app itself, which takes a permission of its own.
    pub(super) fn of_principal(fault: CallFault) -> Self {
        match fault {
            CallFault::NoConsent(_) => Self::new(
                "forbidden",
                "the app lacks Application.Read.All, so that Graph does not say it",
            ),
            CallFault::Gone => Self::new("gone", "Graph knows no service principal of the app"),
            fault => fault.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_of_entra_s_is_told_with_what_it_means() {
        let refused = |code| Trouble::from(AccessFault::Refused { code });
        let expired = refused(Some(7_000_222));
        assert_eq!(
            (expired.fault, expired.aadsts),
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
            (Lack::Entra, "entra-unavailable"),
            (
                Lack::Secret("AccessDenied".to_owned()),
                "credentials-unreadable",
            ),
            (Lack::Credentials, "credentials-unusable"),
            (Lack::Identity("AccessDenied".to_owned()), "no-identity"),
        ];
        for (lack, label) in lacks {
            assert_eq!(Trouble::from(AccessFault::Unavailable(lack)).fault, label);
        }
    }
}
