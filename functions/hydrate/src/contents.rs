//! The content of transcripts and recordings: from Graph into the bucket.

use crate::upload::{ContentStore, StoreFault, Upload};
use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};
use teamwire_graph::{ReadFault, ResourceReader, TokenSource};
use teamwire_payload::resource::Get;
use teamwire_payload::{Event, Resource, TenantId, WantedContent};
use teamwire_transport::Deadline;
use tokio::sync::Semaphore;

/// Contents that are fetched at once. Each takes a part of the upload, and the next, in memory.
const AT_ONCE: usize = 2;
/// Less time than this is not worth beginning with.
const LEAST_TIME: Duration = Duration::from_secs(4);

/// Keeps what an event's resource only describes.
pub trait Contents: Send + Sync + 'static {
    /// Fetches the content of `resource`, of which `get` reads the description.
    ///
    /// # Errors
    /// [`ReadFault`] where a later try may have more luck.
    fn keep(
        &self,
        event: &Event,
        resource: &Resource,
        get: &Get,
        deadline: Deadline,
    ) -> impl Future<Output = Result<Kept, ReadFault>> + Send;
}

/// What became of the content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// Nobody asked for it, or there is none.
    NotWanted,
    /// It is at this URI.
    At(String),
    /// It can't be had, for this reason.
    Not(String),
}

impl Kept {
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

    async fn fetch(
        &self,
        tenant: &TenantId,
        get: &Get,
        media_type: &str,
        upload: Upload<'_, B>,
        until: Instant,
    ) -> Result<(), ContentFault> {
        let left = until.saturating_duration_since(Instant::now());
        if left < LEAST_TIME {
            return Err(ReadFault::Unavailable(None).into());
        }
        let mut response = self
            .reader
            .content(tenant, &get.content(), media_type, left)
            .await?;
        let mut upload = upload;
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) => upload.write(&chunk).await?,
                Ok(None) => return Ok(upload.finish().await?),
                Err(_) => {
                    upload.abandon().await;
                    let fault = match Instant::now() >= until {
                        true => ContentFault::TooLong,
                        false => ReadFault::Unavailable(None).into(),
                    };
                    return Err(fault);
                }
            }
        }
    }
}

/// Why content was not kept.
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

impl<T: TokenSource, B: ContentStore> Contents for MeetingContents<T, B> {
    async fn keep(
        &self,
        event: &Event,
        resource: &Resource,
        get: &Get,
        deadline: Deadline,
    ) -> Result<Kept, ReadFault> {
        let Resource::Teams(path) = resource else {
            return Ok(Kept::NotWanted);
        };
        let (Some(kind), Ok(tenant)) = (self.wanted.of(path), event.tenantid.parse()) else {
            return Ok(Kept::NotWanted);
        };
        let Ok(_slot) = self.slots.acquire().await else {
            return Err(ReadFault::Unavailable(None));
        };
        let key = format!("content/{}.{}", event.id, kind.extension());
        let upload = Upload::new(&self.store, key.clone(), kind.media_type());
        let fetch = self.fetch(
            &tenant,
            get,
            kind.media_type(),
            upload,
            deadline.work_until(),
        );
        match fetch.await {
            Ok(()) => Ok(Kept::At(format!("{}/{key}", self.store.location()))),
            Err(ContentFault::TooLong) => Ok(Kept::Not("too-long".to_owned())),
            Err(ContentFault::Store(StoreFault::TooLarge)) => Ok(Kept::Not("too-large".to_owned())),
            Err(ContentFault::Store(StoreFault::Unavailable)) => Err(ReadFault::Unavailable(None)),
            Err(ContentFault::Read(fault)) => match fault {
                ReadFault::Gone => Ok(Kept::Not("gone".to_owned())),
                ReadFault::Refused(status) if status != 401 && status != 408 => {
                    Ok(Kept::Not(format!("http-{status}")))
                }
                fault => Err(fault),
            },
        }
    }
}
