//! The keys of a published set that are accepted.

use super::mint::{Draft, ENTRA, KID, NOW, STRANGER, part, policy};
use serde_json::{Value, json};
use teamwire_graph::ValidationTokenFault;
use teamwire_graph::signing_keys::{KeyLookup, KeySet, LookupFault};
use teamwire_graph::validation_token::verify;
use teamwire_payload::cloud::MicrosoftCloud;

/// Entra's key with one member changed.
fn with(name: &str, value: impl Into<Value>) -> Value {
    let mut jwk = ENTRA.jwk("odd");
    jwk[name] = value.into();
    jwk
}

fn without(name: &str) -> Value {
    let mut jwk = ENTRA.jwk("odd");
    jwk.as_object_mut().unwrap().remove(name);
    jwk
}

fn left_out() -> Vec<(&'static str, Value)> {
    let (modulus, _) = STRANGER.components();
    vec![
        ("use enc", with("use", "enc")),
        ("use in upper case", with("use", "SIG")),
        ("no use", without("use")),
        ("use null", with("use", json!(null))),
        ("kty EC", with("kty", "EC")),
        (
            "an EC key",
            json!({"kty": "EC", "use": "sig", "kid": "odd", "crv": "P-256", "x": "AA", "y": "AA"}),
        ),
        (
            "a symmetric key",
            json!({"kty": "oct", "use": "sig", "kid": "odd", "k": modulus}),
        ),
        ("kty in lower case", with("kty", "rsa")),
        ("no kty", without("kty")),
        ("no kid", without("kid")),
        ("kid a number", with("kid", 7)),
        ("no modulus", without("n")),
        ("no exponent", without("e")),
        ("modulus empty", with("n", "")),
        ("modulus not base64url", with("n", "!".repeat(342))),
        ("modulus with padding", with("n", format!("{modulus}=="))),
        ("512 bits", with("n", part([0xc3; 64]))),
        ("1024 bits", with("n", part([0xc3; 128]))),
        ("2040 bits", with("n", part([0xc3; 255]))),
        (
            "1024 bits behind zeros",
            with("n", part([[0; 128], [0xc3; 128]].concat())),
        ),
        ("modulus of zeros", with("n", part([0; 256]))),
        ("exponent not base64url", with("e", "!")),
        ("a text", json!("key")),
        ("null", json!(null)),
        ("an empty object", json!({})),
    ]
}

#[tokio::test]
async fn what_is_no_rsa_signing_key_is_left_out_and_costs_no_other() {
    let rows = left_out();
    assert_eq!(rows.len(), 25);
    for (name, jwk) in rows {
        let set = json!({ "keys": [jwk, ENTRA.jwk(KID)] }).to_string();
        let keys = KeySet::parse(set.as_bytes()).unwrap();
        assert_eq!(
            keys.key("odd").await.unwrap_err(),
            LookupFault::Unknown,
            "{name}"
        );
        assert!(keys.key(KID).await.is_ok(), "{name}");
    }
}

#[test]
fn what_holds_no_usable_key_is_no_key_set() {
    let sets = [
        ("nothing", String::new()),
        ("null", "null".to_owned()),
        ("an empty object", "{}".to_owned()),
        ("no keys", r#"{"keys":[]}"#.to_owned()),
        ("keys null", r#"{"keys":null}"#.to_owned()),
        (
            "keys an object",
            json!({"keys": ENTRA.jwk(KID)}).to_string(),
        ),
        ("the key alone", ENTRA.jwk(KID).to_string()),
        ("a page", "<html>Service unavailable</html>".to_owned()),
        (
            "cut",
            json!({"keys": [ENTRA.jwk(KID)]})
                .to_string()
                .replace("]}", ""),
        ),
        (
            "only a key for encryption",
            json!({"keys": [with("use", "enc")]}).to_string(),
        ),
        (
            "only a short key",
            json!({"keys": [with("n", part([0xc3; 128]))]}).to_string(),
        ),
        ("an error", r#"{"error":"invalid_request"}"#.to_owned()),
    ];
    assert_eq!(sets.len(), 12);
    for (name, set) in sets {
        assert!(KeySet::parse(set.as_bytes()).is_err(), "{name}");
    }
}

#[tokio::test]
async fn members_that_certificates_come_with_do_not_matter() {
    let mut jwk = ENTRA.jwk(KID);
    for (name, value) in [
        ("x5c", json!(["MIIC"])),
        ("x5t", json!(KID)),
        ("alg", json!("RS256")),
        ("cloud_instance_name", json!("microsoftonline.com")),
        (
            "issuer",
            json!("https://login.microsoftonline.com/{tenantid}/v2.0"),
        ),
    ] {
        jwk[name] = value;
    }
    let keys = super::mint::key_set_of([jwk]);
    assert!(
        verify(
            &Draft::v2().signed(),
            &keys,
            &policy(MicrosoftCloud::Global),
            NOW
        )
        .await
        .is_ok()
    );
}

#[tokio::test]
async fn a_token_that_names_no_key_finds_none_even_if_one_has_no_name() {
    let keys = super::mint::key_set_of([ENTRA.jwk("")]);
    let nameless = Draft::v2().header("kid", "").signed();
    let verdict = verify(&nameless, &keys, &policy(MicrosoftCloud::Global), NOW).await;
    assert_eq!(verdict, Err(ValidationTokenFault::KeyId));
}
