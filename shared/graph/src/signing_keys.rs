//! Entra's signing keys, fetched from fixed addresses and cached.

use crate::{ServiceEndpoints, http, single_flight::SingleFlight};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use futures::FutureExt;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};
use teamwire_payload::TenantId;

/// Keys are fetched again after this long (GRAPH-13); Microsoft advises daily.
const FRESH: Duration = Duration::from_secs(24 * 3600);
/// An unknown key id makes us fetch at most this often, or anyone could make us do so.
const LEAST_INTERVAL: Duration = Duration::from_secs(300);
/// A failed fetch is not repeated for this long.
const FAILURE_REMEMBERED: Duration = Duration::from_secs(5);
/// A caller waits this long for a fetch, which goes on without it: the next one finds the keys.
const WAIT: Duration = Duration::from_millis(1_500);
/// The time limit of a fetch.
pub const FETCH_TIMEOUT: Duration = Duration::from_secs(10);
/// Larger key sets are refused; Microsoft's is about 15 KiB.
pub const KEY_SET_BYTES: usize = 256 * 1024;
/// Shortest modulus, in bytes: 2048 bits.
const LEAST_MODULUS_BYTES: usize = 256;

/// Finds a signing key by its id.
pub trait KeyLookup {
    /// The key known as `kid`.
    ///
    /// # Errors
    /// [`LookupFault`]
    fn key(&self, kid: &str) -> impl Future<Output = Result<Arc<SigningKey>, LookupFault>> + Send;
}

/// The reason why there is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LookupFault {
    /// Entra has no such key.
    #[error("no signing key is known by this id")]
    Unknown,
    /// Entra can't be asked.
    #[error("the signing keys are not available")]
    Unavailable,
}

/// One RSA key that may sign tokens.
pub struct SigningKey {
    key: DecodingKey,
    issuer: Option<String>,
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningKey")
            .field("issuer", &self.issuer)
            .finish_non_exhaustive()
    }
}

impl SigningKey {
    /// True if `signature` (base64url) is this key's RS256 signature over `signed`.
    pub fn verifies(&self, signed: &str, signature: &str) -> bool {
        jsonwebtoken::crypto::verify(signature, signed.as_bytes(), &self.key, Algorithm::RS256)
            .unwrap_or(false)
    }

    /// True if the key's own `issuer`, where it has one, leaves room for `tenant` (GRAPH-14).
    pub fn may_sign_for(&self, tenant: &TenantId) -> bool {
        self.issuer.as_ref().is_none_or(|issuer| {
            issuer
                .split('/')
                .any(|part| part == "{tenantid}" || part == tenant.as_str())
        })
    }
}

/// A set of signing keys by id.
#[derive(Debug, Default)]
pub struct KeySet(HashMap<String, Arc<SigningKey>>);

/// Not a JWK set with at least one RSA signing key of 2048 bits or more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a JSON Web Key set with RSA signing keys")]
pub struct NotAKeySet;

#[derive(Deserialize)]
struct JwkSet {
    keys: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: String,
    #[serde(rename = "use")]
    key_use: String,
    n: String,
    e: String,
    #[serde(default)]
    issuer: Option<String>,
}

impl KeySet {
    /// Reads a JWK set and leaves out every key that is not an RSA signing key of 2048 bits or
    /// more.
    ///
    /// # Errors
    /// [`NotAKeySet`] where nothing is left.
    pub fn parse(json: &[u8]) -> Result<Self, NotAKeySet> {
        let set: JwkSet = serde_json::from_slice(json).map_err(|_| NotAKeySet)?;
        let mut keys = HashMap::new();
        for jwk in set
            .keys
            .into_iter()
            .filter_map(|key| Jwk::deserialize(key).ok())
        {
            if jwk.kty != "RSA" || jwk.key_use != "sig" || !is_long_enough(&jwk.n) {
                continue;
            }
            if let Ok(key) = DecodingKey::from_rsa_components(&jwk.n, &jwk.e) {
                keys.insert(
                    jwk.kid,
                    Arc::new(SigningKey {
                        key,
                        issuer: jwk.issuer,
                    }),
                );
            }
        }
        if keys.is_empty() {
            Err(NotAKeySet)
        } else {
            Ok(Self(keys))
        }
    }

    /// Adds the keys of `other`, which win where both have one by the same id.
    pub fn merge(&mut self, other: Self) {
        self.0.extend(other.0);
    }
}

/// Zeros before the modulus do not make it longer.
fn is_long_enough(modulus: &str) -> bool {
    URL_SAFE_NO_PAD.decode(modulus).is_ok_and(|modulus| {
        let significant = modulus.iter().skip_while(|byte| **byte == 0);
        significant.count() >= LEAST_MODULUS_BYTES
    })
}

impl KeyLookup for KeySet {
    async fn key(&self, kid: &str) -> Result<Arc<SigningKey>, LookupFault> {
        self.0.get(kid).cloned().ok_or(LookupFault::Unknown)
    }
}

/// Entra's keys, cached. A key that is known is served even if Entra can't be asked.
pub struct SigningKeys {
    http: teamwire_http::Client,
    addresses: [String; 2],
    held: Arc<RwLock<HeldKeys>>,
    flight: SingleFlight<Result<Arc<KeySet>, LookupFault>>,
}

#[derive(Default, Clone)]
struct HeldKeys {
    keys: Option<Arc<KeySet>>,
    fetched: Option<Instant>,
    failed: Option<Instant>,
    /// The time at which a caller last waited in vain for a fetch that goes on.
    slow: Option<Instant>,
}

impl SigningKeys {
    /// Nothing is fetched before the first key is looked up.
    pub fn new(http: teamwire_http::Client, endpoints: &ServiceEndpoints) -> Self {
        let login = &endpoints.login;
        Self {
            http,
            addresses: [
                format!("{login}/common/discovery/keys"),
                format!("{login}/common/discovery/v2.0/keys"),
            ],
            held: Arc::default(),
            flight: SingleFlight::default(),
        }
    }

    fn held(&self) -> HeldKeys {
        self.held
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    async fn refresh(&self) -> Result<Arc<KeySet>, LookupFault> {
        let begin = || {
            let fetching = fetch(self.http.clone(), self.addresses.clone());
            let held = Arc::clone(&self.held);
            let fetching = fetching.inspect(move |answer| note(&held, answer));
            fetching.boxed()
        };
        let answer = tokio::time::timeout(WAIT, self.flight.run_to_its_end(begin)).await;
        answer.unwrap_or_else(|_| {
            tracing::warn!("the signing keys are slow to come; the fetch goes on");
            let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
            held.slow = Some(Instant::now());
            drop(held);
            Err(LookupFault::Unavailable)
        })
    }
}

fn note(held: &RwLock<HeldKeys>, answer: &Result<Arc<KeySet>, LookupFault>) {
    let mut held = held.write().unwrap_or_else(PoisonError::into_inner);
    match answer {
        Ok(keys) => {
            *held = HeldKeys {
                keys: Some(Arc::clone(keys)),
                fetched: Some(Instant::now()),
                failed: None,
                slow: None,
            };
        }
        Err(_) => held.failed = Some(Instant::now()),
    }
}

impl KeyLookup for SigningKeys {
    async fn key(&self, kid: &str) -> Result<Arc<SigningKey>, LookupFault> {
        let held = self.held();
        let known = held.keys.as_ref().and_then(|keys| keys.0.get(kid).cloned());
        let within = |at: Option<Instant>, span| at.is_some_and(|at| at.elapsed() < span);
        match known {
            Some(key) if within(held.fetched, FRESH) => return Ok(key),
            // It may be newer than what we hold. Graph can be asked to deliver again; we can't.
            None if within(held.fetched, LEAST_INTERVAL) => return Err(LookupFault::Unavailable),
            _ => {}
        }
        // One wait for a newer key is enough for all the tokens of a POST.
        let is_slow = known.is_some() && within(held.slow, FAILURE_REMEMBERED);
        if is_slow || within(held.failed, FAILURE_REMEMBERED) {
            return known.ok_or(LookupFault::Unavailable);
        }
        match self.refresh().await {
            Ok(keys) => keys.key(kid).await,
            Err(fault) => known.ok_or(fault),
        }
    }
}

/// Both versions' sets: a token of either version may come.
async fn fetch(
    client: teamwire_http::Client,
    addresses: [String; 2],
) -> Result<Arc<KeySet>, LookupFault> {
    let one = |address: String| {
        let client = client.clone();
        async move {
            let response = client
                .get(&address)
                .send()
                .await
                .map_err(|_| LookupFault::Unavailable)?;
            if !response.status().is_success() {
                return Err(LookupFault::Unavailable);
            }
            let body = http::read_body(response, KEY_SET_BYTES)
                .await
                .map_err(|_| LookupFault::Unavailable)?;
            KeySet::parse(&body).map_err(|_| LookupFault::Unavailable)
        }
    };
    let [v1, v2] = addresses;
    let (mut keys, v2) = futures::future::try_join(one(v1), one(v2)).await?;
    keys.merge(v2);
    Ok(Arc::new(keys))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    /// Somebody's RSA key of 2048 bits; nothing is signed with it here.
    fn key_set(kid: &str) -> String {
        let modulus = format!("w{}", "w".repeat(341));
        format!(
            r#"{{"keys":[{{"kty":"RSA","use":"sig","kid":"{kid}","n":"{modulus}","e":"AQAB"}}]}}"#
        )
    }

    /// An Entra that answers `text`, which may be changed, and keys fetched from it once.
    async fn fetched_once(text: &str) -> (SigningKeys, Arc<Mutex<String>>) {
        let (keys, answer) = not_fetched(text).await;
        keys.key("old").await.unwrap();
        (keys, answer)
    }

    async fn not_fetched(text: &str) -> (SigningKeys, Arc<Mutex<String>>) {
        let answer = Arc::new(Mutex::new(text.to_owned()));
        let shared = Arc::clone(&answer);
        let app =
            axum::Router::new().fallback(move || async move { shared.lock().unwrap().clone() });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let root = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });
        let root = crate::endpoints::root(&root).unwrap();
        let endpoints = ServiceEndpoints::new(
            teamwire_payload::cloud::MicrosoftCloud::Global,
            Some(root),
            None,
        );
        let keys = SigningKeys::new(http::client(Duration::from_secs(5)).unwrap(), &endpoints);
        (keys, answer)
    }

    /// Lets the last fetch and the last failure have been this long ago.
    fn let_pass(keys: &SigningKeys, span: Duration) {
        let mut held = keys.held.write().unwrap();
        let earlier = |at: Instant| at.checked_sub(span).unwrap();
        held.fetched = held.fetched.map(earlier);
        held.failed = held.failed.map(earlier);
    }

    #[tokio::test]
    async fn old_keys_are_waited_for_once_while_entra_hangs() {
        let (keys, _) = fetched_once(&key_set("old")).await;
        let_pass(&keys, FRESH);
        let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/", silent.local_addr().unwrap());
        let keys = SigningKeys {
            addresses: [address.clone(), address],
            ..keys
        };
        let began = Instant::now();
        assert!(keys.key("old").await.is_ok());
        assert!(began.elapsed() >= WAIT);
        let again = tokio::time::timeout(WAIT / 2, keys.key("old"));
        assert!(again.await.unwrap().is_ok());
        let unknown = tokio::time::timeout(2 * WAIT, keys.key("new"));
        assert_eq!(
            unknown.await.unwrap().unwrap_err(),
            LookupFault::Unavailable
        );
    }

    #[tokio::test]
    async fn a_rotated_key_is_found_once_asking_again_is_allowed() {
        let (keys, answer) = fetched_once(&key_set("old")).await;
        *answer.lock().unwrap() = key_set("new");
        assert_eq!(keys.key("new").await.unwrap_err(), LookupFault::Unavailable);
        let_pass(&keys, LEAST_INTERVAL);
        assert!(keys.key("new").await.is_ok());
        let_pass(&keys, LEAST_INTERVAL);
        assert_eq!(keys.key("old").await.unwrap_err(), LookupFault::Unknown);
    }

    #[tokio::test]
    async fn a_bad_set_does_not_clear_the_good_one_and_is_not_asked_for_at_once() {
        let (keys, answer) = fetched_once(&key_set("old")).await;
        for bad in ["", "<html>", r#"{"keys":[]}"#, r#"{"keys":[{"kty":"EC"}]}"#] {
            *answer.lock().unwrap() = bad.to_owned();
            let_pass(&keys, FRESH);
            assert!(keys.key("old").await.is_ok(), "{bad}: served stale");
            assert_eq!(
                keys.key("new").await.unwrap_err(),
                LookupFault::Unavailable,
                "{bad}"
            );
        }
        *answer.lock().unwrap() = key_set("new");
        assert_eq!(keys.key("new").await.unwrap_err(), LookupFault::Unavailable);
        let_pass(&keys, FAILURE_REMEMBERED);
        assert!(keys.key("new").await.is_ok());
    }

    #[tokio::test]
    async fn a_moment_without_entra_costs_a_new_process_five_seconds() {
        let (keys, answer) = not_fetched("down").await;
        assert_eq!(keys.key("old").await.unwrap_err(), LookupFault::Unavailable);
        *answer.lock().unwrap() = key_set("old");
        assert_eq!(keys.key("old").await.unwrap_err(), LookupFault::Unavailable);
        let_pass(&keys, Duration::from_secs(5));
        assert!(keys.key("old").await.is_ok());
    }

    #[tokio::test]
    async fn keys_are_fetched_anew_every_day() {
        let (keys, answer) = fetched_once(&key_set("old")).await;
        *answer.lock().unwrap() = key_set("new");
        let_pass(&keys, FRESH - Duration::from_secs(60));
        assert!(keys.key("old").await.is_ok());
        let_pass(&keys, Duration::from_secs(60));
        assert_eq!(keys.key("old").await.unwrap_err(), LookupFault::Unknown);
    }
}
