//! AWS, with the credentials, region and endpoint of the person who runs it.

use crate::terminal::plain;
use anyhow::{anyhow, bail};
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_kms::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_secretsmanager::operation::get_secret_value::GetSecretValueOutput;
use std::error::Error;
use std::io;
use std::path::Path;
use std::sync::OnceLock;

/// The command line's choice of an AWS endpoint, in place of the environment.
#[derive(Debug, Default)]
pub(crate) struct Choice {
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

static CHOICE: OnceLock<Choice> = OnceLock::new();

/// Holds for every later [`config`]; the first choice stays.
pub(crate) fn choose(choice: Choice) {
    let _ = CHOICE.set(choice);
}

/// AWS's usual variables, profiles and roles, or what the command line names in their place.
///
/// # Errors
/// There is no region, or no local stack.
pub(crate) async fn config() -> anyhow::Result<SdkConfig> {
    let mut loader = aws_config::defaults(BehaviorVersion::latest());
    if let Some(choice) = CHOICE.get() {
        if let Some(profile) = &choice.profile {
            loader = loader.profile_name(profile);
        }
        if choice.is_local {
            let local = LocalStack::above(&std::env::current_dir()?)?;
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
            "no AWS region: set AWS_REGION, or a region in the profile that AWS_PROFILE names{}",
            profile()
        );
    }
    Ok(config)
}

/// Variables of the stack that `make run` has started, as `.local/env` exports them.
#[derive(Debug)]
struct LocalStack(String);

impl LocalStack {
    /// The file in the nearest folder above that has one.
    fn above(folder: &Path) -> anyhow::Result<Self> {
        let file = folder.ancestors().map(|above| above.join(".local/env"));
        let text = file.map(std::fs::read_to_string).find_map(Result::ok);
        text.map(Self).ok_or_else(|| {
            anyhow!("--local: no stack runs from this folder's checkout; make run starts one")
        })
    }

    fn of(&self, name: &str) -> anyhow::Result<String> {
        let mut lines = self.0.lines();
        let value = lines.find_map(|line| {
            let value = line.strip_prefix("export ")?.strip_prefix(name)?;
            Some(value.strip_prefix('=')?.trim_matches('\'').to_owned())
        });
        value.ok_or_else(|| anyhow!("--local: .local/env has no {name}: start make run again"))
    }
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
                "no AWS credentials: set AWS_PROFILE to a profile that has some (aws configure, aws \
                 sso login), or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY{}",
                profile()
            ),
            false => anyhow!(
                "the AWS credentials can't be had: {root}\n  If they are of IAM Identity Center, log \
                 in again: aws sso login{}",
                profile()
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

/// The profile that was used, where one is named: there may be none by that name.
fn profile() -> String {
    match std::env::var("AWS_PROFILE") {
        Ok(profile) => format!(" (AWS_PROFILE is {profile})"),
        Err(_) => String::new(),
    }
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

    #[test]
    fn the_local_stack_is_that_of_the_nearest_checkout_and_reads_what_a_shell_sources() {
        let folder = std::env::temp_dir().join(format!("teamwire-local-{}", std::process::id()));
        let below = folder.join("infra/sam");
        std::fs::create_dir_all(&below).unwrap();
        std::fs::create_dir_all(folder.join(".local")).unwrap();
        let said = LocalStack::above(&below).unwrap_err().to_string();
        assert!(said.contains("make run starts one"), "{said}");
        let text = "export AWS_REGION=eu-central-1\nexport PATH='/a b':\"$PATH\"\n";
        std::fs::write(folder.join(".local/env"), text).unwrap();
        let local = LocalStack::above(&below).unwrap();
        assert_eq!(local.of("AWS_REGION").unwrap(), "eu-central-1");
        assert!(local.of("AWS").is_err());
        std::fs::remove_dir_all(folder).unwrap();
    }
}
