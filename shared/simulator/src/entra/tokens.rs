//! The tokens Entra gives: for callers of Graph, and for Graph itself when it notifies.

use super::keys::{EntraKeyFault, EntraSigningKey};
use crate::ids;
use rand::Rng;
use serde_json::{Value, json};

/// The application that sends change notifications: Microsoft Graph Change Tracking.
pub const CHANGE_TRACKING_APP: &str = "0bf30f3b-4a52-48df-9a82-234910c4a086";

/// The lifetime that an access token states, in seconds.
pub const ACCESS_TOKEN_SECONDS: i64 = 3599;

/// Microsoft dates its tokens back by five minutes, for clocks that are slow.
const CLOCK_SKEW_SECONDS: i64 = 300;

/// The two forms of tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenVersion {
    /// Issuer `sts.windows.net`, caller in `appid`.
    V1,
    /// Issuer `login.microsoftonline.com/../v2.0`, caller in `azp`.
    V2,
}

/// A token by which Graph proves that a POST with sealed content is from it.
#[derive(Debug, Clone)]
pub struct ValidationToken<'a> {
    /// The subscriber's tenant.
    pub tenant_id: &'a str,
    /// The subscriber's application.
    pub audience: &'a str,
    /// The sender's application: [`CHANGE_TRACKING_APP`] unless the token is to be wrong.
    pub caller: &'a str,
    /// The form.
    pub version: TokenVersion,
    /// The time at which it was asked for, in seconds since 1970.
    pub issued_at: i64,
}

impl ValidationToken<'_> {
    /// The claims, with fresh opaque members.
    pub fn claims(&self, rng: &mut impl Rng) -> Value {
        let from = self.issued_at - CLOCK_SKEW_SECONDS;
        let service_principal = ids::guid(rng);
        let mut claims = json!({
            "aud": self.audience,
            "iss": issuer(self.version, self.tenant_id),
            "iat": from,
            "nbf": from,
            "aio": ids::opaque(rng, 24),
            "oid": service_principal,
            "rh": format!("0.{}.", ids::opaque(rng, 36)),
            "sub": service_principal,
            "tid": self.tenant_id,
            "uti": ids::opaque(rng, 16),
        });
        let own = match self.version {
            TokenVersion::V1 => json!({
                "exp": from + 28_800 + CLOCK_SKEW_SECONDS,
                "appid": self.caller,
                "appidacr": "2",
                "idp": issuer(TokenVersion::V1, self.tenant_id),
                "ver": "1.0",
            }),
            TokenVersion::V2 => json!({
                "exp": from + 86_400 + CLOCK_SKEW_SECONDS,
                "azp": self.caller,
                "azpacr": "2",
                "ver": "2.0",
            }),
        };
        if let (Some(claims), Value::Object(own)) = (claims.as_object_mut(), own) {
            claims.extend(own);
        }
        claims
    }

    /// The signed token.
    ///
    /// # Errors
    /// [`EntraKeyFault::Failed`]
    pub fn sign(&self, key: &EntraSigningKey, rng: &mut impl Rng) -> Result<String, EntraKeyFault> {
        key.sign(key.kid(), &self.claims(rng))
    }
}

/// The issuer of a tenant's tokens. Always Microsoft's own: tokens are checked against it,
/// wherever the keys come from.
pub fn issuer(version: TokenVersion, tenant_id: &str) -> String {
    match version {
        TokenVersion::V1 => format!("https://sts.windows.net/{tenant_id}/"),
        TokenVersion::V2 => format!("https://login.microsoftonline.com/{tenant_id}/v2.0"),
    }
}

/// The caller of Graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The tenant the token is for.
    pub tenant_id: String,
    /// The application that asked for it.
    pub app_id: String,
    /// The roles that it has there.
    pub roles: Vec<String>,
}

/// The reason why a bearer token is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlantedTokenFault {
    /// Not a token of ours for Graph.
    Invalid,
    /// Its hour is over.
    Expired,
}

/// An access token for Graph, good for [`ACCESS_TOKEN_SECONDS`].
///
/// # Errors
/// [`EntraKeyFault::Failed`]
pub fn access_token(
    key: &EntraSigningKey,
    caller: &Caller,
    now: i64,
    rng: &mut impl Rng,
) -> Result<String, EntraKeyFault> {
    let mut claims = json!({
        "aud": "https://graph.microsoft.com",
        "iss": issuer(TokenVersion::V1, &caller.tenant_id),
        "iat": now,
        "nbf": now,
        "exp": now + ACCESS_TOKEN_SECONDS,
        "appid": caller.app_id,
        "tid": caller.tenant_id,
        "uti": ids::opaque(rng, 16),
        "ver": "1.0",
    });
    // Without a permission there is no such claim.
    if let (false, Some(claims)) = (caller.roles.is_empty(), claims.as_object_mut()) {
        claims.insert("roles".into(), json!(caller.roles));
    }
    key.sign(key.kid(), &claims)
}

/// The bearer of an access token.
///
/// # Errors
/// [`PlantedTokenFault`]
pub fn caller_of(
    key: &EntraSigningKey,
    token: &str,
    now: i64,
) -> Result<Caller, PlantedTokenFault> {
    let claims = key
        .verified_claims(token)
        .ok_or(PlantedTokenFault::Invalid)?;
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let (Some("https://graph.microsoft.com"), Some(tenant_id), Some(app_id), Some(expires)) = (
        text("aud"),
        text("tid"),
        text("appid"),
        claims.get("exp").and_then(Value::as_i64),
    ) else {
        return Err(PlantedTokenFault::Invalid);
    };
    if expires <= now {
        return Err(PlantedTokenFault::Expired);
    }
    let roles = claims.get("roles").and_then(Value::as_array);
    let roles = roles.into_iter().flatten().filter_map(Value::as_str);
    Ok(Caller {
        tenant_id: tenant_id.to_owned(),
        app_id: app_id.to_owned(),
        roles: roles.map(str::to_owned).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{SeedableRng, rngs::StdRng};

    const TENANT: &str = "9f4ebab6-520d-49c0-85cc-7b25c78d4a93";

    #[test]
    fn each_version_names_issuer_and_caller_in_its_own_way() {
        let mut rng = StdRng::seed_from_u64(1);
        let mut token = ValidationToken {
            tenant_id: TENANT,
            audience: "app",
            caller: CHANGE_TRACKING_APP,
            version: TokenVersion::V1,
            issued_at: 1_000_300,
        };
        let v1 = token.claims(&mut rng);
        assert_eq!(v1["iss"], format!("https://sts.windows.net/{TENANT}/"));
        assert_eq!(v1["appid"], CHANGE_TRACKING_APP);
        assert!(v1.get("azp").is_none());
        assert_eq!(v1["exp"].as_i64().unwrap() - 1_000_000, 29_100);
        token.version = TokenVersion::V2;
        let v2 = token.claims(&mut rng);
        assert_eq!(
            v2["iss"],
            format!("https://login.microsoftonline.com/{TENANT}/v2.0")
        );
        assert_eq!(v2["azp"], CHANGE_TRACKING_APP);
        assert!(v2.get("appid").is_none());
        assert_eq!(v2["exp"].as_i64().unwrap() - 1_000_000, 86_700);
    }

    #[test]
    fn an_access_token_names_its_caller_until_it_expires() {
        let key = EntraSigningKey::generate().unwrap();
        let caller = Caller {
            tenant_id: TENANT.into(),
            app_id: "app".into(),
            roles: vec!["Chat.Read.All".into()],
        };
        let token = access_token(&key, &caller, 100, &mut rand::rng()).unwrap();
        assert_eq!(caller_of(&key, &token, 100 + 3598), Ok(caller));
        assert_eq!(
            caller_of(&key, &token, 100 + 3599),
            Err(PlantedTokenFault::Expired)
        );
        assert_eq!(
            caller_of(&key, "x.y.z", 100),
            Err(PlantedTokenFault::Invalid)
        );
    }

    #[test]
    fn a_validation_token_is_no_access_token() {
        let key = EntraSigningKey::generate().unwrap();
        let token = ValidationToken {
            tenant_id: TENANT,
            audience: "app",
            caller: CHANGE_TRACKING_APP,
            version: TokenVersion::V1,
            issued_at: 1_000,
        };
        let token = token.sign(&key, &mut rand::rng()).unwrap();
        assert_eq!(
            caller_of(&key, &token, 1_000),
            Err(PlantedTokenFault::Invalid)
        );
    }
}
