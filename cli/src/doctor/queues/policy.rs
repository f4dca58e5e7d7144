//! The policy of a queue.

use serde_json::Value;

/// The gist of a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PolicyGist {
    /// Everybody may do something, without a condition.
    Open,
    /// Plain HTTP is refused.
    TlsOnly,
    /// Neither.
    Nothing,
}

/// Reads the JSON of a policy.
pub(super) fn read(policy: Option<&str>) -> PolicyGist {
    let policy: Value = policy
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default();
    let statements = match policy.get("Statement") {
        Some(Value::Array(statements)) => statements.clone(),
        Some(one @ Value::Object(_)) => vec![one.clone()],
        _ => Vec::new(),
    };
    if statements.iter().any(is_open) {
        PolicyGist::Open
    } else if statements.iter().any(refuses_plain_http) {
        PolicyGist::TlsOnly
    } else {
        PolicyGist::Nothing
    }
}

fn is_for_everybody(statement: &Value) -> bool {
    let principal = statement.get("Principal");
    let aws = principal
        .and_then(|principal| principal.get("AWS"))
        .or(principal);
    match aws {
        Some(Value::String(one)) => one == "*",
        Some(Value::Array(all)) => all.iter().any(|one| one == "*"),
        _ => false,
    }
}

fn has_condition(statement: &Value) -> bool {
    let condition = statement.get("Condition").and_then(Value::as_object);
    condition.is_some_and(|condition| !condition.is_empty())
}

fn is_open(statement: &Value) -> bool {
    let allows = statement
        .get("Effect")
        .is_some_and(|effect| effect == "Allow");
    allows && is_for_everybody(statement) && !has_condition(statement)
}

fn refuses_plain_http(statement: &Value) -> bool {
    let denies = statement
        .get("Effect")
        .is_some_and(|effect| effect == "Deny");
    let secure = statement.pointer("/Condition/Bool/aws:SecureTransport");
    let insecure = secure.is_some_and(|value| value == "false" || value == false);
    denies && is_for_everybody(statement) && insecure
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_read_for_who_may_and_by_what() {
        let tls = r#"{"Effect":"Deny","Principal":"*","Action":"sqs:*",
            "Condition":{"Bool":{"aws:SecureTransport":"false"}}}"#;
        let open = r#"{"Effect":"Allow","Principal":{"AWS":["*"]},"Action":"sqs:SendMessage"}"#;
        let account = r#"{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"sqs:*"}"#;
        let topic = r#"{"Effect":"Allow","Principal":"*","Action":"sqs:SendMessage",
            "Condition":{"ArnEquals":{"aws:SourceArn":"arn:aws:sns:.."}}}"#;
        for (statements, says) in [
            (format!("[{tls}]"), PolicyGist::TlsOnly),
            (tls.to_owned(), PolicyGist::TlsOnly),
            (format!("[{tls},{account},{topic}]"), PolicyGist::TlsOnly),
            (format!("[{tls},{open}]"), PolicyGist::Open),
            (format!("[{account}]"), PolicyGist::Nothing),
            ("[]".to_owned(), PolicyGist::Nothing),
        ] {
            let policy = format!(r#"{{"Statement":{statements}}}"#);
            assert_eq!(read(Some(&policy)), says, "{policy}");
        }
        assert_eq!(read(None), PolicyGist::Nothing);
        assert_eq!(read(Some("?")), PolicyGist::Nothing);
    }
}
