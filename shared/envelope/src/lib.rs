//! The envelope of a rich notification: `encryptedContent`.
//!
//! Graph makes a 32-byte content key for every item, encrypts the resource with it
//! (AES-256-CBC), signs the ciphertext with it (HMAC-SHA256) and seals the key itself with the
//! public key of the subscriber's certificate (RSA-OAEP, SHA-1). [`open`](open()) goes the way back:
//!
//! ```text
//! EncryptedContent -> required members -> base64 -> KeyUnwrap (by certificate id, OAEP)
//!   -> key length -> HMAC -> Authentic -> block length -> AES-CBC -> PKCS#7 -> UTF-8 -> JSON
//! ```
//!
//! The private-key operation is behind the [`KeyUnwrap`] port: a local key ([`LocalKeys`]) or
//! one that never leaves AWS KMS (`KmsKeys`). Several keys live side by side, chosen by
//! the certificate id, so that certificates rotate without a gap.

#[cfg(feature = "kms")]
mod kms_keys;
mod local_keys;
mod open;
#[cfg(feature = "seal")]
pub mod seal;
mod unwrap;

#[cfg(feature = "kms")]
pub use kms_keys::KmsKeys;
pub use local_keys::{KeyFileFault, LocalKeys};
pub use open::{AuthenticCiphertext, OpenFault, OpeningStage, open};
pub use unwrap::{KeyUnwrap, UnwrapFault};
