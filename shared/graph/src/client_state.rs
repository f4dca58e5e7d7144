//! The secret that Graph repeats with every notification.
//!
//! A `clientState` of ours needs no store, because it proves itself:
//!
//! ```text
//! v1.<key id>.<tenant>.<nonce>.<HMAC-SHA256 over tenant and nonce>         at most 128 characters
//! ```
//!
//! The tenant (32 hex digits) is in it for the sake of the notifications that name none; nonce and
//! HMAC are base64url.
//!
//! For subscriptions made elsewhere, static values are accepted. Two keys or values may be live
//! at once, so that either can be rotated. A key that Secrets Manager generated, so that no person
//! ever saw it, is one like the others.

use base64::{Engine, engine::general_purpose::STANDARD, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use subtle::ConstantTimeEq;
use teamwire_payload::{Redacted, TenantId};
use zeroize::Zeroizing;

/// Shortest key and shortest static value, in bytes: 128 bits.
const LEAST_SECRET_BYTES: usize = 16;

/// Shortest generated text, in bytes: of letters and digits, 190 bits.
const LEAST_GENERATED_BYTES: usize = 32;
/// The id of the generated key.
const GENERATED_KEY_ID: &str = "g";
/// Longest id of a key, so that what is minted by it has at most 128 characters.
const LONGEST_KEY_ID: usize = 24;

/// The keys and values that are live.
#[derive(Debug, Default, Clone)]
pub struct ClientStates {
    keys: BTreeMap<String, Key>,
    values: Vec<Value>,
    former: FormerValues,
}

type Key = Redacted<Zeroizing<Vec<u8>>>;
type Value = Redacted<Zeroizing<String>>;

/// Keys and values that were live before. Nothing is accepted by them.
#[derive(Debug, Default, Clone)]
struct FormerValues {
    keys: Vec<Key>,
    values: Vec<Value>,
}

/// The secret can't be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecretFault {
    /// Not `{"keys":{id: base64},"values":[text],"generated":text}`.
    #[error(
        r#"must be JSON of the form {{"keys":{{"<id>":"<base64>"}},"values":["<text>"],"generated":"<text>"}}, of which one is enough"#
    )]
    Shape,
    /// Neither a key nor a value.
    #[error("holds neither a key nor a value, so no notification could be accepted")]
    Empty,
    /// Guessable.
    #[error("holds a key or value shorter than 16 bytes")]
    TooShort,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SecretDocument {
    #[serde(default)]
    keys: BTreeMap<String, String>,
    #[serde(default)]
    values: Vec<String>,
    generated: Option<String>,
}

impl ClientStates {
    /// Reads the secret, `{"keys":{"k1":"<base64>"},"values":["<text>"],"generated":"<text>"}`. The
    /// bytes of what was generated are the key `g`.
    ///
    /// # Errors
    /// [`SecretFault`]
    pub fn parse(secret: &str) -> Result<Self, SecretFault> {
        let document: SecretDocument =
            serde_json::from_str(secret).map_err(|_| SecretFault::Shape)?;
        let mut states = Self::default();
        for (id, key) in document.keys {
            let fits = (1..=LONGEST_KEY_ID).contains(&id.len());
            if !fits || !id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                return Err(SecretFault::Shape);
            }
            let key = Zeroizing::new(STANDARD.decode(key).map_err(|_| SecretFault::Shape)?);
            if key.len() < LEAST_SECRET_BYTES {
                return Err(SecretFault::TooShort);
            }
            states.keys.insert(id, Redacted::new(key));
        }
        if let Some(text) = document.generated {
            let key = Zeroizing::new(text.into_bytes());
            if key.len() < LEAST_GENERATED_BYTES {
                return Err(SecretFault::TooShort);
            }
            // A key of that name that was put there by hand counts.
            let generated = states.keys.entry(GENERATED_KEY_ID.to_owned());
            generated.or_insert_with(|| Redacted::new(key));
        }
        for value in document.values {
            if value.len() < LEAST_SECRET_BYTES {
                return Err(SecretFault::TooShort);
            }
            states.values.push(Redacted::new(Zeroizing::new(value)));
        }
        if states.keys.is_empty() && states.values.is_empty() {
            return Err(SecretFault::Empty);
        }
        Ok(states)
    }

    /// These, which also recognize what was made with the ones `before` them.
    #[must_use]
    pub fn following(mut self, before: &Self) -> Self {
        self.former = before.former.clone();
        for key in before.keys.values() {
            if !self
                .keys
                .values()
                .chain(&self.former.keys)
                .any(|known| known == key)
            {
                self.former.keys.push(key.clone());
            }
        }
        for value in &before.values {
            if !self
                .values
                .iter()
                .chain(&self.former.values)
                .any(|known| known == value)
            {
                self.former.values.push(value.clone());
            }
        }
        self
    }

    /// The ids of the keys, in order: new subscriptions get a state by the last.
    pub fn key_ids(&self) -> impl Iterator<Item = &str> {
        self.keys.keys().map(String::as_str)
    }

    /// The number of static values.
    pub fn static_values(&self) -> usize {
        self.values.len()
    }

    /// A `clientState` for a subscription in `tenant`, by the key `key_id`; `None` where there is
    /// no such key. `nonce` must be unpredictable.
    pub fn mint(&self, key_id: &str, tenant: &TenantId, nonce: [u8; 16]) -> Option<String> {
        let tenant = tenant.as_str().replace('-', "");
        let nonce = URL_SAFE_NO_PAD.encode(nonce);
        let key = self.keys.get(key_id)?;
        let tag = mac(key, &tenant, &nonce)?.finalize().into_bytes();
        let tag = URL_SAFE_NO_PAD.encode(tag);
        Some(format!("v1.{key_id}.{tenant}.{nonce}.{tag}"))
    }

    /// The `clientState` of a new subscription in `tenant`: minted by the key whose id is the
    /// greatest, else, where there are no keys, the last of the static values. Ids are compared
    /// byte by byte, `g` of the generated key among them: `k2` is greater, digits, capitals and `b`
    /// are not.
    pub fn for_new(
        &self,
        tenant: &TenantId,
        nonce: [u8; 16],
    ) -> Option<Redacted<Zeroizing<String>>> {
        match self.keys.last_key_value() {
            Some((key_id, _)) => self
                .mint(key_id, tenant, nonce)
                .map(|state| Redacted::new(Zeroizing::new(state))),
            None => self.values.last().cloned(),
        }
    }

    /// True if `state` is one of ours for `tenant`. Takes the same time for every wrong value.
    pub fn accepts(&self, state: &str, tenant: &TenantId) -> bool {
        let is_static = self.accepts_anywhere(state);
        is_static | (self.tenant_of(state).as_ref() == Some(tenant))
    }

    /// True if `state` is one of our static values, which are for no tenant in particular.
    pub fn accepts_anywhere(&self, state: &str) -> bool {
        is_one_of(&self.values, state)
    }

    /// The tenant that `state` was minted for by one of our keys.
    pub fn tenant_of(&self, state: &str) -> Option<TenantId> {
        let minted = MintedState::read(state)?;
        let key = self.keys.get(minted.key_id)?;
        minted.is_by(key).then(|| guid(minted.tenant)).flatten()
    }

    /// True if `state` is one of ours, for any tenant.
    pub fn is_ours(&self, state: &str) -> bool {
        self.accepts_anywhere(state) | self.tenant_of(state).is_some()
    }

    /// True if `state` was one of ours, as far as is remembered: its sender is no stranger.
    pub fn was_ours(&self, state: &str) -> bool {
        let FormerValues { keys, values } = &self.former;
        is_one_of(values, state)
            || MintedState::read(state)
                .is_some_and(|minted| keys.iter().any(|key| minted.is_by(key)))
    }

    /// True if a secret that is read later may turn out to have `state`.
    pub fn may_become_ours(&self, state: &str) -> bool {
        state.len() >= LEAST_SECRET_BYTES && !self.is_ours(state)
    }
}

/// Every value is compared, by its hash, so that neither length nor position shows.
fn is_one_of(values: &[Value], state: &str) -> bool {
    let given = Sha256::digest(state);
    let none = subtle::Choice::from(0);
    let found = values.iter().fold(none, |found, value| {
        found | Sha256::digest(value.expose().as_bytes()).ct_eq(&given)
    });
    found.into()
}

/// A state that has the form of what is made with a key.
struct MintedState<'a> {
    key_id: &'a str,
    tenant: &'a str,
    nonce: &'a str,
    tag: Vec<u8>,
}

impl<'a> MintedState<'a> {
    fn read(state: &'a str) -> Option<Self> {
        let parts: Vec<&str> = state.splitn(6, '.').collect();
        let ["v1", key_id, tenant, nonce, tag] = *parts.as_slice() else {
            return None;
        };
        Some(Self {
            key_id,
            tenant,
            nonce,
            tag: URL_SAFE_NO_PAD.decode(tag).ok()?,
        })
    }

    fn is_by(&self, key: &Key) -> bool {
        mac(key, self.tenant, self.nonce).is_some_and(|mac| mac.verify_slice(&self.tag).is_ok())
    }
}

fn mac(key: &Key, tenant: &str, nonce: &str) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.expose()).ok()?;
    mac.update(tenant.as_bytes());
    mac.update(b".");
    mac.update(nonce.as_bytes());
    Some(mac)
}

/// Of 32 hex digits, the GUID.
fn guid(hex: &str) -> Option<TenantId> {
    let part = |from: usize, to: usize| hex.get(from..to);
    let (a, b, c, d, e) = (
        part(0, 8)?,
        part(8, 12)?,
        part(12, 16)?,
        part(16, 20)?,
        part(20, hex.len())?,
    );
    format!("{a}-{b}-{c}-{d}-{e}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = r#"{"keys":{"k1":"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
        "k2":"ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA="},
        "values":["a static value of ours","the one that follows it"]}"#;

    fn tenant(last: char) -> TenantId {
        format!("9f4ebab6-520d-49c0-85cc-7b25c78d4a9{last}")
            .parse()
            .unwrap()
    }

    #[test]
    fn a_minted_state_is_accepted_for_its_tenant_only() {
        let states = ClientStates::parse(SECRET).unwrap();
        for key in ["k1", "k2"] {
            let state = states.mint(key, &tenant('3'), [7; 16]).unwrap();
            assert!(state.len() <= 128, "{} characters", state.len());
            assert!(states.accepts(&state, &tenant('3')));
            assert!(!states.accepts(&state, &tenant('4')));
            assert_eq!(states.tenant_of(&state), Some(tenant('3')));
        }
        assert_eq!(states.mint("k3", &tenant('3'), [7; 16]), None);
    }

    #[test]
    fn a_new_subscription_gets_the_newest_there_is() {
        let state = |secret| {
            let states = ClientStates::parse(secret).unwrap();
            let state = states.for_new(&tenant('3'), [7; 16]).unwrap();
            assert!(states.accepts(state.expose(), &tenant('3')));
            state.expose().to_string()
        };
        assert!(state(SECRET).starts_with("v1.k2."));
        let values = r#"{"values":["a static value of ours","the one that follows it"]}"#;
        assert_eq!(state(values), "the one that follows it");
    }

    #[test]
    fn both_static_values_are_live() {
        let states = ClientStates::parse(SECRET).unwrap();
        assert!(states.accepts("a static value of ours", &tenant('3')));
        assert!(states.accepts("the one that follows it", &tenant('3')));
    }

    #[test]
    fn what_the_secret_holds_twice_is_accepted() {
        let minted = ClientStates::parse(SECRET).unwrap();
        let minted = minted.mint("k1", &tenant('3'), [7; 16]).unwrap();
        let twice = format!(r#""values":["{minted}","sixteen letters!","sixteen letters!","#);
        let secret = SECRET.replacen(r#""values":["#, &twice, 1);
        let states = ClientStates::parse(&secret).unwrap();
        for state in [minted.as_str(), "sixteen letters!"] {
            assert!(states.is_ours(state), "{state}");
            assert!(states.accepts(state, &tenant('3')), "{state}");
        }
    }

    #[test]
    fn anything_near_it_is_refused() {
        let states = ClientStates::parse(SECRET).unwrap();
        let state = states.mint("k1", &tenant('3'), [7; 16]).unwrap();
        let mut near: Vec<String> = (0..state.len())
            .map(|at| {
                let mut bytes = state.clone().into_bytes();
                bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
                String::from_utf8(bytes).unwrap()
            })
            .collect();
        near.extend([
            String::new(),
            "v1".into(),
            "v1....".into(),
            format!("{state}."),
            format!("{state}.x"),
            format!(" {state}"),
            format!("{state}="),
            state.replacen("v1", "v2", 1),
            state.replacen("k1", "k2", 1),
            "A static value of ours".into(),
            "a static value of ours ".into(),
        ]);
        for state in near {
            assert!(!states.accepts(&state, &tenant('3')), "{state}");
        }
    }

    #[test]
    fn a_secret_that_guards_nothing_is_refused() {
        for (secret, fault) in [
            ("", SecretFault::Shape),
            ("7", SecretFault::Shape),
            (r#"{"value":["long enough to be one"]}"#, SecretFault::Shape),
            (
                r#"{"keys":{"k.1":"MDEyMzQ1Njc4OWFiY2RlZg=="}}"#,
                SecretFault::Shape,
            ),
            (r#"{"keys":{"k1":"?"}}"#, SecretFault::Shape),
            (
                r#"{"keys":{"k123456789012345678901234":"MDEyMzQ1Njc4OWFiY2RlZg=="}}"#,
                SecretFault::Shape,
            ),
            ("{}", SecretFault::Empty),
            (r#"{"keys":{},"values":[]}"#, SecretFault::Empty),
            (r#"{"values":[""]}"#, SecretFault::TooShort),
            (r#"{"keys":{"k1":"MDEy"}}"#, SecretFault::TooShort),
        ] {
            assert_eq!(ClientStates::parse(secret).err(), Some(fault), "{secret}");
        }
    }

    #[test]
    fn a_generated_key_mints_and_is_accepted_beside_others() {
        let text = "x".repeat(32);
        let secret = format!(r#"{{"values":[],"generated":"{text}"}}"#);
        let states = ClientStates::parse(&secret).unwrap();
        let state = states.for_new(&tenant('3'), [7; 16]).unwrap();
        assert!(state.expose().starts_with("v1.g."));
        let both = SECRET.replacen('{', &format!(r#"{{"generated":"{text}","#), 1);
        let rotated = ClientStates::parse(&both).unwrap();
        assert!(rotated.accepts(state.expose(), &tenant('3')));
        for (id, used) in [
            ("k2", "k2"),
            ("g2", "g2"),
            ("2", "g"),
            ("K2", "g"),
            ("b", "g"),
        ] {
            let key = format!(r#""keys":{{"{id}":"MDEyMzQ1Njc4OWFiY2RlZg=="}}"#);
            let states = ClientStates::parse(&secret.replacen(r#""values":[]"#, &key, 1)).unwrap();
            let state = states.for_new(&tenant('3'), [7; 16]).unwrap();
            assert!(state.expose().starts_with(&format!("v1.{used}.")), "{id}");
        }
        assert_eq!(
            ClientStates::parse(r#"{"generated":"short"}"#).err(),
            Some(SecretFault::TooShort)
        );
    }

    #[test]
    fn what_was_ours_is_remembered_and_not_accepted() {
        let before = ClientStates::parse(SECRET).unwrap();
        let minted = before.mint("k1", &tenant('3'), [7; 16]).unwrap();
        let rotated = r#"{"keys":{"k2":"ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA="},
            "values":["a value of this week"]}"#;
        let mut states = ClientStates::parse(rotated).unwrap().following(&before);
        for _ in 0..3 {
            for state in [minted.as_str(), "a static value of ours"] {
                assert!(states.was_ours(state) && !states.is_ours(state), "{state}");
                assert!(!states.accepts(state, &tenant('3')), "{state}");
            }
            let live = states.mint("k2", &tenant('3'), [7; 16]).unwrap();
            assert!(states.is_ours(&live) && !states.was_ours(&live));
            assert!(!states.was_ours("a value of somebody else"));
            states = ClientStates::parse(rotated).unwrap().following(&states);
        }
    }

    #[test]
    fn only_what_a_secret_could_hold_is_worth_reading_it_again() {
        let states = ClientStates::parse(SECRET).unwrap();
        let ours = states.mint("k1", &tenant('3'), [7; 16]).unwrap();
        let other_key = ours.replacen("k1", "k3", 1);
        assert!(states.may_become_ours(&other_key));
        assert!(states.may_become_ours("sixteen letters!"));
        for state in ["", "fifteen letters", &ours, "a static value of ours"] {
            assert!(!states.may_become_ours(state), "{state}");
        }
    }

    #[test]
    fn what_is_live_is_told_by_its_ids_and_its_number() {
        let states = ClientStates::parse(SECRET).unwrap();
        assert_eq!(states.key_ids().collect::<Vec<_>>(), ["k1", "k2"]);
        assert_eq!(states.static_values(), 2);
    }

    #[test]
    fn nothing_of_the_secret_is_printed() {
        let shown = format!("{:?}", ClientStates::parse(SECRET).unwrap());
        assert!(!shown.contains("static") && !shown.contains("MDEy") && !shown.contains("48, 49"));
    }
}
