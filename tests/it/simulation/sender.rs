//! Graph: what it signs, when it posts, and how it tries again.

use super::changes::{CLIENT_STATE, COUNT, LARGE, POOL};
use super::forecast::{Dice, HOUR, MINUTE, Weather};
use super::ports::States;
use crate::ingest::proxies::Call;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use teamwire_graph::signing_keys::{KeyLookup, KeySet};
use teamwire_graph::{TokenPolicy, validation_token::PUBLISHER};
use teamwire_ingest::ItemGuard;
use teamwire_payload::cloud::MicrosoftCloud;

/// The start of a run, in seconds since 1970.
const START: u64 = 1_763_715_600;
/// When the secret gets another client state, in milliseconds of a run.
const SECRET_CHANGES: u64 = 30 * MINUTE;
const NEXT_CLIENT_STATE: &str = "the value that comes after it";
const APP_ID: &str = "d0f0c8a1-5a7e-4d26-8f0e-6ad1f2f3b1c5";

/// Signs validation tokens.
pub(super) struct Signer(KeyPair);

impl Signer {
    pub(super) fn new() -> Self {
        Self(KeyPair::generate(KeySize::Rsa2048).unwrap())
    }

    /// The public half, as Entra publishes it.
    pub(super) fn key_set(&self) -> KeySet {
        // SEQUENCE { INTEGER modulus, INTEGER 65537 }: for 2048 bits the lengths are fixed.
        let public = self.0.public_key().as_ref();
        let modulus = URL_SAFE_NO_PAD.encode(&public[9..265]);
        let key = json!({ "kty": "RSA", "kid": "k", "use": "sig", "n": modulus, "e": "AQAB" });
        KeySet::parse(json!({ "keys": [key] }).to_string().as_bytes()).unwrap()
    }

    /// A token that speaks for `tenant`, for as long as a run takes.
    pub(super) fn token(&self, tenant: &str) -> String {
        let header = json!({ "alg": "RS256", "typ": "JWT", "kid": "k" });
        let claims = json!({
            "ver": "2.0",
            "iss": format!("https://login.microsoftonline.com/{tenant}/v2.0"),
            "tid": tenant,
            "aud": APP_ID,
            "azp": PUBLISHER,
            "iat": START,
            "nbf": START,
            "exp": START + 30 * 86_400,
        });
        let part = |value: &serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&header), part(&claims));
        let mut signature = vec![0; 256];
        let random = SystemRandom::new();
        self.0
            .sign(
                &RSA_PKCS1_SHA256,
                &random,
                signed.as_bytes(),
                &mut signature,
            )
            .unwrap();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

/// The checks of ingest, with `keys` and `states`.
pub(super) fn guard<K: KeyLookup>(keys: K, states: States) -> ItemGuard<K, States> {
    let policy = TokenPolicy {
        cloud: MicrosoftCloud::Global,
        app_ids: [APP_ID.to_owned()].into(),
    };
    ItemGuard::new(keys, policy, BTreeSet::new(), states)
}

/// The secret with the client states at `now`: another value comes to the first, in the midst of a run.
pub(super) fn secret(now: u64) -> String {
    let values = match now {
        0..SECRET_CHANGES => vec![CLIENT_STATE],
        _ => vec![CLIENT_STATE, NEXT_CLIENT_STATE],
    };
    json!({ "values": values }).to_string()
}

/// The client state of what is announced at `now`.
fn client_state(now: u64) -> &'static str {
    match now {
        0..SECRET_CHANGES => CLIENT_STATE,
        _ => NEXT_CLIENT_STATE,
    }
}

/// The wall clock at `millis` of a run.
pub(super) fn clock(millis: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(START) + Duration::from_millis(millis)
}

/// A POST that has not been accepted yet.
struct Post {
    changes: Vec<usize>,
    trace: String,
    at: u64,
    first_at: u64,
    tries: u32,
    body: String,
}

/// The changes still to be sent.
pub(super) struct Sender {
    posts: Vec<Post>,
    /// The changes that are announced.
    pub(super) announced: Vec<usize>,
}

impl Sender {
    pub(super) fn new(seed: u64, weather: Weather, dice: &mut Dice) -> Self {
        let mut announced: Vec<usize> = (0..COUNT).collect();
        if seed.is_multiple_of(4) {
            announced.push(LARGE);
        }
        let mut sender = Self {
            posts: vec![],
            announced: announced.clone(),
        };
        for at in (1..announced.len()).rev() {
            announced.swap(at, dice.below(at + 1));
        }
        let twice = match weather {
            Weather::Storm => announced
                .iter()
                .copied()
                .filter(|_| dice.percent(10))
                .collect(),
            _ => vec![],
        };
        for (changes, subscription) in [(announced, "s1"), (twice, "s2")] {
            for vouched_for in [true, false] {
                let mut rest: Vec<usize> = changes.clone();
                rest.retain(|n| POOL.changes[*n].vouched_for == vouched_for);
                while !rest.is_empty() {
                    let some = rest.split_off(rest.len().saturating_sub(1 + dice.below(5)));
                    let at = dice.millis(HOUR);
                    sender.post(&some, subscription, vouched_for, at);
                }
            }
        }
        sender
    }

    fn post(&mut self, changes: &[usize], subscription: &str, vouched_for: bool, at: u64) {
        let state = client_state(at);
        let items = changes
            .iter()
            .map(|n| POOL.changes[*n].item(subscription, state));
        let tokens = vouched_for.then_some(&POOL.tokens);
        let value: Vec<_> = items.collect();
        let body = json!({ "value": value, "validationTokens": tokens }).to_string();
        self.posts.push(Post {
            changes: changes.to_vec(),
            trace: format!("Root=1-{subscription}-{}", changes[0]),
            at,
            first_at: at,
            tries: 0,
            body,
        });
    }

    /// The next POST to send and when.
    pub(super) fn next(&self) -> Option<(u64, usize)> {
        self.posts
            .iter()
            .enumerate()
            .map(|(n, post)| (post.at, n))
            .min()
    }

    pub(super) fn request(&self, n: usize) -> Value {
        Call::posting(self.posts[n].body.clone()).request()
    }

    /// What the POST is about, and its trace.
    pub(super) fn about(&self, n: usize) -> (Vec<usize>, String) {
        let post = &self.posts[n];
        (post.changes.clone(), post.trace.clone())
    }

    pub(super) fn accepted(&mut self, n: usize) {
        self.posts.swap_remove(n);
    }

    /// Puts the POST off; Graph gives up after four hours.
    pub(super) fn refused(&mut self, n: usize, now: u64) {
        let post = &mut self.posts[n];
        post.tries += 1;
        post.at = now + (10_000 << post.tries.min(6)).min(10 * MINUTE);
        if post.at > post.first_at + 4 * HOUR {
            self.posts.swap_remove(n);
        }
    }
}
