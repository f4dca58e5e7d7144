//! Work that is repeated in this process, on one thread, from files.

use crate::handler::{Handler, Nowhere};
use crate::traffic::{APP_ID, CLIENT_STATE_SECRET};
use crate::work::{EVENTS, KEY};
use anyhow::ensure;
use clap::ValueEnum;
use serde_json::value::RawValue;
use std::collections::BTreeSet;
use std::fs::{read, read_to_string};
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::{Instant, SystemTime};
use teamwire_graph::signing_keys::KeySet;
use teamwire_graph::{ClientStates, TokenPolicy};
use teamwire_ingest::{
    Backend, Backends, ClientStatesFault, HttpEvent, Ingest, IngestQueues, ItemGuard, StateLookup,
};
use teamwire_payload::{NotificationBatch, WantedContent, cloud::MicrosoftCloud};
use teamwire_transport::{EventSink, TailedQueue};

/// The body of a POST.
pub(super) const BODY: &str = "body.json";
/// The event of API Gateway around it.
pub(super) const POST: &str = "post.json";
/// Entra's keys.
pub(super) const SIGNING_KEYS: &str = "signing-keys.json";

/// What can be repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Repeated {
    /// An SQS event of ten sealed messages.
    Decrypt,
    /// A POST of ten rich items.
    Ingest,
    /// The same, read and no more.
    Parse,
}

impl Repeated {
    pub(super) fn name(self) -> String {
        format!("{self:?}").to_lowercase()
    }
}

/// Does `work` so often, by what is in `folder`.
pub(crate) fn repeat(work: Repeated, times: usize, folder: &Path) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()?;
    match work {
        Repeated::Decrypt => {
            let handler = Handler::new(&read_to_string(folder.join(KEY))?)?;
            let event = read(folder.join(EVENTS))?;
            for _ in 0..times {
                runtime.block_on(handler.handle(&event))?;
            }
        }
        Repeated::Ingest => {
            let keys = KeySet::parse(&read(folder.join(SIGNING_KEYS))?)?;
            let ingest = Ingest::new(Ready::new(keys)?, WantedContent::default());
            let post = read_to_string(folder.join(POST))?;
            for _ in 0..times {
                let event: &RawValue = serde_json::from_str(&post)?;
                let event = HttpEvent::read(event)?;
                let answer = runtime.block_on(ingest.answer(event, None, SystemTime::now()));
                let answer = serde_json::to_string(&answer)?;
                ensure!(answer.contains("202"), "the POST was answered {answer}");
            }
        }
        Repeated::Parse => {
            let body = read(folder.join(BODY))?;
            for _ in 0..times {
                black_box(NotificationBatch::parse(black_box(&body))?);
            }
        }
    }
    Ok(())
}

/// A backend on ports in memory.
struct Ready(Backend<KeySet, Known, Nowhere, Nowhere>);

impl Ready {
    fn new(keys: KeySet) -> anyhow::Result<Self> {
        let policy = TokenPolicy {
            cloud: MicrosoftCloud::Global,
            app_ids: [APP_ID.to_owned()].into(),
        };
        let states = Known(Arc::new(ClientStates::parse(CLIENT_STATE_SECRET)?));
        Ok(Self(Backend {
            guard: ItemGuard::new(keys, policy, BTreeSet::new(), states),
            queues: IngestQueues {
                decrypt: Nowhere,
                hydrate: Nowhere,
                lifecycle: Nowhere,
                activity: Nowhere,
                events: TailedQueue::new(Nowhere, None),
                quarantine: Nowhere,
                sink: EventSink::new(""),
                claims: Nowhere,
            },
        }))
    }
}

impl Backends for Ready {
    type Keys = KeySet;
    type States = Known;
    type Queue = Nowhere;
    type Claims = Nowhere;

    async fn backend(&self) -> Result<&Backend<KeySet, Known, Nowhere, Nowhere>, &'static str> {
        Ok(&self.0)
    }
}

/// Client states that never change.
struct Known(Arc<ClientStates>);

impl StateLookup for Known {
    async fn current(&self) -> Result<Arc<ClientStates>, &'static str> {
        Ok(Arc::clone(&self.0))
    }

    async fn read_since(&self, _came: Instant) -> Result<Arc<ClientStates>, ClientStatesFault> {
        Ok(Arc::clone(&self.0))
    }
}
