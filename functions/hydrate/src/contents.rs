//! The content of transcripts and recordings: from Graph into the bucket.

use crate::upload::{ContentStore, ContentUpload, StoreFault};
use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};
use teamwire_graph::answers::GraphDenial;
use teamwire_graph::{ReadFault, ResourceReader, TokenSource};
use teamwire_payload::resource::ResourceGet;
use teamwire_payload::{ContentForm, Event, ResourceRef, TenantId, WantedContent};
use teamwire_transport::Deadline;
use tokio::sync::Semaphore;
use tokio::time::timeout_at;

/// Contents that are fetched at once. Each takes a part of the upload, and the next, in memory.
const AT_ONCE: usize = 2;
/// Kept back from the time for work, to leave nothing of an upload behind.
const CLEARING: Duration = Duration::from_secs(3);
/// The least time for a fetch: content that does not arrive within it is more than an invocation
/// can fetch. One that began later may succeed another time.
const FAIR_TRY: Duration = Duration::from_secs(8);

/// Keeps what an event's resource only describes.
pub trait ContentSink: Send + Sync + 'static {
    /// True if the content of `resource` is wanted.
    fn wants(&self, resource: &ResourceRef) -> bool;

    /// Fetches the content of `resource`, of which `get` reads the description.
    ///
    /// # Errors
    /// [`ReadFault`]
    fn keep(
        &self,
        event: &Event,
        resource: &ResourceRef,
        get: &ResourceGet,
        deadline: Deadline,
    ) -> impl Future<Output = Result<ContentOutcome, ReadFault>> + Send;
}

/// The outcome of storing content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContentOutcome {
    /// Nobody asked for it, or there is none.
    NotWanted,
    /// It is at this URI.
    At(String),
    /// It is unavailable, for this reason.
    Not(String),
}

impl ContentOutcome {
    /// Says it in the event.
    pub fn tell(self, event: &mut Event) {
        match self {
            Self::NotWanted => {}
            Self::At(uri) => event.contentref = Some(uri),
            Self::Not(reason) => event.contentskipped = Some(reason),
        }
    }
}

/// The contents of meetings.
pub struct MeetingContents<T, B> {
    wanted: WantedContent,
    reader: Arc<ResourceReader<T>>,
    store: B,
    slots: Semaphore,
}

impl<T: TokenSource, B: ContentStore> MeetingContents<T, B> {
    /// Fetches what is `wanted` with `reader` and puts it into `store`.
    pub fn new(wanted: WantedContent, reader: Arc<ResourceReader<T>>, store: B) -> Self {
        Self {
            wanted,
            reader,
            store,
            slots: Semaphore::new(AT_ONCE),
        }
    }

    /// Fetches it into `upload`, of which something is left if this is broken off.
    async fn fetch(
        &self,
        tenant: &TenantId,
        get: &ResourceGet,
        form: ContentForm,
        upload: &mut ContentUpload<'_, B>,
        timeout: Duration,
    ) -> Result<(), ContentFault> {
        let content = get.content();
        let reader = &self.reader;
        let response = reader.content(tenant, &content, form.media_type, timeout);
        let mut response = response.await?;
        let mut is_empty = true;
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) => {
                    is_empty &= chunk.is_empty();
                    upload.write(&chunk).await?;
                }
                Ok(None) if is_empty => return Err(ReadFault::TryAgain(200).into()),
                Ok(None) => return Ok(upload.finish().await?),
                Err(_) => return Err(ReadFault::Unavailable(None).into()),
            }
        }
    }
}

/// The reason why content was not stored.
enum ContentFault {
    Read(ReadFault),
    Store(StoreFault),
    /// There is more of it than can be fetched within one invocation.
    TooLong,
}

impl From<ReadFault> for ContentFault {
    fn from(fault: ReadFault) -> Self {
        Self::Read(fault)
    }
}

impl From<StoreFault> for ContentFault {
    fn from(fault: StoreFault) -> Self {
        Self::Store(fault)
    }
}

impl<T: TokenSource, B: ContentStore> ContentSink for MeetingContents<T, B> {
    fn wants(&self, resource: &ResourceRef) -> bool {
        matches!(resource, ResourceRef::Teams(path) if self.wanted.of(path).is_some())
    }

    async fn keep(
        &self,
        event: &Event,
        resource: &ResourceRef,
        get: &ResourceGet,
        deadline: Deadline,
    ) -> Result<ContentOutcome, ReadFault> {
        let ResourceRef::Teams(path) = resource else {
            return Ok(ContentOutcome::NotWanted);
        };
        let (Some(kind), Ok(tenant)) = (self.wanted.of(path), event.tenantid.parse()) else {
            return Ok(ContentOutcome::NotWanted);
        };
        let work_until = deadline.work_until();
        let until = work_until.checked_sub(CLEARING).unwrap_or(work_until);
        let Ok(Ok(_slot)) = timeout_at(until.into(), self.slots.acquire()).await else {
            return Err(ReadFault::Unavailable(None));
        };
        let left = until.saturating_duration_since(Instant::now());
        // Ours is the timeout that counts: it tells what took too long from what broke.
        let timeout = left + CLEARING;
        let forms = [Some(kind.form()), kind.form_without_speakers()];
        let mut withheld = ReadFault::Denied(GraphDenial::NoSpeakers);
        for form in forms.into_iter().flatten() {
            let key = format!("content/{}.{}", event.id, form.extension);
            let mut upload = ContentUpload::new(&self.store, key.clone(), form.media_type);
            let fetch = self.fetch(&tenant, get, form, &mut upload, timeout);
            let outcome = match timeout_at(until.into(), fetch).await {
                Ok(outcome) => outcome,
                Err(_) if left >= FAIR_TRY => Err(ContentFault::TooLong),
                Err(_) => Err(ReadFault::Unavailable(None).into()),
            };
            if outcome.is_err() {
                upload.abandon().await;
            }
            withheld = match outcome {
                Ok(()) => {
                    return Ok(ContentOutcome::At(format!(
                        "{}/{key}",
                        self.store.location()
                    )));
                }
                Err(ContentFault::TooLong) => {
                    return Ok(ContentOutcome::Not("too-long".to_owned()));
                }
                Err(ContentFault::Store(StoreFault::TooLarge)) => {
                    return Ok(ContentOutcome::Not("too-large".to_owned()));
                }
                Err(ContentFault::Store(StoreFault::Unavailable)) => {
                    return Err(ReadFault::Unavailable(None));
                }
                // The text is to be had without the names.
                Err(ContentFault::Read(fault @ ReadFault::Denied(GraphDenial::NoSpeakers))) => {
                    fault
                }
                Err(ContentFault::Read(fault)) => return Err(fault),
            };
        }
        Err(withheld)
    }
}
