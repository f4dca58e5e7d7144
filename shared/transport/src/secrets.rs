//! Secrets, from AWS Secrets Manager.

use aws_sdk_secretsmanager::Client;
use teamwire_payload::Redacted;
use zeroize::Zeroizing;

/// A secret could not be read: it does not exist, is not granted, or AWS can't be asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the secret named by {variable} could not be read ({code})")]
pub struct SecretUnavailable {
    /// The variable that names it.
    pub variable: &'static str,
    /// AWS's error code.
    pub code: String,
}

/// Reads the text of the secret `id`, which `variable` names.
///
/// # Errors
/// [`SecretUnavailable`]
pub async fn read(
    client: &Client,
    variable: &'static str,
    id: &str,
) -> Result<Redacted<Zeroizing<String>>, SecretUnavailable> {
    let answer = client
        .get_secret_value()
        .secret_id(id)
        .send()
        .await
        .map_err(|fault| {
            let code = aws_sdk_secretsmanager::error::ProvideErrorMetadata::code(&fault);
            SecretUnavailable {
                variable,
                code: code.unwrap_or("unreachable").to_owned(),
            }
        })?;
    let text = answer.secret_string.ok_or_else(|| SecretUnavailable {
        variable,
        code: "NotText".to_owned(),
    })?;
    Ok(Redacted::new(Zeroizing::new(text)))
}
