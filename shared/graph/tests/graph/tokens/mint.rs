//! A stand-in for Entra: a key, and tokens signed with it in every right and wrong way.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RsaEncoding};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use std::sync::LazyLock;
use teamwire_graph::TokenPolicy;
use teamwire_graph::signing_keys::KeySet;
use teamwire_payload::cloud::MicrosoftCloud;

/// The time at which tokens are checked, in seconds since 1970.
pub(crate) const NOW: i64 = 1_763_715_600;
/// The tenant tokens speak for, unless told otherwise.
pub(crate) const TENANT: &str = "9f4ebab6-520d-49c0-85cc-7b25c78d4a93";
/// Another tenant.
pub(crate) const OTHER_TENANT: &str = "3d0a1f52-6c1b-4c4f-9d0e-51a7c0de8b11";
/// The app that is configured.
pub(crate) const OUR_APP: &str = "c5d7a9c0-1f3b-4f7e-8b8e-2a6f3d1e9b70";
/// Microsoft Graph Change Tracking.
pub(crate) const GRAPH: &str = "0bf30f3b-4a52-48df-9a82-234910c4a086";
/// The id of Entra's key.
pub(crate) const KID: &str = "nOo3ZDrODXEK1jKWhXslHR_KXEg";

/// Entra's key.
pub(crate) static ENTRA: LazyLock<Signer> = LazyLock::new(Signer::generate);
/// A key of somebody else.
pub(crate) static STRANGER: LazyLock<Signer> = LazyLock::new(Signer::generate);

/// An RSA key that signs tokens.
pub(crate) struct Signer(KeyPair);

impl Signer {
    fn generate() -> Self {
        Self(KeyPair::generate(KeySize::Rsa2048).unwrap())
    }

    /// The public half as PKCS#1 DER.
    pub(crate) fn public_der(&self) -> &[u8] {
        self.0.public_key().as_ref()
    }

    /// Modulus and exponent, base64url.
    pub(crate) fn components(&self) -> (String, String) {
        // SEQUENCE (4 bytes of head) { INTEGER n (4 bytes), INTEGER e (2 bytes) }: 2048 bits.
        let der = self.public_der();
        let (modulus, rest) = der[8..].split_at(257);
        (
            URL_SAFE_NO_PAD.encode(&modulus[1..]),
            URL_SAFE_NO_PAD.encode(&rest[2..]),
        )
    }

    /// The key as Entra publishes it.
    pub(crate) fn jwk(&self, kid: &str) -> Value {
        let (n, e) = self.components();
        json!({"kty": "RSA", "use": "sig", "kid": kid, "n": n, "e": e})
    }

    /// `signed` with a signature of `padding` behind it.
    pub(crate) fn sign(&self, padding: &'static dyn RsaEncoding, signed: &str) -> String {
        let mut signature = vec![0; self.0.public_modulus_len()];
        self.0
            .sign(
                padding,
                &SystemRandom::new(),
                signed.as_bytes(),
                &mut signature,
            )
            .unwrap();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

/// The key set with Entra's key in it.
pub(crate) fn key_set() -> KeySet {
    key_set_of([ENTRA.jwk(KID)])
}

/// The key set with these keys in it.
pub(crate) fn key_set_of(keys: impl IntoIterator<Item = Value>) -> KeySet {
    let keys: Vec<Value> = keys.into_iter().collect();
    KeySet::parse(json!({ "keys": keys }).to_string().as_bytes()).unwrap()
}

/// The requirements of a receiver with one app in `cloud`.
pub(crate) fn policy(cloud: MicrosoftCloud) -> TokenPolicy {
    TokenPolicy {
        cloud,
        app_ids: [OUR_APP.to_owned()].into(),
    }
}

/// A token that is not signed yet.
#[derive(Clone)]
pub(crate) struct Draft {
    pub(crate) header: Value,
    pub(crate) claims: Value,
}

impl Draft {
    /// A token as Entra makes version 1.
    pub(crate) fn v1() -> Self {
        Self::new(json!({
            "aud": OUR_APP, "iss": format!("https://sts.windows.net/{TENANT}/"), "tid": TENANT,
            "iat": NOW - 600, "nbf": NOW - 600, "exp": NOW + 28_500, "appid": GRAPH,
            "appidacr": "2", "idp": format!("https://sts.windows.net/{TENANT}/"), "ver": "1.0",
            "oid": "5f4f0c0a-8c9e-4a6b-a3a5-0d6f4a5e7d11", "uti": "a",
        }))
    }

    /// A token as Entra makes version 2.
    pub(crate) fn v2() -> Self {
        Self::new(json!({
            "aud": OUR_APP, "iss": format!("https://login.microsoftonline.com/{TENANT}/v2.0"),
            "tid": TENANT, "iat": NOW - 600, "nbf": NOW - 600, "exp": NOW + 86_100,
            "azp": GRAPH, "azpacr": "2", "ver": "2.0",
            "oid": "5f4f0c0a-8c9e-4a6b-a3a5-0d6f4a5e7d11", "uti": "a",
        }))
    }

    fn new(claims: Value) -> Self {
        let header = json!({"typ": "JWT", "alg": "RS256", "x5t": KID, "kid": KID});
        Self { header, claims }
    }

    /// With this claim.
    pub(crate) fn claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.claims[name] = value.into();
        self
    }

    /// Without that claim.
    pub(crate) fn without_claim(mut self, name: &str) -> Self {
        self.claims.as_object_mut().unwrap().remove(name);
        self
    }

    /// With this header member.
    pub(crate) fn header(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.header[name] = value.into();
        self
    }

    /// Without that header member.
    pub(crate) fn without_header(mut self, name: &str) -> Self {
        self.header.as_object_mut().unwrap().remove(name);
        self
    }

    /// For another tenant, issuer included.
    pub(crate) fn of_tenant(mut self, tenant: &str) -> Self {
        let issuer = self.claims["iss"].as_str().unwrap().replace(TENANT, tenant);
        self.claims["iss"] = issuer.into();
        self.claim("tid", tenant)
    }

    /// Header and claims, ready to be signed.
    pub(crate) fn unsigned(&self) -> String {
        join(&self.header.to_string(), &self.claims.to_string())
    }

    /// The token, signed by Entra.
    pub(crate) fn signed(&self) -> String {
        ENTRA.sign(&RSA_PKCS1_SHA256, &self.unsigned())
    }
}

/// Two texts as the first two parts of a token.
pub(crate) fn join(header: &str, claims: &str) -> String {
    format!("{}.{}", part(header), part(claims))
}

/// One part of a token.
pub(crate) fn part(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A token signed by Entra, its header and claims as given.
pub(crate) fn signed_texts(header: &str, claims: &str) -> String {
    ENTRA.sign(&RSA_PKCS1_SHA256, &join(header, claims))
}

/// A version 1 token with one other claim.
pub(crate) fn v1(name: &str, value: impl Into<Value>) -> String {
    Draft::v1().claim(name, value).signed()
}

/// A version 2 token with one other claim.
pub(crate) fn v2(name: &str, value: impl Into<Value>) -> String {
    Draft::v2().claim(name, value).signed()
}
