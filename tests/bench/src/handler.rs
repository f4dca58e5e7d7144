//! The decrypt handler on ports in memory: all that happens to a batch once Lambda's runtime has its
//! bytes.

use crate::traffic::{CERTIFICATE_ID, GRAPH};
use anyhow::ensure;
use aws_lambda_events::event::sqs::SqsEvent;
use std::sync::Arc;
use std::time::Duration;
use teamwire_decrypt::Decrypt;
use teamwire_envelope::LocalKeys;
use teamwire_transport::batch::{self, Outputs};
use teamwire_transport::{
    ClaimFault, ClaimStore, Deadline, EventSink, MessageQueue, OutgoingEntry, SendFault,
};

/// The handler with one private key.
pub(crate) struct Handler {
    decrypt: Arc<Decrypt<LocalKeys, Nowhere>>,
    pub(crate) ports: Outputs<Nowhere, Nowhere>,
}

impl Handler {
    /// With the key `pem`.
    pub(crate) fn new(pem: &str) -> anyhow::Result<Self> {
        let mut keys = LocalKeys::new();
        keys.insert_pem(CERTIFICATE_ID, pem)?;
        Ok(Self {
            decrypt: Arc::new(Decrypt::new(GRAPH, keys, Nowhere)),
            ports: Outputs {
                source: "decrypt",
                events: Nowhere,
                sink: EventSink::new(""),
                own: Nowhere,
                dead_letters: Nowhere,
                claims: Nowhere,
            },
        })
    }

    /// Works through an event of SQS.
    pub(crate) async fn handle(&self, event: &[u8]) -> anyhow::Result<()> {
        let event: SqsEvent = serde_json::from_slice(event)?;
        let deadline = Deadline::after(Duration::from_secs(30));
        let answer = batch::run(event, &self.ports, |deliveries| {
            batch::each(deliveries, deadline, |delivery| {
                Arc::clone(&self.decrypt).work(delivery)
            })
        })
        .await?;
        ensure!(
            answer.batch_item_failures.is_empty(),
            "a record was not forwarded"
        );
        Ok(())
    }
}

/// A queue that takes everything, and a store that has nothing.
#[derive(Clone, Copy)]
pub(crate) struct Nowhere;

impl MessageQueue for Nowhere {
    async fn send_batch(&self, entries: &[OutgoingEntry]) -> Result<Vec<bool>, SendFault> {
        Ok(vec![true; entries.len()])
    }
}

impl ClaimStore for Nowhere {
    fn location(&self) -> String {
        "s3://nowhere".to_owned()
    }

    async fn put(&self, _key: &str, _text: String) -> Result<(), ClaimFault> {
        Err(ClaimFault::Unavailable)
    }

    async fn get(&self, _key: &str) -> Result<String, ClaimFault> {
        Err(ClaimFault::Missing)
    }
}
