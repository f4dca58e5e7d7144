//! Secrets, from AWS Secrets Manager.

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::error::ProvideErrorMetadata;
use teamwire_payload::{Redacted, secret_value};
use zeroize::Zeroizing;

/// Staging label of the value that the Terraform module generates. Secrets Manager also makes the
/// first version of a secret the current one, so that this is asked for only where it did not.
const GENERATED: &str = "teamwire-generated";

/// The text of a secret.
pub type SecretText = Redacted<Zeroizing<String>>;

/// A secret could not be read: it does not exist, is not granted, or AWS can't be asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the secret named by {variable} could not be read ({code})")]
pub struct SecretUnavailable {
    /// The variable that names it.
    pub variable: &'static str,
    /// AWS's error code.
    pub code: String,
}

/// Reads the text of the secret `id`, which `variable` names: what was put in last, or what the
/// deployment generated.
///
/// # Errors
/// [`SecretUnavailable`], with the code `NoValue` where the secret has neither.
pub async fn read(
    client: &Client,
    variable: &'static str,
    id: &str,
) -> Result<SecretText, SecretUnavailable> {
    let current = find(client, variable, id).await?;
    let text = match current {
        None => version(client, variable, id, Some(GENERATED)).await?,
        text => text,
    };
    text.ok_or_else(|| SecretUnavailable {
        variable,
        code: "NoValue".to_owned(),
    })
}

/// The text of the secret `id`, which `variable` names; `None` before anything was put in.
///
/// # Errors
/// [`SecretUnavailable`]
pub async fn find(
    client: &Client,
    variable: &'static str,
    id: &str,
) -> Result<Option<SecretText>, SecretUnavailable> {
    version(client, variable, id, None).await
}

async fn version(
    client: &Client,
    variable: &'static str,
    id: &str,
    label: Option<&str>,
) -> Result<Option<SecretText>, SecretUnavailable> {
    let unavailable = |code: &str| SecretUnavailable {
        variable,
        code: code.to_owned(),
    };
    let request = client.get_secret_value().secret_id(id);
    let request = request.set_version_stage(label.map(str::to_owned));
    let answer = match request.send().await {
        Ok(answer) => answer,
        Err(fault) if secret_value::is_missing(fault.code(), fault.message()) => return Ok(None),
        Err(fault) => return Err(unavailable(fault.code().unwrap_or("unreachable"))),
    };
    match (answer.secret_string, answer.secret_binary) {
        (None, Some(_)) => Err(unavailable("NotText")),
        // Secrets Manager takes no empty text; an emulator has one where nothing was put in.
        (text, _) => {
            let text = text.filter(|text| !text.is_empty());
            Ok(text.map(|text| Redacted::new(Zeroizing::new(text))))
        }
    }
}
