//! The AWS clients, with our own timeouts and the process's own HTTP client.

mod environment;
mod http_client;

use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::{BehaviorVersion, SdkConfig, retry::RetryConfig, timeout::TimeoutConfig};
use aws_credential_types::provider::SharedCredentialsProvider;
use environment::Environment;
use http_client::AwsHttp;
use std::time::Duration;
use teamwire_http::NoTls;

/// Longest time to open a connection.
const CONNECT: Duration = Duration::from_millis(600);

/// Time limits of calls to AWS.
#[derive(Debug, Clone, Copy)]
pub struct AwsTimeouts {
    /// One try.
    pub attempt: Duration,
    /// All tries together.
    pub operation: Duration,
    /// The number of attempts.
    pub attempts: u32,
}

impl AwsTimeouts {
    /// For answers that Graph waits for.
    pub const SHORT: Self = Self {
        attempt: Duration::from_millis(800),
        operation: Duration::from_millis(1_700),
        attempts: 2,
    };
    /// For what goes on when Graph has its answer.
    pub const BACKGROUND: Self = Self {
        attempt: Duration::from_secs(5),
        operation: Duration::from_secs(10),
        attempts: 2,
    };
    /// For work from a queue. Within [`Deadline::SETTLING`](crate::Deadline::SETTLING) even when
    /// a send is repeated.
    pub const LONG: Self = Self {
        attempt: Duration::from_millis(1_500),
        operation: Duration::from_millis(2_500),
        attempts: 3,
    };
}

impl AwsTimeouts {
    fn timeouts(self) -> TimeoutConfig {
        TimeoutConfig::builder()
            .operation_attempt_timeout(self.attempt)
            .operation_timeout(self.operation)
            .build()
    }

    fn retries(self) -> RetryConfig {
        RetryConfig::standard().with_max_attempts(self.attempts)
    }
}

/// Credentials, region and endpoints by AWS's usual variables, which are all that a function has:
/// the other places where a machine keeps them would be a tenth of the program.
///
/// # Errors
/// [`NoTls`]
pub fn config(timeouts: AwsTimeouts) -> Result<SdkConfig, NoTls> {
    let environment = Environment(|name| std::env::var(name).ok());
    let credentials = EnvironmentVariableCredentialsProvider::new();
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .service_config(environment)
        .http_client(AwsHttp::new(CONNECT)?)
        .timeout_config(timeouts.timeouts())
        .retry_config(timeouts.retries());
    config.set_region(environment.region());
    config.set_endpoint_url(environment.endpoint());
    config.set_use_fips(environment.flag("AWS_USE_FIPS_ENDPOINT"));
    config.set_use_dual_stack(environment.flag("AWS_USE_DUALSTACK_ENDPOINT"));
    Ok(config.build())
}

/// A Secrets Manager client with timeouts of its own.
pub fn secrets(config: &SdkConfig, timeouts: AwsTimeouts) -> aws_sdk_secretsmanager::Client {
    let config = aws_sdk_secretsmanager::config::Builder::from(config)
        .timeout_config(timeouts.timeouts())
        .retry_config(timeouts.retries())
        .build();
    aws_sdk_secretsmanager::Client::from_conf(config)
}

/// An S3 client. Bucket names become host names only on AWS itself: a stand-in has one host.
pub fn s3(config: &SdkConfig) -> aws_sdk_s3::Client {
    let stand_in = config.endpoint_url().is_some();
    let config = aws_sdk_s3::config::Builder::from(config)
        .force_path_style(stand_in)
        .build();
    aws_sdk_s3::Client::from_conf(config)
}
