//! From references to events, by GET.
//!
//! ```text
//! SQS records -> (claim check) -> Message<Reference> -> one GET for each distinct resource
//!   -> Event (hydrated), or a tombstone (404, 410), or a reference (no GET is documented)
//! ```
//!
//! What Graph throttles (GRAPH-22) goes back to the queue for as long as Graph asks. A deletion is
//! never read (GRAPH-24).

mod config;
mod fault;
mod lazy_reader;

pub use config::Config;
pub use fault::HydrateFault;
pub use lazy_reader::LazyReader;

use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;
use teamwire_graph::{ReadFault, resource_reader::READ_TIMEOUT};
use teamwire_payload::event::ReferenceReason;
use teamwire_payload::{ChangeType, Event, Message, Origin, Reference, Resource, TenantId};
use teamwire_transport::batch::{Forward, Verdict};
use teamwire_transport::{ClaimStore, Deadline, Delivery, Failure, claims};
use tokio::sync::OnceCell;

/// Reads resources.
pub trait Reader: Send + Sync + 'static {
    /// The current state of `resource`.
    ///
    /// # Errors
    /// [`ReadFault`]
    fn read(
        &self,
        tenant: &TenantId,
        resource: &teamwire_payload::ResourcePath,
    ) -> impl Future<Output = Result<String, ReadFault>> + Send;
}

/// Turns references into events.
pub struct Hydrate<R, S> {
    graph_root: &'static str,
    reader: R,
    claims: S,
}

/// The answer for one resource, shared by every record of the batch that names it.
type Answer = Arc<OnceCell<Result<String, ReadFault>>>;

impl<R: Reader, S: ClaimStore + 'static> Hydrate<R, S> {
    /// `graph_root` is the cloud's, for the events.
    pub fn new(graph_root: &'static str, reader: R, claims: S) -> Self {
        Self {
            graph_root,
            reader,
            claims,
        }
    }

    /// The verdicts on a batch. Each distinct resource in it is read once.
    pub async fn work(
        self: &Arc<Self>,
        deliveries: Vec<Delivery>,
        deadline: Deadline,
    ) -> Vec<Verdict> {
        let answers = Arc::new(Answers::default());
        teamwire_transport::batch::each(deliveries, deadline, |delivery| {
            let (hydrate, answers) = (Arc::clone(self), Arc::clone(&answers));
            async move {
                hydrate
                    .one(&delivery, &answers, deadline)
                    .await
                    .map_err(Failure::from)
            }
        })
        .await
    }

    async fn one(
        &self,
        delivery: &Delivery,
        answers: &Answers,
        deadline: Deadline,
    ) -> Result<Forward, HydrateFault> {
        let text = claims::resolve(&self.claims, &delivery.body).await?;
        let change = Message::<Reference>::parse(&text)?;
        let resource = Resource::parse(&change.body.resource)?;
        let reference = |reason| Event::reference(self.graph_root, &change, &resource, reason);
        let event = match &resource {
            _ if change.body.change_type == ChangeType::Deleted => {
                reference(ReferenceReason::Deleted)
            }
            Resource::Foreign(_) => reference(ReferenceReason::Foreign),
            Resource::Teams(path) => {
                let tenant = &change.body.tenant_id;
                let answer = answers.of(tenant, &resource);
                let read = answer.get_or_init(|| async {
                    if deadline.allows(READ_TIMEOUT) {
                        self.reader.read(tenant, path).await
                    } else {
                        Err(ReadFault::Unavailable(None))
                    }
                });
                match read.await {
                    Ok(data) => Event::with_data(
                        self.graph_root,
                        &change,
                        &resource,
                        Origin::Hydrated,
                        data,
                        &change.announced(),
                    )?,
                    Err(ReadFault::NoGet(why)) => reference(ReferenceReason::NoGet(*why)),
                    Err(ReadFault::Gone) => reference(ReferenceReason::Gone),
                    Err(fault) => return Err((*fault).into()),
                }
            }
        };
        Ok(Forward {
            event,
            trace: change.trace,
        })
    }
}

/// The answers of one batch by tenant and path.
#[derive(Default)]
struct Answers(std::sync::Mutex<HashMap<(TenantId, String), Answer>>);

impl Answers {
    fn of(&self, tenant: &TenantId, resource: &Resource) -> Answer {
        let mut answers = self
            .0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        Arc::clone(
            answers
                .entry((tenant.clone(), resource.canonical()))
                .or_default(),
        )
    }
}
