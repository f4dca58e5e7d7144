//! A response.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use tokio::time::{Instant, timeout_at};

/// A response, of which the body is still to come. The connection is closed if not all of it is read.
#[derive(Debug)]
pub struct Response {
    answer: http::Response<Incoming>,
    until: Instant,
}

/// The connection broke in the middle of a body, or the time limit passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the response body could not be read")]
pub struct BrokenBody;

impl Response {
    pub(crate) const fn new(answer: http::Response<Incoming>, until: Instant) -> Self {
        Self { answer, until }
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.answer.status()
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        self.answer.headers()
    }

    /// The next part of the body; `None` at its end.
    ///
    /// # Errors
    /// [`BrokenBody`]
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, BrokenBody> {
        loop {
            let frame = timeout_at(self.until, self.answer.body_mut().frame()).await;
            match frame.map_err(|_| BrokenBody)? {
                None => return Ok(None),
                Some(frame) => {
                    // Trailers are nothing to us.
                    if let Ok(data) = frame.map_err(|_| BrokenBody)?.into_data() {
                        return Ok(Some(data));
                    }
                }
            }
        }
    }
}
