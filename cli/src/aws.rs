//! AWS, with the credentials, region and endpoint of the person who runs it.

use anyhow::{anyhow, bail};
use aws_config::{BehaviorVersion, SdkConfig};
use aws_sdk_kms::error::{ProvideErrorMetadata, SdkError};
use std::error::Error;

/// AWS's usual variables, profiles and roles.
pub(crate) async fn config() -> anyhow::Result<SdkConfig> {
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    if config.region().is_none() {
        bail!("no AWS region: set AWS_REGION, or a region in the profile that AWS_PROFILE names");
    }
    Ok(config)
}

/// What AWS said, or why it could not be asked.
pub(crate) fn said<E, R>(fault: SdkError<E, R>) -> anyhow::Error
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    match (fault.code(), fault.message()) {
        (Some(code), Some(message)) => anyhow!("{code}: {message}"),
        (Some(code), None) => anyhow!("{code}"),
        (None, _) => anyhow!(fault),
    }
}
