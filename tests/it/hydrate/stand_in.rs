//! A Graph that answers as told, and batches of references to it.

use crate::fakes::{FakeClaims, NoContents, subject_of};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use teamwire_graph::ReadFault;
use teamwire_hydrate::{Hydrate, ResourceSource};
use teamwire_payload::{
    ChangeType, Event, QueueMessage, ReferencedChange, TenantId, resource::ResourceGet,
};
use teamwire_transport::batch::RecordVerdict;
use teamwire_transport::{Deadline, Delivery, Disposition};

pub(crate) const ROOT: &str = "https://graph.microsoft.com";
pub(crate) const TENANT: &str = "9f4ebab6-520d-49c0-85cc-7b25c78d4a93";
pub(crate) const OTHER_TENANT: &str = "9f4ebab6-520d-49c0-85cc-7b25c78d4a94";
pub(crate) const MESSAGE: &str = "chats('a')/messages('1')";
pub(crate) const RESOURCE: &str = r#"{"etag":"1","id":"1"}"#;

/// The behaviour of Graph when asked.
#[derive(Clone)]
pub(crate) enum Behaviour {
    Answer(Result<String, ReadFault>),
    Panic,
}

impl From<Result<&str, ReadFault>> for Behaviour {
    fn from(answer: Result<&str, ReadFault>) -> Self {
        Self::Answer(answer.map(str::to_owned))
    }
}

/// Keeps what it was asked for. Where no behaviour is left it gives [`RESOURCE`].
#[derive(Clone, Default)]
pub(crate) struct Graph {
    behaviours: Arc<Mutex<HashMap<String, VecDeque<Behaviour>>>>,
    reads: Arc<Mutex<Vec<String>>>,
}

impl Graph {
    /// Answers the reads of `path` with these behaviours, one after another.
    pub(crate) fn told(
        path: &str,
        behaviours: impl IntoIterator<Item = impl Into<Behaviour>>,
    ) -> Self {
        let graph = Self::default();
        let behaviours = behaviours.into_iter().map(Into::into).collect();
        graph
            .behaviours
            .lock()
            .unwrap()
            .insert(path.to_owned(), behaviours);
        graph
    }

    /// The paths that were read, each as `tenant path`.
    pub(crate) fn reads(&self) -> Vec<String> {
        self.reads.lock().unwrap().clone()
    }
}

impl ResourceSource for Graph {
    async fn read(&self, tenant: &TenantId, get: &ResourceGet) -> Result<String, ReadFault> {
        let path = subject_of(get);
        self.reads.lock().unwrap().push(format!("{tenant} {path}"));
        // Gives the other records of the batch a chance to ask too.
        tokio::task::yield_now().await;
        let behaviour = self
            .behaviours
            .lock()
            .unwrap()
            .get_mut(&path)
            .and_then(VecDeque::pop_front);
        match behaviour {
            Some(Behaviour::Answer(answer)) => answer,
            Some(Behaviour::Panic) => panic!("as told"),
            None => Ok(RESOURCE.to_owned()),
        }
    }
}

pub(crate) fn change(resource: &str, change_type: ChangeType) -> ReferencedChange {
    ReferencedChange {
        tenant_id: TENANT.parse().unwrap(),
        subscription_id: "s".to_owned(),
        change_type,
        resource: resource.to_owned(),
        odata_type: None,
        odata_id: None,
        etag: None,
    }
}

pub(crate) fn text(body: ReferencedChange) -> String {
    text_at(body, 1_763_715_600_123)
}

/// A message that came at that time, in milliseconds since 1970.
pub(crate) fn text_at(body: ReferencedChange, received_at: u64) -> String {
    let message = QueueMessage {
        received_at,
        trace: Some("Root=1-a".to_owned()),
        body,
    };
    message.to_json().unwrap()
}

/// The verdicts on a batch of these bodies, with time enough.
pub(crate) async fn verdicts(graph: &Graph, bodies: Vec<String>) -> Vec<RecordVerdict> {
    let deadline = Deadline::after(Duration::from_secs(60));
    verdicts_by(graph, FakeClaims::default(), bodies, deadline).await
}

pub(crate) async fn verdicts_by(
    graph: &Graph,
    claims: FakeClaims,
    bodies: Vec<String>,
    deadline: Deadline,
) -> Vec<RecordVerdict> {
    let deliveries = bodies.into_iter().enumerate().map(|(n, body)| Delivery {
        message_id: format!("m{n}"),
        ..delivery(body, 0)
    });
    let hydrate = Arc::new(Hydrate::new(
        ROOT,
        Vec::new(),
        graph.clone(),
        claims,
        NoContents,
    ));
    hydrate.work(deliveries.collect(), deadline).await
}

/// A message with `body`, put off so many times.
pub(crate) fn delivery(body: String, deferrals: u32) -> Delivery {
    Delivery {
        message_id: "m".to_owned(),
        body,
        deferrals,
        deferred_since: None,
        replayed: 0,
        receives: 1,
        group: None,
        trace: None,
    }
}

/// The verdict on one change.
pub(crate) async fn verdict(graph: &Graph, change: ReferencedChange) -> RecordVerdict {
    verdicts(graph, vec![text(change)]).await.remove(0)
}

pub(crate) async fn event(graph: &Graph, change: ReferencedChange) -> Event {
    verdict(graph, change).await.unwrap().event
}

/// The disposition of a record that was not forwarded, and the reason.
pub(crate) fn refusal(verdict: RecordVerdict) -> (Disposition, String) {
    let failure = verdict.unwrap_err();
    (failure.disposition, failure.label.into_owned())
}

pub(crate) fn dead(reason: &'static str) -> Disposition {
    Disposition::Dead(reason.into())
}
