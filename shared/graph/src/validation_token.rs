//! The JWTs by which Graph proves that it sent resource data.
//!
//! Read by hand up to the signature: the library behind it accepts tokens without `aud`, `iss` or
//! `nbf` and ignores headers that could redirect it to another key.

use crate::signing_keys::{KeyLookup, LookupFault};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use std::collections::BTreeSet;
use teamwire_payload::{Redacted, TenantId, cloud::MicrosoftCloud, limits};

/// The app that sends notifications: Microsoft Graph Change Tracking (GRAPH-11).
pub const PUBLISHER: &str = "0bf30f3b-4a52-48df-9a82-234910c4a086";

/// Clocks may differ by this much, in seconds; Microsoft's own libraries allow the same.
const SKEW: i64 = 300;

/// The requirements on a token.
#[derive(Debug, Clone)]
pub struct TokenPolicy {
    /// Names the issuers.
    pub cloud: MicrosoftCloud,
    /// Our app ids, lower case; one of them is the audience.
    pub app_ids: BTreeSet<String>,
}

/// A token that passed every check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValidToken {
    /// The tenant it speaks for.
    pub tenant: TenantId,
    /// The app of ours that it is meant for.
    pub app_id: String,
}

/// The reason why a token is not valid: the first check that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum ValidationTokenFault {
    /// Not three base64url parts of JSON, or too long.
    #[error("the token is not a JWT")]
    Malformed,
    /// A header member that asks for another way of checking, or no `JWT` type.
    #[error("the token's header is not acceptable")]
    Header,
    /// Signed by something other than RS256.
    #[error("the token's algorithm is not RS256")]
    Algorithm,
    /// The header names no key.
    #[error("the token names no signing key")]
    KeyId,
    /// The key is not one of Entra's, as far as is known: Entra may have it from now on.
    #[error("the token's signing key is not known")]
    UnknownKey,
    /// The signature does not match.
    #[error("the token's signature is wrong")]
    Signature,
    /// No longer valid, or it never says until when.
    #[error("the token is expired")]
    Expired,
    /// Not valid yet, or it never says from when.
    #[error("the token is not valid yet")]
    NotYet,
    /// Not issued by Entra for the tenant it names.
    #[error("the token's issuer is wrong")]
    Issuer,
    /// Meant for another app.
    #[error("the token's audience is not one of our apps")]
    Audience,
    /// Not sent by Graph's change tracking.
    #[error("the token's caller is not Microsoft Graph")]
    Caller,
    /// The keys are unavailable, so there is no verdict.
    #[error("the signing keys are not available")]
    KeysUnavailable,
}

impl ValidationTokenFault {
    /// True if the same token may turn out valid later: the fault is an unavailable key, not the
    /// token.
    pub const fn may_pass(self) -> bool {
        matches!(self, Self::UnknownKey | Self::KeysUnavailable)
    }

    /// The name used in metrics and reports.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Header => "header",
            Self::Algorithm => "alg",
            Self::KeyId | Self::UnknownKey => "kid",
            Self::Signature => "signature",
            Self::Expired => "exp",
            Self::NotYet => "nbf",
            Self::Issuer => "iss",
            Self::Audience => "aud",
            Self::Caller => "caller",
            Self::KeysUnavailable => "keys-unavailable",
        }
    }
}

/// Checks one validation token at `now`, in seconds since 1970.
///
/// # Errors
/// [`ValidationTokenFault`], the first that applies. Everything that needs no key is checked first, so that
/// only a token that is right in all else makes anybody look for one.
pub async fn verify(
    token: &str,
    keys: &impl KeyLookup,
    policy: &TokenPolicy,
    now: i64,
) -> Result<ValidToken, ValidationTokenFault> {
    UnsignedToken::read(token, policy, now)?.verify(keys).await
}

/// The tenants that all `tokens` of one POST speak for.
///
/// # Errors
/// The fault of the first token that is not valid: one bad token spoils the POST
/// (GRAPH-10). No key is looked for unless all of them are right in all else.
pub async fn verify_all(
    tokens: &[Redacted<String>],
    keys: &impl KeyLookup,
    policy: &TokenPolicy,
    now: i64,
) -> Result<BTreeSet<TenantId>, ValidationTokenFault> {
    let unsigned: Vec<UnsignedToken<'_>> = tokens
        .iter()
        .map(|token| UnsignedToken::read(token.expose(), policy, now))
        .collect::<Result<_, _>>()?;
    let mut tenants = BTreeSet::new();
    for token in unsigned {
        tenants.insert(token.verify(keys).await?.tenant);
    }
    Ok(tenants)
}

/// A token that passed every check but that of its signature: anybody can make one.
struct UnsignedToken<'a> {
    signed: &'a str,
    signature: &'a str,
    key_id: String,
    claimed: ValidToken,
}

impl<'a> UnsignedToken<'a> {
    fn read(token: &'a str, policy: &TokenPolicy, now: i64) -> Result<Self, ValidationTokenFault> {
        if token.len() > limits::TOKEN_BYTES {
            return Err(ValidationTokenFault::Malformed);
        }
        let (signed, signature) = token
            .rsplit_once('.')
            .ok_or(ValidationTokenFault::Malformed)?;
        let (header, claims) = signed
            .split_once('.')
            .ok_or(ValidationTokenFault::Malformed)?;
        Ok(Self {
            signed,
            signature,
            key_id: check_header(&json(header)?)?,
            claimed: check_claims(&json(claims)?, policy, now)?,
        })
    }

    async fn verify(self, keys: &impl KeyLookup) -> Result<ValidToken, ValidationTokenFault> {
        let key = keys.key(&self.key_id).await.map_err(|fault| match fault {
            LookupFault::Unknown => ValidationTokenFault::UnknownKey,
            LookupFault::Unavailable => ValidationTokenFault::KeysUnavailable,
        })?;
        if !key.verifies(self.signed, self.signature) {
            return Err(ValidationTokenFault::Signature);
        }
        if !key.may_sign_for(&self.claimed.tenant) {
            return Err(ValidationTokenFault::Issuer);
        }
        Ok(self.claimed)
    }
}

/// Header members that name a key or a rule of their own.
const FORBIDDEN: [&str; 7] = ["crit", "b64", "jwk", "jku", "x5u", "x5c", "zip"];

fn check_header(header: &serde_json::Value) -> Result<String, ValidationTokenFault> {
    let header = header.as_object().ok_or(ValidationTokenFault::Malformed)?;
    let text = |name: &str| header.get(name).and_then(|value| value.as_str());
    if FORBIDDEN.iter().any(|name| header.contains_key(*name)) {
        return Err(ValidationTokenFault::Header);
    }
    if header.contains_key("typ") && !text("typ").is_some_and(|t| t.eq_ignore_ascii_case("JWT")) {
        return Err(ValidationTokenFault::Header);
    }
    if text("alg") != Some("RS256") {
        return Err(ValidationTokenFault::Algorithm);
    }
    text("kid")
        .filter(|kid| !kid.is_empty())
        .map(str::to_owned)
        .ok_or(ValidationTokenFault::KeyId)
}

#[derive(Deserialize)]
struct ValidationClaims {
    #[serde(default)]
    exp: Option<i64>,
    #[serde(default)]
    nbf: Option<i64>,
    #[serde(default)]
    iat: Option<i64>,
    #[serde(default)]
    iss: Option<String>,
    #[serde(default)]
    aud: Option<String>,
    #[serde(default)]
    tid: Option<String>,
    #[serde(default)]
    ver: Option<String>,
    #[serde(default)]
    appid: Option<String>,
    #[serde(default)]
    azp: Option<String>,
}

fn check_claims(
    claims: &serde_json::Value,
    policy: &TokenPolicy,
    now: i64,
) -> Result<ValidToken, ValidationTokenFault> {
    if !claims.is_object() {
        return Err(ValidationTokenFault::Malformed);
    }
    let claims =
        ValidationClaims::deserialize(claims).map_err(|_| ValidationTokenFault::Malformed)?;
    claims.check_times(now)?;
    let tenant = claims.issued_for(policy.cloud)?;
    let app_id = claims
        .aud
        .as_deref()
        .map(str::to_ascii_lowercase)
        .filter(|aud| policy.app_ids.contains(aud))
        .ok_or(ValidationTokenFault::Audience)?;
    let is_graph = |caller: &String| caller.eq_ignore_ascii_case(PUBLISHER);
    if claims.caller().is_some_and(is_graph) && claims.callers().all(is_graph) {
        Ok(ValidToken { tenant, app_id })
    } else {
        Err(ValidationTokenFault::Caller)
    }
}

impl ValidationClaims {
    fn check_times(&self, now: i64) -> Result<(), ValidationTokenFault> {
        let Some(end) = self.exp.filter(|exp| exp.saturating_add(SKEW) > now) else {
            return Err(ValidationTokenFault::Expired);
        };
        let starts_later = |at: i64| at.saturating_sub(SKEW) > now;
        if self.nbf.is_none_or(starts_later) || self.iat.is_some_and(starts_later) {
            return Err(ValidationTokenFault::NotYet);
        }
        // One that ends before it begins holds at no time, whatever two clocks differ by.
        let begins = self.nbf.max(self.iat);
        if begins.is_some_and(|begin| begin >= end) {
            return Err(ValidationTokenFault::Expired);
        }
        Ok(())
    }

    /// The tenant, where the issuer is Entra's for it in this cloud and version.
    fn issued_for(&self, cloud: MicrosoftCloud) -> Result<TenantId, ValidationTokenFault> {
        let tenant = self.tid.as_deref().and_then(|tid| tid.parse().ok());
        let tenant: TenantId = tenant.ok_or(ValidationTokenFault::Issuer)?;
        let issuer = match self.ver.as_deref() {
            Some("1.0") => cloud.issuer_v1(&tenant),
            Some("2.0") => cloud.issuer_v2(&tenant),
            _ => return Err(ValidationTokenFault::Issuer),
        };
        if self.iss.as_deref() == Some(issuer.as_str()) {
            Ok(tenant)
        } else {
            Err(ValidationTokenFault::Issuer)
        }
    }

    /// The caller, by the claim that the token's version has for it.
    fn caller(&self) -> Option<&String> {
        match self.ver.as_deref() {
            Some("1.0") => self.appid.as_ref(),
            _ => self.azp.as_ref(),
        }
    }

    /// Every caller that is named. Two that differ leave open who asked for the token.
    fn callers(&self) -> impl Iterator<Item = &String> {
        [&self.appid, &self.azp].into_iter().flatten()
    }
}

/// A part of the token as JSON in which no member stands twice.
fn json(part: &str) -> Result<serde_json::Value, ValidationTokenFault> {
    let bytes = URL_SAFE_NO_PAD
        .decode(part)
        .map_err(|_| ValidationTokenFault::Malformed)?;
    let unique: UniqueMembers =
        serde_json::from_slice(&bytes).map_err(|_| ValidationTokenFault::Malformed)?;
    Ok(serde_json::Value::Object(unique.0))
}

/// Two parsers that pick different ones of two equal members see different tokens.
struct UniqueMembers(serde_json::Map<String, serde_json::Value>);

impl<'de> Deserialize<'de> for UniqueMembers {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TokenMembers;
        impl<'de> serde::de::Visitor<'de> for TokenMembers {
            type Value = UniqueMembers;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object whose members are unique")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(
                self,
                mut access: A,
            ) -> Result<Self::Value, A::Error> {
                let mut members = serde_json::Map::new();
                while let Some((name, value)) = access.next_entry::<String, _>()? {
                    if members.insert(name, value).is_some() {
                        return Err(serde::de::Error::custom("a member stands twice"));
                    }
                }
                Ok(UniqueMembers(members))
            }
        }
        deserializer.deserialize_map(TokenMembers)
    }
}
