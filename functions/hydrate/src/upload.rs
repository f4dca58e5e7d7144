//! Content on its way into a bucket, part by part, so that little of it is in memory.

use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart};
use std::future::Future;

/// Bytes of a part: the least S3 takes for any but the last (AWS-20).
const PART_BYTES: usize = 5 * 1024 * 1024;
/// The most parts S3 takes (AWS-20).
const MOST_PARTS: usize = 10_000;

/// Somewhere to put contents.
pub trait ContentStore: Send + Sync + 'static {
    /// The location, as a URI without the key: `s3://bucket`.
    fn location(&self) -> String;

    /// Puts all of a content at once.
    ///
    /// # Errors
    /// [`StoreFault`]
    fn put(
        &self,
        key: &str,
        media_type: &str,
        content: Vec<u8>,
    ) -> impl Future<Output = Result<(), StoreFault>> + Send;

    /// Begins an upload; gives its id.
    ///
    /// # Errors
    /// [`StoreFault`]
    fn begin(
        &self,
        key: &str,
        media_type: &str,
    ) -> impl Future<Output = Result<String, StoreFault>> + Send;

    /// Adds a part, the first has number 1; gives its tag.
    ///
    /// # Errors
    /// [`StoreFault`]
    fn part(
        &self,
        key: &str,
        upload: &str,
        number: i32,
        content: Vec<u8>,
    ) -> impl Future<Output = Result<String, StoreFault>> + Send;

    /// Puts the parts together.
    ///
    /// # Errors
    /// [`StoreFault`]
    fn complete(
        &self,
        key: &str,
        upload: &str,
        tags: Vec<String>,
    ) -> impl Future<Output = Result<(), StoreFault>> + Send;

    /// Forgets an upload. What can't be forgotten now, the bucket's lifecycle rule will.
    fn abort(&self, key: &str, upload: &str) -> impl Future<Output = ()> + Send;
}

/// The reason why content could not be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StoreFault {
    /// The store can't be reached.
    #[error("the content store is not available")]
    Unavailable,
    /// More than the store takes in one object.
    #[error("the content is too large for the store")]
    TooLarge,
}

/// One content that is being put. What fits one part is put at once.
pub struct ContentUpload<'a, B> {
    store: &'a B,
    key: String,
    media_type: &'static str,
    part: Vec<u8>,
    begun: Option<String>,
    tags: Vec<String>,
}

impl<'a, B: ContentStore> ContentUpload<'a, B> {
    /// Nothing is sent yet.
    pub fn new(store: &'a B, key: String, media_type: &'static str) -> Self {
        Self {
            store,
            key,
            media_type,
            part: Vec::new(),
            begun: None,
            tags: Vec::new(),
        }
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// [`StoreFault`]; what there is of the upload has to be abandoned then.
    pub async fn write(&mut self, mut bytes: &[u8]) -> Result<(), StoreFault> {
        while self.part.len() + bytes.len() >= PART_BYTES {
            let (now, later) = bytes.split_at(PART_BYTES - self.part.len());
            self.part.extend_from_slice(now);
            bytes = later;
            self.send().await?;
        }
        self.part.extend_from_slice(bytes);
        Ok(())
    }

    /// Puts what is left.
    ///
    /// # Errors
    /// [`StoreFault`]; what there is of the upload has to be abandoned then.
    pub async fn finish(&mut self) -> Result<(), StoreFault> {
        if self.begun.is_none() {
            let content = std::mem::take(&mut self.part);
            return self.store.put(&self.key, self.media_type, content).await;
        }
        if !self.part.is_empty() {
            self.send().await?;
        }
        let upload = self.begun.as_deref().unwrap_or_default();
        let tags = std::mem::take(&mut self.tags);
        self.store.complete(&self.key, upload, tags).await?;
        self.begun = None;
        Ok(())
    }

    /// Leaves nothing of it.
    pub async fn abandon(&mut self) {
        if let Some(upload) = self.begun.take() {
            self.store.abort(&self.key, &upload).await;
        }
    }

    async fn send(&mut self) -> Result<(), StoreFault> {
        let upload = match self.begun.clone() {
            Some(upload) => upload,
            None => {
                let upload = self.store.begin(&self.key, self.media_type).await?;
                self.begun.insert(upload).clone()
            }
        };
        let number = self.tags.len() + 1;
        if number > MOST_PARTS {
            return Err(StoreFault::TooLarge);
        }
        let number = i32::try_from(number).map_err(|_| StoreFault::TooLarge)?;
        let content = std::mem::take(&mut self.part);
        let tag = self.store.part(&self.key, &upload, number, content).await?;
        self.tags.push(tag);
        Ok(())
    }
}

/// A bucket.
#[derive(Debug, Clone)]
pub struct S3Contents {
    client: Client,
    bucket: String,
}

impl S3Contents {
    /// Puts contents into `bucket`.
    pub fn new(client: Client, bucket: String) -> Self {
        Self { client, bucket }
    }
}

impl ContentStore for S3Contents {
    fn location(&self) -> String {
        format!("s3://{}", self.bucket)
    }

    async fn put(&self, key: &str, media_type: &str, content: Vec<u8>) -> Result<(), StoreFault> {
        let request = self.client.put_object().bucket(&self.bucket).key(key);
        let request = request
            .content_type(media_type)
            .body(ByteStream::from(content));
        let answer = request.send().await;
        answer.map(drop).map_err(|_| StoreFault::Unavailable)
    }

    async fn begin(&self, key: &str, media_type: &str) -> Result<String, StoreFault> {
        let request = self.client.create_multipart_upload();
        let request = request
            .bucket(&self.bucket)
            .key(key)
            .content_type(media_type);
        let answer = request.send().await.map_err(|_| StoreFault::Unavailable)?;
        answer.upload_id.ok_or(StoreFault::Unavailable)
    }

    async fn part(
        &self,
        key: &str,
        upload: &str,
        number: i32,
        content: Vec<u8>,
    ) -> Result<String, StoreFault> {
        let request = self.client.upload_part().bucket(&self.bucket).key(key);
        let request = request
            .upload_id(upload)
            .part_number(number)
            .body(ByteStream::from(content));
        let answer = request.send().await.map_err(|_| StoreFault::Unavailable)?;
        answer.e_tag.ok_or(StoreFault::Unavailable)
    }

    async fn complete(&self, key: &str, upload: &str, tags: Vec<String>) -> Result<(), StoreFault> {
        let parts = (1..).zip(tags).map(|(number, tag)| {
            CompletedPart::builder()
                .part_number(number)
                .e_tag(tag)
                .build()
        });
        let whole = CompletedMultipartUpload::builder().set_parts(Some(parts.collect()));
        let request = self.client.complete_multipart_upload();
        let request = request.bucket(&self.bucket).key(key).upload_id(upload);
        let answer = request.multipart_upload(whole.build()).send().await;
        answer.map(drop).map_err(|_| StoreFault::Unavailable)
    }

    async fn abort(&self, key: &str, upload: &str) {
        let request = self.client.abort_multipart_upload();
        let request = request.bucket(&self.bucket).key(key).upload_id(upload);
        if request.send().await.is_err() {
            tracing::warn!("an upload could not be aborted");
        }
    }
}
