//! The one HTTP client of a function: AWS's SDK, Graph and Entra are asked through it.
//!
//! HTTP/1.1, over TLS by rustls and the machine's root certificates, which are read once. It follows
//! no redirect, uses no proxy and keeps no cookies: requests go where they are meant to go.

mod connector;
mod request;
mod response;
mod tls;

pub use connector::Connector;
pub use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
pub use request::{NoResponse, Request};
pub use response::{BrokenBody, Response};
pub use tls::NoTls;

use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use hyper_util::client::legacy;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use std::time::Duration;

/// A fault of whatever makes or reads a body.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// The body of a request.
pub type Body = UnsyncBoxBody<Bytes, BoxError>;

/// The connections under a client: hyper's pool.
pub type Connections = legacy::Client<Connector, Body>;

/// A connection that nobody used for so long is closed. Graph and AWS keep them for some minutes.
const IDLE: Duration = Duration::from_secs(90);

/// The time limits of a client.
#[derive(Debug, Clone, Copy)]
pub struct Timeouts {
    /// To open a connection, TLS handshake and all.
    pub connect: Duration,
    /// From the request to the last byte of its answer, where the request says no other.
    pub request: Duration,
}

/// An HTTP client. Clones share their connections.
#[derive(Debug, Clone)]
pub struct Client {
    connections: Connections,
    timeout: Duration,
}

impl Client {
    /// A client without a connection yet. The first one reads the root certificates.
    ///
    /// # Errors
    /// [`NoTls`]
    pub fn new(timeouts: Timeouts) -> Result<Self, NoTls> {
        Ok(Self {
            connections: connections(timeouts.connect)?,
            timeout: timeouts.request,
        })
    }

    /// A GET of `url`.
    pub fn get(&self, url: &str) -> Request {
        self.request(Method::GET, url)
    }

    /// A POST to `url`.
    pub fn post(&self, url: &str) -> Request {
        self.request(Method::POST, url)
    }

    /// A request with any method.
    pub fn request(&self, method: Method, url: &str) -> Request {
        Request::new(self, method, url)
    }
}

/// Connections for a library that makes its own requests. `connect` limits the time to open one.
///
/// # Errors
/// [`NoTls`]
pub fn connections(connect: Duration) -> Result<Connections, NoTls> {
    let connector = Connector::new(tls::config()?, connect);
    Ok(legacy::Client::builder(TokioExecutor::new())
        .pool_idle_timeout(IDLE)
        .pool_timer(TokioTimer::new())
        .build(connector))
}
