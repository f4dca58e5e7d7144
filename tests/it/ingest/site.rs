//! An ingest with stand-ins for everything around it.

pub(crate) use super::secret::Secret;

use super::proxies::Call;
use crate::fakes::{FakeClaims, FakeQueue};
use crate::mint::{self, policy};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::future::pending;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use teamwire_graph::signing_keys::{KeyLookup, KeySet, LookupFault, SigningKey};
use teamwire_graph::{ClientStates, TokenPolicy};
use teamwire_ingest::{Backend, Backends, HttpEvent, Ingest, IngestQueues, ItemGuard};
use teamwire_payload::{TenantId, WantedContent, cloud::MicrosoftCloud};
use teamwire_transport::{EventSink, MessageQueue, OutgoingEntry, SendFault, TailedQueue};

/// The keys and values that are live.
pub(crate) const CLIENT_STATE_SECRET: &str = r#"{
    "keys": {"k1": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
             "k2": "ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA="},
    "values": ["a static value of ours", "the one that follows it"]}"#;
/// A `clientState` of ours that is for every tenant.
pub(crate) const STATIC_STATE: &str = "a static value of ours";

/// A `clientState` of ours that is for one tenant.
pub(crate) fn minted_state(key: &str, tenant: &str) -> String {
    let states = ClientStates::parse(CLIENT_STATE_SECRET).unwrap();
    states.mint(key, &tenant.parse().unwrap(), [7; 16]).unwrap()
}

/// The source of signing keys.
#[derive(Clone)]
pub(crate) enum Keys {
    Known(Arc<KeySet>),
    /// Those at the front, until the next ones come.
    Rotating(Arc<Mutex<VecDeque<Arc<KeySet>>>>),
    Unavailable,
    Silent,
}

impl Keys {
    /// Some keys, and those that come after them.
    pub(crate) fn rotating(now: KeySet, then: KeySet) -> Self {
        Self::Rotating(Arc::new(Mutex::new([now, then].map(Arc::new).into())))
    }

    /// Those that come after have come.
    pub(crate) fn rotate(&self) {
        if let Self::Rotating(sets) = self {
            sets.lock().unwrap().pop_front();
        }
    }
}

impl KeyLookup for Keys {
    async fn key(&self, kid: &str) -> Result<Arc<SigningKey>, LookupFault> {
        match self {
            Self::Known(keys) => keys.key(kid).await,
            Self::Rotating(sets) => {
                let keys = Arc::clone(&sets.lock().unwrap()[0]);
                keys.key(kid).await
            }
            Self::Unavailable => Err(LookupFault::Unavailable),
            Self::Silent => pending().await,
        }
    }
}

/// A queue, or one that never answers.
#[derive(Clone)]
pub(crate) enum Line {
    Open(FakeQueue),
    Silent,
}

impl MessageQueue for Line {
    async fn send_batch(&self, entries: &[OutgoingEntry]) -> Result<Vec<bool>, SendFault> {
        match self {
            Self::Open(queue) => queue.send_batch(entries).await,
            Self::Silent => pending().await,
        }
    }
}

/// The queues by name.
pub(crate) const QUEUES: [&str; 5] = ["decrypt", "hydrate", "lifecycle", "events", "quarantine"];

/// The setup of a site.
pub(crate) struct Plan {
    pub(crate) keys: Keys,
    pub(crate) app_ids: BTreeSet<String>,
    pub(crate) tenants: BTreeSet<TenantId>,
    pub(crate) lines: BTreeMap<&'static str, Line>,
    pub(crate) claims: FakeClaims,
    pub(crate) unavailable: Option<&'static str>,
    pub(crate) client_states: Secret,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            keys: Keys::Known(Arc::new(mint::key_set())),
            app_ids: [mint::OUR_APP.to_owned()].into(),
            tenants: BTreeSet::new(),
            lines: BTreeMap::new(),
            claims: FakeClaims::default(),
            unavailable: None,
            client_states: Secret::holding(CLIENT_STATE_SECRET),
        }
    }
}

/// A running ingest, and what is around it.
pub(crate) struct Site {
    ingest: Ingest<Around>,
    queues: BTreeMap<&'static str, FakeQueue>,
    pub(crate) claims: FakeClaims,
    asked: Arc<AtomicUsize>,
}

/// The backends of a site, which count how often they are asked for.
pub(crate) struct Around {
    backend: Result<Backend<Keys, Secret, Line, FakeClaims>, &'static str>,
    asked: Arc<AtomicUsize>,
}

impl Backends for Around {
    type Keys = Keys;
    type States = Secret;
    type Queue = Line;
    type Claims = FakeClaims;

    async fn backend(&self) -> Result<&Backend<Keys, Secret, Line, FakeClaims>, &'static str> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        self.backend.as_ref().map_err(|label| *label)
    }
}

impl Plan {
    /// With one queue replaced.
    pub(crate) fn with_line(mut self, name: &'static str, line: Line) -> Self {
        self.lines.insert(name, line);
        self
    }

    /// Starts it.
    pub(crate) fn open(self) -> Site {
        let queues: BTreeMap<_, _> = QUEUES
            .into_iter()
            .chain(["activity"])
            .map(|name| (name, FakeQueue::default()))
            .collect();
        let line = |name: &str| {
            let own = || Line::Open(queues[name].clone());
            self.lines.get(name).cloned().unwrap_or_else(own)
        };
        let token_policy = TokenPolicy {
            app_ids: self.app_ids,
            ..policy(MicrosoftCloud::Global)
        };
        let backend = Backend {
            queues: IngestQueues {
                decrypt: line("decrypt"),
                hydrate: line("hydrate"),
                lifecycle: line("lifecycle"),
                activity: line("activity"),
                events: TailedQueue::new(line("events"), self.lines.get("tail").cloned()),
                quarantine: line("quarantine"),
                sink: EventSink::new("https://sqs.example/events"),
                claims: self.claims.clone(),
            },
            guard: ItemGuard::new(self.keys, token_policy, self.tenants, self.client_states),
        };
        let asked = Arc::new(AtomicUsize::new(0));
        let backend = self.unavailable.map_or(Ok(backend), Err);
        let around = Around {
            backend,
            asked: Arc::clone(&asked),
        };
        Site {
            ingest: Ingest::new(around, WantedContent::default()),
            queues,
            claims: self.claims,
            asked,
        }
    }
}

/// An answer, ready to be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Told {
    /// An answer with the headers that every answer has.
    pub(crate) fn of(status: u16, body: &str) -> Self {
        let mut headers = vec![
            ("cache-control", "no-store"),
            ("content-type", "text/plain; charset=utf-8"),
            ("x-content-type-options", "nosniff"),
        ];
        if status == 405 {
            headers.insert(0, ("allow", "POST"));
        }
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        Self {
            status,
            headers: headers.into_iter().map(owned).collect(),
            body: body.to_owned(),
        }
    }

    /// The HTTP response that a proxy makes of a function's answer.
    pub(crate) fn by(answer: &Value) -> Self {
        let single = answer["headers"].as_object().into_iter().flatten();
        let single = single.map(|(name, value)| (name, value.as_str()));
        let multiple = answer["multiValueHeaders"]
            .as_object()
            .into_iter()
            .flatten();
        let multiple = multiple.map(|(name, values)| (name, values[0].as_str()));
        let headers: BTreeMap<String, String> = single
            .chain(multiple)
            .map(|(name, value)| (name.clone(), value.unwrap().to_owned()))
            .collect();
        Self {
            status: answer["statusCode"].as_u64().unwrap().try_into().unwrap(),
            headers: headers.into_iter().collect(),
            body: answer["body"].as_str().unwrap().to_owned(),
        }
    }

    /// 202, which says nothing more.
    pub(crate) fn accepted() -> Self {
        Self::of(202, "")
    }

    /// 429, which says nothing more: nothing shows that it is Graph's.
    pub(crate) fn unproven() -> Self {
        Self::of(429, "")
    }

    /// 503, which says nothing more.
    pub(crate) fn try_again() -> Self {
        Self::of(503, "")
    }
}

impl Site {
    /// The answer to Graph for a request.
    pub(crate) async fn answer(&self, event: Value) -> Told {
        let now = UNIX_EPOCH + Duration::from_secs(mint::NOW.unsigned_abs());
        self.answer_at(event, now).await
    }

    pub(crate) async fn answer_at(&self, event: Value, now: SystemTime) -> Told {
        let event = serde_json::value::to_raw_value(&event).unwrap();
        self.told(&event, now).await
    }

    /// The answer to an event as its text stands.
    pub(crate) async fn answer_raw(&self, event: &RawValue) -> Told {
        self.told(
            event,
            UNIX_EPOCH + Duration::from_secs(mint::NOW.unsigned_abs()),
        )
        .await
    }

    async fn told(&self, event: &RawValue, now: SystemTime) -> Told {
        let trace = Some("Root=1-67891233-abcdef012345678912345678".to_owned());
        let event = HttpEvent::read(event).unwrap();
        let answer = self.ingest.answer(event, trace, now).await;
        Told::by(&serde_json::to_value(answer).unwrap())
    }

    /// The answer to Graph when it posts these items with these tokens.
    pub(crate) async fn post(&self, items: &[Value], tokens: &[String]) -> Told {
        self.answer(Call::posting(batch(items, tokens)).request())
            .await
    }

    /// The number of times that the backend was asked for.
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    /// A queue by its name.
    pub(crate) fn queue(&self, name: &str) -> &FakeQueue {
        &self.queues[name]
    }

    /// The number of items on each queue that has any.
    pub(crate) fn depths(&self) -> BTreeMap<&'static str, usize> {
        let depth = |(name, queue): (&&'static str, &FakeQueue)| (*name, queue.accepted().len());
        self.queues
            .iter()
            .map(depth)
            .filter(|(name, depth)| *depth > 0 && *name != "activity")
            .collect()
    }
}

/// A request body.
pub(crate) fn batch(items: &[Value], tokens: &[String]) -> String {
    json!({ "value": items, "validationTokens": tokens }).to_string()
}

/// An item that only names its resource.
pub(crate) fn basic() -> Value {
    json!({
        "subscriptionId": "76619225-ff6b-4489-96ca-4ef547e78b22",
        "subscriptionExpirationDateTime": "2025-11-22T11:00:00.0000000Z",
        "tenantId": mint::TENANT, "clientState": STATIC_STATE, "changeType": "created",
        "resource": "chats('19:a@thread.v2')/messages('1763715600000')",
        "resourceData": {"id": "1763715600000", "@odata.type": "#Microsoft.Graph.chatMessage",
            "@odata.id": "chats('19:a@thread.v2')/messages('1763715600000')"},
    })
}

/// An item that carries its resource. Ingest does not open it.
pub(crate) fn rich() -> Value {
    with(
        basic(),
        "encryptedContent",
        sealed("QUFBQUFBQUFBQUFBQUFBQQ=="),
    )
}

/// `encryptedContent` with this data.
pub(crate) fn sealed(data: &str) -> Value {
    json!({
        "data": data, "dataSignature": "QUFB", "dataKey": "QUFB",
        "encryptionCertificateId": "teamwire-2025",
        "encryptionCertificateThumbprint": "00112233445566778899AABBCCDDEEFF00112233",
    })
}

/// An item about a subscription.
pub(crate) fn lifecycle() -> Value {
    json!({
        "subscriptionId": "76619225-ff6b-4489-96ca-4ef547e78b22",
        "subscriptionExpirationDateTime": "2025-11-22T11:00:00.0000000Z",
        "tenantId": mint::TENANT, "clientState": STATIC_STATE,
        "lifecycleEvent": "reauthorizationRequired",
    })
}

/// `item` with one member set.
pub(crate) fn with(mut item: Value, name: &str, value: impl Into<Value>) -> Value {
    item[name] = value.into();
    item
}

/// `item` without a member.
pub(crate) fn without(mut item: Value, name: &str) -> Value {
    item.as_object_mut().unwrap().remove(name);
    item
}
