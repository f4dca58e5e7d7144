//! One text that several change at once: nobody overwrites what they have not seen (AWS-21).

use super::{ClaimFault, ClaimStore, S3Store, text_of};
use aws_sdk_s3::operation::get_object::GetObjectError;
use aws_sdk_s3::primitives::ByteStream;
use std::future::Future;

/// The version of a text, which changes with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextVersion(pub String);

/// A store that knows the versions of its texts.
pub trait SharedStore: ClaimStore {
    /// The text under `key` with its version, if there is one.
    ///
    /// # Errors
    /// [`ClaimFault`], never [`ClaimFault::Missing`].
    fn look(
        &self,
        key: &str,
    ) -> impl Future<Output = Result<Option<(String, TextVersion)>, ClaimFault>> + Send;

    /// Leaves `text` under `key` in place of the version `before`, or of nothing. `false` where
    /// something else is there by now.
    ///
    /// # Errors
    /// [`ClaimFault::Unavailable`]
    fn replace(
        &self,
        key: &str,
        before: Option<&TextVersion>,
        text: String,
    ) -> impl Future<Output = Result<bool, ClaimFault>> + Send;
}

impl SharedStore for S3Store {
    async fn look(&self, key: &str) -> Result<Option<(String, TextVersion)>, ClaimFault> {
        let get = self.client.get_object().bucket(&self.bucket).key(key);
        let answer = match get.send().await {
            Ok(answer) => answer,
            Err(fault) => {
                return match fault.as_service_error() {
                    Some(GetObjectError::NoSuchKey(_)) => Ok(None),
                    _ => Err(ClaimFault::Unavailable),
                };
            }
        };
        let version = answer.e_tag().map(|tag| TextVersion(tag.to_owned()));
        let version = version.ok_or(ClaimFault::Unavailable)?;
        Ok(Some((text_of(answer).await?, version)))
    }

    async fn replace(
        &self,
        key: &str,
        before: Option<&TextVersion>,
        text: String,
    ) -> Result<bool, ClaimFault> {
        let put = self.client.put_object().bucket(&self.bucket).key(key);
        let put = match before {
            Some(TextVersion(tag)) => put.if_match(tag),
            None => put.if_none_match("*"),
        };
        let put = put.content_type("application/json");
        let put = put.body(ByteStream::from(text.into_bytes()));
        match put.send().await {
            Ok(_) => Ok(true),
            Err(fault) => match fault.raw_response().map(|raw| raw.status().as_u16()) {
                // Another version; one that is being written; none any more.
                Some(412 | 409 | 404) => Ok(false),
                _ => Err(ClaimFault::Unavailable),
            },
        }
    }
}
