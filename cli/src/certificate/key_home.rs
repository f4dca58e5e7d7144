//! The places of private keys.

use crate::terminal::{file_name, plain};
use serde::{Serialize, Serializer};
use std::fmt;
use std::path::{Path, PathBuf};

/// The place where the private key of a certificate is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum KeyHome {
    /// In this secret of Secrets Manager, under the certificate's id.
    Secret(String),
    /// In KMS, as the key of this ARN. It never was anywhere else.
    KmsKey(String),
    /// In this file, as PEM.
    #[serde(serialize_with = "shown")]
    File(PathBuf),
}

impl fmt::Display for KeyHome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Secret(id) => write!(f, "in the secret {id}, under that id"),
            Self::KmsKey(arn) => write!(f, "in KMS, as {}", plain(arn)),
            Self::File(path) => write!(f, "in {}", file_name(path)),
        }
    }
}

/// A path need not be UTF-8, and is shown all the same.
fn shown<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    path.to_string_lossy().serialize(serializer)
}
