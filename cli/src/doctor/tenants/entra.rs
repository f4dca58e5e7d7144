//! The reasons why there is no token, in plain words.

use crate::doctor::code::Code;
use crate::doctor::finding::Finding;
use teamwire_contract::check::CheckFault;
use teamwire_contract::reason;

/// The finding about a tenant that gave no token; `secret` is where the credentials are, if they
/// are in one.
pub(super) fn judge(tenant: &str, fault: &CheckFault, secret: Option<&str>) -> Finding {
    let code = match &*fault.fault {
        reason::CREDENTIALS_REFUSED => refused(fault.aadsts),
        reason::NO_CREDENTIALS => Code::CredentialsMissing,
        reason::CREDENTIALS_UNREADABLE => Code::CredentialsUnreadable,
        reason::CREDENTIALS_UNUSABLE => Code::CredentialsUnusable,
        reason::NO_IDENTITY => Code::NoIdentity,
        reason::ENTRA_UNAVAILABLE => Code::EntraUnavailable,
        _ => Code::TokenUnread,
    };
    let of_secret = matches!(
        &*fault.fault,
        reason::NO_CREDENTIALS | reason::CREDENTIALS_UNREADABLE | reason::CREDENTIALS_UNUSABLE
    );
    let secret = match secret {
        Some(secret) if of_secret => format!(" (the secret {secret})"),
        _ => String::new(),
    };
    let what = format!("tenant {tenant}: no token: {}{secret}", fault.said);
    Finding::new(code, what)
}

/// By the number of Entra's error.
fn refused(aadsts: Option<u32>) -> Code {
    match aadsts {
        Some(7_000_215) => Code::AppSecretWrong,
        Some(7_000_222) => Code::AppSecretExpired,
        Some(7_000_112) => Code::AppDisabled,
        Some(700_027) => Code::AppCertificateUnknown,
        Some(90_002 | 900_023) => Code::TenantUnknown,
        Some(700_016) => Code::AppNotInTenant,
        Some(70_021 | 700_211 | 700_212 | 700_213) => Code::FederationMismatch,
        _ => Code::TokenRefused,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reason_for_no_token_has_its_code() {
        for (fault, aadsts, code) in [
            ("credentials-refused", Some(7_000_215), Code::AppSecretWrong),
            (
                "credentials-refused",
                Some(7_000_222),
                Code::AppSecretExpired,
            ),
            ("credentials-refused", Some(7_000_112), Code::AppDisabled),
            (
                "credentials-refused",
                Some(700_027),
                Code::AppCertificateUnknown,
            ),
            ("credentials-refused", Some(90_002), Code::TenantUnknown),
            ("credentials-refused", Some(700_016), Code::AppNotInTenant),
            (
                "credentials-refused",
                Some(700_213),
                Code::FederationMismatch,
            ),
            (
                "credentials-refused",
                Some(70_021),
                Code::FederationMismatch,
            ),
            ("credentials-refused", Some(50_034), Code::TokenRefused),
            ("credentials-refused", None, Code::TokenRefused),
            ("no-credentials", None, Code::CredentialsMissing),
            ("credentials-unreadable", None, Code::CredentialsUnreadable),
            ("credentials-unusable", None, Code::CredentialsUnusable),
            ("no-identity", None, Code::NoIdentity),
            ("entra-unavailable", None, Code::EntraUnavailable),
            ("no-time", None, Code::TokenUnread),
            ("token-unreadable", None, Code::TokenUnread),
        ] {
            let fault = CheckFault {
                fault: fault.into(),
                said: "said".to_owned(),
                aadsts,
                lines: Vec::new(),
            };
            let finding = judge("t", &fault, Some("apps"));
            assert_eq!(finding.code, code, "{fault:?}");
        }
    }
}
