//! The claim check: what is too large for a queue waits in S3.

mod shared;

pub use shared::{SharedStore, TextVersion};

use crate::OutgoingEntry;
use aws_sdk_s3::operation::get_object::{GetObjectError, GetObjectOutput};
use aws_sdk_s3::{Client, primitives::ByteStream};
use std::borrow::Cow;
use std::future::Future;
use teamwire_payload::{ClaimCheck, limits};

/// Somewhere to leave large texts. Both operations may be repeated.
pub trait ClaimStore: Send + Sync {
    /// The location, as a URI without the key: `s3://bucket`.
    fn location(&self) -> String;

    /// Leaves `text` under `key`.
    ///
    /// # Errors
    /// [`ClaimFault::Unavailable`]
    fn put(&self, key: &str, text: String) -> impl Future<Output = Result<(), ClaimFault>> + Send;

    /// Fetches the text under `key`, of at most [`limits::RESOURCE_BYTES`].
    ///
    /// # Errors
    /// [`ClaimFault`]
    fn get(&self, key: &str) -> impl Future<Output = Result<String, ClaimFault>> + Send;
}

/// The reason why a claim was not honoured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ClaimFault {
    /// It is not there: expired, or never left.
    #[error("there is nothing under the claim's key")]
    Missing,
    /// The body found is not the one that the claim names.
    #[error("the object under the claim's key is another message")]
    Mismatch,
    /// The store can't be reached.
    #[error("the claim store is not available")]
    Unavailable,
}

/// Makes `outgoing` fit a queue: a body that does not is left in `store` and replaced by a claim.
///
/// # Errors
/// [`ClaimFault::Unavailable`]
pub async fn fit(
    store: &impl ClaimStore,
    outgoing: OutgoingEntry,
) -> Result<OutgoingEntry, ClaimFault> {
    if outgoing.bytes() <= limits::SQS_BYTES {
        return Ok(outgoing);
    }
    let claim = ClaimCheck::to(&outgoing.body);
    let body = claim.to_json().map_err(|_| ClaimFault::Mismatch)?;
    store.put(&claim.key(), outgoing.body).await?;
    Ok(OutgoingEntry { body, ..outgoing })
}

/// The message that `body` is, or is a claim to.
///
/// # Errors
/// [`ClaimFault`]
pub async fn resolve<'a>(
    store: &impl ClaimStore,
    body: &'a str,
) -> Result<Cow<'a, str>, ClaimFault> {
    // Claims are short; there is no need to parse a large message twice.
    let Some(claim) = (body.len() < 512)
        .then(|| ClaimCheck::parse(body))
        .flatten()
    else {
        return Ok(Cow::Borrowed(body));
    };
    let message = store.get(&claim.key()).await?;
    if claim.fits(&message) {
        Ok(Cow::Owned(message))
    } else {
        Err(ClaimFault::Mismatch)
    }
}

/// A bucket.
#[derive(Debug, Clone)]
pub struct S3Store {
    client: Client,
    bucket: String,
}

impl S3Store {
    /// Leaves claims in `bucket`.
    pub fn new(client: Client, bucket: String) -> Self {
        Self { client, bucket }
    }
}

impl ClaimStore for S3Store {
    fn location(&self) -> String {
        format!("s3://{}", self.bucket)
    }

    async fn put(&self, key: &str, text: String) -> Result<(), ClaimFault> {
        self.client
            .put_object()
            .bucket(&self.bucket)
            .key(key)
            .content_type("application/json")
            .body(ByteStream::from(text.into_bytes()))
            .send()
            .await
            .map(drop)
            .map_err(|_| ClaimFault::Unavailable)
    }

    async fn get(&self, key: &str) -> Result<String, ClaimFault> {
        let answer = self
            .client
            .get_object()
            .bucket(&self.bucket)
            .key(key)
            .send()
            .await
            .map_err(|fault| match fault.as_service_error() {
                Some(GetObjectError::NoSuchKey(_)) => ClaimFault::Missing,
                _ => ClaimFault::Unavailable,
            })?;
        text_of(answer).await
    }
}

async fn text_of(answer: GetObjectOutput) -> Result<String, ClaimFault> {
    let most = i64::try_from(limits::RESOURCE_BYTES).unwrap_or(i64::MAX);
    if answer.content_length().is_none_or(|length| length > most) {
        return Err(ClaimFault::Mismatch);
    }
    let bytes = answer
        .body
        .collect()
        .await
        .map_err(|_| ClaimFault::Unavailable)?;
    String::from_utf8(bytes.to_vec()).map_err(|_| ClaimFault::Mismatch)
}
