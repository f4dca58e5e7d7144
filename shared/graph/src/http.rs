//! The one HTTP client towards Microsoft.

use reqwest::{Client, Response, redirect::Policy};
use std::time::Duration;

/// Longest time to open a connection.
const CONNECT: Duration = Duration::from_secs(2);

/// A client that follows no redirect and uses no proxy: requests go where they are meant to go.
///
/// # Errors
/// Where TLS can't be set up, for want of root certificates.
pub fn client(timeout: Duration) -> Result<Client, reqwest::Error> {
    Client::builder()
        .redirect(Policy::none())
        .no_proxy()
        .connect_timeout(CONNECT)
        .timeout(timeout)
        .user_agent(concat!("teamwire/", env!("CARGO_PKG_VERSION")))
        .build()
}

/// Why a body was not read.
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
