//! The answer to Graph.

use crate::http_event::{HttpAnswer, ProxyEvent};
use crate::{RequestRefusal, UndecidedReason};

/// An answer to Graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PostAnswer {
    /// The handshake token, repeated.
    Handshake(String),
    /// Every authentic item is in SQS (GRAPH-4).
    Accepted,
    /// It is not a request of Graph's.
    Refused(RequestRefusal),
    /// Not everything could be taken; Graph delivers it again. The label says why.
    TryAgain(&'static str),
    /// Nothing shows that it is Graph's, and what could show it can't be looked up just now. Graph
    /// delivers it again, as after every answer that is no 2xx (GRAPH-3), and anybody may cause it:
    /// so it is no fault of the server's.
    Unproven,
}

impl From<UndecidedReason> for PostAnswer {
    fn from(undecided: UndecidedReason) -> Self {
        match undecided {
            UndecidedReason::Unproven => Self::Unproven,
            UndecidedReason::OfOurs(label) => Self::TryAgain(label),
        }
    }
}

impl PostAnswer {
    /// The name used in metrics.
    pub const fn label(&self) -> &'static str {
        match self {
            Self::Handshake(_) => "handshake",
            Self::Accepted => "accepted",
            Self::Refused(refusal) => refusal.label(),
            Self::TryAgain(label) => label,
            Self::Unproven => "unproven",
        }
    }

    /// The HTTP response: plain text, never sniffed, never cached.
    pub fn into_http(self, proxy: ProxyEvent) -> HttpAnswer {
        let (status, body) = match self {
            Self::Handshake(token) => ((200, "OK"), token),
            Self::Accepted => ((202, "Accepted"), String::new()),
            Self::Refused(refusal) => (refusal.status(), refusal.to_string()),
            Self::TryAgain(_) => ((503, "Service Unavailable"), String::new()),
            Self::Unproven => ((429, "Too Many Requests"), String::new()),
        };
        let mut headers = vec![
            ("content-type", "text/plain; charset=utf-8"),
            ("x-content-type-options", "nosniff"),
            ("cache-control", "no-store"),
        ];
        if status.0 == 405 {
            headers.push(("allow", "POST"));
        }
        HttpAnswer::new(proxy, status, &headers, body)
    }
}
