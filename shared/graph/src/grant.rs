//! The permissions of our app, as an access token for Graph has them.
//!
//! The token is for Graph and not for us. It is read to tell a person what is in it, and nothing is
//! decided by it, so that its signature is not checked.

use crate::AccessToken;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde::Deserialize;
use teamwire_payload::TenantId;

/// The permissions granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantedPermissions {
    /// Our app, a GUID.
    pub app_id: String,
    /// The application permissions, in order and each once.
    pub roles: Vec<String>,
    /// The time at which the token expires.
    pub expires: Timestamp,
}

#[derive(Deserialize)]
struct GrantClaims {
    /// In tokens of version 1, which those for Graph are.
    appid: Option<String>,
    azp: Option<String>,
    #[serde(default)]
    roles: Vec<String>,
    exp: i64,
}

impl GrantedPermissions {
    /// Reads the claims; `None` where the token is no JWT of that form. Nothing says that one has
    /// to be.
    pub fn read(token: &AccessToken) -> Option<Self> {
        let claims = token.expose().split('.').nth(1)?;
        let claims = URL_SAFE_NO_PAD.decode(claims).ok()?;
        let claims: GrantClaims = serde_json::from_slice(&claims).ok()?;
        let mut roles = claims.roles;
        roles.sort_unstable();
        roles.dedup();
        Some(Self {
            app_id: claims.appid.or(claims.azp).filter(|id| is_guid(id))?,
            roles,
            expires: Timestamp::from_second(claims.exp).ok()?,
        })
    }
}

fn is_guid(text: &str) -> bool {
    text.parse::<TenantId>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};
    use zeroize::Zeroizing;

    const APP: &str = "925bff9f-f6e2-4a69-b858-f71ea2b9b6d0";

    fn read(text: String) -> Option<GrantedPermissions> {
        GrantedPermissions::read(&AccessToken::new(Zeroizing::new(text)))
    }

    fn token(claims: &Value) -> String {
        format!("h.{}.s", URL_SAFE_NO_PAD.encode(claims.to_string()))
    }

    #[test]
    fn a_token_says_what_the_app_may_do_and_until_when() {
        let roles = json!(["Team.ReadBasic.All", "Chat.Read.All", "Chat.Read.All"]);
        let claims = json!({"appid": APP, "roles": roles, "exp": 1_800_000_000});
        let grant = read(token(&claims)).unwrap();
        assert_eq!(grant.roles, ["Chat.Read.All", "Team.ReadBasic.All"]);
        assert_eq!(
            (grant.app_id.as_str(), grant.expires.as_second()),
            (APP, 1_800_000_000)
        );
    }

    #[test]
    fn an_app_without_permissions_has_a_token_without_the_claim() {
        let claims = json!({"azp": APP, "exp": 1_800_000_000});
        assert!(read(token(&claims)).unwrap().roles.is_empty());
    }

    #[test]
    fn a_token_of_another_form_says_nothing() {
        for text in [
            String::new(),
            "opaque".to_owned(),
            "a.b.c".to_owned(),
            token(&json!({"appid": APP})),
            token(&json!({"appid": "x')", "exp": 1})),
            token(&json!({"roles": [], "exp": 1})),
        ] {
            assert_eq!(read(text.clone()), None, "{text}");
        }
    }
}
