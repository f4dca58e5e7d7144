//! The AWS clients, with our own timeouts.

use aws_config::{BehaviorVersion, SdkConfig, retry::RetryConfig, timeout::TimeoutConfig};
use std::time::Duration;

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
            .connect_timeout(Duration::from_millis(600))
            .operation_attempt_timeout(self.attempt)
            .operation_timeout(self.operation)
            .build()
    }

    fn retries(self) -> RetryConfig {
        RetryConfig::standard().with_max_attempts(self.attempts)
    }
}

/// Credentials, region and endpoint by AWS's usual variables.
pub async fn config(timeouts: AwsTimeouts) -> SdkConfig {
    aws_config::defaults(BehaviorVersion::latest())
        .timeout_config(timeouts.timeouts())
        .retry_config(timeouts.retries())
        .load()
        .await
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
