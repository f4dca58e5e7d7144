//! From Graph's POST to the queues.
//!
//! ```text
//! HttpEvent -> Incoming::{Handshake, Batch} -> NotificationBatch -> Verified<Notification>
//!   -> route -> messages on the decrypt, hydrate, lifecycle and events queues -> 202
//! ```
//!
//! A handshake touches nothing: no secret is read and nobody is asked before the first batch.
//! 202 means that every authentic item is in SQS. What is not authentic is counted and dropped
//! without telling the sender; what can't be decided or stored just now is answered 503, and
//! Graph delivers it again.

mod activity_tracker;
mod answer;
mod authenticate;
mod aws_backend;
mod backend;
mod client_states;
mod config;
mod http_event;
mod incoming;
mod sort;
mod tally;

pub use answer::PostAnswer;
pub use authenticate::{ItemGuard, ItemVerdict, RejectionReason, UndecidedReason, VerifiedItem};
pub use aws_backend::AwsBackend;
pub use backend::{Backend, BackendOf, Backends, IngestQueues};
pub use client_states::{ClientStatesFault, SecretStates, StateLookup};
pub use config::IngestConfig;
pub use http_event::{HttpAnswer, HttpEvent, NotHttp, ProxyEvent};
pub use incoming::{IncomingRequest, RequestRefusal};
pub use sort::{RequestContext, SortedItems, sort};

use activity_tracker::ActivityTracker;
use metrics::{counter, histogram};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tally::ItemTally;
use teamwire_contract::metric;
use teamwire_payload::{WantedContent, limits};

/// The part of [`limits::INGEST_DEADLINE`] that copies of events and activity reports must leave,
/// so that neither makes an answer late.
const ANSWERING: Duration = Duration::from_millis(100);

/// Answers requests.
pub struct Ingest<B> {
    backends: B,
    content: WantedContent,
    activity: ActivityTracker,
}

impl<B: Backends> Ingest<B> {
    /// `backends` is asked for its backend at the first batch, not before. Artefacts of meetings
    /// whose `content` is wanted are read even where they came sealed.
    pub fn new(backends: B, content: WantedContent) -> Self {
        Self {
            backends,
            content,
            activity: ActivityTracker::default(),
        }
    }

    /// Answers one request within [`limits::INGEST_DEADLINE`].
    pub async fn answer(
        &self,
        event: HttpEvent,
        trace: Option<String>,
        now: SystemTime,
    ) -> HttpAnswer {
        let (started, proxy) = (Instant::now(), event.proxy);
        let answer = match IncomingRequest::read(event) {
            Ok(IncomingRequest::Handshake(token)) => PostAnswer::Handshake(token),
            Ok(IncomingRequest::Batch(body)) => {
                // Boxed: all that it waits for, within one another, is too deep for the compiler.
                let work = Box::pin(self.take(&body, trace, now, started));
                match tokio::time::timeout(limits::INGEST_DEADLINE, work).await {
                    Ok(answer) => answer,
                    Err(_) => PostAnswer::TryAgain("deadline"),
                }
            }
            Err(refusal) => PostAnswer::Refused(refusal),
        };
        if let PostAnswer::TryAgain(label) = &answer {
            tracing::warn!(reason = label, "Graph is asked to deliver again");
        }
        counter!(metric::ANSWERS, "answer" => answer.label()).increment(1);
        histogram!(metric::ANSWER_MILLISECONDS).record(started.elapsed().as_secs_f64() * 1_000.0);
        answer.into_http(proxy)
    }

    async fn take(
        &self,
        body: &[u8],
        trace: Option<String>,
        now: SystemTime,
        came: Instant,
    ) -> PostAnswer {
        let until = Instant::now() + limits::INGEST_DEADLINE.saturating_sub(ANSWERING);
        let batch = match teamwire_payload::NotificationBatch::parse(body) {
            Ok(batch) => batch,
            Err(fault) => return PostAnswer::Refused(fault.into()),
        };
        let backend = match self.backends.backend().await {
            Ok(backend) => backend,
            Err(label) => return PostAnswer::TryAgain(label),
        };
        let since = now.duration_since(UNIX_EPOCH).unwrap_or_default();
        let seconds = i64::try_from(since.as_secs()).unwrap_or(i64::MAX);
        let received_at = u64::try_from(since.as_millis()).unwrap_or(u64::MAX);

        let verdicts = match backend.guard.authenticate(batch, seconds, came).await {
            Ok(verdicts) => verdicts,
            Err(undecided) => return undecided.into(),
        };
        self.activity.note(&verdicts, received_at);
        let post = RequestContext {
            received_at,
            trace,
            graph_root: backend.guard.graph_root(),
            content: &self.content,
        };
        let Ok(sorted) = sort(verdicts, &post) else {
            return PostAnswer::TryAgain("unwritable");
        };
        let tally = ItemTally::of(&sorted);
        let undecided = sorted.undecided;
        let queues = &backend.queues;
        let enqueue = queues.enqueue(sorted);
        let enqueued = self
            .activity
            .beside(enqueue, &queues.activity, received_at, until)
            .await;
        tally.count(enqueued.is_ok());
        backend.queues.events.copy(until).await;
        match (enqueued, undecided) {
            (Err(label), _) => PostAnswer::TryAgain(label),
            (Ok(()), Some(undecided)) => undecided.into(),
            (Ok(()), None) => PostAnswer::Accepted,
        }
    }
}
