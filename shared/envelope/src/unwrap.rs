//! The one operation that needs a private key.

use std::future::Future;
use zeroize::Zeroizing;

/// Unseals a content key by RSA-OAEP with SHA-1 and MGF1-SHA-1, no label (GRAPH-15).
pub trait KeyUnwrap {
    /// Unseals `sealed_key` with the private key of the certificate known as `certificate_id`.
    ///
    /// # Errors
    /// [`UnwrapFault`]; only [`UnwrapFault::Refused`] says something about `sealed_key`.
    fn unwrap_key(
        &self,
        certificate_id: &str,
        sealed_key: &[u8],
    ) -> impl Future<Output = Result<Zeroizing<Vec<u8>>, UnwrapFault>> + Send;
}

/// The reason why a content key could not be unsealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnwrapFault {
    /// No key is known by that certificate id.
    #[error("no private key is known by this certificate id")]
    UnknownCertificate,
    /// It was not sealed for that key, or was changed on its way.
    #[error("the content key was not sealed for this private key")]
    Refused,
    /// The key is unavailable at the moment.
    #[error("the private key is not available")]
    Unavailable,
}
