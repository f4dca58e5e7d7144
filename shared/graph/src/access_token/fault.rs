//! The reasons why there is no token.

use std::time::Duration;

/// The reason why there is no token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccessFault {
    /// No credentials for that tenant.
    #[error("no credentials are known for this tenant")]
    NoCredentials,
    /// Entra knows the app or its credential no longer, or has not got its consent.
    #[error("Entra refused the credentials{}", code.map(|code| format!(", AADSTS{code}")).unwrap_or_default())]
    Refused {
        /// The number of Entra's message, as `7000215` for a wrong secret.
        code: Option<u32>,
    },
    /// Something that a token takes is unavailable at the moment.
    #[error(transparent)]
    Unavailable(TokenPrerequisite),
}

impl AccessFault {
    /// The time after which Entra may be asked again, where it said so.
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Unavailable(TokenPrerequisite::Entra { retry_after }) => *retry_after,
            _ => None,
        }
    }

    /// The same fault, with so much left of the time that Entra named.
    pub(super) fn with_retry_after(mut self, left: Duration) -> Self {
        if let Self::Unavailable(TokenPrerequisite::Entra {
            retry_after: Some(retry_after),
        }) = &mut self
        {
            *retry_after = left;
        }
        self
    }
}

/// Something that is unavailable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenPrerequisite {
    /// No connection, no answer in time, a failure of its own, or an answer of another form.
    #[error("Entra is not available")]
    Entra {
        /// The time after which Entra may be asked again, where it said so.
        retry_after: Option<Duration>,
    },
    /// The store of the credentials gives nothing; its own code.
    #[error("the credentials can't be read ({0})")]
    Secret(String),
    /// The text read is no credentials, or its private key signs nothing.
    #[error("the credentials can't be used")]
    Credentials,
    /// No token of this workload's own identity; the code of who was asked.
    #[error("no token of this workload's identity is available ({0})")]
    Identity(String),
}
