//! Reads resources from Graph: GET only, to its fixed root, by paths made of parsed keys.

use crate::access_token::{AccessFault, AccessToken, AccessTokens};
use crate::pacing::{Conversation, Pacer};
use crate::{Endpoints, http};
use reqwest::{StatusCode, header::RETRY_AFTER};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use teamwire_payload::{ResourcePath, TenantId, limits, resource::NoGet};

/// What a GET may take, from connecting to the last byte.
pub const READ_TIMEOUT: Duration = Duration::from_secs(8);
/// How long to wait for a tenant's turn before giving it back to the queue.
const PATIENCE: Duration = Duration::from_secs(2);
/// Bounds on what a server may ask us to wait.
const RETRY_AFTER_BOUNDS: (Duration, Duration) =
    (Duration::from_secs(1), Duration::from_secs(3600));

/// Reads resources, one tenant's turn after another.
pub struct ResourceReader {
    http: reqwest::Client,
    graph: String,
    tokens: AccessTokens,
    pacer: Pacer,
}

/// Why a resource could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReadFault {
    /// Graph documents no GET for this path.
    #[error("the resource can't be read at its path")]
    NoGet(#[from] NoGet),
    /// It is not there, or not any more.
    #[error("the resource does not exist")]
    Gone,
    /// Graph, or our own pacing, asks to wait.
    #[error("the tenant is throttled")]
    Throttled(Duration),
    /// Graph or Entra can't be asked at the moment.
    #[error("Graph is not available")]
    Unavailable(Option<Duration>),
    /// Graph refused, with this status: consent lost, or a request it can't serve.
    #[error("Graph refused the request with status {0}")]
    Refused(u16),
    /// Entra refused our credentials.
    #[error("Entra refused the credentials")]
    CredentialsRefused,
    /// No credentials for that tenant.
    #[error("no credentials are known for this tenant")]
    NoCredentials,
    /// Larger than [`limits::RESOURCE_BYTES`], or not text.
    #[error("the resource is too large or not text")]
    Unreadable,
}

impl ResourceReader {
    /// Reads from the Graph of `endpoints` with `tokens`.
    pub fn new(http: reqwest::Client, endpoints: &Endpoints, tokens: AccessTokens) -> Self {
        Self {
            http,
            graph: endpoints.graph.clone(),
            tokens,
            pacer: Pacer::default(),
        }
    }

    /// The current state of a resource, as Graph wrote it.
    ///
    /// # Errors
    /// [`ReadFault`]
    pub async fn read(
        &self,
        tenant: &TenantId,
        resource: &ResourcePath,
    ) -> Result<String, ReadFault> {
        let url = format!("{}/v1.0{}", self.graph, resource.get()?);
        let conversation = (tenant.clone(), resource.conversation());
        let turn = || async {
            self.pacer
                .turn(&conversation, PATIENCE)
                .await
                .map_err(ReadFault::Throttled)
        };
        turn().await?;
        let token = self.token(tenant).await?;
        match self.get(&conversation, &url, &token).await {
            // The token was revoked before its time: once more with a new one.
            Err(ReadFault::Refused(401)) => {
                self.tokens.forget(tenant, &token);
                turn().await?;
                let token = self.token(tenant).await?;
                self.get(&conversation, &url, &token).await
            }
            answer => answer,
        }
    }

    async fn token(&self, tenant: &TenantId) -> Result<Arc<AccessToken>, ReadFault> {
        self.tokens
            .token(tenant)
            .await
            .map_err(|fault| match fault {
                AccessFault::NoCredentials => ReadFault::NoCredentials,
                AccessFault::Refused => ReadFault::CredentialsRefused,
                AccessFault::Unavailable => ReadFault::Unavailable(None),
            })
    }

    async fn get(
        &self,
        conversation: &Conversation,
        url: &str,
        token: &AccessToken,
    ) -> Result<String, ReadFault> {
        let response = self
            .http
            .get(url)
            .bearer_auth(token.expose().as_str())
            .send()
            .await
            .map_err(|_| ReadFault::Unavailable(None))?;
        let status = response.status();
        let wait = response
            .headers()
            .get(RETRY_AFTER)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| retry_after(value, SystemTime::now()));
        match status {
            StatusCode::OK => {
                let body = http::read_body(response, limits::RESOURCE_BYTES)
                    .await
                    .map_err(|fault| match fault {
                        http::BodyFault::Broken => ReadFault::Unavailable(None),
                        http::BodyFault::TooLarge => ReadFault::Unreadable,
                    })?;
                String::from_utf8(body).map_err(|_| ReadFault::Unreadable)
            }
            StatusCode::NOT_FOUND | StatusCode::GONE => Err(ReadFault::Gone),
            StatusCode::TOO_MANY_REQUESTS => {
                let wait = wait.unwrap_or(Duration::from_secs(10));
                self.pacer.pause(conversation, wait);
                Err(ReadFault::Throttled(wait))
            }
            status if status.is_server_error() => {
                if let Some(wait) = wait {
                    self.pacer.pause(conversation, wait);
                }
                Err(ReadFault::Unavailable(wait))
            }
            status => Err(ReadFault::Refused(status.as_u16())),
        }
    }
}

/// Seconds or an HTTP date, within bounds; `None` for anything else.
fn retry_after(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    let (least, most) = RETRY_AFTER_BOUNDS;
    let asked = if value.bytes().all(|byte| byte.is_ascii_digit()) {
        Duration::from_secs(value.parse().ok()?)
    } else {
        let at = jiff::fmt::rfc2822::parse(value).ok()?.timestamp();
        SystemTime::from(at)
            .duration_since(now)
            .unwrap_or(Duration::ZERO)
    };
    Some(asked.clamp(least, most))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_retry_after_is_understood_or_ignored() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_445_412_420);
        let seconds = |n| Some(Duration::from_secs(n));
        for (value, expected) in [
            ("7", seconds(7)),
            (" 7 ", seconds(7)),
            ("0", seconds(1)),
            ("86400", seconds(3600)),
            ("Wed, 21 Oct 2015 07:28:00 GMT", seconds(60)),
            ("Wed, 21 Oct 2015 07:00:00 GMT", seconds(1)),
            ("Thu, 21 Oct 2100 07:28:00 GMT", seconds(3600)),
            ("", None),
            ("-1", None),
            ("1.5", None),
            ("soon", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(retry_after(value, now), expected, "{value}");
        }
    }
}
