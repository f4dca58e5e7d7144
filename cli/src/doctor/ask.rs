//! Asking AWS, and what could not be had of it.

use crate::aws::said;
use crate::doctor::code::Code;
use crate::doctor::finding::Finding;
use aws_config::SdkConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_kms::error::{ProvideErrorMetadata, SdkError};
use std::error::Error;
use std::time::Duration;

/// Longest that AWS may take for one question; none takes long when all is well.
const PATIENCE: Duration = Duration::from_secs(15);

/// The clients, and whose they are.
pub(crate) struct AwsClients {
    pub(crate) cloudwatch: aws_sdk_cloudwatch::Client,
    pub(crate) kms: aws_sdk_kms::Client,
    pub(crate) lambda: aws_sdk_lambda::Client,
    /// Waits as long as the function takes.
    pub(crate) orders: aws_sdk_lambda::Client,
    pub(crate) secrets: aws_sdk_secretsmanager::Client,
    pub(crate) sqs: aws_sdk_sqs::Client,
    pub(crate) account: String,
    pub(crate) region: String,
    /// The caller, as an ARN.
    pub(crate) caller: String,
    /// True if an emulator answers in AWS's place.
    pub(crate) emulated: bool,
}

/// Something that there is, that there is not, or that could not be looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Observation<T> {
    Seen(T),
    Missing,
    Unseen(ObservationFault),
}

/// The reason why something could not be looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ObservationFault {
    /// The permission that it takes.
    permission: &'static str,
    /// The error of AWS, or the reason why it could not be asked.
    said: String,
}

impl AwsClients {
    /// # Errors
    /// AWS does not take the credentials, or can't be reached.
    pub(crate) async fn new(config: &SdkConfig) -> anyhow::Result<Self> {
        let timeouts = TimeoutConfig::builder().operation_timeout(PATIENCE);
        let quick = config.to_builder().timeout_config(timeouts.build()).build();
        let sts = aws_sdk_sts::Client::new(&quick);
        let caller = sts.get_caller_identity().send().await.map_err(said)?;
        let endpoint = config.endpoint_url().unwrap_or_default();
        Ok(Self {
            cloudwatch: aws_sdk_cloudwatch::Client::new(&quick),
            kms: aws_sdk_kms::Client::new(&quick),
            lambda: aws_sdk_lambda::Client::new(&quick),
            orders: aws_sdk_lambda::Client::new(config),
            secrets: aws_sdk_secretsmanager::Client::new(&quick),
            sqs: aws_sdk_sqs::Client::new(&quick),
            account: caller.account.unwrap_or_default(),
            region: config.region().map(ToString::to_string).unwrap_or_default(),
            caller: caller.arn.unwrap_or_default(),
            emulated: is_loopback(endpoint),
        })
    }
}

/// True if a URL is of this machine.
pub(crate) fn is_loopback(url: &str) -> bool {
    let url = reqwest::Url::parse(url).ok();
    let host = url.as_ref().and_then(reqwest::Url::host_str);
    host.is_some_and(|host| {
        matches!(host, "127.0.0.1" | "localhost" | "[::1]") || host.ends_with(".localhost")
    })
}

impl<T> Observation<T> {
    /// The result, if there is one.
    pub(crate) fn seen(&self) -> Option<&T> {
        match self {
            Self::Seen(seen) => Some(seen),
            Self::Missing | Self::Unseen(_) => None,
        }
    }
}

/// Of a fault, whether there is no such thing, or it could not be looked at without `permission`.
pub(crate) fn looked<T, E, R>(permission: &'static str, fault: SdkError<E, R>) -> Observation<T>
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    // Each service has its own name for it; SQS has two.
    const MISSING: [&str; 4] = [
        "ResourceNotFoundException",
        "NotFoundException",
        "NonExistentQueue",
        "QueueDoesNotExist",
    ];
    let code = fault.code().unwrap_or_default();
    match MISSING.iter().any(|missing| code.ends_with(missing)) {
        true => Observation::Missing,
        false => Observation::Unseen(unseen(permission, fault)),
    }
}

/// The reason why it could not be looked at without `permission`.
pub(crate) fn unseen<E, R>(permission: &'static str, fault: SdkError<E, R>) -> ObservationFault
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    ObservationFault {
        permission,
        said: format!("{:#}", said(fault)),
    }
}

impl ObservationFault {
    /// The finding that it comes to: `subject` could not be looked at.
    pub(crate) fn finding(&self, code: Code, subject: &str) -> Finding {
        let Self { permission, said } = self;
        let what = format!("{subject} could not be looked at by {permission}: {said}");
        Finding::new(code, what).with("permission", permission)
    }

    #[cfg(test)]
    pub(crate) fn denied(permission: &'static str) -> Self {
        Self {
            permission,
            said: "AccessDenied: not authorized".to_owned(),
        }
    }
}

impl std::fmt::Display for ObservationFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.said)
    }
}
