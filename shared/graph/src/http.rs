//! The HTTP client as it asks Microsoft.

use crate::answers::GraphError;
use serde::de::IgnoredAny;
use std::time::Duration;
use teamwire_http::{Client, HeaderName, NoTls, Response, Timeouts, header};

/// Longest time to open a connection.
const CONNECT: Duration = Duration::from_secs(2);

/// A client whose requests take at most `timeout`, where they say no other.
///
/// # Errors
/// [`NoTls`]
pub fn client(timeout: Duration) -> Result<Client, NoTls> {
    Client::new(Timeouts {
        connect: CONNECT,
        request: timeout,
    })
}

/// Goes with every request to Graph: without it a member of an enum that was added later comes as
/// `unknownFutureValue`, in subscriptions as in what is read.
pub(crate) const PREFER: (HeaderName, &str) = (
    HeaderName::from_static("prefer"),
    "include-unknown-enum-members",
);
/// Goes with every request to Graph whose answer is JSON: it refuses what it can't answer by 406.
pub(crate) const ACCEPT: (HeaderName, &str) = (header::ACCEPT, "application/json");
/// Most of a body that says why a request failed. Graph's are some 500 bytes.
const FAILURE_BYTES: usize = 64 * 1024;

/// The status of a response that is no success, as it is in the table, and what Graph says.
pub(crate) async fn failure(response: Response) -> (u16, Option<GraphError>) {
    let status = response.status().as_u16();
    let body = read_body(response, FAILURE_BYTES).await;
    (status, body.ok().and_then(|body| GraphError::parse(&body)))
}

/// The reason why a body was not read.
#[derive(Debug, thiserror::Error)]
pub enum BodyFault {
    /// The connection broke or took too long.
    #[error("the response body could not be read")]
    Broken,
    /// It is larger than the limit.
    #[error("the response body is over its limit")]
    TooLarge,
}

/// Reads a body of at most `limit` bytes, without trusting `Content-Length`.
///
/// # Errors
/// [`BodyFault`]
pub async fn read_body(mut response: Response, limit: usize) -> Result<Vec<u8>, BodyFault> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|_| BodyFault::Broken)? {
        if body.len() + chunk.len() > limit {
            return Err(BodyFault::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// True if a body is JSON: one that isn't is a proxy's, or cut off, and may be another next time.
pub(crate) fn is_json(body: &[u8]) -> bool {
    serde_json::from_slice::<IgnoredAny>(body).is_ok()
}
