//! Stand-ins for the ports: queues and the claim store.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use teamwire_graph::ReadFault;
use teamwire_hydrate::{ContentOutcome, ContentSink};
use teamwire_payload::resource::ResourceGet;
use teamwire_payload::{Event, ResourceRef};
use teamwire_transport::{
    ClaimFault, ClaimStore, Deadline, MessageQueue, OutgoingEntry, SendFault, SharedStore,
    TextVersion,
};

/// The canonical path of what `get` reads.
pub(crate) fn subject_of(get: &ResourceGet) -> String {
    ResourceRef::parse(get.path()).unwrap().canonical()
}

/// Fetches no content.
#[derive(Clone)]
pub(crate) struct NoContents;

impl ContentSink for NoContents {
    fn wants(&self, _: &ResourceRef) -> bool {
        false
    }

    async fn keep(
        &self,
        _: &Event,
        _: &ResourceRef,
        _: &ResourceGet,
        _: Deadline,
    ) -> Result<ContentOutcome, ReadFault> {
        Ok(ContentOutcome::NotWanted)
    }
}

/// A queue that keeps what it accepted. Clones share it.
#[derive(Clone, Default)]
pub(crate) struct FakeQueue(Arc<Mutex<QueueState>>);

#[derive(Default)]
struct QueueState {
    accepted: Vec<OutgoingEntry>,
    requests: usize,
    script: VecDeque<Answer>,
    down: bool,
}

/// The answer of a queue to one request.
pub(crate) enum Answer {
    /// It takes everything.
    Accept,
    /// It takes all but the entries at these positions.
    AllBut(Vec<usize>),
    /// The request fails as a whole.
    Fail(SendFault),
    /// It takes everything, but the answer is lost.
    AcceptAndLose,
}

impl FakeQueue {
    /// Answers requests as told, then accepts everything.
    pub(crate) fn scripted(answers: impl IntoIterator<Item = Answer>) -> Self {
        let queue = Self::default();
        queue.0.lock().unwrap().script.extend(answers);
        queue
    }

    /// A queue that can't be reached.
    pub(crate) fn down() -> Self {
        let queue = Self::default();
        queue.0.lock().unwrap().down = true;
        queue
    }

    /// The messages accepted so far.
    pub(crate) fn accepted(&self) -> Vec<OutgoingEntry> {
        self.0.lock().unwrap().accepted.clone()
    }

    /// The bodies of what it accepted, as JSON.
    pub(crate) fn bodies(&self) -> Vec<serde_json::Value> {
        self.accepted()
            .iter()
            .map(|entry| serde_json::from_str(&entry.body).unwrap())
            .collect()
    }

    /// The number of requests.
    pub(crate) fn requests(&self) -> usize {
        self.0.lock().unwrap().requests
    }
}

impl MessageQueue for FakeQueue {
    async fn send_batch(&self, entries: &[OutgoingEntry]) -> Result<Vec<bool>, SendFault> {
        let mut state = self.0.lock().unwrap();
        state.requests += 1;
        if state.down {
            return Err(SendFault::Unavailable);
        }
        match state.script.pop_front().unwrap_or(Answer::Accept) {
            Answer::Accept => {
                state.accepted.extend_from_slice(entries);
                Ok(vec![true; entries.len()])
            }
            Answer::AllBut(refused) => {
                let accepted: Vec<bool> = (0..entries.len())
                    .map(|at| !refused.contains(&at))
                    .collect();
                let taken = entries.iter().zip(&accepted).filter(|(_, ok)| **ok);
                state.accepted.extend(taken.map(|(entry, _)| entry.clone()));
                Ok(accepted)
            }
            Answer::Fail(fault) => Err(fault),
            Answer::AcceptAndLose => {
                state.accepted.extend_from_slice(entries);
                Err(SendFault::Unavailable)
            }
        }
    }
}

/// A claim store in memory. Clones share it.
#[derive(Clone, Default)]
pub(crate) struct FakeClaims {
    texts: Arc<Mutex<BTreeMap<String, String>>>,
    /// The prefix of everything that can't be reached.
    down: Option<&'static str>,
}

impl FakeClaims {
    /// A store that can't be reached.
    pub(crate) fn down() -> Self {
        Self {
            down: Some(""),
            ..Self::default()
        }
    }

    /// The same store, of which can't be reached what begins so.
    pub(crate) fn without(&self, prefix: &'static str) -> Self {
        Self {
            down: Some(prefix),
            ..self.clone()
        }
    }

    fn reach(&self, key: &str) -> Result<(), ClaimFault> {
        match self.down {
            Some(prefix) if key.starts_with(prefix) => Err(ClaimFault::Unavailable),
            _ => Ok(()),
        }
    }

    /// The texts, by place.
    pub(crate) fn texts(&self) -> BTreeMap<String, String> {
        self.texts.lock().unwrap().clone()
    }
}

impl ClaimStore for FakeClaims {
    fn location(&self) -> String {
        "s3://claims".to_owned()
    }

    async fn put(&self, key: &str, text: String) -> Result<(), ClaimFault> {
        self.reach(key)?;
        self.texts.lock().unwrap().insert(key.to_owned(), text);
        Ok(())
    }

    async fn get(&self, key: &str) -> Result<String, ClaimFault> {
        self.reach(key)?;
        self.texts
            .lock()
            .unwrap()
            .get(key)
            .cloned()
            .ok_or(ClaimFault::Missing)
    }
}

impl SharedStore for FakeClaims {
    async fn look(&self, key: &str) -> Result<Option<(String, TextVersion)>, ClaimFault> {
        let looked = self.get(key).await;
        // Others may come between a look and a change.
        tokio::task::yield_now().await;
        match looked {
            Ok(text) => Ok(Some((text.clone(), TextVersion(text)))),
            Err(ClaimFault::Missing) => Ok(None),
            Err(fault) => Err(fault),
        }
    }

    async fn replace(
        &self,
        key: &str,
        before: Option<&TextVersion>,
        text: String,
    ) -> Result<bool, ClaimFault> {
        self.reach(key)?;
        let mut texts = self.texts.lock().unwrap();
        let is_same = texts.get(key) == before.map(|TextVersion(text)| text);
        if is_same {
            texts.insert(key.to_owned(), text);
        }
        Ok(is_same)
    }
}
