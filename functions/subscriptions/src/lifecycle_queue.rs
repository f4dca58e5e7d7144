//! The lifecycle queue: lifecycle events of Graph, and activity reports of ingest.

use crate::activity::record::ActivityBatch;
use crate::client_states::Mint;
use crate::lifecycle::LifecycleBatch;
use crate::{Invocation, SubscriptionManager, SubscriptionsFault};
use metrics::counter;
use std::sync::Arc;
use teamwire_contract::metric;
use teamwire_graph::TokenSource;
use teamwire_payload::message::{Body, version};
use teamwire_payload::{ActivityReport, Message};
use teamwire_transport::batch::{Outcome, Verdict, each};
use teamwire_transport::{Deadline, Delivery, Failure, Queue, SharedStore};

/// Work that the messages of one batch share.
struct Batch {
    invocation: Invocation,
    events: LifecycleBatch,
    activity: ActivityBatch,
}

impl<T, Q, S, M> SubscriptionManager<T, Q, S, M>
where
    T: TokenSource,
    Q: Queue + 'static,
    S: SharedStore + 'static,
    M: Mint,
{
    /// The verdicts on a batch of the lifecycle queue.
    pub async fn process_batch(
        self: &Arc<Self>,
        deliveries: Vec<Delivery>,
        deadline: Deadline,
        invocation: Invocation,
    ) -> Vec<Verdict<Outcome>> {
        let batch = Arc::new(Batch {
            invocation,
            events: LifecycleBatch::of(&deliveries, invocation),
            activity: ActivityBatch::of(&deliveries),
        });
        each(deliveries, deadline, |delivery| {
            let (manager, batch) = (Arc::clone(self), Arc::clone(&batch));
            async move {
                let outcome = manager.process(&delivery, &batch).await;
                let outcome = outcome.map_err(Failure::from)?;
                counter!(metric::LIFECYCLE, "outcome" => outcome).increment(1);
                Ok(Outcome::default())
            }
        })
        .await
    }

    /// The name of the outcome of a message.
    async fn process(
        &self,
        delivery: &Delivery,
        batch: &Batch,
    ) -> Result<&'static str, SubscriptionsFault> {
        if version(&delivery.body)? == ActivityReport::VERSION {
            let report = Message::parse(&delivery.body)?;
            let now = batch.invocation.now;
            let stored = self.record_activity(&report, &batch.activity, now).await?;
            return Ok(if stored { "heard" } else { "heard-lost" });
        }
        let event = Message::parse(&delivery.body)?;
        let answered = self.answer_event(&delivery.message_id, event, &batch.events);
        Ok(answered.await?.name())
    }
}
