//! Tokens, as one who gets them checks them.

use crate::api::{APP, Api, SECRET, TENANTS};
use crate::endpoint::Endpoint;
use crate::envelope::Certificate;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const CHANGE_TRACKING: &str = "0bf30f3b-4a52-48df-9a82-234910c4a086";

/// The key set as it is served.
pub(crate) async fn keys(api: &Api) -> JwkSet {
    let (status, body) = api.get("/common/discovery/v2.0/keys").await;
    assert_eq!(status, 200);
    serde_json::from_value(body).unwrap()
}

/// The reason why a validation token is refused; nothing where it is right.
pub(crate) fn refusal(
    token: &str,
    keys: &JwkSet,
    audience: &str,
    tenant: &str,
) -> Option<&'static str> {
    let kid = decode_header(token).unwrap().kid.unwrap();
    let key = DecodingKey::from_jwk(keys.find(&kid).unwrap()).unwrap();
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_audience(&[audience]);
    validation.validate_nbf = true;
    validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud"]);
    let claims = match decode::<Value>(token, &key, &validation) {
        Ok(token) => token.claims,
        Err(fault) => {
            return Some(match fault.kind() {
                ErrorKind::InvalidSignature => "signature",
                ErrorKind::ExpiredSignature => "exp",
                ErrorKind::InvalidAudience => "aud",
                other => panic!("{other:?}"),
            });
        }
    };
    let (issuer, caller) = match claims["ver"].as_str() {
        Some("1.0") => (format!("https://sts.windows.net/{tenant}/"), "appid"),
        _ => (
            format!("https://login.microsoftonline.com/{tenant}/v2.0"),
            "azp",
        ),
    };
    if claims["tid"] != tenant || claims["iss"] != issuer.as_str() {
        return Some("tenant");
    }
    (claims[caller] != CHANGE_TRACKING).then_some("caller")
}

#[tokio::test]
async fn validation_tokens_of_both_versions_verify_against_the_served_keys() {
    let (api, endpoint) = (Api::start().await, Endpoint::start().await);
    let certificate = Certificate::new();
    api.subscribe(0, &endpoint, "chats", Some(&certificate))
        .await;
    api.announce(&json!({"count": 20})).await;
    let keys = keys(&api).await;
    let mut versions = BTreeSet::new();
    for body in endpoint.bodies() {
        let token = body["validationTokens"][0].as_str().unwrap();
        assert_eq!(refusal(token, &keys, APP, TENANTS[0]), None);
        let claims = token.split('.').nth(1).unwrap();
        let claims =
            base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, claims);
        let claims: Value = serde_json::from_slice(&claims.unwrap()).unwrap();
        versions.insert(claims["ver"].as_str().unwrap().to_owned());
    }
    assert!(versions.iter().eq(["1.0", "2.0"]), "{versions:?}");
}

#[tokio::test]
async fn no_token_without_the_right_tenant_app_and_secret() {
    let api = Api::start().await;
    let other = "00000000-0000-4000-8000-000000000000";
    for (tenant, app, secret, status, error) in [
        (TENANTS[0], APP, "wrong", 401, "invalid_client"),
        (TENANTS[0], other, SECRET, 400, "unauthorized_client"),
        (other, APP, SECRET, 400, "invalid_request"),
    ] {
        let (got, body) = api.token(tenant, app, secret).await;
        assert_eq!((got, &body["error"]), (status, &json!(error)));
        assert!(
            body["error_description"]
                .as_str()
                .unwrap()
                .starts_with("AADSTS")
        );
    }
    let (_, body) = api.token(TENANTS[0], APP, SECRET).await;
    assert_eq!(body["expires_in"], 3599);
}

#[tokio::test]
async fn metadata_leads_to_the_keys_and_keeps_microsoft_s_issuer() {
    let api = Api::start().await;
    for (path, issuer) in [
        (
            "/common/.well-known/openid-configuration",
            "https://sts.windows.net/{tenantid}/",
        ),
        (
            "/common/v2.0/.well-known/openid-configuration",
            "https://login.microsoftonline.com/{tenantid}/v2.0",
        ),
    ] {
        let (status, metadata) = api.get(path).await;
        assert_eq!((status, &metadata["issuer"]), (200, &json!(issuer)));
        let (status, keys) = api.get(metadata["jwks_uri"].as_str().unwrap()).await;
        assert_eq!((status, &keys["keys"][0]["use"]), (200, &json!("sig")));
    }
}
