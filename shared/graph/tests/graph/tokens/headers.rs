//! Headers that ask for another algorithm, another key or another way of checking.

use super::mint::{Draft, ENTRA, KID, STRANGER, join, part, signed_texts};
use super::{Row, assert_refused};
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384,
    RSA_PKCS1_SHA512, RSA_PSS_SHA256, RsaEncoding,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::json;
use teamwire_graph::ValidationTokenFault as F;

fn with_alg(alg: &str) -> Draft {
    Draft::v2().header("alg", alg)
}

fn signed_by(padding: &'static dyn RsaEncoding, alg: &str) -> String {
    ENTRA.sign(padding, &with_alg(alg).unsigned())
}

fn hs256(secret: &[u8]) -> String {
    let unsigned = with_alg("HS256").unsigned();
    let tag = hmac::sign(
        &hmac::Key::new(hmac::HMAC_SHA256, secret),
        unsigned.as_bytes(),
    );
    format!("{unsigned}.{}", part(tag))
}

fn es256() -> String {
    let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let unsigned = with_alg("ES256").unsigned();
    let signature = key.sign(&SystemRandom::new(), unsigned.as_bytes()).unwrap();
    format!("{unsigned}.{}", part(signature))
}

fn algorithms() -> Vec<Row> {
    let public_pem = format!(
        "-----BEGIN RSA PUBLIC KEY-----\n{}\n-----END RSA PUBLIC KEY-----\n",
        STANDARD.encode(ENTRA.public_der())
    );
    let (modulus, _) = ENTRA.components();
    vec![
        (
            "alg none, no signature",
            format!("{}.", with_alg("none").unsigned()),
            F::Algorithm,
        ),
        ("alg none, signed", with_alg("none").signed(), F::Algorithm),
        (
            "alg None",
            format!("{}.", with_alg("None").unsigned()),
            F::Algorithm,
        ),
        (
            "alg NONE",
            format!("{}.", with_alg("NONE").unsigned()),
            F::Algorithm,
        ),
        ("alg nOnE", with_alg("nOnE").signed(), F::Algorithm),
        ("alg empty", with_alg("").signed(), F::Algorithm),
        ("alg rs256", with_alg("rs256").signed(), F::Algorithm),
        ("alg Rs256", with_alg("Rs256").signed(), F::Algorithm),
        (
            "alg with a space",
            with_alg("RS256 ").signed(),
            F::Algorithm,
        ),
        (
            "alg with a zero byte",
            with_alg("RS256\0").signed(),
            F::Algorithm,
        ),
        ("alg RSA256", with_alg("RSA256").signed(), F::Algorithm),
        (
            "alg absent",
            Draft::v2().without_header("alg").signed(),
            F::Algorithm,
        ),
        (
            "alg null",
            Draft::v2().header("alg", json!(null)).signed(),
            F::Algorithm,
        ),
        (
            "alg a number",
            Draft::v2().header("alg", 256).signed(),
            F::Algorithm,
        ),
        (
            "alg an array",
            Draft::v2().header("alg", json!(["RS256"])).signed(),
            F::Algorithm,
        ),
        (
            "alg an object",
            Draft::v2().header("alg", json!({"a": "RS256"})).signed(),
            F::Algorithm,
        ),
        (
            "HS256 keyed with the public key, PEM",
            hs256(public_pem.as_bytes()),
            F::Algorithm,
        ),
        (
            "HS256 keyed with the public key, DER",
            hs256(ENTRA.public_der()),
            F::Algorithm,
        ),
        (
            "HS256 keyed with the modulus",
            hs256(modulus.as_bytes()),
            F::Algorithm,
        ),
        ("HS256 keyed with nothing", hs256(b""), F::Algorithm),
        ("HS384", with_alg("HS384").signed(), F::Algorithm),
        ("HS512", with_alg("HS512").signed(), F::Algorithm),
        ("RS384", signed_by(&RSA_PKCS1_SHA384, "RS384"), F::Algorithm),
        ("RS512", signed_by(&RSA_PKCS1_SHA512, "RS512"), F::Algorithm),
        ("PS256", signed_by(&RSA_PSS_SHA256, "PS256"), F::Algorithm),
        ("ES256", es256(), F::Algorithm),
        ("EdDSA", with_alg("EdDSA").signed(), F::Algorithm),
        (
            "RS256 in name, SHA-384 in truth",
            signed_by(&RSA_PKCS1_SHA384, "RS256"),
            F::Signature,
        ),
        (
            "RS256 in name, PSS in truth",
            signed_by(&RSA_PSS_SHA256, "RS256"),
            F::Signature,
        ),
    ]
}

#[tokio::test]
async fn no_algorithm_but_rs256_is_accepted() {
    assert_refused(algorithms(), 29).await;
}

fn redirections() -> Vec<Row> {
    let with = |name: &str, value: serde_json::Value| Draft::v2().header(name, value);
    let own_key = with("jwk", STRANGER.jwk(KID)).unsigned();
    vec![
        ("crit", with("crit", json!(["exp"])).signed(), F::Header),
        ("crit empty", with("crit", json!([])).signed(), F::Header),
        ("crit null", with("crit", json!(null)).signed(), F::Header),
        ("b64 false", with("b64", json!(false)).signed(), F::Header),
        ("b64 true", with("b64", json!(true)).signed(), F::Header),
        (
            "jwk of the signer",
            STRANGER.sign(&RSA_PKCS1_SHA256, &own_key),
            F::Header,
        ),
        (
            "jwk, signed by Entra",
            with("jwk", ENTRA.jwk(KID)).signed(),
            F::Header,
        ),
        (
            "jku",
            with("jku", json!("https://evil.example/keys")).signed(),
            F::Header,
        ),
        (
            "jku of Microsoft",
            with(
                "jku",
                json!("https://login.microsoftonline.com/common/discovery/keys"),
            )
            .signed(),
            F::Header,
        ),
        (
            "x5u",
            with("x5u", json!("https://evil.example/cert")).signed(),
            F::Header,
        ),
        ("x5c", with("x5c", json!(["MIIB"])).signed(), F::Header),
        ("x5c null", with("x5c", json!(null)).signed(), F::Header),
        ("zip", with("zip", json!("DEF")).signed(), F::Header),
        ("typ JWS", with("typ", json!("JWS")).signed(), F::Header),
        (
            "typ at+jwt",
            with("typ", json!("at+jwt")).signed(),
            F::Header,
        ),
        ("typ a number", with("typ", json!(1)).signed(), F::Header),
        ("typ null", with("typ", json!(null)).signed(), F::Header),
        (
            "typ an array",
            with("typ", json!(["JWT"])).signed(),
            F::Header,
        ),
        ("typ empty", with("typ", json!("")).signed(), F::Header),
    ]
}

#[tokio::test]
async fn no_header_redirects_the_check() {
    assert_refused(redirections(), 19).await;
}

fn key_ids() -> Vec<Row> {
    let with = |kid: serde_json::Value| Draft::v1().header("kid", kid).signed();
    vec![
        (
            "nothing names the key",
            Draft::v1()
                .without_header("kid")
                .without_header("x5t")
                .signed(),
            F::KeyId,
        ),
        ("kid unknown", with(json!("unknown")), F::UnknownKey),
        ("kid empty", with(json!("")), F::KeyId),
        ("kid null", with(json!(null)), F::KeyId),
        ("kid a number", with(json!(0)), F::KeyId),
        ("kid an array", with(json!([KID])), F::KeyId),
        ("kid true", with(json!(true)), F::KeyId),
        (
            "kid in lower case",
            with(json!(KID.to_lowercase())),
            F::UnknownKey,
        ),
        (
            "kid with a space",
            with(json!(format!("{KID} "))),
            F::UnknownKey,
        ),
        (
            "kid with a zero byte",
            with(json!(format!("{KID}\0"))),
            F::UnknownKey,
        ),
        (
            "kid that is a path",
            with(json!("../../../../dev/null")),
            F::UnknownKey,
        ),
        (
            "kid that is a file",
            with(json!("/etc/passwd")),
            F::UnknownKey,
        ),
        (
            "kid that is a URL",
            with(json!("https://evil.example/key")),
            F::UnknownKey,
        ),
        (
            "kid that is SQL",
            with(json!("' UNION SELECT 'key' -- ")),
            F::UnknownKey,
        ),
        (
            "kid that is a command",
            with(json!("$(id)|id;`id`")),
            F::UnknownKey,
        ),
        ("kid that is a pattern", with(json!("*")), F::UnknownKey),
        (
            "kid of ten thousand letters",
            with(json!("k".repeat(10_000))),
            F::UnknownKey,
        ),
        (
            "only x5t names the key",
            Draft::v1().without_header("kid").signed(),
            F::KeyId,
        ),
    ]
}

#[tokio::test]
async fn no_key_id_finds_a_key_but_a_known_one() {
    assert_refused(key_ids(), 18).await;
}

fn doubled() -> Vec<Row> {
    let claims = Draft::v2().claims.to_string();
    let header = |members: &str| signed_texts(&format!("{{{members}}}"), &claims);
    let kid = format!(r#""kid":"{KID}""#);
    vec![
        (
            "alg twice, the right one last",
            header(&format!(r#""alg":"none","alg":"RS256",{kid}"#)),
            F::Malformed,
        ),
        (
            "alg twice, the right one first",
            header(&format!(r#""alg":"RS256","alg":"none",{kid}"#)),
            F::Malformed,
        ),
        (
            "alg twice, once escaped",
            header(&format!(r#""alg":"RS256","\u0061lg":"none",{kid}"#)),
            F::Malformed,
        ),
        (
            "kid twice",
            header(&format!(r#""alg":"RS256","kid":"x",{kid}"#)),
            F::Malformed,
        ),
        (
            "the header of one token, the claims of another",
            {
                let signed = Draft::v1().signed();
                let (_, signature) = signed.rsplit_once('.').unwrap();
                format!(
                    "{}.{signature}",
                    join(&Draft::v1().header.to_string(), &claims)
                )
            },
            F::Signature,
        ),
    ]
}

#[tokio::test]
async fn a_header_that_can_be_read_in_two_ways_is_not_read() {
    assert_refused(doubled(), 5).await;
}
