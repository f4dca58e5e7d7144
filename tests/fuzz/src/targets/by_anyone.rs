//! What anyone can POST to the URL.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use futures::FutureExt;
use serde_json::value::RawValue;
use std::sync::{Arc, LazyLock};
use teamwire_graph::signing_keys::{KeyLookup, LookupFault, SigningKey};
use teamwire_graph::{ClientStates, TokenPolicy, ValidationTokenFault, validation_token};
use teamwire_ingest::{HttpEvent, IncomingRequest};
use teamwire_payload::cloud::MicrosoftCloud;
use teamwire_payload::{
    NotificationBatch, Redacted, ResourceRef, SubscriptionPath, TenantId, limits, route,
};

/// An event of Lambda: a request of a stranger is refused by a status of 4xx.
pub(crate) fn http_event(bytes: &[u8]) -> bool {
    let Ok(event) = serde_json::from_slice::<Box<RawValue>>(bytes) else {
        return false;
    };
    let Ok(event) = HttpEvent::read(&event) else {
        return false;
    };
    match IncomingRequest::read(event) {
        Ok(IncomingRequest::Handshake(token)) => {
            assert!(!token.contains(['<', '>', '\r', '\n', '\0']));
            assert!((1..=limits::HANDSHAKE_TOKEN_BYTES).contains(&token.len()));
        }
        Ok(IncomingRequest::Batch(body)) => assert!(body.len() <= limits::BODY_BYTES),
        Err(refusal) => assert!((400..500).contains(&refusal.status().0)),
    }
    true
}

/// A body: an item that has a way has what its way needs, within the limits.
pub(crate) fn notifications(bytes: &[u8]) -> bool {
    let Ok(batch) = NotificationBatch::parse(bytes) else {
        return false;
    };
    assert!(batch.items.len() <= limits::BATCH_ITEMS);
    assert!(batch.validation_tokens.len() <= limits::BATCH_TOKENS);
    for item in batch.items.iter().flatten() {
        if route::route(item).is_ok() {
            let id = item.subscription_id.as_deref().unwrap_or_default();
            assert!((1..=limits::SUBSCRIPTION_ID_CHARS).contains(&id.len()));
        }
        let resource = item.resource.as_deref().unwrap_or_default();
        assert!(resource.len() <= limits::RESOURCE_PATH_BYTES);
        let _ = ResourceRef::announced(resource, None);
    }
    batch.items.iter().any(Result::is_ok)
}

/// Knows no key.
struct NoKeys;

impl KeyLookup for NoKeys {
    async fn key(&self, _: &str) -> Result<Arc<SigningKey>, LookupFault> {
        Err(LookupFault::Unknown)
    }
}

static POLICY: LazyLock<TokenPolicy> = LazyLock::new(|| TokenPolicy {
    cloud: MicrosoftCloud::Global,
    app_ids: ["d0f0c8a1-5a7e-4d26-8f0e-6ad1f2f3b1c5".to_owned()].into(),
});
/// A time at which the tokens of the seeds hold.
const NOW: i64 = 1_763_715_660;

/// A token as it came, and header and claims with a signature of nobody's: no one of them is valid.
pub(crate) fn validation_token(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return false;
    };
    let made = text.split_once('\n').map(|(header, claims)| {
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        format!("{}.{}.AA", part(header), part(claims))
    });
    let mut is_right_in_all_else = false;
    for token in [Some(text.to_owned()), made].into_iter().flatten() {
        let verified = validation_token::verify(&token, &NoKeys, &POLICY, NOW).now_or_never();
        let Some(Err(fault)) = verified else {
            panic!("{verified:?}");
        };
        is_right_in_all_else |= fault == ValidationTokenFault::UnknownKey;
        let all = [Redacted::new(token)];
        let verified = validation_token::verify_all(&all, &NoKeys, &POLICY, NOW).now_or_never();
        assert_eq!(verified, Some(Err(fault)));
    }
    is_right_in_all_else
}

const VALUE: &str = "a static value of ours";
static STATES: LazyLock<Option<ClientStates>> = LazyLock::new(|| {
    let secret =
        r#"{"keys":{"k1":"AAECAwQFBgcICQoLDA0ODw=="},"values":["a static value of ours"]}"#;
    ClientStates::parse(secret).ok()
});

/// A `clientState`, which nobody without the key can have made; and the secret itself.
pub(crate) fn client_state(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return false;
    };
    let Some(states) = &*STATES else {
        panic!("the secret is one");
    };
    assert_eq!(states.is_ours(text), text == VALUE);
    assert_eq!(states.tenant_of(text), None);
    assert!(!states.was_ours(text));
    let _ = text.parse::<TenantId>();
    if let Ok(read) = ClientStates::parse(text) {
        assert!(read.static_values() > 0 || read.key_ids().next().is_some());
        assert!(!read.is_ours(""));
        return true;
    }
    states.is_ours(text) || states.may_become_ours(text)
}

/// A path: its canonical form is a path, and the same; a GET of it stays below the root.
pub(crate) fn resource_path(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return false;
    };
    let Ok(resource) = ResourceRef::parse(text) else {
        return false;
    };
    let canonical = resource.canonical();
    let again = ResourceRef::parse(&canonical).map(|again| again.canonical());
    assert_eq!(again.as_deref(), Ok(canonical.as_str()), "{text}");
    if let ResourceRef::Teams(path) = &resource
        && let Ok(get) = path.get()
    {
        let path = get.path();
        assert!(
            !path.contains(['?', '#', '\\', '@']) || !path.contains("://"),
            "{path}"
        );
        let mut segments = path.split('/');
        assert!(
            segments.all(|segment| segment != ".." && segment != "."),
            "{path}"
        );
    }
    let _ = text.parse::<teamwire_payload::resource::ReadablePattern>();
    if let Ok(path) = SubscriptionPath::parse(text) {
        assert_eq!(SubscriptionPath::parse(&path.to_string()), Ok(path));
    }
    true
}
