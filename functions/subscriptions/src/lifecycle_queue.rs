//! The lifecycle queue: lifecycle events of Graph, and activity reports of ingest.

use crate::activity::record::ActivityBatch;
use crate::client_states::ClientStateMint;
use crate::lifecycle::LifecycleBatch;
use crate::{Invocation, SubscriptionManager, SubscriptionsFault};
use metrics::counter;
use std::sync::Arc;
use teamwire_contract::metric;
use teamwire_graph::TokenSource;
use teamwire_payload::message::{MessageBody, version};
use teamwire_payload::{ActivityReport, QueueMessage};
use teamwire_transport::batch::{RecordOutcome, RecordVerdict, each};
use teamwire_transport::{Deadline, Delivery, MessageQueue, RecordFailure, SharedStore};

/// Work that the messages of one batch share.
struct LifecycleQueueBatch {
    invocation: Invocation,
    events: LifecycleBatch,
    activity: ActivityBatch,
}

impl<T, Q, S, M> SubscriptionManager<T, Q, S, M>
where
    T: TokenSource,
    Q: MessageQueue + 'static,
    S: SharedStore + 'static,
    M: ClientStateMint,
{
    /// The verdicts on a batch of the lifecycle queue.
    pub async fn process_batch(
        self: &Arc<Self>,
        deliveries: Vec<Delivery>,
        deadline: Deadline,
        invocation: Invocation,
    ) -> Vec<RecordVerdict<RecordOutcome>> {
        let batch = Arc::new(LifecycleQueueBatch {
            invocation,
            events: LifecycleBatch::of(&deliveries, invocation),
            activity: ActivityBatch::of(&deliveries),
        });
        each(deliveries, deadline, |delivery| {
            let (manager, batch) = (Arc::clone(self), Arc::clone(&batch));
            async move {
                let outcome = manager.process(&delivery, &batch).await;
                let outcome = outcome.map_err(RecordFailure::from)?;
                counter!(metric::LIFECYCLE, "outcome" => outcome).increment(1);
                Ok(RecordOutcome::default())
            }
        })
        .await
    }

    /// The name of the outcome of a message.
    async fn process(
        &self,
        delivery: &Delivery,
        batch: &LifecycleQueueBatch,
    ) -> Result<&'static str, SubscriptionsFault> {
        if version(&delivery.body)? == ActivityReport::VERSION {
            let report = QueueMessage::parse(&delivery.body)?;
            let now = batch.invocation.now;
            let stored = self.record_activity(&report, &batch.activity, now).await?;
            return Ok(if stored { "heard" } else { "heard-lost" });
        }
        let event = QueueMessage::parse(&delivery.body)?;
        let answered = self.answer_event(&delivery.message_id, event, &batch.events);
        Ok(answered.await?.name())
    }
}
