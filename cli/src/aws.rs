//! AWS, with the credentials, region and endpoint of the person who runs it.

mod local;
mod profile;

pub(crate) use local::LocalStack;

use crate::terminal::plain;
use anyhow::{anyhow, bail};
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_kms::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_secretsmanager::operation::get_secret_value::GetSecretValueOutput;
use std::error::Error;
use std::io;
use std::sync::OnceLock;

/// The command line's choice of an AWS endpoint, in place of the environment.
#[derive(Debug, Default)]
pub(crate) struct EndpointChoice {
    /// The stack that `make run` has started in this checkout.
    pub(crate) is_local: bool,
    pub(crate) profile: Option<String>,
    pub(crate) region: Option<String>,
}

/// Name of the stack unless one is given: `TEAMWIRE_STACK`, else `teamwire`.
pub(crate) fn stack() -> String {
    let stack = std::env::var("TEAMWIRE_STACK");
    stack.unwrap_or_else(|_| "teamwire".to_owned())
}

/// True if AWS is the emulator of `make run`, which lacks some of it.
pub(crate) fn is_local() -> bool {
    CHOICE.get().is_some_and(|choice| choice.is_local)
}

static CHOICE: OnceLock<EndpointChoice> = OnceLock::new();

/// Holds for every later [`config`]; the first choice stays.
pub(crate) fn choose(choice: EndpointChoice) {
    let _ = CHOICE.set(choice);
}

/// AWS's usual variables, profiles and roles, or what the command line names in their place.
///
/// # Errors
/// There is no region, or no local stack.
pub(crate) async fn config() -> anyhow::Result<SdkConfig> {
    let mut loader = aws_config::defaults(BehaviorVersion::latest());
    if let Some(profile) = profile_name().filter(|_| !is_local()) {
        profile::check(&profile).await?;
        loader = loader.profile_name(profile);
    }
    if let Some(choice) = CHOICE.get() {
        if choice.is_local {
            let local = LocalStack::here()?;
            let (id, secret) = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY");
            let keys = Credentials::from_keys(local.of(id)?, local.of(secret)?, None);
            loader = loader
                .endpoint_url(local.of("AWS_ENDPOINT_URL")?)
                .region(Region::new(local.of("AWS_REGION")?))
                .credentials_provider(keys);
        }
        if let Some(region) = &choice.region {
            loader = loader.region(Region::new(region.clone()));
        }
    }
    let config = loader.load().await;
    if config
        .region()
        .is_none_or(|region| region.as_ref().is_empty())
    {
        bail!(
            "no AWS region: set AWS_REGION or --region, or a region in the profile{}",
            named_profile()
        );
    }
    Ok(config)
}

/// The error of AWS, or the reason why it could not be asked, and what to do about it.
pub(crate) fn said<E, R>(fault: SdkError<E, R>) -> anyhow::Error
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    let Some(code) = fault.code() else {
        return unasked(&fault);
    };
    let said = match fault.message() {
        Some(message) => format!("{}: {}", plain(code), plain(message)),
        None => plain(code),
    };
    match remedy(code) {
        Some(remedy) => anyhow!("{said}\n  {remedy}"),
        None => anyhow!("{said}"),
    }
}

/// True if a secret answered without a value, as an emulator does where nothing was put in.
pub(crate) fn is_empty(answer: &GetSecretValueOutput) -> bool {
    let has_text = answer.secret_string().is_some_and(|text| !text.is_empty());
    !has_text && answer.secret_binary().is_none()
}

/// The region that is asked, for a person who looks in the wrong place.
pub(crate) fn region_of(config: &SdkConfig) -> String {
    let region = config.region();
    region.map_or_else(String::new, |region| region.as_ref().to_owned())
}

/// The remedy for errors that AWS gives to everybody.
fn remedy(code: &str) -> Option<&'static str> {
    // AWS's older protocols put a namespace before a code.
    match code.rsplit(['.', '#']).next().unwrap_or(code) {
        "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" => {
            Some("The AWS credentials have expired: log in again (aws sso login), or get new ones.")
        }
        "InvalidClientTokenId" | "UnrecognizedClientException" | "InvalidAccessKeyId" => {
            Some("AWS does not know these credentials: look at AWS_PROFILE and AWS_ACCESS_KEY_ID.")
        }
        "SignatureDoesNotMatch" | "InvalidSignatureException" => Some(
            "The secret access key is not the one of the access key id, or this machine's clock is \
             wrong.",
        ),
        "AccessDenied" | "AccessDeniedException" => Some(
            "The credentials are good, but their policy does not allow this: use other ones \
             (AWS_PROFILE), or have it allowed.",
        ),
        _ => None,
    }
}

/// The reason why AWS could not be asked. The SDK's own text can hold whole requests.
fn unasked(fault: &(dyn Error + 'static)) -> anyhow::Error {
    // Of a process that has the credentials, or a server in AWS's place, it may be anything.
    let root = plain(&root(fault).to_string());
    if chain(fault).any(|cause| cause.is::<CredentialsError>()) {
        // The last place that is looked at, on every machine.
        return match root.contains("IMDS") || root.contains("TTL header") {
            true => anyhow!(
                "no AWS credentials: name a profile that has some (AWS_PROFILE or \
                 --profile; aws configure, aws sso login), or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY{}",
                named_profile()
            ),
            false => anyhow!(
                "the AWS credentials can't be had: {root}\n  If they are of IAM Identity Center, log \
                 in again: aws sso login{}",
                named_profile()
            ),
        };
    }
    match std::env::var("AWS_ENDPOINT_URL") {
        Ok(url) => anyhow!(
            "AWS can't be reached: {root}\n  AWS_ENDPOINT_URL is {url}: is that a URL, and does something \
             listen there?"
        ),
        Err(_) if chain(fault).any(|cause| cause.is::<io::Error>()) => anyhow!(
            "AWS can't be reached: {root}\n  Is there a network, and is the region one of AWS's? Does the \
             profile have an endpoint_url?"
        ),
        Err(_) => anyhow!("AWS can't be asked: {root}"),
    }
}

fn chain<'a>(fault: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    let mut next = Some(fault);
    std::iter::from_fn(move || {
        let cause = next?;
        next = cause.source();
        Some(cause)
    })
}

fn root<'a>(fault: &'a (dyn Error + 'static)) -> &'a (dyn Error + 'static) {
    chain(fault).last().unwrap_or(fault)
}

/// The profile that is named, by --profile or AWS_PROFILE.
fn profile_name() -> Option<String> {
    let chosen = CHOICE.get().and_then(|choice| choice.profile.clone());
    let name = chosen.or_else(|| std::env::var("AWS_PROFILE").ok());
    name.filter(|name| !name.is_empty())
}

/// The profile that was used, where one is named, as the end of a sentence.
fn named_profile() -> String {
    let named = |name| format!(" (the profile is {name})");
    profile_name().map_or_else(String::new, named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_aws_says_of_credentials_comes_with_what_to_do() {
        for (code, says) in [
            ("ExpiredToken", Some("have expired")),
            (
                "com.amazonaws.sqs#ExpiredTokenException",
                Some("have expired"),
            ),
            ("UnrecognizedClientException", Some("does not know")),
            ("SignatureDoesNotMatch", Some("clock")),
            (
                "AWS.SimpleQueueService.AccessDenied",
                Some("does not allow"),
            ),
            ("QueueDoesNotExist", None),
        ] {
            let remedy = remedy(code);
            assert_eq!(remedy.is_some(), says.is_some(), "{code}");
            assert!(
                says.is_none_or(|says| remedy.is_some_and(|remedy| remedy.contains(says))),
                "{code}: {remedy:?}"
            );
        }
    }
}
