//! The changes that are announced, sealed and signed once for all seeds, and their fates.

use super::sender::Signer;
use crate::decrypt::keys::CURRENT;
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;
use teamwire_graph::ReadFault;
use teamwire_graph::signing_keys::KeySet;
use teamwire_model::delivery::{self, Route, Verdict};
use teamwire_payload::EncryptedContent;

/// Changes that every run announces; one more is too large for a queue.
pub(super) const COUNT: usize = 100;
pub(super) const LARGE: usize = COUNT;
/// One that can be opened once somebody replays, and then was changed.
const TAMPERED_AND_RESTORED: usize = 31;
pub(super) const TENANTS: [&str; 2] = [
    "9f4ebab6-520d-49c0-85cc-7b25c78d4a93",
    "9f4ebab6-520d-49c0-85cc-7b25c78d4a94",
];
pub(super) const CLIENT_STATE: &str = "a static value of ours";

/// The place where a change has to be in the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fate {
    /// On the events queue, with this type and this data.
    Event { event_type: String, data: String },
    /// In a dead-letter queue, for this reason.
    DeadLetter(&'static str),
    /// In a dead-letter queue, for it failed too often.
    Exhausted,
    /// The same until somebody replays, then as an event.
    Restored { event_type: String, data: String },
    /// On the quarantine queue.
    Quarantine,
    /// Nowhere: it was not authentic.
    Nothing,
}

/// One change as Graph, or somebody else, announces it.
pub(super) struct Change {
    pub(super) subject: String,
    pub(super) fate: Fate,
    /// True if tokens come with it.
    pub(super) vouched_for: bool,
    item: Value,
}

impl Change {
    /// The item, for one of two subscriptions, with the client state that those have.
    pub(super) fn item(&self, subscription: &str, client_state: &str) -> Value {
        let mut item = self.item.clone();
        item["subscriptionId"] = json!(subscription);
        if item["clientState"].is_null() {
            item["clientState"] = json!(client_state);
        }
        item
    }

    /// The change, as the model knows it.
    pub(super) fn modelled(&self) -> delivery::Change {
        let item = &self.item;
        let is_bare_deletion =
            item["changeType"] == "deleted" && item["encryptedContent"].is_null();
        let (route, verdict) = match self.fate {
            Fate::Event { .. } if is_bare_deletion => (Route::Events, Verdict::Event),
            Fate::Event { .. } | Fate::Restored { .. } => (Route::Function, Verdict::Event),
            Fate::DeadLetter(_) => (Route::Function, Verdict::Dead),
            Fate::Exhausted => (Route::Function, Verdict::Failure),
            Fate::Quarantine => (Route::Quarantine, Verdict::Failure),
            Fate::Nothing => (Route::Nowhere, Verdict::Failure),
        };
        let is_large = self.subject == POOL.changes[LARGE].subject;
        delivery::Change {
            route,
            verdict,
            is_large,
        }
    }
}

/// Everything that is made once.
pub(super) struct Pool {
    pub(super) changes: Vec<Change>,
    pub(super) by_subject: BTreeMap<String, usize>,
    /// Content keys by their sealed form.
    pub(super) content_keys: HashMap<Vec<u8>, [u8; 32]>,
    pub(super) signing_keys: KeySet,
    pub(super) tokens: Vec<String>,
    readable: BTreeMap<String, String>,
}

pub(super) static POOL: LazyLock<Pool> = LazyLock::new(Pool::new);

impl Pool {
    /// The certificate whose key is there.
    pub(super) const CERTIFICATE: &'static str = "current";
    /// The certificate whose key is there again once somebody replays.
    pub(super) const RESTORED: &'static str = "restored";

    fn new() -> Self {
        let signer = Signer::new();
        let mut pool = Self {
            changes: vec![],
            by_subject: BTreeMap::new(),
            content_keys: HashMap::new(),
            signing_keys: signer.key_set(),
            tokens: TENANTS.iter().map(|tenant| signer.token(tenant)).collect(),
            readable: BTreeMap::new(),
        };
        for n in 0..=LARGE {
            let change = pool.change(n);
            pool.by_subject.insert(change.subject.clone(), n);
            pool.changes.push(change);
        }
        pool
    }

    /// The answer to a GET of `subject`.
    pub(super) fn read(&self, subject: &str) -> Result<String, ReadFault> {
        self.readable.get(subject).cloned().ok_or(ReadFault::Gone)
    }

    fn change(&mut self, n: usize) -> Change {
        let kind = if n == LARGE { 0 } else { n % 20 };
        let subject = match kind {
            18 => format!("appCatalogs/teamsApps('a')/installations('{n}')"),
            _ => format!("chats('19:c{}@thread.v2')/messages('{n}')", n % 7),
        };
        let resource = resource(n);
        let (sealed, deleted) = (matches!(kind, 0..=11 | 19), matches!(kind, 9 | 17));
        let mut item = json!({
            "tenantId": TENANTS[n % 2],
            "changeType": if deleted { "deleted" } else { "created" },
            "resource": subject,
            "resourceData": { "@odata.type": "#Microsoft.Graph.chatMessage" },
        });
        if sealed {
            let mut content = self.seal(n, &resource);
            match kind {
                10 => content.data_signature = Some(STANDARD.encode([7; 32])),
                11 => content.encryption_certificate_id = Some(certificate(n).to_owned()),
                _ => {}
            }
            if n == TAMPERED_AND_RESTORED {
                content.data_signature = Some(STANDARD.encode([7; 32]));
            }
            item["encryptedContent"] = json!(content);
        } else if !matches!(kind, 16 | 17) {
            self.readable.insert(subject.clone(), resource.clone());
        }
        let event = |change: &str, data: String| Fate::Event {
            event_type: format!("microsoft.graph.{change}"),
            data,
        };
        let pointer = || json!({ "@odata.id": subject }).to_string();
        let fate = match kind {
            0..=8 | 12..=14 => event("chatMessage.created", resource),
            9 => event("chatMessage.deleted", resource),
            10 => Fate::DeadLetter("tampered"),
            11 if n == TAMPERED_AND_RESTORED => Fate::DeadLetter("tampered"),
            11 if certificate(n) == Pool::RESTORED => Fate::Restored {
                event_type: "microsoft.graph.chatMessage.created".to_owned(),
                data: resource,
            },
            11 => Fate::Exhausted,
            15 => {
                item["clientState"] = json!("a value of somebody else");
                if n < COUNT / 2 {
                    Fate::Nothing
                } else {
                    Fate::Quarantine
                }
            }
            16 | 17 => event("chatMessage.deleted", pointer()),
            18 => event("teamsAppInstallation.created", pointer()),
            _ => Fate::Nothing,
        };
        let vouched_for = sealed && kind != 19 || fate == Fate::Quarantine;
        Change {
            subject,
            fate,
            vouched_for,
            item,
        }
    }

    fn seal(&mut self, n: usize, resource: &str) -> EncryptedContent {
        let key = [u8::try_from(n).unwrap(); 32];
        let content = CURRENT
            .recipient
            .seal_with_key(&key, resource.as_bytes())
            .unwrap();
        let sealed = STANDARD
            .decode(content.data_key.as_deref().unwrap())
            .unwrap();
        self.content_keys.insert(sealed, key);
        content
    }
}

/// The certificate of a change that can't be opened at first.
fn certificate(n: usize) -> &'static str {
    if n < COUNT / 2 {
        Pool::RESTORED
    } else {
        "retired"
    }
}

fn resource(n: usize) -> String {
    let body = "x".repeat(if n == LARGE { 1_100_000 } else { 200 });
    json!({ "id": n.to_string(), "etag": format!("176371560{n}"), "body": body }).to_string()
}
