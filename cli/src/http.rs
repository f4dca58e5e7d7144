//! The HTTP client for what a person names: one that says why there is no answer.

use anyhow::bail;
use reqwest::{Client, Response, redirect::Policy};
use std::time::Duration;

/// Longest time to open a connection.
const CONNECT: Duration = Duration::from_secs(2);

/// A client that follows no redirect and uses no proxy: the URL itself is what is asked about.
///
/// # Errors
/// Where TLS can't be set up, for want of root certificates.
pub(crate) fn client(timeout: Duration) -> reqwest::Result<Client> {
    Client::builder()
        .redirect(Policy::none())
        .no_proxy()
        .connect_timeout(CONNECT)
        .timeout(timeout)
        .user_agent(concat!("teamwire/", env!("CARGO_PKG_VERSION")))
        .build()
}

/// A body of at most `limit` bytes, without trusting `Content-Length`.
pub(crate) async fn read_body(mut response: Response, limit: usize) -> anyhow::Result<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > limit {
            bail!("the response body is over its limit");
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
