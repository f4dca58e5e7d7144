//! The assertions that take the place of a client secret, checked by another implementation.

use super::certificates::{Pair, pair};
use super::server::{OTHER_TENANT, Seen, Server, TENANT, token};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rsa::RsaPrivateKey;
use rsa::pkcs8::DecodePrivateKey;
use rsa::pss::{Signature, VerifyingKey};
use rsa::sha2::{Digest, Sha256};
use rsa::signature::Verifier;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};
use teamwire_graph::access_token::{AssertionSource, NoAssertion, TokenPrerequisite};
use teamwire_graph::client_assertion::{AssertionClaims, CertificateKey, ClientAssertion};
use teamwire_graph::{AccessFault, AccessTokens, AppCredentials, ServiceEndpoints, TokenSource};
use teamwire_graph::{endpoints, http};
use teamwire_payload::{Redacted, cloud::MicrosoftCloud};
use zeroize::Zeroizing;

const AUDIENCE: &str =
    "https://login.microsoftonline.com/9f4ebab6-520d-49c0-85cc-7b25c78d4a93/oauth2/v2.0/token";
const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

fn part(jwt: &str, nth: usize) -> Value {
    let part = URL_SAFE_NO_PAD.decode(jwt.split('.').nth(nth).unwrap());
    serde_json::from_slice(&part.unwrap()).unwrap()
}

/// True if `key` signed it by PS256, the salt as long as the hash.
fn is_signed_by(jwt: &str, key: &str) -> bool {
    let (signed, signature) = jwt.rsplit_once('.').unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let public = RsaPrivateKey::from_pkcs8_pem(key).unwrap().to_public_key();
    VerifyingKey::<Sha256>::new(public)
        .verify(
            signed.as_bytes(),
            &Signature::try_from(signature.as_slice()).unwrap(),
        )
        .is_ok()
}

/// Base64url of the SHA-256 of what is between the lines of a PEM.
fn thumbprint(certificate: &str) -> String {
    let lines = certificate.lines().filter(|line| !line.starts_with('-'));
    let der = base64::engine::general_purpose::STANDARD.decode(lines.collect::<String>());
    URL_SAFE_NO_PAD.encode(Sha256::digest(der.unwrap()))
}

fn claims() -> AssertionClaims<'static> {
    AssertionClaims {
        client_id: "925bff9f-f6e2-4a69-b858-f71ea2b9b6d0",
        audience: AUDIENCE,
        now: SystemTime::UNIX_EPOCH + Duration::from_millis(1_763_715_600_999),
        id: [0x5a; 16],
    }
}

#[test]
fn an_assertion_is_what_entra_documents() {
    let Pair { key, certificate } = pair();
    let jwt = CertificateKey::from_pem(&key, &certificate)
        .unwrap()
        .sign(&claims())
        .unwrap();
    let jwt = jwt.expose().as_str();
    assert_eq!(
        part(jwt, 0),
        json!({"alg": "PS256", "typ": "JWT", "x5t#S256": thumbprint(&certificate)})
    );
    assert_eq!(
        part(jwt, 1),
        json!({
            "aud": AUDIENCE,
            "iss": "925bff9f-f6e2-4a69-b858-f71ea2b9b6d0",
            "sub": "925bff9f-f6e2-4a69-b858-f71ea2b9b6d0",
            "jti": "5a5a5a5a-5a5a-4a5a-9a5a-5a5a5a5a5a5a",
            "iat": 1_763_715_600,
            "nbf": 1_763_715_600,
            "exp": 1_763_715_900,
        })
    );
    assert!(is_signed_by(jwt, &key));
    assert!(!is_signed_by(jwt, &pair().key));
    let forged = jwt.replacen('.', "A.", 1);
    assert!(!is_signed_by(&forged, &key));
}

#[test]
fn of_a_chain_the_first_certificate_counts() {
    let Pair { key, certificate } = pair();
    let chain = format!("{certificate}{}", pair().certificate);
    let jwt = CertificateKey::from_pem(&key, &chain)
        .unwrap()
        .sign(&claims())
        .unwrap();
    assert_eq!(part(jwt.expose(), 0)["x5t#S256"], thumbprint(&certificate));
}

#[test]
fn a_key_in_pkcs1_signs_too() {
    use rsa::pkcs1::{EncodeRsaPrivateKey, LineEnding};
    let Pair { key, certificate } = pair();
    let pkcs1 = RsaPrivateKey::from_pkcs8_pem(&key).unwrap();
    let pkcs1 = pkcs1.to_pkcs1_pem(LineEnding::LF).unwrap();
    let jwt = CertificateKey::from_pem(&pkcs1, &certificate)
        .unwrap()
        .sign(&claims())
        .unwrap();
    assert!(is_signed_by(jwt.expose(), &key));
}

fn form(request: &Seen) -> BTreeMap<String, String> {
    let url = reqwest::Url::parse(&format!("http://x/?{}", request.body)).unwrap();
    url.query_pairs().into_owned().collect()
}

fn endpoints_of(cloud: MicrosoftCloud, entra: &str) -> ServiceEndpoints {
    ServiceEndpoints::new(cloud, Some(endpoints::root(entra).unwrap()), None)
}

#[tokio::test]
async fn a_certificate_is_shown_as_an_assertion_of_its_own_for_each_request() {
    let server = Server::start(|_| token("t", 0)).await;
    let Pair { key, certificate } = pair();
    let entry = json!({"clientId": "app", "privateKey": key, "certificate": certificate});
    let credentials = AppCredentials::parse(&json!({ "*": entry }).to_string()).unwrap();
    let tokens = AccessTokens::new(
        http::client(Duration::from_secs(5)).unwrap(),
        &endpoints_of(MicrosoftCloud::Global, &server.url),
        credentials,
    );
    for tenant in [TENANT, OTHER_TENANT, TENANT] {
        tokens.token(&tenant.parse().unwrap()).await.unwrap();
    }
    let mut ids = BTreeSet::new();
    for request in server.token_requests() {
        let form = form(&request);
        let names: Vec<&str> = form.keys().map(String::as_str).collect();
        assert_eq!(
            names,
            [
                "client_assertion",
                "client_assertion_type",
                "client_id",
                "grant_type",
                "scope"
            ]
        );
        assert_eq!(form["client_assertion_type"], TYPE);
        let jwt = &form["client_assertion"];
        assert!(is_signed_by(jwt, &key));
        let claims = part(jwt, 1);
        // Microsoft's own name, not the stand-in's.
        let tenant = if request.line.contains(TENANT) {
            TENANT
        } else {
            OTHER_TENANT
        };
        assert_eq!(
            claims["aud"],
            format!("https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token")
        );
        ids.insert(claims["jti"].to_string());
    }
    assert_eq!(ids.len(), 3);
}

/// An identity that is told whom its tokens are for.
#[derive(Clone, Default)]
struct Identity {
    down: bool,
    asked: Arc<Mutex<Vec<String>>>,
}

impl AssertionSource for Identity {
    async fn assertion(&self, audience: &str) -> Result<ClientAssertion, NoAssertion> {
        self.asked.lock().unwrap().push(audience.to_owned());
        if self.down {
            return Err(NoAssertion("AccessDenied".to_owned()));
        }
        Ok(Redacted::new(Zeroizing::new("a.b.c".to_owned())))
    }
}

async fn federated(
    cloud: MicrosoftCloud,
    entry: Value,
    identity: &Identity,
) -> (Result<(), AccessFault>, Server) {
    let server = Server::start(|_| token("t", 3600)).await;
    let tokens = AccessTokens::federated(
        http::client(Duration::from_secs(5)).unwrap(),
        &endpoints_of(cloud, &server.url),
        AppCredentials::parse(&json!({ "*": entry }).to_string()).unwrap(),
        identity.clone(),
    );
    let mut answer = Ok(());
    for _ in 0..3 {
        answer = tokens.token(&TENANT.parse().unwrap()).await.map(|_| ());
    }
    (answer, server)
}

#[tokio::test]
async fn a_federated_entry_shows_a_token_for_the_exchange_of_its_cloud() {
    let usual = json!({"clientId": "app", "federated": true});
    let own = json!({"clientId": "app", "federated": true, "audience": "api://mine"});
    for (cloud, entry, audience) in [
        (MicrosoftCloud::Global, &usual, "api://AzureADTokenExchange"),
        (
            MicrosoftCloud::GccHigh,
            &usual,
            "api://AzureADTokenExchangeUSGov",
        ),
        (
            MicrosoftCloud::Dod,
            &usual,
            "api://AzureADTokenExchangeUSGov",
        ),
        (
            MicrosoftCloud::China,
            &usual,
            "api://AzureADTokenExchangeChina",
        ),
        (MicrosoftCloud::Global, &own, "api://mine"),
    ] {
        let identity = Identity::default();
        let (answer, server) = federated(cloud, entry.clone(), &identity).await;
        assert_eq!(answer, Ok(()));
        assert_eq!(*identity.asked.lock().unwrap(), [audience]);
        let requests = server.token_requests();
        assert_eq!(requests.len(), 1, "the token is kept");
        let form = form(&requests[0]);
        assert_eq!(form["client_assertion"], "a.b.c");
        assert_eq!(form["client_assertion_type"], TYPE);
        assert!(!form.contains_key("client_secret"));
    }
}

#[tokio::test]
async fn without_an_identity_entra_is_not_asked_and_the_next_read_tries_again() {
    let identity = Identity {
        down: true,
        ..Identity::default()
    };
    let entry = json!({"clientId": "app", "federated": true});
    let (answer, server) = federated(MicrosoftCloud::Global, entry, &identity).await;
    let lack = TokenPrerequisite::Identity("AccessDenied".to_owned());
    assert_eq!(answer, Err(AccessFault::Unavailable(lack)));
    assert_eq!(server.token_requests().len(), 0);
    assert_eq!(identity.asked.lock().unwrap().len(), 3);
}
