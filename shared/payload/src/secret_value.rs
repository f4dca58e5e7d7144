//! A secret of Secrets Manager that nobody has put a value into yet.

/// Code of the answer to a request for the value, whether the value or the secret is not there.
const NOT_FOUND: &str = "ResourceNotFoundException";
/// End of its message where the secret is not there. Else it names the label that no version has.
const NO_SUCH_SECRET: &str = "the specified secret.";

/// True if Secrets Manager gave no value because the secret has none yet. One that was deleted is
/// not meant: what it held is unavailable, and may come back.
pub fn is_missing(code: Option<&str>, message: Option<&str>) -> bool {
    let has_secret = message.is_none_or(|message| !message.trim_end().ends_with(NO_SUCH_SECRET));
    code == Some(NOT_FOUND) && has_secret
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_without_a_value_is_told_from_one_that_there_is_not() {
        const CURRENT: &str = "Secrets Manager can't find the specified secret value for staging \
            label: AWSCURRENT";
        for (code, message, missing) in [
            (NOT_FOUND, Some(CURRENT), true),
            (NOT_FOUND, None, true),
            (
                NOT_FOUND,
                Some("Secrets Manager can't find the specified secret."),
                false,
            ),
            ("AccessDeniedException", Some(CURRENT), false),
            ("InvalidRequestException", None, false),
        ] {
            assert_eq!(is_missing(Some(code), message), missing, "{message:?}");
        }
        assert!(!is_missing(None, None));
    }
}
