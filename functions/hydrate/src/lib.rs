//! From references to events, by GET.
//!
//! ```text
//! SQS records -> (claim check) -> Message<Reference> -> one GET for each distinct resource
//!   -> Event (hydrated), or a tombstone (deleted), or a reference (not found, no documented GET)
//!   -> the content of a transcript or recording, where it is wanted, into the bucket
//! ```
//!
//! What Graph throttles (GRAPH-22) goes back to the queue for as long as Graph asks. A deletion is
//! never read (GRAPH-24).

mod config;
mod contents;
mod fault;
mod upload;

pub use config::HydrateConfig;
pub use contents::{ContentOutcome, ContentSink, MeetingContents};
pub use fault::HydrateFault;
pub use upload::{ContentStore, ContentUpload, S3Contents, StoreFault};

use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use teamwire_graph::{ReadFault, ResourceReader, TokenSource, resource_reader::READ_TIMEOUT};
use teamwire_payload::event;
use teamwire_payload::event::ReferenceReason;
use teamwire_payload::resource::{ReadablePattern, ResourceGet};
use teamwire_payload::{ChangeType, Origin, QueueMessage, ReferencedChange, ResourceRef, TenantId};
use teamwire_transport::batch::{ForwardedEvent, RecordVerdict};
use teamwire_transport::{ClaimStore, Deadline, Delivery, RecordFailure, claims};
use tokio::sync::OnceCell;

/// Reads resources.
pub trait ResourceSource: Send + Sync + 'static {
    /// The current state of what `get` is of.
    ///
    /// # Errors
    /// [`ReadFault`]
    fn read(
        &self,
        tenant: &TenantId,
        get: &ResourceGet,
    ) -> impl Future<Output = Result<String, ReadFault>> + Send;
}

impl<T: TokenSource> ResourceSource for Arc<ResourceReader<T>> {
    async fn read(&self, tenant: &TenantId, get: &ResourceGet) -> Result<String, ReadFault> {
        ResourceReader::read(self, tenant, get).await
    }
}

/// Turns references into events.
pub struct Hydrate<R, S, C> {
    graph_root: &'static str,
    foreign: Vec<ReadablePattern>,
    reader: R,
    claims: S,
    contents: C,
}

/// The answer for one resource, shared by every record of the batch that names it.
type SharedAnswer = Arc<OnceCell<Result<String, ReadFault>>>;

impl<R: ResourceSource, S: ClaimStore + 'static, C: ContentSink> Hydrate<R, S, C> {
    /// `graph_root` is the cloud's, for the events. Of what is not of Teams only `foreign` is
    /// read.
    pub fn new(
        graph_root: &'static str,
        foreign: Vec<ReadablePattern>,
        reader: R,
        claims: S,
        contents: C,
    ) -> Self {
        Self {
            graph_root,
            foreign,
            reader,
            claims,
            contents,
        }
    }

    /// The verdicts on a batch. Each distinct resource in it is read once.
    pub async fn work(
        self: &Arc<Self>,
        deliveries: Vec<Delivery>,
        deadline: Deadline,
    ) -> Vec<RecordVerdict> {
        let answers = Arc::new(BatchAnswers::default());
        teamwire_transport::batch::each(deliveries, deadline, |delivery| {
            let (hydrate, answers) = (Arc::clone(self), Arc::clone(&answers));
            async move {
                hydrate
                    .one(&delivery, &answers, deadline)
                    .await
                    .map_err(RecordFailure::from)
            }
        })
        .await
    }

    async fn one(
        &self,
        delivery: &Delivery,
        answers: &BatchAnswers,
        deadline: Deadline,
    ) -> Result<ForwardedEvent, HydrateFault> {
        let text = claims::resolve(&self.claims, &delivery.body).await?;
        let change = QueueMessage::<ReferencedChange>::parse(&text)?;
        let resource = change.body.announced()?;
        let reference = |reason| event::reference(self.graph_root, &change, &resource, reason);
        let get = match &resource {
            _ if change.body.change_type == ChangeType::Deleted => Err(ReferenceReason::Deleted),
            ResourceRef::Teams(path) => path.get().map_err(ReferenceReason::NoGet),
            ResourceRef::Foreign(path) => self
                .foreign
                .iter()
                .find_map(|readable| readable.get(path))
                .ok_or(ReferenceReason::Foreign),
        };
        let event = match get {
            Ok(get) => match self.read(&change, &get, answers, deadline).await {
                Ok(data) => {
                    let mut event = event::with_data(
                        self.graph_root,
                        &change,
                        &resource,
                        Origin::Hydrated,
                        &data,
                        &change.announced(),
                    )?;
                    let kept = self.contents.keep(&event, &resource, &get, deadline);
                    let kept = kept.await.or_else(|fault| not_kept(fault, &change))?;
                    kept.tell(&mut event);
                    event
                }
                Err(fault) if let Some(wait) = look_again(&fault, &change) => {
                    return Err(HydrateFault::NotYetThere(wait));
                }
                Err(fault) if fault.leaves_unread() && self.contents.wants(&resource) => {
                    advise(&fault, &change);
                    reference(ReferenceReason::Refused)
                }
                Err(ReadFault::Gone) => reference(ReferenceReason::Gone),
                Err(ReadFault::NotFound) => reference(ReferenceReason::NotFound),
                Err(fault) => {
                    advise(&fault, &change);
                    return Err(fault.into());
                }
            },
            Err(reason) => reference(reason),
        };
        Ok(ForwardedEvent {
            event,
            trace: change.trace,
        })
    }

    /// Reads a resource from Graph, once for all records of a batch.
    async fn read(
        &self,
        change: &QueueMessage<ReferencedChange>,
        get: &ResourceGet,
        answers: &BatchAnswers,
        deadline: Deadline,
    ) -> Result<String, ReadFault> {
        let tenant = &change.body.tenant_id;
        let answer = answers.of(tenant, get);
        let read = answer.get_or_init(|| async {
            if deadline.allows(READ_TIMEOUT) {
                self.reader.read(tenant, get).await
            } else {
                Err(ReadFault::Unavailable(None))
            }
        });
        read.await.clone()
    }
}

/// After what time something that is not found is to be looked for again, if at all: what is new may
/// not be everywhere yet where Graph reads.
fn look_again(fault: &ReadFault, change: &QueueMessage<ReferencedChange>) -> Option<Duration> {
    if !matches!(fault, ReadFault::Gone | ReadFault::NotFound) {
        return None;
    }
    let age = age(change);
    // As long again as it was looked for.
    (age < fault::LOOKED_FOR).then(|| age.clamp(fault::NOT_YET, fault::LOOKED_FOR / 3))
}

/// The outcome of content that was not fetched: it does not delay its event for ever.
fn not_kept(
    fault: ReadFault,
    change: &QueueMessage<ReferencedChange>,
) -> Result<ContentOutcome, HydrateFault> {
    if let Some(wait) = look_again(&fault, change) {
        return Err(HydrateFault::NotYetThere(wait));
    }
    if fault.passes().is_some() && age(change) < fault::CONTENT_WAITED_FOR {
        return Err(fault.into());
    }
    advise(&fault, change);
    Ok(ContentOutcome::Not(fault.label().into_owned()))
}

/// Says what helps, where a setting of the tenant keeps the app out.
fn advise(fault: &ReadFault, change: &QueueMessage<ReferencedChange>) {
    if let ReadFault::Denied(denial) = fault {
        tracing::warn!(
            tenant = %change.body.tenant_id,
            fault = denial.label(),
            advice = denial.advice(),
            "Graph keeps the app out of a meeting"
        );
    }
}

/// Time since the notification came.
fn age(change: &QueueMessage<ReferencedChange>) -> Duration {
    let came = UNIX_EPOCH + Duration::from_millis(change.received_at);
    SystemTime::now().duration_since(came).unwrap_or_default()
}

/// The answers of one batch by tenant and path.
#[derive(Default)]
struct BatchAnswers(std::sync::Mutex<HashMap<(TenantId, String), SharedAnswer>>);

impl BatchAnswers {
    fn of(&self, tenant: &TenantId, get: &ResourceGet) -> SharedAnswer {
        let mut answers = self
            .0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        Arc::clone(
            answers
                .entry((tenant.clone(), get.path().to_owned()))
                .or_default(),
        )
    }
}
