//! A request.

use crate::response::Response;
use crate::{Body, BoxError, Client};
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use http::{HeaderName, HeaderValue, Method};
use http_body_util::{BodyExt, Full};
use serde_json::Value;
use std::fmt;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// The name by which Microsoft knows us in its logs.
const PRODUCT: HeaderValue =
    HeaderValue::from_static(concat!("teamwire/", env!("CARGO_PKG_VERSION")));

/// A request that is being put together. What can't stand in one shows when it is sent. Its body may
/// hold a secret of the app's, and is not printed.
pub struct Request {
    client: Client,
    head: http::request::Builder,
    body: Bytes,
    timeout: Duration,
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("head", &self.head)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// The reason why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum NoResponse {
    /// It is no request: its URL or a header can't be one.
    #[error("the request is not a valid one")]
    Invalid(#[source] http::Error),
    /// No answer within the time limit.
    #[error("no answer within the time limit")]
    TimedOut,
    /// No connection, or one that broke.
    #[error("the connection failed")]
    Failed(#[source] hyper_util::client::legacy::Error),
}

impl Request {
    pub(crate) fn new(client: &Client, method: Method, url: &str) -> Self {
        let head = http::Request::builder().method(method).uri(url);
        Self {
            client: client.clone(),
            head: head.header(USER_AGENT, PRODUCT),
            body: Bytes::new(),
            timeout: client.timeout,
        }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(self, name: HeaderName, value: &str) -> Self {
        Self {
            head: self.head.header(name, value),
            ..self
        }
    }

    /// Adds the header that shows a bearer token, kept out of what is printed.
    #[must_use]
    pub fn bearer_auth(self, token: &str) -> Self {
        let value = HeaderValue::try_from(format!("Bearer {token}")).map(|mut value| {
            value.set_sensitive(true);
            value
        });
        let head = match value {
            Ok(value) => self.head.header(AUTHORIZATION, value),
            Err(_) => self.head.header(AUTHORIZATION, "\0"),
        };
        Self { head, ..self }
    }

    /// Limits the time from now to the last byte of the answer.
    #[must_use]
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// With a body of JSON.
    #[must_use]
    pub fn json(self, body: &Value) -> Self {
        self.with_body("application/json", body.to_string())
    }

    /// With the fields of a form.
    #[must_use]
    pub fn form(self, fields: &[(&str, &str)]) -> Self {
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        self.with_body("application/x-www-form-urlencoded", form)
    }

    fn with_body(self, media_type: &str, body: String) -> Self {
        Self {
            body: body.into(),
            ..self.header(CONTENT_TYPE, media_type)
        }
    }

    /// Sends it.
    ///
    /// # Errors
    /// [`NoResponse`]
    pub async fn send(self) -> Result<Response, NoResponse> {
        let until = Instant::now() + self.timeout;
        let body: Body = Full::new(self.body)
            .map_err(|never| -> BoxError { match never {} })
            .boxed_unsync();
        let request = self.head.body(body).map_err(NoResponse::Invalid)?;
        let answer = timeout_at(until, self.client.connections.request(request)).await;
        let answer = answer
            .map_err(|_| NoResponse::TimedOut)?
            .map_err(NoResponse::Failed)?;
        Ok(Response::new(answer, until))
    }
}
