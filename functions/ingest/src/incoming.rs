//! The parsed request.

use crate::HttpEvent;
use lambda_http::http::Method;
use lambda_http::{Body, RequestExt};
use teamwire_payload::{limits, notification::NotificationBatchFault};

/// The name of the query parameter that makes a request a handshake (GRAPH-1).
const TOKEN: &str = "validationToken";

/// A request within its limits.
#[derive(Debug, PartialEq, Eq)]
pub enum IncomingRequest {
    /// Graph asks whether this is the right address: the token to repeat, form-decoded
    /// (GRAPH-2).
    Handshake(String),
    /// Graph has something to say.
    Batch(Vec<u8>),
}

/// The reason why a request is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RequestRefusal {
    /// Not a POST.
    #[error("only POST is answered")]
    Method,
    /// A query that has to be encoded and is not, a body that is not in the encoding it is said to
    /// be in, text that is none.
    #[error("the request can't be read")]
    Unreadable,
    /// A token that is empty, too long, given twice, or holds what could be markup.
    #[error("the validation token is not acceptable")]
    Token,
    /// Not a batch.
    #[error("the body is not a change notification collection")]
    NotABatch,
    /// Larger than [`limits::BODY_BYTES`], or too many items.
    #[error("the body is too large")]
    TooLarge,
}

impl RequestRefusal {
    /// The answer's status, with HTTP's phrase for it.
    pub const fn status(self) -> (u16, &'static str) {
        match self {
            Self::Method => (405, "Method Not Allowed"),
            Self::Unreadable | Self::Token | Self::NotABatch => (400, "Bad Request"),
            Self::TooLarge => (413, "Content Too Large"),
        }
    }

    /// The name used in metrics.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Method => "method",
            Self::Unreadable => "unreadable",
            Self::Token => "token",
            Self::NotABatch => "not-a-batch",
            Self::TooLarge => "too-large",
        }
    }
}

impl From<NotificationBatchFault> for RequestRefusal {
    fn from(fault: NotificationBatchFault) -> Self {
        match fault {
            NotificationBatchFault::NotABatch | NotificationBatchFault::TooDeep => Self::NotABatch,
            NotificationBatchFault::TooMany => Self::TooLarge,
        }
    }
}

impl IncomingRequest {
    /// Tells a handshake from a batch.
    ///
    /// # Errors
    /// [`RequestRefusal`]
    pub fn read(event: HttpEvent) -> Result<Self, RequestRefusal> {
        let request = event.into_request()?;
        if request.method() != Method::POST {
            return Err(RequestRefusal::Method);
        }
        let query = request.query_string_parameters_ref();
        if let Some(tokens) = query.and_then(|query| query.all(TOKEN)) {
            return match tokens.as_slice() {
                [token] if is_acceptable(token) => Ok(Self::Handshake((*token).to_owned())),
                _ => Err(RequestRefusal::Token),
            };
        }
        let body = match request.into_body() {
            Body::Text(text) => text.into_bytes(),
            Body::Binary(bytes) => bytes,
            _ => Vec::new(),
        };
        if body.len() > limits::BODY_BYTES {
            Err(RequestRefusal::TooLarge)
        } else {
            Ok(Self::Batch(body))
        }
    }
}

/// Graph's tokens are plain text. Refusing markup keeps the echo from being anybody's script.
fn is_acceptable(token: &str) -> bool {
    !token.is_empty()
        && token.len() <= limits::HANDSHAKE_TOKEN_BYTES
        && !token
            .chars()
            .any(|c| c.is_control() || matches!(c, '<' | '>' | '\u{fffd}'))
}
