//! One POST: its body, its tokens, its answer.

use crate::entra::keys::{EntraKeyFault, EntraSigningKey};
use crate::faults::{self, PlantedFault};
use crate::item::SimulatedItem;
use crate::loopback::Resolver;
use rand::rngs::StdRng;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, StatusCode, redirect};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Seals nothing itself; signs and sends.
pub struct Sender {
    key: Arc<EntraSigningKey>,
    forger: EntraSigningKey,
    client: Client,
    /// Tenants whose application Graph gets no tokens for.
    unproven: Mutex<BTreeSet<String>>,
}

/// The reason why nothing can be sent.
#[derive(Debug, thiserror::Error)]
pub enum SenderFault {
    /// No key.
    #[error(transparent)]
    Key(#[from] EntraKeyFault),
    /// No HTTP client.
    #[error("the HTTP client could not be built")]
    Client(#[from] reqwest::Error),
}

/// The answer to a POST.
#[derive(Debug, Clone, Copy)]
pub struct ReceiverAnswer {
    /// `None` where there was none in time.
    pub status: Option<StatusCode>,
    /// Until the head of the answer, or until it was given up.
    pub latency: Duration,
}

impl ReceiverAnswer {
    /// True if Graph would count it as delivered.
    pub fn is_accepted(&self) -> bool {
        self.status.is_some_and(|status| status.is_success())
    }
}

impl Sender {
    /// Signs with `key`.
    ///
    /// # Errors
    /// [`SenderFault`]
    pub fn new(key: Arc<EntraSigningKey>) -> Result<Self, SenderFault> {
        Ok(Self {
            key,
            forger: EntraSigningKey::generate()?,
            client: Client::builder()
                .redirect(redirect::Policy::none())
                .no_proxy()
                .dns_resolver(Resolver)
                .build()?,
            unproven: Mutex::default(),
        })
    }

    /// Lets Graph get tokens for the application in a tenant, or not.
    pub fn prove(&self, tenant_id: &str, proven: bool) {
        let mut unproven = self.unproven.lock().unwrap_or_else(PoisonError::into_inner);
        if proven {
            unproven.remove(tenant_id);
        } else {
            unproven.insert(tenant_id.to_owned());
        }
    }

    /// The HTTP client, for handshakes.
    pub const fn client(&self) -> &Client {
        &self.client
    }

    /// The body of a POST: the items, and a token for each app and tenant with sealed content.
    ///
    /// # Errors
    /// [`EntraKeyFault::Failed`]
    pub fn body(
        &self,
        items: &[SimulatedItem],
        now: i64,
        rng: &mut StdRng,
    ) -> Result<Vec<u8>, EntraKeyFault> {
        let mut pairs: Vec<(&str, &str)> = Vec::new();
        let mut tokens = Vec::new();
        let unproven = self.unproven.lock().unwrap_or_else(PoisonError::into_inner);
        for item in items.iter().filter(|item| item.rich) {
            let pair = (item.tenant_id.as_str(), item.app_id.as_str());
            if pairs.contains(&pair) {
                continue;
            }
            pairs.push(pair);
            if unproven.contains(pair.0) {
                continue;
            }
            let right = faults::right_token(pair.0, pair.1, now, rng);
            tokens.push(match item.fault {
                Some(PlantedFault::WrongToken(wrong)) => {
                    wrong.token(&right, &self.key, &self.forger, rng)?
                }
                _ => right.sign(&self.key, rng)?,
            });
        }
        let value: Vec<&serde_json::Map<String, Value>> =
            items.iter().map(|item| &item.members).collect();
        let mut body = json!({ "value": value });
        if let (false, Some(members)) = (pairs.is_empty(), body.as_object_mut()) {
            let tokens = Some(tokens).filter(|tokens| !tokens.is_empty());
            members.insert("validationTokens".into(), json!(tokens));
        }
        Ok(body.to_string().into_bytes())
    }

    /// POSTs a body once.
    pub async fn post(&self, url: &str, body: Vec<u8>, deadline: Duration) -> ReceiverAnswer {
        let began = Instant::now();
        let answer = self
            .client
            .post(url)
            .header(CONTENT_TYPE, "application/json; charset=utf-8")
            .timeout(deadline)
            .body(body)
            .send()
            .await;
        let latency = began.elapsed();
        let status = answer.as_ref().ok().map(reqwest::Response::status);
        // Read to the end, so that the connection can be used again.
        if let Ok(mut answer) = answer {
            while let Ok(Some(_)) = answer.chunk().await {}
        }
        ReceiverAnswer { status, latency }
    }
}
