//! Client assertions at the token endpoint, signed with nothing of the simulator's own.

use crate::api::{APP, Api, SECRET, TENANTS};
use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

const OTHER_APP: &str = "00000000-0000-4000-8000-000000000000";
const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const ISSUER: &str = "https://0f7a.tokens.sts.global.api.aws";
const ROLE: &str = "arn:aws:iam::123456789012:role/hydrate";
const EXCHANGE: &str = "api://AzureADTokenExchange";

static OURS: LazyLock<Signer> = LazyLock::new(Signer::new);
static STRANGER: LazyLock<Signer> = LazyLock::new(Signer::new);

struct Signer {
    key: EncodingKey,
    pem: String,
    thumbprint: String,
    sha1: String,
}

impl Signer {
    fn new() -> Self {
        let key = KeyPair::generate_for(&PKCS_RSA_SHA256).unwrap();
        let certificate = CertificateParams::default().self_signed(&key).unwrap();
        Self {
            // A PKCS#8 key of RSA is 26 bytes and then its PKCS#1 form.
            key: EncodingKey::from_rsa_der(&key.serialize_der()[26..]),
            pem: certificate.pem(),
            thumbprint: URL_SAFE_NO_PAD.encode(Sha256::digest(certificate.der())),
            sha1: URL_SAFE_NO_PAD.encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, certificate.der())),
        }
    }

    fn header(&self, algorithm: Algorithm) -> Header {
        let mut header = Header::new(algorithm);
        header.x5t_s256 = Some(self.thumbprint.clone());
        header
    }

    fn jwks(&self) -> JwkSet {
        let mut key = Jwk::from_encoding_key(&self.key, Algorithm::RS256).unwrap();
        key.common.key_id = Some("k1".to_owned());
        JwkSet { keys: vec![key] }
    }
}

fn now() -> i64 {
    Timestamp::now().as_second()
}

/// The claims of a right assertion of the application.
fn claims() -> Value {
    json!({
        "aud": format!("https://login.microsoftonline.com/{}/oauth2/v2.0/token", TENANTS[0]),
        "iss": APP,
        "sub": APP,
        "jti": "22b3bb26-e046-42df-9c96-65dbd72c1c81",
        "nbf": now(),
        "exp": now() + 300,
    })
}

/// The claims of a right token of the identity provider.
fn identity() -> Value {
    json!({"aud": EXCHANGE, "iss": ISSUER, "sub": ROLE, "iat": now(), "exp": now() + 300})
}

fn with(mut claims: Value, name: &str, value: Value) -> Value {
    claims[name] = value;
    claims
}

async fn register(api: &Api, app: &Value) -> u16 {
    let url = format!("{}/simulator/app", api.running.url);
    let answer = client().post(url).json(app).send().await.unwrap();
    answer.status().as_u16()
}

fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().unwrap()
}

/// A simulator where the app has a certificate and trusts an identity provider.
async fn start() -> Api {
    let api = Api::start().await;
    let app = json!({
        "clientId": APP,
        "secrets": [SECRET],
        "certificates": [OURS.pem],
        "federated": [
            {"issuer": ISSUER, "subject": ROLE, "audience": EXCHANGE, "jwks": OURS.jwks()},
        ],
    });
    assert_eq!(register(&api, &app).await, 204);
    api
}

/// Status and number of the refusal; 0 for a token.
async fn ask(api: &Api, proof: &[(&str, &str)]) -> (u16, i64) {
    ask_for(api, APP, proof).await
}

async fn ask_for(api: &Api, app: &str, proof: &[(&str, &str)]) -> (u16, i64) {
    let url = format!("{}/{}/oauth2/v2.0/token", api.running.url, TENANTS[0]);
    let mut form = vec![
        ("grant_type", "client_credentials"),
        ("client_id", app),
        ("scope", "https://graph.microsoft.com/.default"),
    ];
    form.extend(proof);
    let answer = client().post(url).form(&form).send().await.unwrap();
    let status = answer.status().as_u16();
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body["access_token"].is_string(), status == 200);
    (status, body["error_codes"][0].as_i64().unwrap_or_default())
}

async fn show(api: &Api, assertion: &str) -> (u16, i64) {
    ask(
        api,
        &[
            ("client_assertion_type", TYPE),
            ("client_assertion", assertion),
        ],
    )
    .await
}

#[tokio::test]
async fn an_assertion_with_a_registered_certificate_stands_for_a_secret() {
    let api = start().await;
    let own = format!("{}/{}/oauth2/v2.0/token", api.running.url, TENANTS[0]);
    let fraction = json!(now() as f64 + 600.5);
    for claims in [
        claims(),
        with(claims(), "aud", own.into()),
        with(claims(), "exp", fraction),
    ] {
        let mut older = OURS.header(Algorithm::RS256);
        (older.x5t, older.x5t_s256) = (Some(OURS.sha1.clone()), None);
        for header in [OURS.header(Algorithm::PS256), older] {
            let jwt = encode(&header, &claims, &OURS.key).unwrap();
            assert_eq!(show(&api, &jwt).await, (200, 0));
        }
    }
}

#[tokio::test]
async fn an_assertion_that_is_wrong_anywhere_is_refused_by_number() {
    let api = start().await;
    let ps256 = || OURS.header(Algorithm::PS256);
    let mut unnamed = ps256();
    unnamed.x5t_s256 = None;
    let elsewhere = format!(
        "https://login.microsoftonline.com/{}/oauth2/v2.0/token",
        TENANTS[1]
    );
    for (name, header, claims, signer, refusal) in [
        (
            "another algorithm",
            OURS.header(Algorithm::RS256),
            claims(),
            &OURS,
            (400, 50027),
        ),
        ("no thumbprint", unnamed, claims(), &OURS, (400, 50027)),
        (
            "no id",
            ps256(),
            with(claims(), "jti", Value::Null),
            &OURS,
            (400, 50027),
        ),
        (
            "no end",
            ps256(),
            with(claims(), "exp", Value::Null),
            &OURS,
            (400, 50027),
        ),
        (
            "a certificate nobody knows",
            STRANGER.header(Algorithm::PS256),
            claims(),
            &STRANGER,
            (401, 700_027),
        ),
        (
            "another key under our name",
            ps256(),
            claims(),
            &STRANGER,
            (401, 700_027),
        ),
        (
            "another app's subject",
            ps256(),
            with(claims(), "sub", OTHER_APP.into()),
            &OURS,
            (401, 700_021),
        ),
        (
            "another tenant's endpoint",
            ps256(),
            with(claims(), "aud", elsewhere.into()),
            &OURS,
            (401, 700_023),
        ),
        (
            "for the exchange",
            ps256(),
            with(claims(), "aud", EXCHANGE.into()),
            &OURS,
            (401, 700_023),
        ),
        (
            "over",
            ps256(),
            with(claims(), "exp", (now() - 301).into()),
            &OURS,
            (401, 700_024),
        ),
        (
            "not yet",
            ps256(),
            with(claims(), "nbf", (now() + 400).into()),
            &OURS,
            (401, 700_024),
        ),
    ] {
        let jwt = encode(&header, &claims, &signer.key).unwrap();
        assert_eq!(show(&api, &jwt).await, refusal, "{name}");
    }
    for jwt in ["", "a", "a.b.c", "e30.e30.e30"] {
        assert_eq!(show(&api, jwt).await, (400, 50027), "{jwt}");
    }
}

#[tokio::test]
async fn a_token_of_a_trusted_identity_provider_stands_for_a_secret_too() {
    let api = start().await;
    let mut named = Header::new(Algorithm::RS256);
    named.kid = Some("k1".to_owned());
    let mut renamed = named.clone();
    renamed.kid = Some("k2".to_owned());
    for (name, header, claims, signer, answer) in [
        ("right", &named, identity(), &OURS, (200, 0)),
        (
            "another issuer",
            &named,
            with(identity(), "iss", format!("{ISSUER}/").into()),
            &OURS,
            (401, 700_211),
        ),
        (
            "another audience",
            &named,
            with(identity(), "aud", "api://other".into()),
            &OURS,
            (401, 700_212),
        ),
        (
            "another role",
            &named,
            with(identity(), "sub", ROLE.to_uppercase().into()),
            &OURS,
            (401, 700_213),
        ),
        (
            "another key",
            &named,
            identity(),
            &STRANGER,
            (401, 7_000_272),
        ),
        (
            "a key that is not published",
            &renamed,
            identity(),
            &OURS,
            (401, 7_000_272),
        ),
        (
            "over",
            &named,
            with(identity(), "exp", (now() - 301).into()),
            &OURS,
            (401, 700_024),
        ),
    ] {
        let jwt = encode(header, &claims, &signer.key).unwrap();
        assert_eq!(show(&api, &jwt).await, answer, "{name}");
    }
}

#[tokio::test]
async fn what_is_registered_decides_who_an_app_is() {
    let api = Api::start().await;
    let secret = |value| [("client_secret", value)];
    assert_eq!(ask(&api, &[]).await, (401, 7_000_216));
    assert_eq!(
        ask(&api, &[("client_assertion", "a.b.c")]).await,
        (401, 7_000_216)
    );
    assert_eq!(ask(&api, &secret(SECRET)).await, (200, 0));
    assert_eq!(
        ask_for(&api, OTHER_APP, &secret(SECRET)).await,
        (400, 700_016)
    );

    let both = json!({"clientId": OTHER_APP, "secrets": ["new", "old"]});
    assert_eq!(register(&api, &both).await, 204);
    for value in ["new", "old"] {
        assert_eq!(ask_for(&api, OTHER_APP, &secret(value)).await, (200, 0));
    }
    let rotated = json!({"clientId": OTHER_APP, "secrets": ["new"]});
    assert_eq!(register(&api, &rotated).await, 204);
    assert_eq!(
        ask_for(&api, OTHER_APP, &secret("old")).await,
        (401, 7_000_215)
    );

    let disabled = json!({"clientId": OTHER_APP, "secrets": ["new"], "disabled": true});
    assert_eq!(register(&api, &disabled).await, 204);
    assert_eq!(
        ask_for(&api, OTHER_APP, &secret("new")).await,
        (400, 7_000_112)
    );

    let garbage = json!({"clientId": OTHER_APP, "certificates": ["garbage"]});
    assert_eq!(register(&api, &garbage).await, 400);
}

/// The STS's answer to a request: its status and its body.
async fn sts(api: &Api, form: &[(&str, &str)]) -> (u16, String) {
    let url = format!("{}/sts/", api.running.url);
    let answer = client().post(url).form(form).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[tokio::test]
async fn the_sts_here_vouches_for_the_app_of_the_settings() {
    let api = Api::start().await;
    let right = [
        ("Action", "GetWebIdentityToken"),
        ("Version", "2011-06-15"),
        ("Audience.member.1", EXCHANGE),
        ("SigningAlgorithm", "RS256"),
        ("DurationSeconds", "300"),
    ];
    let (status, body) = sts(&api, &right).await;
    assert_eq!(status, 200);
    let token = body.split("<WebIdentityToken>").nth(1).unwrap();
    let token = token.split("</WebIdentityToken>").next().unwrap();
    assert_eq!(show(&api, token).await, (200, 0));

    for (name, value, code) in [
        ("Action", "GetCallerIdentity", "InvalidAction"),
        ("SigningAlgorithm", "ES384", "ValidationError"),
        ("Audience.member.1", "", "ValidationError"),
        ("DurationSeconds", "59", "ValidationError"),
        ("DurationSeconds", "3601", "ValidationError"),
    ] {
        let mut wrong = right;
        for member in wrong.iter_mut().filter(|member| member.0 == name) {
            member.1 = value;
        }
        let (status, body) = sts(&api, &wrong).await;
        assert_eq!(status, 400, "{name}");
        assert!(body.contains(&format!("<Code>{code}</Code>")), "{body}");
    }
}
